#include "base/utf8.h"

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

/* Index of the first byte that starts an ill-formed sequence, or v.n. */
static size_t valid_prefix(sv v) {
    size_t i = 0;
    while (i < v.n) {
        while (v.n - i >= 8) {
            uint64_t word;
            memcpy(&word, v.p + i, 8);
            if (word & 0x8080808080808080u) break;
            i += 8;
        }
        if (i == v.n) break;
        if (!(v.p[i] & 0x80)) {
            i++;
            continue;
        }
        size_t len;
        /* U+FFFD itself is EF BF BD; an error is the same code point from other bytes. */
        if (utf8_decode(sv_skip(v, i), &len) == 0xFFFD && !(len == 3 && memcmp(v.p + i, "\xEF\xBF\xBD", 3) == 0)) return i;
        i += len;
    }
    return v.n;
}

bool utf8_is_valid(sv v) { return valid_prefix(v) == v.n; }

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
    while (v.n) {
        size_t good = valid_prefix(v);
        sbuf_add(out, sv_take(v, good));
        v = sv_skip(v, good);
        if (!v.n) break;
        size_t len;
        utf8_decode(v, &len);
        sbuf_add(out, SV("\xEF\xBF\xBD"));
        v = sv_skip(v, len);
    }
}

sv utf8_cut(sv v, size_t max) {
    if (v.n <= max) return v;
    size_t n = max;
    while (n > 0 && ((uint8_t)v.p[n] & 0xC0) == 0x80) n--;
    return sv_take(v, n);
}
