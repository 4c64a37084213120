/* Lines before the first empty one are arguments, the rest is a config file. */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz_target.h"
#include "runtime/options.h"

enum { ARGS_MAX = 32 };

static bool write_config(int fd, sv text) { return ftruncate(fd, 0) == 0 && pwrite(fd, text.p, text.n, 0) == (ssize_t)text.n; }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static int fd = -1;
    static char path[64];
    static const char *text;
    static uint64_t number, bytes, ms;
    static bool flag;
    static enum log_level level;
    static const struct option table[] = {
        {"text", 't', OPTION_TEXT, "T", NULL, "t", &text},    {"number", 'n', OPTION_NUMBER, "N", NULL, "n", &number},
        {"bytes", 'b', OPTION_BYTES, "B", NULL, "b", &bytes}, {"time", 0, OPTION_DURATION, "D", NULL, "d", &ms},
        {"flag", 'f', OPTION_FLAG, NULL, NULL, "f", &flag},   {"log-level", 0, OPTION_LOG_LEVEL, "L", NULL, "l", &level},
    };
    static const struct options options = {table, COUNT_OF(table), "x", "x", NULL};
    if (fd < 0) {
        fd = memfd_create("config", 0);
        snprintf(path, sizeof path, "--config=/proc/self/fd/%d", fd);
    }
    struct arena arena;
    char name[] = "fuzz", *argv[ARGS_MAX + 3] = {name, path};
    const char *args[ARGS_MAX + 3];
    arena_init(&arena, 0);
    sv in = sv_from((const char *)data, size);
    size_t end = sv_find(in, SV("\n\n"), 0), count = 0;
    if (fd < 0 || !write_config(fd, end == SIZE_MAX ? SV("") : sv_skip(in, end + 2))) return 0;
    int argc = 2;
    for (sv rest = sv_take(in, end); rest.p && argc < ARGS_MAX;) {
        sv copy = arena_dup(&arena, sv_cut(&rest, '\n'));
        union {
            const char *in;
            char *out;
        } argument = {.in = copy.p};
        if (copy.p) argv[argc++] = argument.out;
    }
    enum options_outcome outcome;
    struct err e = {0};
    enum err_code code = options_parse(&options, argc, argv, &arena, args, &count, &outcome, &e);
    BUG_IF(code && (code != e.code || e.msg[0] == '\0'));
    BUG_IF(!code && count > (size_t)argc);
    arena_clear(&arena);
    return 0;
}
