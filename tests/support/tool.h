/* A program that a test wants done, without a shell between. */
#pragma once

#include <spawn.h>
#include <stdint.h>
#include <sys/wait.h>

extern char **environ;

/* argv ends in NULL; argv[0] is looked for in PATH. Its exit status; -1 when it is not there or a signal ended it. */
static inline int tool_run(const char *const *argv) {
    pid_t pid;
    int status;
    if (posix_spawnp(&pid, argv[0], NULL, NULL, (char *const *)(uintptr_t)argv, environ) != 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) == 127) return -1;
    return WEXITSTATUS(status);
}

/* A folder of the test's own, with all that is in it. 0: it is gone. */
static inline int tool_remove(const char *folder) { return tool_run((const char *[]){"rm", "-rf", "--", folder, NULL}); }
