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

static void sha256_is_that_of_the_standard(void **state) {
    (void)state;
    char hex[65];
    struct sha256 sum;
    assert_true(sha256(SV("abc"), &sum));
    hex_encode(sum.b, sizeof sum.b, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_true(sha256(SV_NONE, &sum));
    hex_encode(sum.b, sizeof sum.b, hex);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(hash64_stream_agrees_with_hash64), cmocka_unit_test(sha256_is_that_of_the_standard)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
