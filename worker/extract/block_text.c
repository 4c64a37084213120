#include "block_text.h"

#include "base/utf8.h"

enum { WORD = 1, SPACE = 2, STOP = 4, COMMA = 8, SYMBOL = 16, DIGIT = 32, UPPER = 64, CLOSE = 128, DATE_BYTES = 240 };

#define EACH_ASCII(X) \
    X('\t', SPACE) X('\n', SPACE) X(' ', SPACE) X('.', STOP) X('!', STOP) X('?', STOP) X(',', COMMA) X(';', COMMA) X('|', SYMBOL) X('#', SYMBOL) \
    X('/', SYMBOL) X('<', SYMBOL) X('>', SYMBOL) X('=', SYMBOL) X('{', SYMBOL) X('}', SYMBOL) X('$', SYMBOL) X('\\', SYMBOL) X('_', WORD | SYMBOL) \
    X('"', CLOSE) X('\'', CLOSE) X(')', CLOSE) X(']', CLOSE) X('0', WORD | DIGIT) X('1', WORD | DIGIT) X('2', WORD | DIGIT) X('3', WORD | DIGIT) \
    X('4', WORD | DIGIT) X('5', WORD | DIGIT) X('6', WORD | DIGIT) X('7', WORD | DIGIT) X('8', WORD | DIGIT) X('9', WORD | DIGIT) X('a', WORD) X('b', WORD) \
    X('c', WORD) X('d', WORD) X('e', WORD) X('f', WORD) X('g', WORD) X('h', WORD) X('i', WORD) X('j', WORD) X('k', WORD) X('l', WORD) X('m', WORD) \
    X('n', WORD) X('o', WORD) X('p', WORD) X('q', WORD) X('r', WORD) X('s', WORD) X('t', WORD) X('u', WORD) X('v', WORD) X('w', WORD) X('x', WORD) \
    X('y', WORD) X('z', WORD) X('A', WORD | UPPER) X('B', WORD | UPPER) X('C', WORD | UPPER) X('D', WORD | UPPER) X('E', WORD | UPPER) X('F', WORD | UPPER) \
    X('G', WORD | UPPER) X('H', WORD | UPPER) X('I', WORD | UPPER) X('J', WORD | UPPER) X('K', WORD | UPPER) X('L', WORD | UPPER) X('M', WORD | UPPER) \
    X('N', WORD | UPPER) X('O', WORD | UPPER) X('P', WORD | UPPER) X('Q', WORD | UPPER) X('R', WORD | UPPER) X('S', WORD | UPPER) X('T', WORD | UPPER) \
    X('U', WORD | UPPER) X('V', WORD | UPPER) X('W', WORD | UPPER) X('X', WORD | UPPER) X('Y', WORD | UPPER) X('Z', WORD | UPPER)

#define CLASS(c, kind) [c] = kind,
/* 0 for what begins a longer character, too. */
static const uint8_t ascii_class[256] = {EACH_ASCII(CLASS)};
#undef CLASS

/* The same as counters side by side: how many spaces, capitals, commas and symbols; whether it is part of a word; and whether it is rare,
 * which means that more than counting is to be done. */
enum { LANE = 12, RUN_MAX = (1 << LANE) - 1 };
#define COUNTS(kind) \
    ((uint64_t)(((kind) & SPACE) != 0) | (uint64_t)(((kind) & UPPER) != 0) << LANE | (uint64_t)(((kind) & COMMA) != 0) << 2 * LANE | \
     (uint64_t)(((kind) & SYMBOL) != 0) << 3 * LANE | (uint64_t)(((kind) & WORD) != 0) << 62 | (uint64_t)(((kind) & (STOP | DIGIT)) != 0) << 63)
#define COUNT(c, kind) [c] = COUNTS(kind) | (uint64_t)((c) == '$') << 63,
static const uint64_t rare = (uint64_t)1 << 63, ascii_counts[128] = {EACH_ASCII(COUNT)};
#undef COUNT

/* Scripts without spaces between words: kana, CJK, Thai. */
static bool stands_alone(uint32_t cp) {
    if (cp < 0x0E00) return false;
    return (cp >= 0x3040 && cp <= 0x30FF) || (cp >= 0x3400 && cp <= 0x4DBF) || (cp >= 0x4E00 && cp <= 0x9FFF) || (cp >= 0xF900 && cp <= 0xFAFF) ||
           (cp >= 0x0E00 && cp <= 0x0E7F) || (cp >= 0x20000 && cp <= 0x3FFFF);
}

