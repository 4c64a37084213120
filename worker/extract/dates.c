#include "dates.h"

#include <stdio.h>

#include "base/compiler.h"
#include "base/utf8.h"
#include "months.h"

enum { TOKENS_MAX = 96, YEAR_MIN = 1990, YEAR_MAX = 2100, BUDDHIST = 543, FILLER_BYTES_MAX = 9 /* with its period */, FILLERS_MAX = 3 };

/* -- folding ----------------------------------------------------------------------------------------------------------------------- */

/* The value of a decimal digit of any of the scripts in which dates are met, or -1. */
static int digit_of(uint32_t cp) {
    static const uint32_t zeros[] = {'0', 0x660, 0x6F0, 0x966, 0x9E6, 0xBE6, 0xC66, 0xE50, 0xFF10};
    for (size_t i = 0; i < COUNT_OF(zeros); i++)
        if (cp >= zeros[i] && cp < zeros[i] + 10) return (int)(cp - zeros[i]);
    return -1;
}

static char mark_of(uint32_t cp) {
    switch (cp) {
    case 0x5E74: case 0x6708: case 0xB144: case 0xC6D4: return '-';  /* year and month, Chinese and Korean */
    case 0x65E5: case 0xC77C: case 0x53F7: return ' ';               /* day */
    case 0x2010: case 0x2011: case 0x2012: case 0x2013: case 0x2014: case 0x2015: case 0x2212: return '-';
    case 0xFF0F: return '/';
    case 0xFF0E: return '.';
    case 0xFF1A: return ':';
    case 0xA0: case 0x2009: case 0x200A: case 0x202F: case 0x3000: case 0x200E: case 0x200F: return ' ';
    case 0xAB: case 0xB7: case 0xBB: case 0x2022: case 0x2219: case 0x22C5: case 0x25CF: case 0x2666: case 0x30FB: case 0xFF5C: return '|'; /* what stands between the facts of a line */
    default: return 0;
    }
}

size_t date_fold(sv text, char out[DATE_TEXT_MAX]) {
    size_t n = 0, length;
    for (size_t i = 0; i < text.n && n + 4 < DATE_TEXT_MAX; i += length) {
        length = 1;
        if ((uint8_t)text.p[i] < 0x80) {
            out[n++] = ascii_is_space(text.p[i]) ? ' ' : text.p[i];
            continue;
        }
        uint32_t cp = utf8_decode(sv_skip(text, i), &length);
        int digit = digit_of(cp);
        char mark = digit >= 0 ? (char)('0' + digit) : mark_of(cp);
        if (mark) out[n++] = mark;
        else {
            memcpy(out + n, text.p + i, length);
            n += length;
        }
    }
    return n;
}

/* -- tokens ------------------------------------------------------------------------------------------------------------------------ */

struct token {
    size_t begin, end;
    unsigned number, digits; /* digits 0: a word */
};

static bool parts_words(char c) { return (uint8_t)c < 0x80 && !ascii_is_alpha(c) && !ascii_is_digit(c) && c != '.'; }

/* Numbers and words from `at` on. A word keeps the periods inside of it, as Thai months have. */
static size_t tokens_of(sv v, size_t at, struct token *out) {
    size_t count = 0;
    while (at < v.n && count < TOKENS_MAX) {
        struct token t = {.begin = at};
        if (ascii_is_digit(v.p[at])) {
            while (at < v.n && ascii_is_digit(v.p[at])) {
                if (t.digits < 9) t.number = t.number * 10 + (unsigned)(v.p[at] - '0');
                t.digits++;
                at++;
            }
        } else if (parts_words(v.p[at]) || v.p[at] == '.') {
            at++;
            continue;
        } else {
            while (at < v.n && !parts_words(v.p[at]) && !ascii_is_digit(v.p[at])) at++;
        }
        t.end = at;
        out[count++] = t;
    }
    return count;
}

static bool is_possible(const struct date *d) {
    static const unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = d->year % 4 == 0 && (d->year % 100 != 0 || d->year % 400 == 0);
    return d->year >= YEAR_MIN && d->year <= YEAR_MAX && d->month >= 1 && d->month <= 12 && d->day >= 1 && d->day <= days[d->month - 1] + (d->month == 2 && leap);
}

