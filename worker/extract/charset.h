/* Which encoding a page is in, and its text as UTF-8. Labels and decoders are the WHATWG Encoding Standard's (lexbor's tables). */
#pragma once

#include "base/err.h"
#include "base/sbuf.h"

struct charset {
    sv name;   /* WHATWG name, static */
    sv source; /* "bom", "http", "meta", "detected", "default" */
};

/* Order: byte order mark; bytes that are valid UTF-8 with something beyond ASCII in them; the HTTP label; <meta> or XML declaration in the
 * first 4 KiB; UTF-8 that is merely damaged; windows-1252. `label` and `content_type` may be absent. O(n). */
struct charset charset_find(sv bytes, sv content_type, sv label);
/* Appends the text without BOM, malformed sequences as U+FFFD. ERR_MEMORY; ERR_LIMIT from the buffer. */
MUST_USE enum err_code charset_decode(struct charset, sv bytes, struct sbuf *out, struct err *);
