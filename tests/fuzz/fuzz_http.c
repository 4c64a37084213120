/* WARC heads, HTTP heads, chunks and content encodings: the first byte chooses whether there is a record around. What comes out lies in what
 * went in, or within the limit. */
#include "fuzz_target.h"
#include "http.h"

enum { MAX_BYTES = 256 * 1024 };

static bool lies_in(sv part, sv whole) { return part.n == 0 || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n); }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1) return 0;
    sv bytes = sv_from((const char *)data + 1, size - 1);
    struct sbuf decoded;
    struct http_page page = {0};
    struct err e;
    sbuf_init(&decoded, MAX_BYTES);
    enum err_code code = http_open(bytes, data[0] & 1, MAX_BYTES, &decoded, &page, &e);
    if (!code) {
        BUG_IF(!lies_in(page.url, bytes) || !lies_in(page.content_type, bytes));
        BUG_IF(!lies_in(page.body, bytes) && !lies_in(page.body, sbuf_view(&decoded)));
        BUG_IF(page.status > 999);
    }
    BUG_IF(decoded.n > MAX_BYTES);
    sbuf_clear(&decoded);
    return 0;
}
