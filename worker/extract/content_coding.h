/* What lies around a body: chunks, and content codings (gzip, deflate, brotli, zstd), several on top of each other. The bytes are believed
 * before the headers: what is said to be coded and is not stays as it is, what is coded otherwise than said is decoded as it is. */
#pragma once

#include "base/err.h"
#include "base/sbuf.h"

enum { CODINGS_MAX = 8 };

struct codings {
    sv name[CODINGS_MAX]; /* in the order in which they were applied */
    size_t count;
};

/* Adds the names in a header's value, without "identity". Those beyond the maximum are forgotten: the bytes tell. */
void codings_add(struct codings *, sv value);
/* Takes "chunked" out: whether it was there. */
bool codings_take_chunked(struct codings *);

/* The body without its chunk sizes, into *out. Whatever does not go on as chunks do is kept as it is. False: it is not chunked at all. */
bool chunks_join(sv body, struct sbuf *out);

/* Undoes what can be undone of *body; *decoded holds it then, and *body is a view of it (*body may lie in *decoded before). `max_bytes` bounds each
 * layer. ERR_LIMIT: it decodes to more, or through more layers than CODINGS_MAX; ERR_INPUT: it is no text, and no coding that is said fits,
 * with *unsupported when that is because we have no decoder for it; ERR_MEMORY. */
MUST_USE enum err_code codings_undo(const struct codings *, size_t max_bytes, struct sbuf *decoded, sv *body, bool *unsupported, struct err *);
