/* One small decoder for gzip, zlib, raw deflate, zstd and brotli, with a limit on what comes out. */
#pragma once

#include "base/sbuf.h"

enum inflate_kind {
    INFLATE_GZIP,    /* one or more members, one after another */
    INFLATE_ZLIB,
    INFLATE_DEFLATE, /* raw */
    INFLATE_ZSTD,
    INFLATE_BROTLI,
};

/* Decodes the whole of `in`, appending to *out. ERR_LIMIT when more than max_bytes would come out, or more than INFLATE_RATIO_MAX times `in`
 * beyond the first INFLATE_RATIO_FREE bytes (deflate cannot do more than 1,032; text does 3 to 30, a page of one repeated line 500);
 * ERR_INPUT when the data is damaged or ends early: what was decoded until then, but for up to 258 bytes, stays in *out, for callers that can use a part.
 * Memory besides: zstd's window, at most the next power of two above max_bytes and 8 MiB (RFC 9659); brotli's 16 MiB; else 64 KiB. */
enum { INFLATE_RATIO_MAX = 1000, INFLATE_RATIO_FREE = 1 << 20 };
MUST_USE enum err_code inflate_all(enum inflate_kind, sv in, size_t max_bytes, struct sbuf *out, struct err *);

/* A gzip member, or a zstd frame with or without a dictionary, fed piece by piece: where it ends, and what it holds. Used by readers of
 * archives, which must find the ends of members without keeping what they decode to. */
struct inflate_member;
enum inflate_step { INFLATE_MORE, INFLATE_END, INFLATE_BAD };

/* kind: INFLATE_GZIP or INFLATE_ZSTD. The dictionary (zstd; absent: none) is copied; ERR_INPUT when it is not one. */
MUST_USE enum err_code inflate_member_new(struct inflate_member **out, enum inflate_kind kind, sv dictionary, struct err *);
void inflate_member_free(struct inflate_member **);
void inflate_member_reset(struct inflate_member *);
/* Takes bytes from the front of *in; *out is what they decode to, 64 KiB at most, valid until the next call.
 * END: the member's trailer has been read and its checksum agrees, *in begins behind it. MORE: call again, with more when *in is empty and
 * *out is too. BAD: not of this kind, or damaged. */
enum inflate_step inflate_member_step(struct inflate_member *, sv *in, sv *out);
/* The same for all of *in: decoded bytes are appended to *head until it holds `keep_bytes`, the rest is dropped; MORE: *in is empty.
 * *decoded_bytes counts on by what came out. */
enum inflate_step inflate_member_feed(struct inflate_member *, sv *in, size_t keep_bytes, struct sbuf *head, uint64_t *decoded_bytes);