static bool is_year(const struct token *t) { return t->digits == 4 && t->number >= YEAR_MIN && t->number <= YEAR_MAX; }
/* Beside a month's name, a year of the Buddhist era is one too. */
static bool is_named_year(const struct token *t) { return is_year(t) || (t->digits == 4 && t->number >= 2000 + BUDDHIST && t->number <= YEAR_MAX + BUDDHIST); }
static bool is_small(const struct token *t) { return t->digits == 1 || t->digits == 2; }

/* The one separator between two tokens, where there is but one and spaces; 0 else. */
static char between(sv v, const struct token *a, const struct token *b) {
    char mark = 0;
    for (size_t i = a->end; i < b->begin; i++) {
        if (v.p[i] == ' ') continue;
        if (mark) return 0;
        mark = v.p[i];
    }
    return mark;
}

/* Whether a word may stand between the parts of a date: "of", "de", "m.", "tháng", ordinals. */
static bool is_filler(sv v, const struct token *t) {
    static const sv words[] = {SV_OF("of"), SV_OF("de"), SV_OF("del"), SV_OF("d"), SV_OF("m"), SV_OF("the"), SV_OF("st"), SV_OF("nd"), SV_OF("rd"), SV_OF("th"), SV_OF("er"), SV_OF("gada"), SV_OF("г"), SV_OF("года"), SV_OF("р"), SV_OF("року"), SV_OF("año"), SV_OF("den"), SV_OF("le"), SV_OF("year"), SV_OF("e"), SV_OF("в"), SV_OF("ng\xc3\xa0y"), SV_OF("n\xc4\x83m"), SV_OF("lipnja"), SV_OF("ve"), SV_OF("ב"), SV_OF("o"), SV_OF("º"), SV_OF("ª")};
    sv word = sv_from(v.p + t->begin, t->end - t->begin);
    if (t->digits || word.n > FILLER_BYTES_MAX) return false;
    if (sv_ends(word, SV("."))) word.n--;
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (words[i].n == word.n && sv_eq_nocase(word, words[i])) return true;
    return word.n == 0;
}

/* The first token from k on that is no filler, at most three further on. */
static size_t skip_fillers(sv v, const struct token *t, size_t count, size_t k) {
    for (unsigned steps = 0; k < count && steps < FILLERS_MAX && is_filler(v, &t[k]); steps++) k++;
    return k;
}

/* -- forms ------------------------------------------------------------------------------------------------------------------------- */

static unsigned year_of(const struct token *t) {
    if (t->digits == 2) return t->number + (t->number < 70 ? 2000 : 1900);
    return t->number > YEAR_MAX ? t->number - BUDDHIST : t->number;
}

/* Three numbers with one mark between, or eight digits. Returns the tokens used, 0 when it is none. */
static size_t numeric(sv v, const struct token *t, size_t count, enum date_order order, struct date *d) {
    if (t[0].digits == 8) {
        *d = (struct date){.year = t[0].number / 10000, .month = t[0].number / 100 % 100, .day = t[0].number % 100};
        return is_possible(d) ? 1 : 0;
    }
    if (count < 3 || !t[1].digits || !t[2].digits) return 0;
    char first = between(v, &t[0], &t[1]), second = between(v, &t[1], &t[2]);
    if (first != second || !first || !strchr("-/.", first)) return 0;
    bool spaced = t[1].begin - t[0].end > 1;
    if (is_year(&t[0]) && is_small(&t[1]) && is_small(&t[2])) *d = (struct date){.year = year_of(&t[0]), .month = t[1].number, .day = t[2].number};
    else if (is_small(&t[0]) && is_small(&t[1]) && (is_year(&t[2]) || (t[2].digits == 2 && first != '-' && !spaced && t[1].digits == 2))) {
        bool month_first = t[1].number > 12 || (order == DATE_MONTH_FIRST && first != '.' && t[0].number <= 12);
        *d = (struct date){.year = year_of(&t[2]), .month = t[month_first ? 0 : 1].number, .day = t[month_first ? 1 : 0].number};
    } else
        return 0;
    return is_possible(d) ? 3 : 0;
}

