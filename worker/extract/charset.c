#include "charset.h"

#include <lexbor/encoding/encoding.h>

#include "base/utf8.h"

enum { PRESCAN_BYTES = 4096 };

static sv name_of(sv label) {
    label = sv_trim(label);
    while (label.n && (*label.p == '"' || *label.p == '\'')) label = sv_skip(label, 1);
    while (label.n && (label.p[label.n - 1] == '"' || label.p[label.n - 1] == '\'')) label.n--;
    const lxb_encoding_data_t *data = label.n ? lxb_encoding_data_by_pre_name((const lxb_char_t *)label.p, label.n) : NULL;
    return data ? sv_cstr((const char *)data->name) : SV_NONE;
}

/* The value behind "charset=". */
static sv label_in(sv v) {
    size_t at = sv_find_nocase(v, SV("charset"), 0);
    if (at == SIZE_MAX) return SV_NONE;
    v = sv_skip(v, at + 7);
    while (v.n && ascii_is_space(*v.p)) v = sv_skip(v, 1);
    if (!v.n || *v.p != '=') return SV_NONE;
    v = sv_trim(sv_skip(v, 1));
    if (v.n && (*v.p == '"' || *v.p == '\'')) {
        char quote = *v.p;
        v = sv_skip(v, 1);
        return sv_cut(&v, quote);
    }
    size_t n = 0;
    while (n < v.n && !ascii_is_space(v.p[n]) && !strchr(";>\"'/", v.p[n])) n++;
    return sv_take(v, n);
}

static sv meta_label(sv bytes) {
    sv head = sv_take(bytes, PRESCAN_BYTES);
    if (sv_starts(sv_trim(head), SV("<?xml"))) {
        sv declaration = sv_cut(&head, '>');
        size_t at = sv_find(declaration, SV("encoding="), 0);
        if (at != SIZE_MAX && at + 10 < declaration.n) {
            sv value = sv_skip(declaration, at + 10), label = sv_cut(&value, declaration.p[at + 9]);
            if (name_of(label).n) return name_of(label);
        }
    }
    for (size_t at = sv_find_nocase(head, SV("<meta"), 0); at != SIZE_MAX; at = sv_find_nocase(head, SV("<meta"), at + 5)) {
        sv rest = sv_skip(head, at), tag = sv_cut(&rest, '>'), name = name_of(label_in(tag));
        if (!name.n) continue;
        /* A page that can be read so far is not in UTF-16, whatever it says. */
        return sv_starts(name, SV("UTF-16")) ? SV("UTF-8") : name;
    }
    return SV_NONE;
}

static bool has_high(sv v) {
    for (size_t i = 0; i < v.n; i++)
        if ((uint8_t)v.p[i] & 0x80) return true;
    return false;
}

/* Most of what is beyond ASCII is whole UTF-8 sequences. */
static bool mostly_utf8(sv v) {
    size_t good = 0, bad = 0;
    for (size_t i = 0; i < v.n;) {
        size_t n = 1;
        if ((uint8_t)v.p[i] & 0x80) {
            uint32_t cp = utf8_decode(sv_skip(v, i), &n);
            if (n > 1 && cp != 0xFFFD) good++;
            else bad++;
        }
        i += n ? n : 1;
    }
    return good > 20 * bad;
}

struct charset charset_find(sv bytes, sv content_type, sv label) {
    if (sv_starts(bytes, SV("\xef\xbb\xbf"))) return (struct charset){SV("UTF-8"), SV("bom")};
    if (sv_starts(bytes, SV("\xff\xfe"))) return (struct charset){SV("UTF-16LE"), SV("bom")};
    if (sv_starts(bytes, SV("\xfe\xff"))) return (struct charset){SV("UTF-16BE"), SV("bom")};
    sv http = name_of(label.n ? label : label_in(content_type)), meta = meta_label(bytes);
    sv stated = http.n ? http : meta;
    sv source = http.n ? SV("http") : SV("meta");
    bool high = has_high(bytes);
    /* ISO-2022-JP is ASCII by its bytes; nothing else that is valid UTF-8 by chance is worth a thought. */
    if (utf8_is_valid(bytes) && (high || !sv_eq(stated, SV("ISO-2022-JP")))) {
        if (sv_eq(stated, SV("UTF-8"))) return (struct charset){stated, source};
        if (high || !stated.n) return (struct charset){SV("UTF-8"), SV("detected")};
    }
    if (high && mostly_utf8(bytes)) return (struct charset){SV("UTF-8"), sv_eq(stated, SV("UTF-8")) ? source : SV("detected")};
    /* The bytes are not UTF-8: another label that is stated too is the better guess. */
    if (high && sv_eq(http, SV("UTF-8")) && meta.n && !sv_eq(meta, SV("UTF-8"))) return (struct charset){meta, SV("meta")};
    if (stated.n && !(high && sv_eq(stated, SV("UTF-8")))) return (struct charset){stated, source};
    return (struct charset){SV("windows-1252"), SV("default")};
}

enum err_code charset_decode(struct charset charset, sv bytes, struct sbuf *out, struct err *e) {
    if (sv_starts(bytes, SV("\xef\xbb\xbf"))) bytes = sv_skip(bytes, 3);
    if (sv_eq(charset.name, SV("UTF-8"))) {
        if (utf8_is_valid(bytes)) sbuf_add(out, bytes);
        else utf8_repair(bytes, out);
        return out->err ? err_set(e, out->err, "no room for a page of %zu bytes", bytes.n) : ERR_OK;
    }
    if (sv_eq(charset.source, SV("bom"))) bytes = sv_skip(bytes, 2);
    const lxb_encoding_data_t *data = lxb_encoding_data_by_pre_name((const lxb_char_t *)charset.name.p, charset.name.n);
    lxb_codepoint_t points[1024];
    const lxb_codepoint_t replacement = 0xFFFD;
    lxb_encoding_decode_t state;
    if (!data || lxb_encoding_decode_init(&state, data, points, COUNT_OF(points)) != LXB_STATUS_OK ||
        lxb_encoding_decode_replace_set(&state, &replacement, 1) != LXB_STATUS_OK)
        return err_set(e, ERR_INPUT, "no decoder for %.*s", SV_ARG(charset.name));
    const lxb_char_t *at = (const lxb_char_t *)bytes.p, *end = at + bytes.n;
    lxb_status_t status;
    do {
        status = data->decode(&state, &at, end);
        if (status == LXB_STATUS_CONTINUE && at >= end) lxb_encoding_decode_finish(&state);
        size_t count = lxb_encoding_decode_buf_used(&state);
        for (size_t i = 0; i < count; i++) {
            char utf8[4];
            size_t n = utf8_encode(points[i] <= 0x10FFFF ? points[i] : replacement, utf8);
            sbuf_add(out, sv_from(utf8, n));
        }
        lxb_encoding_decode_buf_used_set(&state, 0);
    } while (status == LXB_STATUS_SMALL_BUFFER);
    return out->err ? err_set(e, out->err, "no room for a page of %zu bytes", bytes.n) : ERR_OK;
}
