#include "dates.h"

#include <stdio.h>

#include "base/err.h"

struct date {
    unsigned year, month, day;
};

static bool is_possible(struct date d) {
    static const unsigned days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return d.year >= 1990 && d.year <= 2100 && d.month >= 1 && d.month <= 12 && d.day >= 1 && d.day <= days[d.month - 1];
}

/* Digits at `at`: their number, *n digits. */
static unsigned number_at(sv v, size_t at, size_t *n) {
    unsigned value = 0;
    *n = 0;
    while (at + *n < v.n && ascii_is_digit(v.p[at + *n]) && *n < 9) value = value * 10 + (unsigned)(v.p[at + (*n)++] - '0');
    return value;
}

/* Months of the languages in which dates are met most; by their first letters, so that "Sept." and "September" are one. */
static unsigned month_of(sv word) {
    static const struct {
        const char *start;
        unsigned month;
    } table[] = {{"jan", 1}, {"feb", 2}, {"fév", 2}, {"fev", 2}, {"mar", 3}, {"mär", 3}, {"mrt", 3}, {"maa", 3}, {"apr", 4}, {"avr", 4}, {"abr", 4}, {"may", 5}, {"mai", 5}, {"mag", 5},
                 {"mei", 5}, {"maj", 5}, {"jun", 6}, {"juin", 6}, {"giu", 6}, {"jul", 7}, {"juil", 7}, {"lug", 7}, {"aug", 8}, {"aoû", 8}, {"ago", 8}, {"sep", 9}, {"set", 9}, {"oct", 10},
                 {"okt", 10}, {"ott", 10}, {"out", 10}, {"nov", 11}, {"dec", 12}, {"dez", 12}, {"déc", 12}, {"dic", 12}, {"янв", 1}, {"фев", 2}, {"мар", 3}, {"апр", 4}, {"мая", 5},
                 {"май", 5}, {"июн", 6}, {"июл", 7}, {"авг", 8}, {"сен", 9}, {"окт", 10}, {"ноя", 11}, {"дек", 12}};
    for (size_t i = 0; i < COUNT_OF(table); i++)
        if (sv_starts_nocase(word, sv_cstr(table[i].start))) return table[i].month;
    return 0;
}

/* "T10:15:00.000+02:00" and its kin behind the date; an empty string when there is none. */
static void read_time(sv v, char *out, size_t size) {
    size_t at = 0, n;
    out[0] = '\0';
    while (at < v.n && (v.p[at] == ' ' || v.p[at] == ',' || v.p[at] == 'T' || v.p[at] == 't')) at++;
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
    if (sv_starts_nocase(rest, SV("pm")) && hour < 12) hour += 12;
    if (sv_starts_nocase(rest, SV("am")) && hour == 12) hour = 0;
    char zone[8] = "";
    if (sv_starts(rest, SV("Z")) || sv_starts(rest, SV("GMT")) || sv_starts(rest, SV("UTC"))) snprintf(zone, sizeof zone, "Z");
    else if (rest.n >= 3 && (*rest.p == '+' || *rest.p == '-') && ascii_is_digit(rest.p[1])) {
        unsigned hours = number_at(sv_take(rest, 3), 1, &n), minutes = 0;
        sv tail = sv_skip(rest, 1 + n);
        if (sv_starts(tail, SV(":"))) tail = sv_skip(tail, 1);
        minutes = number_at(sv_take(tail, 2), 0, &n);
        if (hours <= 14 && minutes < 60) snprintf(zone, sizeof zone, "%c%02u:%02u", *rest.p, hours % 100, minutes % 100);
    }
    if (seconds) snprintf(out, size, "T%02u:%02u:%02u%s", hour % 100, minute % 100, second % 100, zone);
    else snprintf(out, size, "T%02u:%02u%s", hour % 100, minute % 100, zone);
}

static sv make(struct date d, sv after, struct arena *arena) {
    char time[40], text[64];
    read_time(after, time, sizeof time);
    int n = snprintf(text, sizeof text, "%04u-%02u-%02u%s", d.year, d.month, d.day, time);
    return arena_dup(arena, sv_from(text, (size_t)n));
}

/* "2024-07-03", "2024/7/3", "20240703" at `at`; *end behind it. */
static bool read_numeric(sv v, size_t at, struct date *d, size_t *end) {
    size_t n, m, k;
    unsigned first = number_at(v, at, &n);
    if (n == 8 || (n == 9)) {
        *d = (struct date){first / 10000, first / 100 % 100, first % 100};
        *end = at + n;
        return n == 8 && is_possible(*d);
    }
    if (at + n >= v.n || !strchr("-/.", v.p[at + n])) return false;
    unsigned second = number_at(v, at + n + 1, &m);
    if (m < 1 || m > 2 || at + n + 1 + m >= v.n || v.p[at + n + 1 + m] != v.p[at + n]) return false;
    unsigned third = number_at(v, at + n + m + 2, &k);
    *end = at + n + m + k + 2;
    if (n == 4) *d = (struct date){first, second, third};
    else if (k == 4) *d = second > 12 ? (struct date){third, first, second} : (struct date){third, second, first};
    else return false;
    return is_possible(*d);
}

/* Day, month name and year in either order, anywhere in a short text. */
static bool read_words(sv v, struct date *d, size_t *end) {
    *d = (struct date){0};
    for (size_t i = 0; i < v.n;) {
        size_t n;
        unsigned number = number_at(v, i, &n);
        if (n == 4 && number >= 1990 && number <= 2100) {
            d->year = number;
            *end = i + n;
        } else if ((n == 1 || n == 2) && !d->day && number >= 1 && number <= 31 && !(i + n < v.n && v.p[i + n] == ':'))
            d->day = number;
        else if (n == 0) {
            while (i + n < v.n && !ascii_is_space(v.p[i + n]) && !ascii_is_digit(v.p[i + n]) && !strchr(",.-/", v.p[i + n])) n++;
            if (n >= 3 && !d->month) d->month = month_of(sv_from(v.p + i, n));
        }
        i += n ? n : 1;
        if (d->year && d->month && d->day) return is_possible(*d);
    }
    return false;
}

sv date_normalise(sv text, struct arena *arena) {
    struct date d;
    size_t end;
    text = sv_take(sv_trim(text), 80);
    for (size_t i = 0; i < text.n; i++)
        if (ascii_is_digit(text.p[i]) && (i == 0 || !ascii_is_digit(text.p[i - 1])) && read_numeric(text, i, &d, &end)) return make(d, sv_skip(text, end), arena);
    return read_words(text, &d, &end) ? make(d, sv_skip(text, end), arena) : SV_NONE;
}

sv date_in_url(sv url, struct arena *arena) {
    struct date d;
    size_t end;
    for (size_t i = 1; i < url.n; i++)
        if (strchr("/-_", url.p[i - 1]) && (url.p[i] == '1' || url.p[i] == '2') && read_numeric(url, i, &d, &end) && d.year > 1994 && (end >= url.n || !ascii_is_digit(url.p[end])))
            return make(d, SV_NONE, arena);
    return SV_NONE;
}
