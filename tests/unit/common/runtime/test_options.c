#define _DEFAULT_SOURCE
#include "runtime/options.h"

#include <unistd.h>

#include "base/file.h"
#include "cmocka_all.h"

static struct {
    bool quiet;
    const char *url;
    uint64_t jobs, bytes, wait_ms;
    struct option_list also;
} got;

static const struct option table[] = {
    {"quiet", 'q', OPTION_FLAG, NULL, NULL, "say less", &got.quiet},
    {"redis", 0, OPTION_URL, "URL", "TEST_REDIS_URL", "the server", &got.url},
    {"jobs", 'j', OPTION_NUMBER, "N", NULL, "how many", &got.jobs},
    {"max-bytes", 0, OPTION_BYTES, "SIZE", NULL, "limit", &got.bytes},
    {"wait", 0, OPTION_DURATION, "TIME", NULL, "limit", &got.wait_ms},
    {"also", 0, OPTION_LIST, "NAME", NULL, "one more", &got.also},
};
static const struct options options = {table, sizeof table / sizeof *table, "test [OPTIONS] FILE...", "A test.", NULL};

static enum err_code parse(char **argv, const char **args, size_t *count, enum options_outcome *outcome, struct arena *strings, struct err *e) {
    int argc = 0;
    while (argv[argc]) argc++;
    memset(&got, 0, sizeof got);
    return options_parse(&options, argc, argv, strings, args, count, outcome, e);
}

static void options_take_every_form(void **state) {
    (void)state;
    char *argv[] = {(char[]){"test"}, (char[]){"a"}, (char[]){"-j3"}, (char[]){"--redis=unix:///x"}, (char[]){"-q"}, (char[]){"--max-bytes"}, (char[]){"2GiB"},
                    (char[]){"--wait"}, (char[]){"250ms"}, (char[]){"--also=one"}, (char[]){"-"}, (char[]){"--also"}, (char[]){"two"}, (char[]){"--"}, (char[]){"-j9"}, NULL};
    const char *args[16];
    size_t count;
    enum options_outcome outcome;
    struct arena strings;
    struct err e;
    arena_init(&strings, 0);
    assert_int_equal(parse(argv, args, &count, &outcome, &strings, &e), ERR_OK);
    assert_int_equal(outcome, OPTIONS_RUN);
    assert_int_equal(got.jobs, 3);
    assert_string_equal(got.url, "unix:///x");
    assert_true(got.quiet);
    assert_true(got.bytes == 2ull << 30);
    assert_int_equal(got.wait_ms, 250);
    assert_int_equal(got.also.count, 2);
    assert_string_equal(got.also.items[0], "one");
    assert_string_equal(got.also.items[1], "two");
    assert_int_equal(count, 3);
    assert_string_equal(args[1], "-");
    assert_string_equal(args[2], "-j9");
    arena_clear(&strings);
}

static void options_errors_name_the_option(void **state) {
    (void)state;
    static const struct { const char *argument; const char *part; } cases[] = {
        {"--no-such", "--no-such"}, {"--jobs=many", "--jobs"}, {"--jobs", "needs a value"}, {"--max-bytes=1X", "--max-bytes"}, {"-qx", "-q"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char argument[32];
        snprintf(argument, sizeof argument, "%s", cases[i].argument);
        char *argv[] = {(char[]){"test"}, argument, NULL};
        const char *args[4];
        size_t count;
        enum options_outcome outcome;
        struct arena strings;
        struct err e;
        arena_init(&strings, 0);
        assert_int_equal(parse(argv, args, &count, &outcome, &strings, &e), ERR_USAGE);
        assert_non_null(strstr(e.msg, cases[i].part));
        arena_clear(&strings);
    }
}

static void options_flags_win_over_environment_over_config(void **state) {
    (void)state;
    char path[] = "/tmp/thresher-test-options-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    static const char text[] = "# comment\nredis = redis://config\njobs = 7\nwait=2m\nother-program = 1\n";
    assert_int_equal(write(fd, text, sizeof text - 1), sizeof text - 1);
    close(fd);
    setenv("TEST_REDIS_URL", "redis://environment", 1);
    char *argv[] = {(char[]){"test"}, (char[]){"--config"}, path, (char[]){"--jobs"}, (char[]){"8"}, NULL};
    const char *args[8];
    size_t count;
    enum options_outcome outcome;
    struct arena strings;
    struct err e;
    arena_init(&strings, 0);
    assert_int_equal(parse(argv, args, &count, &outcome, &strings, &e), ERR_OK);
    assert_string_equal(got.url, "redis://environment");
    assert_int_equal(got.jobs, 8);
    assert_int_equal(got.wait_ms, 120000);
    assert_int_equal(count, 0);
    unsetenv("TEST_REDIS_URL");
    assert_int_equal(file_replace(path, SV("jobs = 1\nwait = soon\n"), &e), ERR_OK);
    assert_int_equal(parse(argv, args, &count, &outcome, &strings, &e), ERR_USAGE);
    assert_non_null(strstr(e.msg, ":2"));
    unlink(path);
    arena_clear(&strings);
}

static void options_help_lists_every_option(void **state) {
    (void)state;
    struct sbuf out;
    sbuf_init(&out, 0);
    options_help(&options, &out);
    for (size_t i = 0; i < options.count; i++) assert_true(sv_has(sbuf_view(&out), sv_cstr(table[i].name)));
    assert_true(sv_has(sbuf_view(&out), SV("[$TEST_REDIS_URL]")));
    sbuf_clear(&out);
}

static void options_password_on_the_command_line_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *argument;
        bool fine;
    } rows[] = {{"--redis=redis://:secret@host", false}, {"--redis=unix://u:secret@/path", false}, {"--redis=redis://user@host:1", true},
                {"--redis=rediss://host:1/0?password-file=/run/x", true}, {"--redis=redis://[::1]:6379", true}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char argument[128];
        snprintf(argument, sizeof argument, "%s", rows[i].argument);
        char *argv[] = {(char[]){"test"}, argument, NULL};
        const char *args[4];
        size_t count;
        enum options_outcome outcome;
        struct arena strings;
        struct err e = {0};
        arena_init(&strings, 0);
        assert_int_equal(parse(argv, args, &count, &outcome, &strings, &e), rows[i].fine ? ERR_OK : ERR_USAGE);
        assert_null(strstr(e.msg, "secret"));
        arena_clear(&strings);
    }
    setenv("TEST_REDIS_URL", "redis://:secret@host", 1);
    char *argv[] = {(char[]){"test"}, NULL};
    const char *args[4];
    size_t count;
    enum options_outcome outcome;
    struct arena strings;
    arena_init(&strings, 0);
    assert_int_equal(parse(argv, args, &count, &outcome, &strings, NULL), ERR_OK);
    assert_string_equal(got.url, "redis://:secret@host");
    unsetenv("TEST_REDIS_URL");
    arena_clear(&strings);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_password_on_the_command_line_is_refused),
        cmocka_unit_test(options_take_every_form),
        cmocka_unit_test(options_errors_name_the_option),
        cmocka_unit_test(options_flags_win_over_environment_over_config),
        cmocka_unit_test(options_help_lists_every_option),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
