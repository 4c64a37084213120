#include "fetch_date.h"

/* Takes `digits` digits off the front. */
static bool take_number(sv *v, size_t digits, int *out) {
    *out = 0;
    if (v->n < digits) return false;
    for (size_t i = 0; i < digits; i++) {
        if (!ascii_is_digit(v->p[i])) return false;
        *out = *out * 10 + (v->p[i] - '0');
    }
    *v = sv_skip(*v, digits);
    return true;
}

static bool take_char(sv *v, const char *one_of) {
    if (v->n == 0 || !strchr(one_of, *v->p) || *v->p == '\0') return false;
    *v = sv_skip(*v, 1);
    return true;
}

/* Days since 1970-01-01 in the proleptic Gregorian calendar. */
static int64_t days_of(int year, int month, int day) {
    int64_t y = month <= 2 ? year - 1 : year, era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* "Z", "+02:00", "-0530" or nothing. */
static bool take_zone(sv *v, int *minutes) {
    *minutes = 0;
    if (v->n == 0 || take_char(v, "Zz")) return true;
    int hours, more = 0, sign = *v->p == '-' ? -1 : 1;
    if (!take_char(v, "+-") || !take_number(v, 2, &hours)) return false;
    bool colon = take_char(v, ":");
    if ((colon || v->n) && !take_number(v, 2, &more)) return false;
    *minutes = sign * (hours * 60 + more);
    return hours < 24 && more < 60;
}

bool fetch_date_parse(sv text, int64_t *unix_ms) {
    enum { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, PARTS };
    static const char *const before[PARTS] = {"", "-", "-", "Tt ", ":", ":"};
    static const int least[PARTS] = {1, 1, 1, 0, 0, 0}, most[PARTS] = {9999, 12, 31, 23, 59, 60};
    int part[PARTS] = {1970, 1, 1, 0, 0, 0}, milli = 0, zone;
    sv v = sv_trim(text);
    if (v.n < 4) return false;
    bool digits_only = v.n > 4 && ascii_is_digit(v.p[4]);
    for (int i = YEAR; i < PARTS && v.n; i++) {
        if (i > YEAR && !digits_only && !take_char(&v, before[i])) {
            if (i <= HOUR) return false;
            break;
        }
        if (!take_number(&v, i == YEAR ? 4 : 2, &part[i]) || part[i] < least[i] || part[i] > most[i]) return false;
    }
    /* Digits beyond the second: a fraction, of which milliseconds are kept. */
    if (digits_only ? v.n : take_char(&v, ".,"))
        for (int scale = 100; v.n && ascii_is_digit(*v.p); v = sv_skip(v, 1), scale /= 10) milli += (*v.p - '0') * scale;
    if (!take_zone(&v, &zone) || v.n) return false;
    int64_t minutes = (days_of(part[YEAR], part[MONTH], part[DAY]) * 24 + part[HOUR]) * 60 + part[MINUTE] - zone;
    *unix_ms = (minutes * 60 + part[SECOND]) * 1000 + milli;
    return true;
}
