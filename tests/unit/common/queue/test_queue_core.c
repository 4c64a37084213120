#include "queue/queue_core.h"

#include "cmocka_all.h"

static void backoff_is_full_jitter_under_a_ceiling_that_doubles(void **state) {
    (void)state;
    static const struct {
        unsigned tries;
        uint64_t ceiling_ms;
    } table[] = {{0, 1000}, {1, 2000}, {2, 4000}, {3, 8000}, {8, 256000}, {9, 300000}, {31, 300000}, {32, 300000}, {4000000000u, 300000}};
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        uint64_t most = 0, least = UINT64_MAX, random = 88172645463325252u;
        for (int k = 0; k < 2000; k++) {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            uint64_t ms = queue_backoff_ms(1000, 300000, table[i].tries, random);
            most = ms > most ? ms : most;
            least = ms < least ? ms : least;
        }
        assert_in_range(most, table[i].ceiling_ms * 9 / 10, table[i].ceiling_ms);
        assert_in_range(least, 0, table[i].ceiling_ms / 10);
        assert_int_equal(queue_backoff_ms(1000, 300000, table[i].tries, table[i].ceiling_ms), table[i].ceiling_ms);
    }
    assert_int_equal(queue_backoff_ms(0, 0, 3, 7), 0);
}

static void faults_are_told_apart(void **state) {
    (void)state;
    static const struct {
        const char *reply;
        enum queue_fault fault;
    } table[] = {{"NOSCRIPT No matching script.", QUEUE_FAULT_NOSCRIPT}, {"NOGROUP No such key", QUEUE_FAULT_NOGROUP}, {"LOADING Redis is loading", QUEUE_FAULT_AGAIN},
                 {"OOM command not allowed when used memory > 'maxmemory'.", QUEUE_FAULT_AGAIN}, {"NOAUTH Authentication required.", QUEUE_FAULT_DENIED},
                 {"ERR Error running script: -OOM command not allowed when", QUEUE_FAULT_AGAIN}, {"WRONGTYPE Operation", QUEUE_FAULT_FATAL},
                 {"ERR The user executing the script can't run this command or subcommand script: 19b0,", QUEUE_FAULT_DENIED}};
    for (size_t i = 0; i < COUNT_OF(table); i++) assert_int_equal(queue_fault_of(sv_cstr(table[i].reply)), table[i].fault);
}

static void addresses(void **state) {
    (void)state;
    static const struct {
        const char *url, *shown; /* NULL: refused */
    } table[] = {{"redis://h", "redis://h:6379"}, {"redis://u:p%40@h:7/2", "redis://h:7"}, {"redis://:p@[::1]:8", "redis://::1:8"}, {"unix:///a/b?db=3", "unix:///a/b"},
                 {"unix://:p@/a", "unix:///a"}, {"rediss://h:1/2?ca=/a&cert=/b&key=/c", "rediss://h:1"},
                 {"redis://h?ca=/a", NULL}, {"rediss://h?nothing=1", NULL}, {"redis://u@h?password-file=/nonexistent/p@", NULL}, {"http://h", NULL}, {"redis://", NULL}, {"redis://h:0", NULL}, {"redis://h:99999", NULL}, {"redis://h/x", NULL}, {"unix://", NULL}};
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        struct arena arena;
        struct queue_address a;
        struct err e = {0};
        arena_init(&arena, 0);
        enum err_code code = queue_address_parse(table[i].url, &arena, &a, &e);
        assert_int_equal(code, table[i].shown ? ERR_OK : ERR_USAGE);
        if (table[i].shown) assert_sv_equal(a.shown, table[i].shown);
        else assert_null(strstr(e.msg, "p@"));
        arena_clear(&arena);
    }
}

static void names_of_queues(void **state) {
    (void)state;
    struct queue_keys keys;
    struct err e;
    assert_int_equal(queue_keys_init(&keys, "a.b-C_9", &e), ERR_OK);
    assert_string_equal(keys.name[KEY_DELAYED_PAYLOAD], "thresher:{a.b-C_9:0}:delayed:payload");
    assert_string_equal(keys.name[KEY_COLLECTOR], "thresher:{a.b-C_9:0}:collector");
    static const char *const bad[] = {"", "a b", "a}b", "\xc3\xa9", "a/b"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) assert_int_equal(queue_keys_init(&keys, bad[i], &e), ERR_USAGE);
}

static void extractions_are_counted_under_the_bound_above_them(void **state) {
    (void)state;
    static const struct {
        uint64_t us;
        const char *name;
    } table[] = {{1, "500"}, {500, "500"}, {501, "1000"}, {10000000, "10000000"}, {10000001, "inf"}, {UINT64_MAX, "inf"}, {0, ""}};
    struct arena arena;
    struct queue_cmd c;
    arena_init(&arena, 0);
    queue_cmd_init(&c, &arena);
    for (size_t i = 0; i < COUNT_OF(table); i++) queue_cmd_add_took(&c, table[i].us);
    assert_int_equal(c.count, 2 * COUNT_OF(table));
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        assert_sv_equal(sv_from(c.argv[2 * i], c.lens[2 * i]), table[i].name);
        if (table[i].us) assert_true(table[i].us <= queue_took_bounds_us[queue_took_parse(sv_cstr(table[i].name))]);
    }
    for (size_t i = 1; i < QUEUE_TOOK_BUCKETS; i++) assert_true(queue_took_bounds_us[i] > queue_took_bounds_us[i - 1]);
    assert_int_equal(queue_took_parse(SV("somebody's")), QUEUE_TOOK_BUCKETS - 1);
    arena_clear(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(backoff_is_full_jitter_under_a_ceiling_that_doubles),
        cmocka_unit_test(faults_are_told_apart),
        cmocka_unit_test(addresses),
        cmocka_unit_test(names_of_queues),
        cmocka_unit_test(extractions_are_counted_under_the_bound_above_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