/* A time and a zone may stand between the day and the year: "Mar 04 12:22:27 CET 2019". */
static size_t skip_clock(sv v, const struct token *t, size_t count, size_t k) {
    size_t at = k;
    while (at + 1 < count && is_small(&t[at]) && is_small(&t[at + 1]) && between(v, &t[at], &t[at + 1]) == ':') at++;
    if (at == k) return k;
    at++;
    return at < count && !t[at].digits ? at + 1 : at;
}

/* The month that a token names; 0 where it names none. A look in a large table, for words beside numbers alone. */
static unsigned month_of(sv v, const struct token *t) { return t->digits ? 0 : months_find(sv_from(v.p + t->begin, t->end - t->begin)); }

/* Whether a number stands where skip_fillers may end. */
static bool is_before_number(const struct token *t, size_t count) {
    for (size_t k = 1; k < count && k <= 1 + FILLERS_MAX; k++)
        if (t[k].digits) return true;
    return false;
}

/* A month's name, and the year or the day and the year. */
static size_t with_name_first(sv v, const struct token *t, size_t count, struct date *d) {
    if (!is_before_number(t, count)) return 0; /* most words */
    size_t k = skip_fillers(v, t, count, 1);
    unsigned month = k < count && t[k].digits ? month_of(v, &t[0]) : 0;
    if (!month) return 0;
    if (is_named_year(&t[k]) && between(v, &t[k - 1], &t[k]) != '-') {
        *d = (struct date){.year = year_of(&t[k]), .month = month};
        return k + 1;
    }
    if (!is_small(&t[k])) return 0;
    size_t m = skip_clock(v, t, count, skip_fillers(v, t, count, k + 1));
    if (m >= count || !is_named_year(&t[m])) return 0;
    *d = (struct date){.year = year_of(&t[m]), .month = month, .day = t[k].number};
    return is_possible(d) ? m + 1 : 0;
}

/* A day, a month's name and a year in any of the orders in which languages write them. */
static size_t with_name(sv v, const struct token *t, size_t count, struct date *d) {
    if (!t[0].digits) return with_name_first(v, t, count, d);
    if (!is_small(&t[0]) && !is_named_year(&t[0])) return 0;
    size_t k = skip_fillers(v, t, count, 1), m;
    if (k >= count) return 0;
    if (is_small(&t[0])) {
        sv word = sv_from(v.p + t[k].begin, t[k].end - t[k].begin);
        bool viet = sv_eq_nocase(word, SV("th\xc3\xa1ng")) && k + 1 < count && is_small(&t[k + 1]);
        m = skip_fillers(v, t, count, k + 1 + viet);
        unsigned month = m >= count ? 0 : viet ? t[k + 1].number : month_of(v, &t[k]);
        if (!month) return 0;
        bool brief = t[m].digits == 2 && m == k + 1 && (v.p[t[m].begin - 1] == '\'' || between(v, &t[k], &t[m]) == '-');
        if (!is_named_year(&t[m]) && !brief) return 0;
        *d = (struct date){.year = year_of(&t[m]), .month = month, .day = t[0].number};
    } else {
        m = k + 1 < count ? skip_fillers(v, t, count, k + 1) : count;
        if (m >= count) return 0;
        if (is_small(&t[m]) && !t[k].digits) *d = (struct date){.year = year_of(&t[0]), .month = month_of(v, &t[k]), .day = t[m].number};
        else if (is_small(&t[k]) && !t[m].digits) *d = (struct date){.year = year_of(&t[0]), .month = month_of(v, &t[m]), .day = t[k].number};
        else return 0;
    }
    return is_possible(d) ? m + 1 : 0;
}

/* -- times ------------------------------------------------------------------------------------------------------------------------- */

/* Digits at `at`: their number, *n digits. */
static unsigned number_at(sv v, size_t at, size_t *n) {
    unsigned value = 0;
    *n = 0;
    while (at + *n < v.n && ascii_is_digit(v.p[at + *n]) && *n < 9) value = value * 10 + (unsigned)(v.p[at + (*n)++] - '0');
    return value;
}

