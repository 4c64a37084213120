#include "entities.h"

#include "base/compiler.h"
#include "base/utf8.h"

enum { NAME_MAX_BYTES = 8 };

static uint32_t named(sv name) {
    static const struct {
        const char *name;
        uint32_t cp;
    } table[] = {{"amp", '&'},       {"lt", '<'},         {"gt", '>'},         {"quot", '"'},       {"apos", '\''},      {"nbsp", ' '},       {"lsquo", 0x2018},   {"rsquo", 0x2019},   {"sbquo", 0x201A},
                 {"ldquo", 0x201C},  {"rdquo", 0x201D},   {"bdquo", 0x201E},   {"ndash", 0x2013},   {"mdash", 0x2014},   {"hellip", 0x2026},  {"laquo", 0xAB},     {"raquo", 0xBB},     {"euro", 0x20AC},
                 {"copy", 0xA9},     {"reg", 0xAE},       {"trade", 0x2122},   {"deg", 0xB0},       {"middot", 0xB7},    {"bull", 0x2022},    {"shy", 0xAD},       {"ensp", ' '},       {"emsp", ' '},
                 {"thinsp", ' '},    {"zwnj", 0x200C},    {"Auml", 0xC4},      {"Ouml", 0xD6},      {"Uuml", 0xDC},      {"auml", 0xE4},      {"ouml", 0xF6},      {"uuml", 0xFC},      {"szlig", 0xDF},
                 {"eacute", 0xE9},   {"Eacute", 0xC9},    {"egrave", 0xE8},    {"ecirc", 0xEA},     {"agrave", 0xE0},    {"aacute", 0xE1},    {"acirc", 0xE2},     {"atilde", 0xE3},    {"aring", 0xE5},
                 {"Aring", 0xC5},    {"aelig", 0xE6},     {"ccedil", 0xE7},    {"iacute", 0xED},    {"icirc", 0xEE},     {"iuml", 0xEF},      {"ntilde", 0xF1},    {"oacute", 0xF3},    {"ograve", 0xF2},
                 {"ocirc", 0xF4},    {"otilde", 0xF5},    {"oslash", 0xF8},    {"Oslash", 0xD8},    {"uacute", 0xFA},    {"ugrave", 0xF9},    {"ucirc", 0xFB},     {"iexcl", 0xA1},     {"iquest", 0xBF}};
    for (size_t i = 0; i < COUNT_OF(table); i++)
        if (sv_eq(name, sv_cstr(table[i].name))) return table[i].cp;
    return 0;
}

/* The reference at the front of v, which begins with '&': its code point and its length in *n, or 0. */
static uint32_t reference(sv v, size_t *n) {
    size_t end = sv_find_char(sv_take(v, NAME_MAX_BYTES + 2), ';', 1);
    if (end == SIZE_MAX || end < 3) return 0;
    *n = end + 1;
    sv name = sv_take(sv_skip(v, 1), end - 1);
    if (name.p[0] != '#') return named(name);
    bool hex = name.n > 2 && (name.p[1] == 'x' || name.p[1] == 'X');
    uint32_t cp = 0;
    for (size_t i = hex ? 2 : 1; i < name.n; i++) {
        char c = ascii_lower(name.p[i]);
        if (ascii_is_digit(c)) cp = cp * (hex ? 16 : 10) + (uint32_t)(c - '0');
        else if (hex && c >= 'a' && c <= 'f') cp = cp * 16 + (uint32_t)(c - 'a' + 10);
        else return 0;
    }
    return cp < 32 || cp > 0x10FFFF ? 0 : cp == 0xA0 ? ' ' : cp;
}

/* "<b>" or "</i>" at the front: its length; 0 where a mere "<" stands. */
static size_t tag_length(sv v) {
    size_t at = v.n > 1 && v.p[1] == '/' ? 2 : 1, end = sv_find_char(sv_take(v, 200), '>', at);
    return at < v.n && ascii_is_alpha(v.p[at]) && end != SIZE_MAX ? end + 1 : 0;
}

static sv decode_once(sv text, struct arena *arena) {
    char *out = arena_room(arena, text.n + 1); /* no reference is shorter than what it stands for */
    size_t n = 0, length;
    if (!out) return SV_NONE;
    for (size_t i = 0; i < text.n;) {
        sv rest = sv_skip(text, i);
        uint32_t cp = rest.p[0] == '&' ? reference(rest, &length) : 0;
        if (cp) n += utf8_encode(cp, out + n), i += length;
        else if (rest.p[0] == '<' && (length = tag_length(rest)) > 0) i += length;
        else if ((uint8_t)rest.p[0] > 32) out[n++] = text.p[i++];
        else {
            if (n && out[n - 1] != ' ') out[n++] = ' ';
            i++;
        }
    }
    return sv_trim(sv_from(out, n));
}

static bool is_plain(sv text) {
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] == '&' || text.p[i] == '<' || (uint8_t)text.p[i] < 32 || (text.p[i] == ' ' && i > 0 && text.p[i - 1] == ' ')) return false;
    return true;
}

sv entities_decode(sv text, struct arena *arena) {
    text = utf8_without_controls(text, arena);
    for (int times = 0; times < 2 && !is_plain(text); times++) text = decode_once(text, arena);
    return utf8_without_controls(text, arena);
}
