/* Which encoding a page is in, and its text as UTF-8. Labels and decoders are the WHATWG Encoding Standard's (lexbor's tables). */
#pragma once

#include "base/err.h"
#include "base/sbuf.h"

struct charset {
    sv name;   /* WHATWG name, static; "UTF-32" and "replacement" (ISO-2022-KR, HZ...) have no decoder */
    sv source; /* "bom", "http", "meta", "detected", "default" */
    bool clean; /* the bytes are valid UTF-8 and need no decoding */
};

/* The bytes are asked first, then the labels, and a label that the bytes contradict is passed over:
 * byte order mark; NULs as UTF-16 has them; bytes that are UTF-8, or would be but for some damage; the first label of `label`, `content_type` and
 * the page's own in which the page reads like text; what charset_guess says; the first label; windows-1252.
 * `label` and `content_type` may be absent; names that do not exist count as absent. O(n). ERR_MEMORY. */
MUST_USE enum err_code charset_find(sv bytes, sv content_type, sv label, struct charset *out, struct err *);
/* Appends the text without BOM. Malformed sequences become U+FFFD; in damaged UTF-8 of a Latin page a lone byte is read as windows-1252,
 * which is where it came from. ERR_INPUT: there is no decoder; ERR_MEMORY; ERR_LIMIT from the buffer. About 1 instruction a byte of ASCII. */
MUST_USE enum err_code charset_decode(struct charset, sv bytes, struct sbuf *out, struct err *);
/* Bytes that are clean, without BOM. */
sv charset_clean(sv bytes);