static void read_zone(sv rest, struct date *d) {
    size_t n;
    rest = sv_trim(rest);
    if (sv_starts(rest, SV("Z")) || sv_starts(rest, SV("GMT")) || sv_starts(rest, SV("UTC"))) snprintf(d->zone, sizeof d->zone, "Z");
    if (rest.n < 3 || (*rest.p != '+' && *rest.p != '-') || !ascii_is_digit(rest.p[1])) return;
    unsigned hours = number_at(sv_take(rest, 3), 1, &n), minutes = 0;
    sv tail = sv_skip(rest, 1 + n);
    if (sv_starts(tail, SV(":"))) tail = sv_skip(tail, 1);
    minutes = number_at(sv_take(tail, 2), 0, &n);
    if (hours == 0 && minutes == 0) snprintf(d->zone, sizeof d->zone, "Z");
    else if (hours <= 14 && minutes < 60) snprintf(d->zone, sizeof d->zone, "%c%02u:%02u", *rest.p, hours % 100, minutes % 100);
}

/* "T10:15:00.000+02:00", " at 3:04 pm" and their kin right behind the date. */
static void read_time(sv v, struct date *d) {
    size_t at = 0, n;
    while (at < v.n && at < 8 && !ascii_is_digit(v.p[at])) at++;
    unsigned hour = number_at(v, at, &n), minute, second = 0;
    if (n == 0 || n > 2 || hour > 23 || at + n >= v.n || v.p[at + n] != ':') return;
    at += n + 1;
    minute = number_at(v, at, &n);
    if (n != 2 || minute > 59) return;
    at += n;
    bool seconds = at + 2 < v.n && v.p[at] == ':';
    if (seconds) {
        second = number_at(v, at + 1, &n);
        if (n != 2 || second > 60) return;
        at += 3;
    }
    if (at < v.n && v.p[at] == '.') {
        (void)number_at(v, at + 1, &n);
        at += n + 1;
    }
    sv rest = sv_trim(sv_skip(v, at));
    if ((sv_starts_nocase(rest, SV("pm")) || sv_starts_nocase(rest, SV("p.m"))) && hour < 12) hour += 12;
    if ((sv_starts_nocase(rest, SV("am")) || sv_starts_nocase(rest, SV("a.m"))) && hour == 12) hour = 0;
    read_zone(rest, d);
    if (seconds) snprintf(d->time, sizeof d->time, "T%02u:%02u:%02u", hour % 100, minute % 100, second % 100);
    else snprintf(d->time, sizeof d->time, "T%02u:%02u", hour % 100, minute % 100);
}

/* -- entries ----------------------------------------------------------------------------------------------------------------------- */

bool date_next(sv v, size_t *at, enum date_order order, struct date *out, size_t *begin) {
    struct token tokens[TOKENS_MAX];
    size_t count = tokens_of(v, *at, tokens);
    for (size_t i = 0; i < count; i++) {
        size_t used = tokens[i].digits ? numeric(v, &tokens[i], count - i, order, out) : 0;
        if (!used) used = with_name(v, &tokens[i], count - i, out);
        if (!used) continue;
        *begin = tokens[i].begin;
        *at = tokens[i + used - 1].end;
        if (out->day) read_time(sv_take(sv_skip(v, *at), 40), out);
        return true;
    }
    return false;
}

/* Days since 1970-01-01 -> date; Howard Hinnant's civil_from_days, for days after 1970. */
static struct date from_days(uint64_t days) {
    uint64_t z = days + 719468, era = z / 146097, doe = z % 146097, yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    uint64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    unsigned month = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
    return (struct date){.year = (unsigned)(yoe + era * 400 + (month <= 2)), .month = month, .day = (unsigned)(doy - (153 * mp + 2) / 5 + 1)};
}

struct date date_of_seconds(uint64_t seconds) {
    struct date date = from_days(seconds / 86400);
    unsigned rest = (unsigned)(seconds % 86400);
    snprintf(date.time, sizeof date.time, "T%02u:%02u:%02u", rest / 3600 % 24, rest / 60 % 60, rest % 60);
    snprintf(date.zone, sizeof date.zone, "Z");
    return date;
}

