/* A program that `thresher run` keeps alive: started with the parent's environment, ended when the parent dies, started again after a
 * back-off when it dies. One thread; no signal handler needed, children are asked after by waitpid. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct child {
    const char *name;   /* for messages */
    const char **argv;  /* NULL-terminated; outlives the child */
    bool quiet;         /* its standard output goes to /dev/null */
    pid_t pid;          /* 0: not running */
    unsigned restarts;
    uint64_t start_at_ms; /* not before, on the monotonic clock */
    bool ended;         /* by itself, and is not needed again */
    int status;         /* as waitpid has it, of the last end */
};

void child_spawn(struct child *);
/* Whether it was running and is no more. */
bool child_has_ended(struct child *);
/* Its exit status, or -1 when a signal ended it. */
int child_exit_code(const struct child *);
/* TERM, and KILL after 40 seconds. Returns when it is gone; at once where it is not running. */
void child_stop(struct child *);
