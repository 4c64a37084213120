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

/* Decodes the whole of `in`, appending to *out. ERR_LIMIT when more than max_bytes would come out, ERR_INPUT when the data is
 * damaged or ends early: what was decoded until then stays in *out, for callers that can use a part. */
MUST_USE enum err_code inflate_all(enum inflate_kind, sv in, size_t max_bytes, struct sbuf *out, struct err *);

/* A gzip member fed piece by piece: where it ends, and the head of what it holds. Used by the WARC reader, which must find the ends
 * of members without keeping what they decode to. */
struct inflate_member;
enum inflate_step { INFLATE_MORE, INFLATE_END, INFLATE_BAD };

MUST_USE enum err_code inflate_member_new(struct inflate_member **out, struct err *);
void inflate_member_free(struct inflate_member **);
void inflate_member_reset(struct inflate_member *);
/* Takes bytes from the front of *in; decoded bytes up to `keep_bytes` in all are appended to *head, the rest is dropped.
 * END: the member's trailer has been read and its CRC agrees, *in begins behind it. MORE: *in is empty. BAD: not gzip, or damaged.
 * *decoded_bytes counts what came out so far. */
enum inflate_step inflate_member_feed(struct inflate_member *, sv *in, size_t keep_bytes, struct sbuf *head, uint64_t *decoded_bytes);
