/* Dates as pages write them -> ISO 8601, as precise as they state. About fifty languages' months (months.h), digits of nine scripts, CJK and
 * numeric forms. Pure text: what a date means is decided elsewhere. */
#pragma once

#include "base/arena.h"

struct date {
    unsigned year, month, day; /* day 0: only the month is stated */
    char time[16], zone[8];    /* "T10:15", "T10:15:00" and "+02:00" or "Z"; empty where not stated */
};

enum date_order { DATE_DAY_FIRST, DATE_MONTH_FIRST }; /* of 03/04/2019; a part above 12 decides for itself */

/* The order of a language tag: month first for "en" and its American forms, unless the tag or the host names another country. */
enum date_order date_order_of(sv language, sv url);

enum { DATE_TEXT_MAX = 420 };
/* The text with digits of other scripts, CJK marks and odd spaces made ASCII, as date_next wants it. Returns the bytes written to `out`. */
size_t date_fold(sv text, char out[DATE_TEXT_MAX]);
/* The next date of folded text at or after *at; *at is moved behind it, *begin is where it starts. Years 1990..2100, real days. O(rest). */
bool date_next(sv folded, size_t *at, enum date_order, struct date *out, size_t *begin);
/* Whether any date is named in a text. */
bool date_is_in(sv text);
/* The first full date of a text; seconds since 1970 too where the text is only that. */
bool date_parse(sv text, enum date_order, struct date *out);
/* "2024-07-03T10:15:00+02:00", "2024-07-03", "2024-07"; in the arena. */
sv date_iso(const struct date *, struct arena *);
/* Of seconds since 1970, in UTC, with its time. */
struct date date_of_seconds(uint64_t seconds);
/* <0, 0, >0 by day. */
int date_compare(const struct date *, const struct date *);
/* "/2024/07/03/", "/2024-07-03", "/20240703" or "/2024/07/" in a path. */
bool date_in_url(sv url, struct date *out);
