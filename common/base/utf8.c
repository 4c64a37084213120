#include "base/utf8.h"

#include "base/arena.h"
#include "base/eight.h"
#include "base/sbuf.h"

uint32_t utf8_decode(sv v, size_t *len) {
    const uint8_t *s = (const uint8_t *)v.p;
    uint32_t c = s[0];
    if (c < 0x80) {
        *len = 1;
        return c;
    }
    size_t need = c >= 0xC2 && c <= 0xDF ? 1 : (c & 0xF0) == 0xE0 ? 2 : c >= 0xF0 && c <= 0xF4 ? 3 : 0;
    uint8_t low = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80, high = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
    c &= need == 1 ? 0x1F : need == 2 ? 0x0F : 0x07;
    for (size_t i = 1; i <= need; i++) {
        if (i >= v.n || s[i] < low || s[i] > high) {
            *len = i;
            return 0xFFFD;
        }
        c = c << 6 | (s[i] & 0x3F);
        low = 0x80;
        high = 0xBF;
    }
    *len = need + 1;
    return need ? c : 0xFFFD;
}

/* Two registers of eight bytes as one of sixteen, where the machine has them. */
typedef uint64_t eights __attribute__((vector_size(16)));

size_t utf8_ascii_prefix(sv v) {
    size_t i = 0;
    for (; v.n - i >= 64; i += 64) {
        eights w[4];
        memcpy(w, v.p + i, sizeof w);
        w[0] |= w[1] | (w[2] | w[3]);
        if ((w[0][0] | w[0][1]) & EIGHT_HIGH) break;
    }
    for (; v.n - i >= 8; i += 8) {
        uint64_t beyond = eight_read(v.p + i) & EIGHT_HIGH;
        if (beyond) return i + eight_before(beyond);
    }
    while (i < v.n && !(v.p[i] & 0x80)) i++;
    return i;
}

/* Length of the well-formed sequence at s, which starts beyond ASCII, or 0. */
static inline size_t sequence(const uint8_t *s, size_t n) {
    if (s[0] < 0xE0) return s[0] >= 0xC2 && n > 1 && (s[1] & 0xC0) == 0x80 ? 2 : 0;
    if (s[0] < 0xF0) {
        if (n < 3 || (s[1] & 0xC0) != 0x80 || (s[2] & 0xC0) != 0x80) return 0;
        return (s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] > 0x9F) ? 0 : 3;
    }
    if (s[0] > 0xF4 || n < 4 || (s[1] & 0xC0) != 0x80 || (s[2] & 0xC0) != 0x80 || (s[3] & 0xC0) != 0x80) return 0;
    return (s[0] == 0xF0 && s[1] < 0x90) || (s[0] == 0xF4 && s[1] > 0x8F) ? 0 : 4;
}

/* Index of the first byte that starts an ill-formed sequence, or v.n. *beyond counts the well-formed ones beyond ASCII. */
static size_t valid_prefix(sv v, size_t *beyond) {
    const uint8_t *s = (const uint8_t *)v.p;
    size_t i = 0, count = 0;
    while (i < v.n) {
        if (s[i] < 0x80) {
            /* Text beyond ASCII has one byte of it between words more often than eight. */
            if (i + 1 < v.n && s[i + 1] >= 0x80) i++;
            else i += utf8_ascii_prefix(sv_skip(v, i));
            continue;
        }
        size_t n = sequence(s + i, v.n - i);
        if (!n) break;
        i += n;
        count++;
    }
    *beyond += count;
    return i;
}

bool utf8_is_valid(sv v) {
    size_t beyond = 0;
    return valid_prefix(v, &beyond) == v.n;
}

struct utf8_count utf8_count(sv v, size_t bad_max) {
    struct utf8_count c = {0, 0};
    while (v.n && c.bad < bad_max) {
        size_t good = valid_prefix(v, &c.good), n;
        v = sv_skip(v, good);
        if (!v.n) break;
        utf8_decode(v, &n);
        c.bad++;
        v = sv_skip(v, n);
    }
    return c;
}

size_t utf8_encode(uint32_t cp, char out[4]) {
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xC0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3F));
        return 2;
    }
    if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF)) cp = 0xFFFD;
    if (cp < 0x10000) {
        out[0] = (char)(0xE0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
        out[2] = (char)(0x80 | (cp & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | cp >> 18);
    out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
    out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
    out[3] = (char)(0x80 | (cp & 0x3F));
    return 4;
}

void utf8_repair(sv v, struct sbuf *out) {
    size_t beyond = 0;
    while (v.n) {
        size_t good = valid_prefix(v, &beyond);
        sbuf_add(out, sv_take(v, good));
        v = sv_skip(v, good);
        if (!v.n) break;
        size_t len;
        utf8_decode(v, &len);
        sbuf_add(out, SV("\xEF\xBF\xBD"));
        v = sv_skip(v, len);
    }
}

void utf8_add_printable(sv v, struct sbuf *out) {
    for (size_t len; v.n; v = sv_skip(v, len)) {
        uint32_t c = utf8_decode(v, &len);
        bool control = c < ' ' || (c >= 0x7F && c < 0xA0);
        sbuf_add(out, control ? SV("?") : c == 0xFFFD ? SV("\xEF\xBF\xBD") : sv_take(v, len));
    }
}

/* Bytes of odd white space at `at`: \v, \f, \r or U+0085. */
static size_t odd_space(sv v, size_t at) {
    if (v.p[at] >= '\v' && v.p[at] <= '\r') return 1;
    return v.p[at] == '\xC2' && at + 1 < v.n && v.p[at + 1] == '\x85' ? 2 : 0;
}

/* Whether none of eight bytes can be a control or odd white space, nor begin one: none is below a space, DEL or 0xC2. */
static bool are_plain(const char *p) {
    uint64_t eight = eight_read(p);
    return !(eight_below(eight, ' ') | eight_equal(eight, 0x7F) | eight_equal(eight, 0xC2));
}

sv utf8_without_controls(sv v, struct arena *arena) {
    size_t i = 0, n, length;
    while (i < v.n) {
        if (v.n - i >= 8 && are_plain(v.p + i)) i += 8;
        else if (utf8_control(v, i) || odd_space(v, i)) break;
        else i++;
    }
    if (i == v.n) return v;
    char *out = arena_room(arena, v.n);
    if (!out) return SV_NONE;
    memcpy(out, v.p, i);
    for (n = i; i < v.n;) {
        if ((length = utf8_control(v, i)) > 0) i += length;
        else if ((length = odd_space(v, i)) > 0) out[n++] = ' ', i += length;
        else out[n++] = v.p[i++];
    }
    return sv_from(out, n);
}

sv utf8_cut(sv v, size_t max) {
    if (v.n <= max) return v;
    size_t n = max;
    while (n > 0 && ((uint8_t)v.p[n] & 0xC0) == 0x80) n--;
    return sv_take(v, n);
}
