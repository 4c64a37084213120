/* Content type, label and page, split at the first two newlines: whatever the page is said to be in, UTF-8 comes out, or no decoder is known. */
#include "base/utf8.h"
#include "charset.h"
#include "fuzz_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    sv bytes = sv_from((const char *)data, size), content_type = sv_cut(&bytes, '\n'), label = bytes.p ? sv_cut(&bytes, '\n') : SV_NONE;
    struct charset found;
    struct sbuf out;
    struct err e;
    sbuf_init(&out, 0);
    BUG_IF(charset_find(bytes, content_type, label, &found, &e) != ERR_OK);
    BUG_IF(found.name.n == 0 || found.source.n == 0);
    BUG_IF(found.clean && !utf8_is_valid(bytes));
    enum err_code code = charset_decode(found, bytes, &out, &e);
    BUG_IF(code != ERR_OK && code != ERR_INPUT);
    BUG_IF(!utf8_is_valid(sbuf_view(&out)));
    BUG_IF(out.n > 3 * bytes.n + 3);
    sbuf_clear(&out);
    return 0;
}
