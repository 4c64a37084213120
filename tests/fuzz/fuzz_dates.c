/* Dates in a text, whatever its order of day and month, and the date of a URL's path: none, or ISO 8601 of a day that can be. */
#include "dates.h"
#include "fuzz_target.h"

static void check(const struct date *date, struct arena *arena) {
    static const char form[] = "dddd-dd-dd";
    uint64_t year, month, day;
    sv iso = date_iso(date, arena);
    BUG_IF(iso.n < 4 || iso.n > 40);
    for (size_t i = 0; i < iso.n && form[i]; i++) BUG_IF(form[i] == 'd' ? !ascii_is_digit(iso.p[i]) : iso.p[i] != form[i]);
    BUG_IF(!sv_to_u64(sv_take(iso, 4), &year) || year < 1990 || year > 2100);
    if (iso.n >= 7) BUG_IF(!sv_to_u64(sv_take(sv_skip(iso, 5), 2), &month) || month < 1 || month > 12);
    if (iso.n >= 10) BUG_IF(!sv_to_u64(sv_take(sv_skip(iso, 8), 2), &day) || day < 1 || day > 31);
    BUG_IF(date_compare(date, date) != 0);
}

static void check_text(sv text, enum date_order order, struct arena *arena) {
    char folded[DATE_TEXT_MAX];
    struct date date;
    sv rest = sv_from(folded, date_fold(text, folded));
    BUG_IF(rest.n > sizeof folded);
    size_t at = 0, begin, last = 0;
    while (date_next(rest, &at, order, &date, &begin)) {
        BUG_IF(begin < last || at <= begin || at > rest.n);
        last = at;
        check(&date, arena);
    }
    if (date_parse(text, order, &date)) check(&date, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena;
    struct date date;
    sv text = sv_from((const char *)data, size);
    arena_init(&arena, 1024 * 1024);
    check_text(text, date_order_of(sv_take(text, 2), text), &arena);
    if (date_in_url(text, &date)) check(&date, &arena);
    arena_clear(&arena);
    return 0;
}
