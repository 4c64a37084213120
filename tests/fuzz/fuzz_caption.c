/* A line under a photo: caption, credit and names are parts of it, whatever is known of the place. */
#include "caption.h"
#include "fuzz_target.h"

static bool lies_in(sv part, sv whole) { return part.n == 0 || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n); }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    sv text = sv_from((const char *)data, size);
    for (int trust = CAPTION_LINE; trust <= CAPTION_PLACE; trust++) {
        struct caption c = caption_split(text, (enum caption_trust)trust);
        BUG_IF(!lies_in(c.caption, text) || !lies_in(c.credit, text));
    }
    BUG_IF(!lies_in(caption_credit_names(text), text));
    (void)caption_is_credit(text);
    (void)caption_is_name(text);
    return 0;
}
