/* What every program and subcommand has in common: its options, --help and --version, and how usage that is wrong is said. The one part of the
 * libraries that prints, since it stands for main. */
#pragma once

#include "base/sbuf.h"
#include "runtime/options.h"

enum { COMMAND_OK = 0, COMMAND_NO = 1, COMMAND_USAGE = 2, COMMAND_REDIS = 3, COMMAND_DISK = 5 };

struct command {
    const char *name; /* "thresher dead": before messages and the version */
    const struct options *options;
    const char *parts;  /* what else --version names: "extractor 2, libuv 1.44.2"; or NULL */
    struct arena arena; /* what the arguments lie in, and the caller's to use */
    const char **args;  /* what is no option, arg_count of them, then NULL */
    size_t arg_count;
};

/* False when there is nothing more to do: help was printed, or the usage is wrong and said; *status is how to exit then. Clear it in any case. */
MUST_USE bool command_begin(struct command *, int argc, char **argv, int *status);
void command_clear(struct command *);
/* Prints the error; the exit status that it means: USAGE for ERR_USAGE, else REDIS. */
int command_fail(const struct command *, const struct err *);
/* Whether all that was printed to standard output is written; said on standard error where it is not. */
MUST_USE bool command_flush(const struct command *);
/* Prints, and the same of it. */
MUST_USE bool command_print(const struct command *, const struct sbuf *);
