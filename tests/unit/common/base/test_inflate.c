#include "base/inflate.h"

#include <zlib.h>
#include <zstd.h>

#include "cmocka_all.h"

enum { PLAIN_BYTES = 300000 };
static char plain[PLAIN_BYTES];

static int fill(void **state) {
    (void)state;
    uint32_t x = 1;
    for (size_t i = 0; i < PLAIN_BYTES; i++) {
        x = x * 1664525u + 1013904223u;
        plain[i] = (char)('a' + (x >> 24) % 20);
    }
    return 0;
}

static sv pack(int window_bits, sv in, char *out, size_t cap) {
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (unsigned char *)(uintptr_t)in.p;
    z.avail_in = (unsigned)in.n;
    z.next_out = (unsigned char *)out;
    z.avail_out = (unsigned)cap;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t n = cap - z.avail_out;
    deflateEnd(&z);
    return sv_from(out, n);
}

static char packed[PLAIN_BYTES * 2];

static void inflate_all_undoes_each_wrapper(void **state) {
    (void)state;
    static const struct { enum inflate_kind kind; int window_bits; } cases[] = {
        {INFLATE_GZIP, 31}, {INFLATE_ZLIB, 15}, {INFLATE_DEFLATE, -15}, {INFLATE_ZSTD, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sv in = cases[i].kind == INFLATE_ZSTD ? sv_from(packed, ZSTD_compress(packed, sizeof packed, plain, PLAIN_BYTES, 3))
                                              : pack(cases[i].window_bits, sv_from(plain, PLAIN_BYTES), packed, sizeof packed);
        struct sbuf out;
        struct err e;
        sbuf_init(&out, 0);
        assert_int_equal(inflate_all(cases[i].kind, in, PLAIN_BYTES, &out, &e), ERR_OK);
        assert_true(sv_eq(sbuf_view(&out), sv_from(plain, PLAIN_BYTES)));
        sbuf_reset(&out);
        assert_int_equal(inflate_all(cases[i].kind, in, PLAIN_BYTES - 1, &out, &e), ERR_LIMIT);
        assert_true(out.n < PLAIN_BYTES);
        sbuf_reset(&out);
        assert_int_equal(inflate_all(cases[i].kind, sv_take(in, in.n / 2), PLAIN_BYTES, &out, &e), ERR_INPUT);
        assert_true(out.n > 0 || cases[i].kind == INFLATE_ZSTD);
        sbuf_clear(&out);
    }
}

static void inflate_all_reads_several_gzip_members(void **state) {
    (void)state;
    size_t first = pack(31, SV("one "), packed, 1000).n;
    size_t both = first + pack(31, SV("two"), packed + first, 1000).n;
    struct sbuf out;
    struct err e;
    sbuf_init(&out, 0);
    assert_int_equal(inflate_all(INFLATE_GZIP, sv_from(packed, both), 100, &out, &e), ERR_OK);
    assert_sv_equal(sbuf_view(&out), "one two");
    sbuf_clear(&out);
}

static void inflate_member_ends_where_the_member_ends(void **state) {
    (void)state;
    size_t first = pack(31, sv_from(plain, PLAIN_BYTES), packed, sizeof packed).n;
    memcpy(packed + first, "\x1f\x8bnext", 6);
    static const size_t pieces[] = {1, 7, 4096, SIZE_MAX};
    for (size_t k = 0; k < sizeof pieces / sizeof *pieces; k++) {
        struct inflate_member *m = NULL;
        struct err e;
        assert_int_equal(inflate_member_new(&m, INFLATE_GZIP, SV_NONE, &e), ERR_OK);
        struct sbuf head;
        sbuf_init(&head, 0);
        sv all = sv_from(packed, first + 6);
        uint64_t decoded = 0;
        size_t used = 0;
        enum inflate_step step = INFLATE_MORE;
        while (step == INFLATE_MORE && used < all.n) {
            sv piece = sv_take(sv_skip(all, used), pieces[k]);
            size_t before = piece.n;
            step = inflate_member_feed(m, &piece, 500, &head, &decoded);
            used += before - piece.n;
        }
        assert_int_equal(step, INFLATE_END);
        assert_int_equal(used, first);
        assert_int_equal(decoded, PLAIN_BYTES);
        assert_true(sv_eq(sbuf_view(&head), sv_from(plain, 500)));
        sbuf_clear(&head);
        inflate_member_free(&m);
    }
}

static void inflate_member_says_bad_for_damage(void **state) {
    (void)state;
    size_t n = pack(31, sv_from(plain, PLAIN_BYTES), packed, sizeof packed).n;
    packed[n - 6] ^= 1; /* in the CRC */
    struct inflate_member *m = NULL;
    struct err e;
    struct sbuf head;
    sbuf_init(&head, 0);
    assert_int_equal(inflate_member_new(&m, INFLATE_GZIP, SV_NONE, &e), ERR_OK);
    sv in = sv_from(packed, n);
    uint64_t decoded = 0;
    assert_int_equal(inflate_member_feed(m, &in, 0, &head, &decoded), INFLATE_BAD);
    inflate_member_free(&m);
    sbuf_clear(&head);
}

static void inflate_all_keeps_all_of_a_wrong_checksum(void **state) {
    (void)state;
    sv in = pack(31, sv_from(plain, PLAIN_BYTES), packed, sizeof packed);
    packed[in.n - 6] ^= 1;
    struct sbuf out;
    struct err e;
    sbuf_init(&out, 0);
    assert_int_equal(inflate_all(INFLATE_GZIP, in, PLAIN_BYTES, &out, &e), ERR_INPUT);
    assert_true(sv_eq(sbuf_view(&out), sv_from(plain, PLAIN_BYTES)));
    sbuf_clear(&out);
}

/* What zlib makes of a damaged raw stream, up to the damage. */
static size_t zlib_until_damage(sv in, char *out, size_t cap, int *rc) {
    z_stream z = {0};
    assert_int_equal(inflateInit2(&z, -15), Z_OK);
    z.next_in = (unsigned char *)(uintptr_t)in.p;
    z.avail_in = (unsigned)in.n;
    z.next_out = (unsigned char *)out;
    z.avail_out = (unsigned)cap;
    *rc = inflate(&z, Z_FINISH);
    inflateEnd(&z);
    return cap - z.avail_out;
}

static void inflate_all_gives_what_came_before_damage(void **state) {
    (void)state;
    static char text[PLAIN_BYTES], broken[PLAIN_BYTES], other[2 * PLAIN_BYTES];
    size_t damaged = 0;
    for (size_t i = 0; i < PLAIN_BYTES; i++) text[i] = i % 7 ? plain[i / 5 % 9000] : plain[i]; /* repeats, for distances to be wrong */
    sv in = pack(-15, sv_from(text, PLAIN_BYTES), packed, sizeof packed);
    for (size_t at = 200; at < 6000; at += 29) { /* early, where a wrong distance leads before the beginning */
        int rc;
        struct sbuf out;
        struct err e;
        memcpy(broken, in.p, in.n);
        memset(broken + at, (int)(at % 251), 24);
        size_t n = zlib_until_damage(sv_from(broken, in.n), other, sizeof other, &rc);
        if (rc != Z_DATA_ERROR) continue;
        sbuf_init(&out, 0);
        assert_int_equal(inflate_all(INFLATE_DEFLATE, sv_from(broken, in.n), sizeof other, &out, &e), ERR_INPUT);
        assert_true(out.n <= n && n - out.n <= 258); /* the longest repeat is given up */
        assert_true(sv_eq(sbuf_view(&out), sv_from(other, out.n)));
        sbuf_clear(&out);
        damaged++;
    }
    assert_true(damaged > 100);
}

static void inflate_member_reads_zstd_frames(void **state) {
    (void)state;
    const sv dictionaries[] = {SV_NONE, sv_from(plain, 1000)};
    for (size_t k = 0; k < 2; k++) {
        ZSTD_CCtx *context = ZSTD_createCCtx();
        size_t n = ZSTD_compress_usingDict(context, packed, sizeof packed, plain, PLAIN_BYTES, dictionaries[k].p, dictionaries[k].n, 3);
        ZSTD_freeCCtx(context);
        assert_false(ZSTD_isError(n));
        struct inflate_member *m = NULL;
        struct err e;
        struct sbuf all;
        sbuf_init(&all, 0);
        assert_int_equal(inflate_member_new(&m, INFLATE_ZSTD, dictionaries[k], &e), ERR_OK);
        for (int round = 0; round < 2; round++) {
            sv in = sv_from(packed, n), out;
            enum inflate_step step;
            do {
                step = inflate_member_step(m, &in, &out);
                assert_true(out.n <= 65536);
                sbuf_add(&all, out);
            } while (step == INFLATE_MORE);
            assert_int_equal(step, INFLATE_END);
            assert_int_equal(in.n, 0);
            inflate_member_reset(m);
        }
        assert_int_equal(all.n, 2 * PLAIN_BYTES);
        assert_memory_equal(all.p + PLAIN_BYTES, plain, PLAIN_BYTES);
        inflate_member_free(&m);
        sbuf_clear(&all);
    }
    struct inflate_member *m = NULL;
    struct err e;
    assert_int_equal(inflate_member_new(&m, INFLATE_ZSTD, SV("\x37\xa4\x30\xec no dictionary"), &e), ERR_INPUT);
    assert_null(m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inflate_all_undoes_each_wrapper),
        cmocka_unit_test(inflate_all_reads_several_gzip_members),
        cmocka_unit_test(inflate_member_ends_where_the_member_ends),
        cmocka_unit_test(inflate_member_says_bad_for_damage),
        cmocka_unit_test(inflate_all_keeps_all_of_a_wrong_checksum),
        cmocka_unit_test(inflate_all_gives_what_came_before_damage),
        cmocka_unit_test(inflate_member_reads_zstd_frames),
    };
    return cmocka_run_group_tests(tests, fill, NULL);
}
