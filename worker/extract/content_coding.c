#include "content_coding.h"

#include "base/compiler.h"
#include "base/inflate.h"

enum { LOOK_BYTES = 512, CHUNK_DIGITS_MAX = 8, KINDS = 5 };

void codings_add(struct codings *c, sv value) {
    while (value.n && c->count < CODINGS_MAX) {
        sv name = sv_trim(sv_cut(&value, ','));
        if (name.n && !sv_eq_nocase(name, SV("identity"))) c->name[c->count++] = name;
    }
}

bool codings_take_chunked(struct codings *c) {
    size_t kept = 0;
    for (size_t i = 0; i < c->count; i++)
        if (!sv_eq_nocase(c->name[i], SV("chunked"))) c->name[kept++] = c->name[i];
    bool had = kept < c->count;
    c->count = kept;
    return had;
}

/* A line "1a; extension" at the front of *rest is taken off. */
static bool take_chunk_size(sv *rest, size_t *size) {
    sv after = *rest, line = sv_cut(&after, '\n'), digits = sv_trim(sv_cut(&line, ';'));
    uint64_t value = 0;
    if (!after.p || digits.n == 0 || digits.n > CHUNK_DIGITS_MAX) return false;
    for (size_t i = 0; i < digits.n; i++) {
        char c = ascii_lower(digits.p[i]);
        if (!ascii_is_digit(c) && (c < 'a' || c > 'f')) return false;
        value = value << 4 | (uint64_t)(ascii_is_digit(c) ? c - '0' : c - 'a' + 10);
    }
    *size = (size_t)value;
    *rest = after;
    return true;
}

bool chunks_join(sv body, struct sbuf *out) {
    bool any = false;
    while (body.n) {
        sv rest = body;
        size_t size;
        if (!take_chunk_size(&rest, &size)) break;
        if (size == 0) return true;
        sv data = sv_take(rest, size);
        rest = sv_skip(rest, size);
        /* A chunk ends with a line break; the page's own line that happens to be a number does not end so. */
        if (rest.n && *rest.p != '\r' && *rest.p != '\n') break;
        any = true;
        sbuf_add(out, data);
        if (sv_starts(rest, SV("\r"))) rest = sv_skip(rest, 1);
        if (sv_starts(rest, SV("\n"))) rest = sv_skip(rest, 1);
        body = rest;
    }
    if (any) sbuf_add(out, body);
    return any;
}

/* Markup, or text of some encoding: few control bytes at its start. */
static bool looks_plain(sv v) {
    size_t odd = 0, n = v.n < LOOK_BYTES ? v.n : LOOK_BYTES;
    bool utf16 = sv_starts(v, SV("\xff\xfe")) || sv_starts(v, SV("\xfe\xff")) || sv_starts(v, SV("<\0")) || sv_starts(v, SV("\0<"));
    for (size_t i = 0; i < n; i++) odd += (uint8_t)v.p[i] < 32 && !ascii_is_space(v.p[i]) && v.p[i] != 0x1b && !(utf16 && v.p[i] == 0);
    return odd * 50 <= n;
}

static bool looks_gzip(sv v) { return v.n > 10 && (uint8_t)v.p[0] == 0x1f && (uint8_t)v.p[1] == 0x8b && v.p[2] == 8; }
static bool looks_zstd(sv v) { return v.n > 4 && memcmp(v.p, "\x28\xb5\x2f\xfd", 4) == 0; }
static bool looks_zlib(sv v) { return v.n > 2 && ((uint8_t)v.p[0] & 0x8f) == 8 && ((uint8_t)v.p[0] << 8 | (uint8_t)v.p[1]) % 31 == 0; }

