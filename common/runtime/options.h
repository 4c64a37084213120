/* One table of options a program: it parses the command line, the environment and a config file, and prints --help.
 * A flag wins over the environment, the environment over the config file, that over the default already in *dest.
 * The config file has lines `name = value` (the long option's name), `#` comments; it is named by --config or THRESHER_CONFIG. */
#pragma once

#include "base/arena.h"
#include "base/log.h"
#include "base/sbuf.h"

enum option_type {
    OPTION_FLAG,     /* bool *; the config file and environment take true, false, 1, 0, yes, no */
    OPTION_TEXT,     /* const char ** */
    OPTION_NUMBER,   /* uint64_t * */
    OPTION_BYTES,    /* uint64_t *; 512, 64K, 8M, 1G, 1GiB: powers of 1,024 */
    OPTION_DURATION, /* uint64_t * in ms; 500ms, 10s, 5m, 2h; a bare number is seconds */
    OPTION_LOG_LEVEL, /* enum log_level * */
    OPTION_LIST,      /* struct option_list *; each use adds a value, and so do the environment and each line of the config file */
    OPTION_URL        /* const char **; one with a password is refused on the command line, which everybody can read (ps) */
};

struct option_list {
    const char **items; /* in the arena that options_parse is given */
    size_t count, cap;
};

struct option {
    const char *name;  /* long name without dashes */
    char letter;       /* or 0 */
    enum option_type type;
    const char *value; /* what help calls the value: "URL" */
    const char *env;   /* or NULL */
    const char *help;
    void *dest;
};

/* False: no memory. The value is not copied. */
MUST_USE bool option_list_add(struct option_list *, const char *value, struct arena *strings);

struct options {
    const struct option *table;
    size_t count;
    const char *usage;  /* "thresher-worker [OPTIONS]" */
    const char *about;  /* a sentence or two */
    const char *epilog; /* exit status and so on; or NULL */
};

enum options_outcome { OPTIONS_RUN, OPTIONS_HELP, OPTIONS_VERSION };

/* argv[1..] -> *dest of each option; what is no option is moved to args[0..*arg_count), in order (args has room for argc pointers and
 * points into argv). `--help`/-h and `--version`/-V end parsing. `strings` keeps values of the config file alive for the caller.
 * ERR_USAGE: e says which option and why. */
MUST_USE enum err_code options_parse(const struct options *, int argc, char **argv, struct arena *strings, const char **args, size_t *arg_count,
                                     enum options_outcome *outcome, struct err *);
/* The text of --help. */
void options_help(const struct options *, struct sbuf *out);

/* Values as the options take them. */
bool option_parse_bytes(sv, uint64_t *out);
bool option_parse_duration_ms(sv, uint64_t *out);
