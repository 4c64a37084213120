#include "charset.h"

#include "base/utf8.h"
#include "charset_detect.h"
#include "charset_points.h"
#include "markup_hints.h"

enum { LABELS_MAX = 3, PIECE_BYTES = 64, ILL_FORMED_ENOUGH = 1000 };

struct labels {
    struct charset at[LABELS_MAX];
    size_t count;
    sv language;
};

static void add_label(struct labels *l, sv name, const char *source) {
    if (name.n) l->at[l->count++] = (struct charset){name, sv_cstr(source), false};
}

static struct labels labels_of(sv bytes, sv content_type, sv label) {
    struct labels l = {.count = 0};
    struct markup_hints hints = markup_hints_find(bytes);
    add_label(&l, charset_of_label(label), "http");
    add_label(&l, charset_of_label(charset_label_in(content_type)), "http");
    add_label(&l, hints.charset, "meta");
    l.language = hints.language;
    return l;
}

static const struct charset *label_named(const struct labels *l, sv name) {
    for (size_t i = 0; i < l->count; i++)
        if (sv_eq(l->at[i].name, name)) return &l->at[i];
    return NULL;
}

/* What is ASCII by its bytes is so in every encoding, but for those that use escapes. */
static struct charset find_ascii(sv bytes, const struct labels *l) {
    sv escaped = charset_escaped(bytes);
    const struct charset *stated = escaped.n ? label_named(l, escaped) : NULL;
    if (escaped.n) return stated ? *stated : (struct charset){escaped, SV("detected"), false};
    for (size_t i = 0; i < l->count; i++) {
        struct charset c = l->at[i];
        bool hz = sv_eq(c.name, SV("replacement")) && sv_has(bytes, SV("~{"));
        if (!hz && (sv_eq(c.name, SV("replacement")) || sv_starts(c.name, SV("UTF-16")))) continue;
        c.clean = !hz;
        return c;
    }
    return (struct charset){SV("windows-1252"), SV("default"), true};
}

static bool is_legacy(sv name) { return !sv_starts(name, SV("UTF-")) && !sv_eq(name, SV("replacement")); }

static enum err_code find_legacy(sv bytes, const struct labels *l, struct charset *out, struct err *e) {
    struct charset_sample sample;
    sv guess = SV_NONE;
    charset_sample_take(&sample, bytes);
    const struct charset *first = NULL;
    for (size_t i = 0; i < l->count; i++) {
        if (!is_legacy(l->at[i].name)) continue;
        if (!first) first = &l->at[i];
        if (charset_reads_wrong(l->at[i].name, &sample)) continue;
        *out = l->at[i];
        return ERR_OK;
    }
    enum err_code code = sample.count ? charset_guess(&sample, l->language, &guess, e) : ERR_OK;
    if (code) return code;
    if (guess.n) *out = (struct charset){guess, SV("detected"), false};
    else if (first) *out = *first;
    else *out = (struct charset){SV("windows-1252"), SV("default"), false};
    return ERR_OK;
}

enum err_code charset_find(sv bytes, sv content_type, sv label, struct charset *out, struct err *e) {
    bool marked;
    sv wide = charset_wide(bytes, &marked);
    if (wide.n) {
        *out = (struct charset){wide, marked ? SV("bom") : SV("detected"), false};
        return ERR_OK;
    }
    if (sv_starts(bytes, SV("\xef\xbb\xbf"))) {
        *out = (struct charset){SV("UTF-8"), SV("bom"), utf8_is_valid(bytes)};
        return ERR_OK;
    }
    struct labels labels = labels_of(bytes, content_type, label);
    struct utf8_count count = utf8_count(bytes, ILL_FORMED_ENOUGH);
    if (count.good + count.bad == 0) {
        *out = find_ascii(bytes, &labels);
        return ERR_OK;
    }
    /* Of random bytes of a legacy encoding a fifth at most are UTF-8 by chance. */
    const struct charset *stated = label_named(&labels, SV("UTF-8"));
    if (count.good > (stated ? 1 : 2) * count.bad) {
        *out = (struct charset){SV("UTF-8"), stated ? stated->source : SV("detected"), count.bad == 0};
        return ERR_OK;
    }
    return find_legacy(bytes, &labels, out, e);
}

/* Damaged UTF-8. In a page of Latin script a lone byte beyond ASCII is text that somebody pasted from windows-1252; a sequence that was cut
 * off, and any damage among other scripts, is lost. */
static void add_repaired(sv v, struct sbuf *out) {
    static const uint16_t windows_1252[32] = {0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
                                              0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
                                              0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};
    size_t n, latin = 0, other = 0;
    for (sv rest = v; rest.n; rest = sv_skip(rest, n)) {
        n = utf8_ascii_prefix(rest);
        if (n) continue;
        uint32_t c = utf8_decode(rest, &n);
        latin += c < 0x250;
        other += c >= 0x250 && c < 0xFB00 && (c < 0x2000 || c >= 0x2E80);
    }
    for (sv rest = v; rest.n; rest = sv_skip(rest, n)) {
        char utf8[4];
        n = utf8_ascii_prefix(rest);
        if (n) {
            sbuf_add(out, sv_take(rest, n));
            continue;
        }
        uint32_t c = utf8_decode(rest, &n);
        uint8_t byte = (uint8_t)*rest.p;
        if (c == 0xFFFD && n == 1 && latin >= other) c = byte < 0xA0 ? windows_1252[byte - 0x80] : byte;
        sbuf_add(out, sv_from(utf8, utf8_encode(c, utf8)));
    }
}

