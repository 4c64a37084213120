#define _GNU_SOURCE
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

enum { STOP_MS = 40000, EXIT_ORPHAN = 4, EXIT_NOT_FOUND = 127 };

void child_spawn(struct child *c) {
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) {
        union {
            const char **in;
            char **out;
        } args = {.in = c->argv};
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != parent) _exit(EXIT_ORPHAN);
        /* The terminal's Ctrl-C is for the one who stops them in order. */
        setpgid(0, 0);
        int null = c->quiet ? open("/dev/null", O_WRONLY | O_CLOEXEC) : -1;
        if (null >= 0) dup2(null, STDOUT_FILENO);
        execvp(args.in[0], args.out);
        fprintf(stderr, "thresher run: cannot start %s: %s\n", args.in[0], strerror(errno));
        _exit(EXIT_NOT_FOUND);
    }
    if (pid > 0) c->pid = pid;
}

bool child_has_ended(struct child *c) {
    if (c->pid <= 0 || waitpid(c->pid, &c->status, WNOHANG) != c->pid) return false;
    c->pid = 0;
    return true;
}

int child_exit_code(const struct child *c) { return WIFEXITED(c->status) ? WEXITSTATUS(c->status) : -1; }

static bool wait_until(struct child *c, uint64_t until_ms) {
    while (c->pid > 0 && !child_has_ended(c)) {
        if (clock_mono_ms() >= until_ms) return false;
        nanosleep(&(struct timespec){.tv_nsec = 10 * 1000000L}, NULL);
    }
    return true;
}

void child_stop(struct child *c) {
    if (c->pid <= 0) return;
    kill(c->pid, SIGTERM);
    if (wait_until(c, clock_mono_ms() + STOP_MS)) return;
    kill(c->pid, SIGKILL);
    (void)wait_until(c, UINT64_MAX);
}
