/* What is around a page: a WARC record's head, an HTTP head, transfer and content encodings. Heads are read however odd they are: folded lines, LF
 * alone, interim responses before the final one, a status line that is missing (in a record), markup without an empty line before it.
 * Content-Length is not believed at all: what is there is the page. RFC 9110, RFC 9112, WARC 1.1. */
#pragma once

#include "base/err.h"
#include "base/sbuf.h"

struct http_page {
    sv url;          /* WARC-Target-URI, without the angle brackets of old writers; absent without a record */
    sv warc_type;    /* "response" ...; absent without a record */
    unsigned status; /* 0: no HTTP head */
    sv content_type; /* of the HTTP head, else of the record */
    sv body;         /* decoded; in the input or in `decoded` */
    bool unsupported; /* with ERR_INPUT: the body is in a content encoding that we have no decoder for */
};

/* `bytes` is a WARC record (is_record) or an HTTP response. out's views lie in bytes. ERR_INPUT: there is no head
 * where one must be, or no encoding fits the body; ERR_LIMIT: the body decodes to more than max_bytes; ERR_MEMORY. O(bytes). */
MUST_USE enum err_code http_open(sv bytes, bool is_record, size_t max_bytes, struct sbuf *decoded, struct http_page *out, struct err *);