static bool add_points(void *user, const uint32_t *points, size_t n) {
    struct sbuf *out = user;
    char *utf8 = sbuf_reserve(out, n * 4);
    size_t used = 0;
    if (!utf8) return false; /* the buffer keeps the error */
    for (size_t i = 0; i < n; i++) used += utf8_encode(points[i], utf8 + used);
    sbuf_commit(out, used);
    return true;
}

struct byte_table {
    size_t count;
    uint8_t length[128];
    char utf8[128][4];
};

static bool add_entries(void *user, const uint32_t *points, size_t n) {
    struct byte_table *t = user;
    for (size_t i = 0; i < n && t->count < 128; i++, t->count++) t->length[t->count] = (uint8_t)utf8_encode(points[i], t->utf8[t->count]);
    return true;
}

/* Encodings of one byte a character, at about six instructions a byte. */
static void decode_by_table(const struct lxb_encoding_data *decoder, sv bytes, struct sbuf *out) {
    char high[128];
    struct byte_table t = {.count = 0};
    for (size_t i = 0; i < sizeof high; i++) high[i] = (char)(0x80 + i);
    charset_points(decoder, sv_from(high, sizeof high), add_entries, &t);
    for (sv rest = bytes; rest.n;) {
        size_t ascii = utf8_ascii_prefix(rest), used = 0;
        sbuf_add(out, sv_take(rest, ascii));
        rest = sv_skip(rest, ascii);
        sv piece = sv_take(rest, PIECE_BYTES);
        char *utf8 = sbuf_reserve(out, piece.n * sizeof *t.utf8);
        if (!utf8) return;
        for (size_t i = 0; i < piece.n; i++) {
            uint8_t byte = (uint8_t)piece.p[i];
            if (byte < 0x80) {
                utf8[used++] = (char)byte;
                continue;
            }
            memcpy(utf8 + used, t.utf8[byte - 0x80], sizeof *t.utf8);
            used += t.length[byte - 0x80];
        }
        sbuf_commit(out, used);
        rest = sv_skip(rest, piece.n);
    }
}

/* The bytes from one beyond ASCII to the next that is no part of a longer character in any encoding: what a decoder must see. */
static size_t piece_length(sv v) {
    size_t n = 0;
    while (n < v.n && ((uint8_t)v.p[n] >= 0x40 || ascii_is_digit(v.p[n]))) n++;
    return n < v.n ? n + 1 : n;
}

static void decode_in_pieces(const struct lxb_encoding_data *decoder, sv bytes, bool whole, struct sbuf *out) {
    for (sv rest = bytes; rest.n && !out->err;) {
        size_t ascii = whole ? 0 : utf8_ascii_prefix(rest);
        sbuf_add(out, sv_take(rest, ascii));
        rest = sv_skip(rest, ascii);
        sv piece = whole ? rest : sv_take(rest, piece_length(rest));
        if (piece.n) charset_points(decoder, piece, add_points, out);
        rest = sv_skip(rest, piece.n);
    }
}

sv charset_clean(sv bytes) { return sv_starts(bytes, SV("\xef\xbb\xbf")) ? sv_skip(bytes, 3) : bytes; }

enum err_code charset_decode(struct charset charset, sv bytes, struct sbuf *out, struct err *e) {
    if (bytes.n == 0) return ERR_OK;
    bytes = charset_clean(bytes);
    if (charset.clean || sv_eq(charset.name, SV("UTF-8"))) {
        if (charset.clean) sbuf_add(out, bytes);
        else add_repaired(bytes, out);
        return out->err ? err_set(e, out->err, "no room for a page of %zu bytes", bytes.n) : ERR_OK;
    }
    const struct lxb_encoding_data *decoder = charset_decoder(charset.name);
    if (sv_eq(charset.name, SV("replacement"))) return err_set(e, ERR_INPUT, "no decoder for ISO-2022-KR, ISO-2022-CN or HZ-GB-2312");
    if (!decoder) return err_set(e, ERR_INPUT, "no decoder for %.*s", SV_ARG(charset.name));
    if (sv_eq(charset.source, SV("bom"))) bytes = sv_skip(bytes, 2);
    bool whole = sv_eq(charset.name, SV("ISO-2022-JP")) || sv_starts(charset.name, SV("UTF-16"));
    if (charset_is_single_byte(decoder)) decode_by_table(decoder, bytes, out);
    else decode_in_pieces(decoder, bytes, whole, out);
    return out->err ? err_set(e, out->err, "no room for a page of %zu bytes", bytes.n) : ERR_OK;
}
