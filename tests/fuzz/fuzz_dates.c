/* A date as a page writes it, or the path of a URL: absent, or ISO 8601 of a year that can be. */
#include "dates.h"
#include "fuzz_target.h"

static void check(sv date) {
    static const char form[] = "dddd-dd-ddTdd:dd:dd";
    uint64_t year, month, day;
    if (!date.p) return;
    BUG_IF(date.n < 4 || date.n > 40);
    for (size_t i = 0; i < date.n && form[i]; i++) BUG_IF(form[i] == 'd' ? !ascii_is_digit(date.p[i]) && i < 10 : i < 10 && date.p[i] != form[i]);
    BUG_IF(!sv_to_u64(sv_take(date, 4), &year) || year < 1990 || year > 2100);
    if (date.n >= 7) BUG_IF(!sv_to_u64(sv_take(sv_skip(date, 5), 2), &month) || month < 1 || month > 12);
    if (date.n >= 10) BUG_IF(!sv_to_u64(sv_take(sv_skip(date, 8), 2), &day) || day < 1 || day > 31);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena;
    sv text = sv_from((const char *)data, size);
    arena_init(&arena, 1024 * 1024);
    check(date_normalise(text, &arena));
    check(date_in_url(text, &arena));
    arena_clear(&arena);
    return 0;
}