static bool from_seconds(sv text, struct date *out) {
    uint64_t seconds;
    if ((text.n != 10 && text.n != 13) || !sv_to_u64(text, &seconds)) return false;
    *out = date_of_seconds(text.n == 13 ? seconds / 1000 : seconds);
    return is_possible(out);
}

bool date_is_in(sv text) {
    char folded[DATE_TEXT_MAX];
    struct date date;
    size_t at = 0, begin;
    return date_next(sv_from(folded, date_fold(text, folded)), &at, DATE_DAY_FIRST, &date, &begin);
}

bool date_parse(sv text, enum date_order order, struct date *out) {
    char folded[DATE_TEXT_MAX];
    size_t at = 0, begin;
    text = sv_trim(text);
    if (from_seconds(text, out)) return true;
    sv v = sv_from(folded, date_fold(text, folded));
    while (date_next(v, &at, order, out, &begin))
        if (out->day) return true;
    return false;
}

sv date_iso(const struct date *d, struct arena *arena) {
    char text[64];
    int n = d->day ? snprintf(text, sizeof text, "%04u-%02u-%02u%s%s", d->year, d->month, d->day, d->time, d->time[0] ? d->zone : "") : snprintf(text, sizeof text, "%04u-%02u", d->year, d->month);
    return arena_dup(arena, sv_from(text, (size_t)n));
}

int date_compare(const struct date *a, const struct date *b) {
    if (a->year != b->year) return a->year < b->year ? -1 : 1;
    if (a->month != b->month) return a->month < b->month ? -1 : 1;
    return a->day == b->day ? 0 : a->day < b->day ? -1 : 1;
}

enum date_order date_order_of(sv language, sv url) {
    static const char *const others[] = {".uk", ".au", ".ie", ".in", ".nz", ".za", ".sg", ".hk", ".ng", ".ke", ".pk", ".eu"};
    size_t at = sv_find(url, SV("://"), 0);
    sv host = at == SIZE_MAX ? SV_NONE : sv_skip(url, at + 3);
    size_t slash = sv_find_char(host, '/', 0);
    host = sv_take(host, slash);
    if (!sv_starts_nocase(language, SV("en")) || (language.n > 4 && !sv_starts_nocase(sv_skip(language, 3), SV("us")))) return DATE_DAY_FIRST;
    for (size_t i = 0; i < COUNT_OF(others); i++)
        if (sv_ends(host, sv_cstr(others[i]))) return DATE_DAY_FIRST;
    return DATE_MONTH_FIRST;
}

bool date_in_url(sv url, struct date *out) {
    struct token tokens[TOKENS_MAX];
    size_t scheme = sv_find(url, SV("://"), 0);
    sv path = sv_skip(url, scheme == SIZE_MAX ? 0 : sv_find_char(url, '/', scheme + 3));
    size_t count = tokens_of(sv_take(path, DATE_TEXT_MAX), 0, tokens);
    bool month = false;
    for (size_t i = 0; i < count; i++) {
        const struct token *t = &tokens[i];
        struct date d;
        if (!t->begin || !strchr("/-_=", path.p[t->begin - 1]) || (t->end < path.n && ascii_is_alpha(path.p[t->end]))) continue;
        if ((is_year(t) || t->digits == 8) && numeric(path, t, count - i, DATE_DAY_FIRST, &d)) {
            *out = d;
            return true;
        }
        if (is_year(t) && i + 2 < count && between(path, t, &t[1]) == '/' && between(path, &t[1], &t[2]) == '/' && month_of(path, &t[1]) && with_name(path, t, count - i, &d)) { /* "/2023/october/03/" */
            *out = d;
            return true;
        }
        if (is_small(t) && t->end < path.n && path.p[t->end] == '-' && i + 2 < count && is_year(&t[2]) && path.p[t->begin - 1] == '/' && numeric(path, t, count - i, DATE_DAY_FIRST, &d)) { /* "/29-10-2021" */
            *out = d;
            return true;
        }
        if (!month && is_year(t) && i + 1 < count && t[1].digits == 2 && t[1].number >= 1 && t[1].number <= 12 && between(path, t, &t[1]) == '/' && t[1].end < path.n && path.p[t[1].end] == '/') {
            *out = (struct date){.year = t->number, .month = t[1].number};
            month = true;
        }
    }
    return month;
}
