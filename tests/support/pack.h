/* Compressed bytes for tests: one call a coding. Each returns a buffer that the caller clears. */
#pragma once

#include <brotli/encode.h>
#include <zlib.h>
#include <zstd.h>

#include "base/sbuf.h"
#include "cmocka_all.h"

enum pack_kind { PACK_GZIP = 31, PACK_ZLIB = 15, PACK_DEFLATE = -15, PACK_ZSTD = 100, PACK_BROTLI };

static inline struct sbuf pack(enum pack_kind kind, sv in) {
    struct sbuf out;
    sbuf_init(&out, 0);
    size_t cap = in.n + in.n / 8 + 1000, n = cap;
    char *at = sbuf_reserve(&out, cap);
    assert_non_null(at);
    if (kind == PACK_ZSTD) n = ZSTD_compress(at, cap, in.p, in.n, 3);
    else if (kind == PACK_BROTLI)
        assert_int_equal(BrotliEncoderCompress(5, 22, BROTLI_MODE_TEXT, in.n, (const uint8_t *)in.p, &n, (uint8_t *)at), BROTLI_TRUE);
    else {
        z_stream z = {0};
        assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, (int)kind, 8, Z_DEFAULT_STRATEGY), Z_OK);
        z.next_in = (unsigned char *)(uintptr_t)in.p;
        z.avail_in = (unsigned)in.n;
        z.next_out = (unsigned char *)at;
        z.avail_out = (unsigned)cap;
        assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
        n = cap - z.avail_out;
        deflateEnd(&z);
    }
    sbuf_commit(&out, n);
    return out;
}

/* A deflate stream in a gzip head that would decode to `mebibytes` of NULs, without the time of making them: one piece of it, repeated. */
static inline struct sbuf pack_gzip_bomb(size_t mebibytes) {
    static unsigned char zeros[1 << 20];
    struct sbuf out;
    char piece[4096];
    z_stream z = {0};
    sbuf_init(&out, 0);
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = zeros;
    z.avail_in = sizeof zeros;
    z.next_out = (unsigned char *)piece;
    z.avail_out = sizeof piece;
    assert_int_equal(deflate(&z, Z_FULL_FLUSH), Z_OK);
    sbuf_add(&out, sv_from("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10));
    for (size_t i = 0; i < mebibytes; i++) sbuf_add(&out, sv_from(piece, sizeof piece - z.avail_out));
    deflateEnd(&z);
    return out;
}
