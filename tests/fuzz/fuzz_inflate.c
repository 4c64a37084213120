/* Every decoder: the first byte chooses. Output never passes its limit, and a member ends at the same byte whether it comes
 * in one piece or in many (when damage is noticed may differ: isa-l looks ahead). */
#include "base/inflate.h"
#include "fuzz_target.h"

enum { OUT_MAX = 256 * 1024 };

static enum inflate_step feed(sv in, size_t piece, uint64_t *decoded, size_t *used) {
    struct inflate_member *member = NULL;
    struct sbuf head;
    struct err e;
    sbuf_init(&head, 0);
    BUG_IF(inflate_member_new(&member, INFLATE_GZIP, SV_NONE, &e) != ERR_OK);
    enum inflate_step step = INFLATE_MORE;
    *decoded = 0;
    *used = 0;
    while (step == INFLATE_MORE && *used < in.n) {
        sv part = sv_take(sv_skip(in, *used), piece);
        size_t before = part.n;
        step = inflate_member_feed(member, &part, 100, &head, decoded);
        BUG_IF(head.n > 100);
        BUG_IF(step == INFLATE_MORE && part.n);
        *used += before - part.n;
    }
    inflate_member_free(&member);
    sbuf_clear(&head);
    return step;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1) return 0;
    sv in = sv_from((const char *)data + 1, size - 1);
    if (data[0] % 6 == 5) {
        uint64_t decoded[2];
        size_t used[2];
        enum inflate_step whole = feed(in, SIZE_MAX, &decoded[0], &used[0]), pieces = feed(in, 3, &decoded[1], &used[1]);
        /* isa-l 2.30 checks a header CRC (FHCRC, which no archive uses) over the last piece only: there the two may differ. */
        bool header_crc = in.n > 3 && (in.p[3] & 2);
        BUG_IF(!header_crc && (whole == INFLATE_END) != (pieces == INFLATE_END));
        BUG_IF(whole == INFLATE_END && (decoded[0] != decoded[1] || used[0] != used[1]));
        return 0;
    }
    struct sbuf out;
    struct err e;
    sbuf_init(&out, 0);
    enum err_code code = inflate_all((enum inflate_kind)(data[0] % 6 % 5), in, OUT_MAX, &out, &e);
    BUG_IF(out.n > OUT_MAX);
    BUG_IF(code && e.code != code);
    sbuf_clear(&out);
    return 0;
}