/* The decoders to try on a body, the likeliest first. 0: none, it is what it is. */
static size_t kinds_of(sv name, sv body, enum inflate_kind kinds[KINDS]) {
    size_t n = 0;
    if (looks_gzip(body)) kinds[n++] = INFLATE_GZIP;
    else if (looks_zstd(body)) kinds[n++] = INFLATE_ZSTD;
    if (n || !name.n) return n;
    if (looks_zlib(body)) kinds[n++] = INFLATE_ZLIB;
    if (looks_plain(body)) return n;
    bool deflate = sv_eq_nocase(name, SV("deflate")), brotli = sv_eq_nocase(name, SV("br")) || sv_eq_nocase(name, SV("brotli"));
    bool wrong = sv_eq_nocase(name, SV("gzip")) || sv_eq_nocase(name, SV("x-gzip")) || sv_eq_nocase(name, SV("zstd"));
    if (deflate) kinds[n++] = INFLATE_DEFLATE;
    if (brotli || deflate || wrong) kinds[n++] = INFLATE_BROTLI;
    if (brotli || wrong) kinds[n++] = INFLATE_DEFLATE;
    return n;
}

static bool is_known(sv name) {
    static const char *const known[] = {"gzip", "x-gzip", "deflate", "br", "brotli", "zstd"};
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (sv_eq_nocase(name, sv_cstr(known[i]))) return true;
    return false;
}

/* One coding taken off `body` into `out`. *changed says whether there was anything to take off. */
static enum err_code undo(sv name, sv body, size_t max, struct sbuf *out, bool *changed, struct err *e) {
    enum inflate_kind kinds[KINDS];
    size_t count = kinds_of(name, body, kinds);
    enum err_code code = ERR_OK;
    *changed = false;
    for (size_t i = 0; i < count; i++) {
        sbuf_reset(out);
        code = inflate_all(kinds[i], body, max, out, e);
        /* What came out before the damage is worth more than nothing, where it is text. */
        if (code == ERR_INPUT && out->n > 0 && looks_plain(sbuf_view(out))) code = ERR_OK;
        *changed = code == ERR_OK;
        if (code != ERR_INPUT) return code;
    }
    if (code == ERR_INPUT && looks_plain(body)) return ERR_OK;
    /* Without a magic number of theirs, gzip and zstd were never there: an image, say, with a header that lies. */
    bool lie = sv_eq_nocase(name, SV("gzip")) || sv_eq_nocase(name, SV("x-gzip")) || sv_eq_nocase(name, SV("zstd"));
    return code == ERR_INPUT && lie && !looks_gzip(body) && !looks_zstd(body) ? ERR_OK : code;
}

static enum err_code say_unknown(sv name, struct err *e) {
    char shown[41] = "";
    for (size_t i = 0; i < name.n && i < sizeof shown - 1; i++) shown[i] = name.p[i] > ' ' && name.p[i] < 0x7f ? name.p[i] : '?';
    return err_set(e, ERR_INPUT, "no decoder for the content encoding '%s'", shown);
}

enum err_code codings_undo(const struct codings *c, size_t max, struct sbuf *decoded, sv *body, bool *unsupported, struct err *e) {
    struct sbuf next;
    size_t left = c->count;
    enum err_code code = ERR_OK;
    bool changed = true;
    *unsupported = false;
    sbuf_init(&next, 0);
    for (size_t layer = 0; !code && (changed || left); layer++) {
        sv name = left ? c->name[left - 1] : SV_NONE;
        if (layer > CODINGS_MAX) {
            code = err_set(e, ERR_LIMIT, "more than %d content encodings on top of each other", CODINGS_MAX);
            break;
        }
        /* What shows itself by its magic number may lie on top of what is said. */
        bool other = (looks_gzip(*body) && !sv_eq_nocase(name, SV("gzip")) && !sv_eq_nocase(name, SV("x-gzip"))) ||
                     (looks_zstd(*body) && !sv_eq_nocase(name, SV("zstd")));
        if (left && !other) left--;
        code = undo(name, *body, max, &next, &changed, e);
        if (code == ERR_OK && !changed && name.n && !is_known(name) && !looks_plain(*body)) {
            *unsupported = true;
            code = say_unknown(name, e);
        }
        if (code || !changed) continue;
        struct sbuf swap = *decoded;
        *decoded = next;
        next = swap;
        *body = sbuf_view(decoded);
    }
    sbuf_clear(&next);
    return code;
}
