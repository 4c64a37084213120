#include "base/hash.h"

#include <openssl/evp.h>
#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t hash64(sv v) { return XXH3_64bits(v.p, v.n); }

struct hash64_stream {
    XXH3_state_t state;
};

struct hash64_stream *hash64_stream_new(void) {
    struct hash64_stream *h = aligned_alloc(_Alignof(struct hash64_stream), sizeof *h);
    if (h) hash64_stream_reset(h);
    return h;
}

void hash64_stream_free(struct hash64_stream **h) {
    free(*h);
    *h = NULL;
}

void hash64_stream_reset(struct hash64_stream *h) {
    XXH3_INITSTATE(&h->state);
    XXH3_64bits_reset(&h->state);
}

void hash64_stream_add(struct hash64_stream *h, sv v) {
    if (v.n) XXH3_64bits_update(&h->state, v.p, v.n);
}

uint64_t hash64_stream_value(const struct hash64_stream *h) { return XXH3_64bits_digest(&h->state); }

struct hash128 hash128_parts(const sv *parts, size_t count) {
    XXH3_state_t state;
    XXH3_INITSTATE(&state);
    XXH3_128bits_reset(&state);
    for (size_t i = 0; i < count; i++) {
        uint8_t length[8];
        for (int k = 0; k < 8; k++) length[k] = (uint8_t)((uint64_t)parts[i].n >> (8 * k));
        XXH3_128bits_update(&state, length, sizeof length);
        if (parts[i].n) XXH3_128bits_update(&state, parts[i].p, parts[i].n);
    }
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(&state));
    struct hash128 out;
    memcpy(out.b, canonical.digest, sizeof out.b);
    return out;
}

/* OpenSSL 3 reads through NULL where it had no memory for its own beginnings; asked for these, it says so. */
static bool has_begun(void) { return OSSL_LIB_CTX_get0_global_default() != NULL; }

bool sha256(sv v, struct sha256 *out) { return has_begun() && EVP_Digest(v.n ? v.p : "", v.n, out->b, NULL, EVP_sha256(), NULL) == 1; }

struct sha256_sum {
    EVP_MD_CTX *now, *copy;
    bool failed; /* what was added is not all in it */
};

struct sha256_sum *sha256_sum_new(void) {
    struct sha256_sum *s = has_begun() ? calloc(1, sizeof *s) : NULL;
    if (!s) return NULL;
    s->now = EVP_MD_CTX_new();
    s->copy = EVP_MD_CTX_new();
    if (!s->now || !s->copy || EVP_DigestInit_ex(s->now, EVP_sha256(), NULL) != 1) sha256_sum_free(&s);
    return s;
}

void sha256_sum_free(struct sha256_sum **ps) {
    if (!*ps) return;
    EVP_MD_CTX_free((*ps)->now);
    EVP_MD_CTX_free((*ps)->copy);
    free(*ps);
    *ps = NULL;
}

void sha256_sum_reset(struct sha256_sum *s) { s->failed = EVP_DigestInit_ex(s->now, NULL, NULL) != 1; }

void sha256_sum_add(struct sha256_sum *s, sv v) {
    if (v.n) s->failed |= EVP_DigestUpdate(s->now, v.p, v.n) != 1;
}

bool sha256_sum_view(const struct sha256_sum *s, struct sha256 *out) {
    return !s->failed && EVP_MD_CTX_copy_ex(s->copy, s->now) == 1 && EVP_DigestFinal_ex(s->copy, out->b, NULL) == 1;
}

void hex_encode(const uint8_t *bytes, size_t n, char *out) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * n] = '\0';
}

static int hex_digit(char c) {
    if (ascii_is_digit(c)) return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_decode(sv text, uint8_t *out, size_t n) {
    if (text.n != 2 * n) return false;
    for (size_t i = 0; i < n; i++) {
        int hi = hex_digit(text.p[2 * i]), lo = hex_digit(text.p[2 * i + 1]);
        if (hi < 0 || lo < 0) return false;
        out[i] = (uint8_t)(hi << 4 | lo);
    }
    return true;
}
