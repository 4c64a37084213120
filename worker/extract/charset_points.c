#include "charset_points.h"

#include <lexbor/encoding/encoding.h>
#include <lexbor/encoding/multi.h>

#include "base/compiler.h"

enum { BATCH = 256, REPLACEMENT = 0xFFFD, ROW = 188 };

const struct lxb_encoding_data *charset_decoder(sv name) {
    const lxb_encoding_data_t *data = name.n ? lxb_encoding_data_by_pre_name((const lxb_char_t *)name.p, name.n) : NULL;
    return data && data->encoding != LXB_ENCODING_REPLACEMENT ? data : NULL;
}

bool charset_is_single_byte(const struct lxb_encoding_data *data) {
    static const lxb_encoding_t others[] = {LXB_ENCODING_BIG5,      LXB_ENCODING_EUC_JP,      LXB_ENCODING_EUC_KR,    LXB_ENCODING_GB18030,  LXB_ENCODING_GBK,
                                            LXB_ENCODING_SHIFT_JIS, LXB_ENCODING_ISO_2022_JP, LXB_ENCODING_UTF_16BE, LXB_ENCODING_UTF_16LE, LXB_ENCODING_UTF_8};
    for (size_t i = 0; i < COUNT_OF(others); i++)
        if (data->encoding == others[i]) return false;
    return true;
}

/* The character of two bytes, 0 for none. */
static uint32_t shift_jis_pair(uint8_t lead, uint8_t trail) {
    if (trail < 0x40 || trail == 0x7F || trail > 0xFC) return 0;
    size_t pointer = (size_t)(lead - (lead < 0xA0 ? 0x81 : 0xC1)) * ROW + trail - (trail < 0x7F ? 0x40 : 0x41);
    if (pointer >= 8836 && pointer <= 10715) return 0xE000 - 8836 + (uint32_t)pointer;
    uint32_t c = pointer < COUNT_OF(lxb_encoding_multi_jis0208_map) ? lxb_encoding_multi_jis0208_map[pointer] : 0;
    return c <= 0x10FFFF ? c : 0;
}

/* lexbor 3.0 takes of the leads from E0 to FC the two ends alone, and so loses half of the characters; the table is right. */
static void shift_jis_points(sv v, bool (*take)(void *user, const uint32_t *points, size_t n), void *user) {
    uint32_t points[BATCH];
    size_t count = 0;
    for (size_t i = 0; i < v.n; i++) {
        uint8_t b = (uint8_t)v.p[i];
        uint32_t c = REPLACEMENT;
        if (b <= 0x80) c = b;
        else if (b >= 0xA1 && b <= 0xDF) c = 0xFF61 - 0xA1 + (uint32_t)b;
        else if (b != 0xA0 && b <= 0xFC && i + 1 < v.n) {
            uint32_t pair = shift_jis_pair(b, (uint8_t)v.p[i + 1]);
            if (pair) c = pair;
            if (pair || (uint8_t)v.p[i + 1] >= 0x80) i++; /* what is ASCII stands for itself */
        }
        points[count++] = c;
        if (count < BATCH) continue;
        if (!take(user, points, count)) return;
        count = 0;
    }
    if (count) take(user, points, count);
}

void charset_points(const struct lxb_encoding_data *data, sv bytes, bool (*take)(void *user, const uint32_t *points, size_t n), void *user) {
    lxb_codepoint_t points[BATCH];
    const lxb_codepoint_t replacement = REPLACEMENT;
    lxb_encoding_decode_t state = {0};
    if (data->encoding == LXB_ENCODING_SHIFT_JIS) {
        shift_jis_points(bytes, take, user);
        return;
    }
    lxb_encoding_decode_init(&state, data, points, COUNT_OF(points)); /* neither can fail with what it is given here */
    lxb_encoding_decode_replace_set(&state, &replacement, 1);
    /* Slices that cannot fill the buffer: lexbor 3.0 loses a character there. */
    for (sv rest = bytes; rest.n;) {
        const lxb_char_t *at = (const lxb_char_t *)rest.p, *end = at + (rest.n < BATCH / 4 ? rest.n : BATCH / 4);
        rest = sv_skip(rest, (size_t)(end - at));
        data->decode(&state, &at, end);
        if (!rest.n) lxb_encoding_decode_finish(&state);
        size_t count = lxb_encoding_decode_buf_used(&state);
        for (size_t i = 0; i < count; i++)
            if (points[i] > 0x10FFFF) points[i] = REPLACEMENT;
        if (count && !take(user, points, count)) return;
        lxb_encoding_decode_buf_used_set(&state, 0);
    }
}