static bool is_letter(uint32_t cp) {
    return cp != 0xAB && cp != 0xBB && cp != 0xB7 && cp != 0xA9 && cp != 0xAE && !(cp >= 0x2000 && cp <= 0x2BFF) && !(cp >= 0x3000 && cp <= 0x303F) &&
           !(cp >= 0xFF00 && cp <= 0xFF0F) && !(cp >= 0xFF1A && cp <= 0xFF20) && cp != 0xFFFD && cp != 0xFEFF && cp >= 0xAA;
}

static bool is_upper(uint32_t cp) {
    return (cp >= 0xC0 && cp <= 0xDE && cp != 0xD7) || (cp >= 0x391 && cp <= 0x3A9) || (cp >= 0x400 && cp <= 0x42F) ||
           (cp >= 0x100 && cp <= 0x17F && !(cp & 1) && cp != 0x138);
}

static unsigned class_of(uint32_t cp) {
    if (cp < 0x80) return ascii_class[cp];
    switch (cp) {
    case 0x2026: case 0x3002: case 0xFF01: case 0xFF1F: case 0x0964: case 0x06D4: case 0x061F: return STOP;
    case 0xFF0C: case 0x3001: case 0xFF1B: case 0x060C: case 0x061B: return COMMA;
    case 0x201C: case 0x201D: case 0x2019: case 0x300D: case 0x300F: case 0xFF09: return CLOSE;
    case 0xBB: return CLOSE | SYMBOL;
    case 0xAB: case 0x203A: case 0x2039: case 0x2022: case 0xB7: case 0xA9: case 0x2192: case 0x25B6: case 0x25BA: case 0x25B8: case 0x2605: case 0x20AC:
    case 0xA3: case 0xA5: return SYMBOL;
    case 0x3000: return SPACE;
    default: return (is_letter(cp) ? WORD : 0u) | (is_upper(cp) ? UPPER : 0u);
    }
}

/* Digits as dates have them: a year from 1900 to 2099, two short numbers with '.', '/', ':' or '-' between, or a number before 年 月 日. */
struct date_scan {
    unsigned digits, value;
    bool joined; /* a short number and a mark stood before this number */
};

static bool date_step(struct date_scan *s, uint32_t cp) {
    if (cp < 0x80 && ascii_is_digit((char)cp)) {
        if (s->digits++ < 8) s->value = s->value * 10 + (cp - '0');
        return false;
    }
    bool is_short = s->digits == 1 || s->digits == 2;
    bool found = (s->digits == 4 && s->value >= 1900 && s->value < 2100) || (is_short && s->joined) ||
                 (s->digits > 0 && (cp == 0x5E74 || cp == 0x6708 || cp == 0x65E5));
    *s = (struct date_scan){.joined = is_short && (cp == '.' || cp == '/' || cp == ':' || cp == '-')};
    return found;
}

/* Whether two bytes are a letter from U+00C0 to U+04FF. */
static bool is_two_byte_letter(uint8_t lead, uint8_t next) { return lead >= 0xC3 && lead <= 0xD3 && (next & 0xC0) == 0x80; }

/* Counts from `at` on up to what is rare; *word: whether a word goes on. Returns the bytes. */
static size_t count_run(struct text_block *b, size_t at, bool *word) {
    size_t end = b->text.n - at > RUN_MAX ? at + RUN_MAX : b->text.n, i = at, inner = 0;
    uint64_t sum = 0, tokens = 0, before = *word;
    for (; i < end; i++) {
        uint8_t c = (uint8_t)b->text.p[i];
        if (c < 0x80) {
            uint64_t counts = ascii_counts[c], now = counts >> 62;
            if (counts & rare) break;
            tokens += now & ~before;
            before = now;
            sum += counts;
        } else {
            uint8_t next = i + 1 < end ? (uint8_t)b->text.p[i + 1] : 0;
            if (!is_two_byte_letter(c, next)) break;
            tokens += !before;
            before = 1;
            b->upper += is_upper((c & 0x1Fu) << 6 | (next & 0x3Fu));
            inner++;
            i++;
        }
    }
    b->tokens += (uint32_t)tokens;
    b->chars += (uint32_t)(i - at - inner - (sum & RUN_MAX));
    b->upper += sum >> LANE & RUN_MAX;
    b->commas += sum >> 2 * LANE & RUN_MAX;
    b->symbols += sum >> 3 * LANE & RUN_MAX;
    *word = before;
    return i - at;
}

