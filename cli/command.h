/* What the commands that ask a queue have in common: options, help, and how they end. */
#pragma once

#include "queue/queue.h"
#include "runtime/options.h"

enum { COMMAND_OK = 0, COMMAND_NO = 1, COMMAND_USAGE = 2, COMMAND_REDIS = 3, COMMAND_DISK = 5 };

struct command {
    const char *name; /* "dead": for messages */
    const struct options *options;
    struct arena arena; /* what the arguments lie in, and the caller's to use */
    const char **args;
    size_t arg_count;
};

/* False when there is nothing more to do: help was printed, or the usage is wrong and said; *status is how to exit then. Clear it in any case. */
bool command_begin(struct command *, int argc, char **argv, int *status);
void command_clear(struct command *);
/* Prints the error; the exit status that it means: USAGE for ERR_USAGE, else REDIS. */
int command_fail(const struct command *, const struct err *);
/* To standard output; false when that failed. */
bool command_print(const struct sbuf *);
