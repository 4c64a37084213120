/* Hashes: XXH3 for identity and tables (not for secrets), SHA-256 for what others will compare. */
#pragma once

#include "base/compiler.h"
#include "base/sv.h"

struct hash128 {
    uint8_t b[16]; /* big-endian, so that order and hex agree on every machine */
};

struct sha256 {
    uint8_t b[32];
};

uint64_t hash64(sv);
/* hash64 of bytes that come in pieces. */
struct hash64_stream;
struct hash64_stream *hash64_stream_new(void); /* NULL when memory is out */
void hash64_stream_free(struct hash64_stream **);
void hash64_stream_reset(struct hash64_stream *);
void hash64_stream_add(struct hash64_stream *, sv);
uint64_t hash64_stream_value(const struct hash64_stream *);
/* Of the parts in order, each prefixed with its length, so that ("ab","c") differs from ("a","bc"). */
struct hash128 hash128_parts(const sv *parts, size_t count);
/* False without memory. */
MUST_USE bool sha256(sv, struct sha256 *out);

/* SHA-256 piece by piece. NULL without memory. */
struct sha256_sum;
struct sha256_sum *sha256_sum_new(void);
void sha256_sum_free(struct sha256_sum **);
void sha256_sum_reset(struct sha256_sum *);
void sha256_sum_add(struct sha256_sum *, sv);
/* Of all that was added since the reset; more may follow. False without memory. */
bool sha256_sum_view(const struct sha256_sum *, struct sha256 *out);

/* Lower-case hex of n bytes into out[2 * n + 1]. */
void hex_encode(const uint8_t *bytes, size_t n, char *out);
/* Exactly 2 * n hex digits, either case. */
bool hex_decode(sv text, uint8_t *out, size_t n);
