#include "base/hash.h"

#include "cmocka_all.h"

static void hash64_stream_agrees_with_hash64(void **state) {
    (void)state;
    char bytes[5000];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (char)(i * 31);
    struct hash64_stream *h = hash64_stream_new();
    assert_non_null(h);
    for (size_t piece = 1; piece <= sizeof bytes; piece += 777) {
        hash64_stream_reset(h);
        for (size_t at = 0; at < sizeof bytes; at += piece) hash64_stream_add(h, sv_take(sv_from(bytes + at, sizeof bytes - at), piece));
        assert_int_equal(hash64_stream_value(h), hash64(sv_from(bytes, sizeof bytes)));
    }
    hash64_stream_reset(h);
    assert_int_equal(hash64_stream_value(h), hash64(SV("")));
    hash64_stream_free(&h);
    assert_null(h);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(hash64_stream_agrees_with_hash64)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
