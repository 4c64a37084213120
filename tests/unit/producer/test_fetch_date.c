#include "fetch_date.h"

#include "cmocka_all.h"

static void fetch_date_reads_what_archives_write(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t ms; /* -1: no date */
    } cases[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"2017-03-06T04:03:53Z", 1488773033000},
        {"2017-03-06T04:03:53.123456Z", 1488773033123},
        {"2017-03-06T06:03:53+02:00", 1488773033000},
        {"2017-03-06 04:03:53", 1488773033000},
        {"20170306040353", 1488773033000},
        {"201703060403", 1488772980000},
        {"20170306040353500", 1488773033500},
        {"2000-02-29", 951782400000},
        {"2024", 1704067200000},
        {"2024-07", 1719792000000},
        {"2024-07-03T10Z", 1720000800000},
        {"", -1},
        {"null", -1},
        {"2024-13-01", -1},
        {"2024-00-01", -1},
        {"24-01-01", -1},
        {"2024-07-03T10:00:00Zulu", -1},
        {"Sun, 06 Nov 1994 08:49:37 GMT", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t ms = -1;
        bool read = fetch_date_parse(sv_cstr(cases[i].text), &ms);
        if (cases[i].ms != -1 && ms != cases[i].ms) print_error("'%s'\n", cases[i].text);
        assert_int_equal(read, cases[i].ms != -1);
        if (read) assert_int_equal(ms, cases[i].ms);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(fetch_date_reads_what_archives_write)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