void block_text_measure(struct text_block *block) {
    struct text_block b = *block;
    bool word = false, stop = false, first = true;
    struct date_scan date = {0};
    uint32_t last = 0;
    for (size_t i = 0; i < b.text.n;) {
        bool dated = !b.has_date && i < DATE_BYTES && (date.digits || date.joined);
        size_t n = first || stop || dated ? 0 : count_run(&b, i, &word);
        for (size_t k = i + n; k > i; k--) {
            if (ascii_class[(uint8_t)b.text.p[k - 1]] & (SPACE | CLOSE)) continue;
            last = (uint8_t)b.text.p[k - 1];
            break;
        }
        i += n;
        if (i == b.text.n) break;
        uint32_t cp = (uint8_t)b.text.p[i];
        n = 1;
        if (cp >= 0x80) cp = utf8_decode(sv_skip(b.text, i), &n);
        i += n ? n : 1;
        unsigned kind = class_of(cp);
        bool alone = stands_alone(cp), part = !alone && (kind & WORD);
        b.tokens += alone || (part && !word);
        b.alone += alone;
        word = part;
        b.chars += !(kind & SPACE);
        b.digits += (kind & DIGIT) != 0;
        b.upper += (kind & UPPER) != 0;
        b.commas += (kind & COMMA) != 0;
        b.symbols += (kind & SYMBOL) != 0;
        if (first && (kind & WORD)) b.starts_upper = kind & UPPER, first = false;
        if (!b.has_date && i < DATE_BYTES) b.has_date = date_step(&date, cp);
        if (stop && (kind & SPACE || cp > 0x3000)) b.sentences++, stop = false;
        if (kind & STOP) stop = true;
        else if (!(kind & CLOSE)) stop = false;
        b.has_price |= cp == '$' || (cp >= 0xA3 && (cp == 0xA3 || cp == 0xA5 || (cp >= 0x20A0 && cp <= 0x20BF)));
        if (!(kind & (SPACE | CLOSE))) last = cp;
    }
    if (!b.has_date) b.has_date = date_step(&date, ' ');
    b.sentences += stop;
    b.ends_sentence = stop;
    b.ends_colon = last == ':' || last == 0xFF1A;
    *block = b;
}

uint32_t block_text_tokens(sv text) {
    struct text_block b = {.text = text};
    block_text_measure(&b);
    return b.tokens;
}

static uint32_t lower(uint32_t cp) {
    if (cp < 0x80) return (uint8_t)ascii_lower((char)cp);
    if ((cp >= 0xC0 && cp <= 0xDE && cp != 0xD7) || (cp >= 0x391 && cp <= 0x3A9) || (cp >= 0x410 && cp <= 0x42F)) return cp + 32;
    return cp;
}

static uint32_t hash_step(uint32_t hash, uint32_t cp) { return (hash ^ cp) * 16777619u; /* FNV-1a */ }

/* Of a word of ASCII, eight bytes at a time; a bit makes its letters small and keeps all else apart. */
static uint32_t hash_ascii(sv word, sv text) {
    const uint64_t small = 0x2020202020202020u;
    uint64_t hash = word.n, eight;
    for (; word.n >= 8; word = sv_skip(word, 8)) {
        memcpy(&eight, word.p, 8);
        hash = (hash ^ (eight | small)) * 0x9E3779B97F4A7C15u;
        hash ^= hash >> 32;
    }
    eight = 0;
    if (word.p + 8 <= text.p + text.n) {
        memcpy(&eight, word.p, 8);
        eight = word.n ? (eight | small) << (64 - 8 * word.n) : 0;
    } else
        for (size_t i = 0; i < word.n; i++) eight = eight >> 8 | (uint64_t)((uint8_t)word.p[i] | 0x20) << 56;
    return (uint32_t)((hash ^ eight) * 0x9E3779B97F4A7C15u >> 32);
}

static bool is_part(uint32_t cp) { return !stands_alone(cp) && (class_of(cp) & WORD); }

size_t block_text_hashes(sv text, uint32_t *out, size_t max) {
    static const uint32_t start = 2166136261u;
    size_t count = 0;
    for (size_t i = 0, n = 1; i < text.n && count < max; i += n) {
        size_t begin = i;
        while (i < text.n && (ascii_class[(uint8_t)text.p[i]] & WORD)) i++;
        uint32_t cp = i < text.n ? (uint8_t)text.p[i] : ' ', hash = start;
        n = 1;
        if (cp >= 0x80) cp = utf8_decode(sv_skip(text, i), &n);
        if (cp >= 0x80 && is_part(cp)) { /* not all of the word is ASCII */
            for (i = begin; i < text.n && is_part(cp = utf8_decode(sv_skip(text, i), &n)); i += n) hash = hash_step(hash, lower(cp));
            out[count++] = hash;
            n = 0;
            continue;
        }
        if (i > begin) out[count++] = hash_ascii(sv_range(text.p + begin, text.p + i), text);
        if (stands_alone(cp) && count < max) out[count++] = hash_step(start, cp);
    }
    return count;
}
