#include "dates.h"

#include "cmocka_all.h"
#include "date_words.h"
#include "months.h"

struct date_case {
    const char *text, *iso; /* iso NULL: no date */
};

static void check(const struct date_case *cases, size_t count, enum date_order order) {
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < count; i++) {
        struct date date;
        bool found = date_parse(sv_cstr(cases[i].text), order, &date);
        if (found != (cases[i].iso != NULL)) print_error("'%s': %s\n", cases[i].text, found ? "found" : "not found");
        assert_int_equal(found, cases[i].iso != NULL);
        if (found && !sv_eq(date_iso(&date, &arena), sv_cstr(cases[i].iso))) print_error("'%s': ", cases[i].text);
        if (found) assert_sv_equal(date_iso(&date, &arena), cases[i].iso);
    }
    arena_clear(&arena);
}

static void dates_for_machines_are_read_as_they_state(void **state) {
    (void)state;
    static const struct date_case cases[] = {
        {"2024-07-03", "2024-07-03"}, {"2024-07-03T10:15:00+02:00", "2024-07-03T10:15:00+02:00"}, {"2024-07-03T10:15:00.000Z", "2024-07-03T10:15:00Z"}, {"2024-07-03 10:15", "2024-07-03T10:15"},
        {"20240703", "2024-07-03"}, {"2024/7/3", "2024-07-03"}, {"Wed, 03 Jul 2024 10:15:00 GMT", "2024-07-03T10:15:00Z"}, {"Wed Jul 03 10:15:00 CEST 2024", "2024-07-03"}, {"2024-07-03T10:15+0530", "2024-07-03T10:15+05:30"},
        {"1720001700", "2024-07-03T10:15:00Z"}, {"1720001700000", "2024-07-03T10:15:00Z"}, {"July 3, 2024 3:04 pm", "2024-07-03T15:04"}, {"July 3, 2024 at 12:04 a.m.", "2024-07-03T00:04"},
    };
    check(cases, sizeof cases / sizeof *cases, DATE_DAY_FIRST);
}

static void dates_in_the_words_of_many_languages_are_read(void **state) {
    (void)state;
    static const struct date_case cases[] = {
        {"March 3, 2019", "2019-03-03"}, {"Ann Lee•Mar 3, 2019·5 min", "2019-03-03"}, {"東京・2019年3月3日", "2019-03-03"}, {"Genève—3 mars 2019", "2019-03-03"}, {"Posted on the 3rd of March, 2019", "2019-03-03"}, {"Sept. 3rd, 2019", "2019-09-03"}, {"3-Mar-2019", "2019-03-03"},                      /* en */
        {"3. März 2019", "2019-03-03"}, {"am 3. Jänner 2019", "2019-01-03"}, {"1er mars 2019", "2019-03-01"}, {"le 3 août 2019", "2019-08-03"},                                       /* de fr */
        {"3 de marzo de 2019", "2019-03-03"}, {"3 de março de 2019", "2019-03-03"}, {"3 marzo 2019", "2019-03-03"}, {"3 d'abril de 2019", "2019-04-03"},                              /* es pt it ca */
        {"3 maart 2019", "2019-03-03"}, {"3 mars 2019", "2019-03-03"}, {"3. mai 2019", "2019-05-03"}, {"3. maj 2019", "2019-05-03"}, {"3. júlí 2019", "2019-07-03"},                 /* nl sv no da is */
        {"3. maaliskuuta 2019", "2019-03-03"}, {"3. märts 2019", "2019-03-03"}, {"2019. gada 3. martā", "2019-03-03"}, {"2019 m. kovo 3 d.", "2019-03-03"},                            /* fi et lv lt */
        {"3 marca 2019 r.", "2019-03-03"}, {"3. března 2019", "2019-03-03"}, {"3. októbra 2019", "2019-10-03"}, {"3. ožujka 2019.", "2019-03-03"}, {"3. mart 2019", "2019-03-03"},      /* pl cs sk hr sr */
        {"2019. március 3.", "2019-03-03"}, {"3 martie 2019", "2019-03-03"}, {"3 mars 2019", "2019-03-03"}, {"3 Ağustos 2019", "2019-08-03"}, {"3 avqust 2019", "2019-08-03"},           /* hu ro sq tr az */
        {"3 Agustus 2019", "2019-08-03"}, {"3 Ogos 2019", "2019-08-03"}, {"Agosto 3, 2019", "2019-08-03"}, {"Ngày 3 tháng 8 năm 2019", "2019-08-03"}, {"3 Tháng 8, 2019", "2019-08-03"},  /* id ms tl vi */
        {"3 Μαρτίου 2019", "2019-03-03"}, {"3 марта 2019 г.", "2019-03-03"}, {"3 березня 2019 року", "2019-03-03"}, {"3 март 2019", "2019-03-03"}, {"3 сакавіка 2019", "2019-03-03"},       /* el ru uk bg be */
        {"3 наурыз 2019", "2019-03-03"}, {"3 მარტი 2019", "2019-03-03"}, {"3 մարտի 2019", "2019-03-03"},                                                                         /* kk ka hy */
        {"3 مارس 2019", "2019-03-03"}, {"٣ أغسطس ٢٠١٩", "2019-08-03"}, {"۳ اوت ۲۰۱۹", "2019-08-03"}, {"3 במרץ 2019", "2019-03-03"}, {"3 مارچ 2019", "2019-03-03"},                     /* ar fa he ur */
        {"3 मार्च 2019", "2019-03-03"}, {"३ ऑगस्ट २०१९", "2019-08-03"}, {"৩ মার্চ ২০১৯", "2019-03-03"}, {"3 மார்ச் 2019", "2019-03-03"}, {"3 మార్చి 2019", "2019-03-03"},              /* hi mr bn ta te */
        {"3 มีนาคม 2562", "2019-03-03"}, {"3 มี.ค. 2562", "2019-03-03"}, {"2019年3月3日", "2019-03-03"}, {"2019년 3월 3일", "2019-03-03"}, {"２０１９年３月３日", "2019-03-03"}, {"2019. 3. 3.", "2019-03-03"}, /* th zh ko ja */
    };
    check(cases, sizeof cases / sizeof *cases, DATE_DAY_FIRST);
}

static void numeric_dates_follow_the_order_unless_only_one_is_possible(void **state) {
    (void)state;
    static const struct date_case day_first[] = {{"03/04/2019", "2019-04-03"}, {"12/25/2019", "2019-12-25"}, {"3.4.2019", "2019-04-03"}, {"03.04.19", "2019-04-03"}, {"25-12-2019", "2019-12-25"}};
    static const struct date_case month_first[] = {{"03/04/2019", "2019-03-04"}, {"25/12/2019", "2019-12-25"}, {"3.4.2019", "2019-04-03"}, {"2019-03-04", "2019-03-04"}};
    check(day_first, sizeof day_first / sizeof *day_first, DATE_DAY_FIRST);
    check(month_first, sizeof month_first / sizeof *month_first, DATE_MONTH_FIRST);
    assert_int_equal(date_order_of(SV("en"), SV("https://example.com/a")), DATE_MONTH_FIRST);
    assert_int_equal(date_order_of(SV("en"), SV("https://example.co.uk/a")), DATE_DAY_FIRST);
    assert_int_equal(date_order_of(SV("en-GB"), SV("https://example.com/a")), DATE_DAY_FIRST);
    assert_int_equal(date_order_of(SV("de"), SV("https://example.com/a")), DATE_DAY_FIRST);
}

static void what_is_no_date_is_not_taken_for_one(void **state) {
    (void)state;
    static const struct date_case cases[] = {{"", NULL}, {"2019", NULL}, {"30 February 2019", NULL}, {"2019-13-01", NULL}, {"31.04.2019", NULL}, {"1.2.3", NULL}, {"10:15", NULL},
                                             {"March 2019", NULL}, {"3 apples in 2019", NULL}, {"0000-00-00", NULL}, {"1850-03-03", NULL}, {"call 555-1234-2019", NULL}};
    check(cases, sizeof cases / sizeof *cases, DATE_DAY_FIRST);
}

static void a_date_in_a_path_is_found(void **state) {
    (void)state;
    static const struct date_case cases[] = {{"https://example.com/2024/07/03/title", "2024-07-03"}, {"https://example.com/news/2024-07-03-title", "2024-07-03"}, {"https://example.com/a/20240703/x", "2024-07-03"},
                                             {"https://example.com/2024/07/title", "2024-07"},       {"https://example.com/title-2024", NULL},                 {"https://example.com/12345678", NULL},
                                             {"https://example.com/2024/july/03/x", "2024-07-03"}, {"https://example.com/2024/jul24/3-x", NULL},
                                             {"https://example.com/2024/07/2024/july/73/x", "2024-07"},                                       {"https://example.com/news/03-07-2024", "2024-07-03"},
                                             {"https://2024/07/03", NULL},                           {"https://example.com/?d=2024-07-03", "2024-07-03"}};
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct date date;
        bool found = date_in_url(sv_cstr(cases[i].text), &date);
        if (found != (cases[i].iso != NULL)) print_error("'%s'\n", cases[i].text);
        assert_int_equal(found, cases[i].iso != NULL);
        if (found) assert_sv_equal(date_iso(&date, &arena), cases[i].iso);
    }
    arena_clear(&arena);
}

static void words_beside_a_date_say_what_it_is(void **state) {
    (void)state;
    assert_int_equal(date_words_of(SV("Published: ")), DATE_WORD_PUBLISHED);
    assert_int_equal(date_words_of(SV("Zuletzt aktualisiert am ")), DATE_WORD_MODIFIED);
    assert_int_equal(date_words_of(SV("Posted by Ann, last updated on ")), DATE_WORD_MODIFIED);
    assert_int_equal(date_words_of(SV("ОБНОВЛЕНО: ")), DATE_WORD_MODIFIED);
    assert_int_equal(date_words_of(SV("© ")), DATE_WORD_OTHER);
    assert_int_equal(date_words_of(SV("Registriert seit: ")), DATE_WORD_OTHER);
    assert_int_equal(date_words_of(SV("Регистрация: ")), DATE_WORD_OTHER);
    assert_int_equal(date_words_of(SV("注册时间：")), DATE_WORD_OTHER);
    assert_int_equal(date_words_of(SV("Berlin, ")), DATE_WORD_NONE);
}

static void months_are_found_in_any_case_and_abbreviated(void **state) {
    (void)state;
    static const struct { const char *word; unsigned month; } cases[] = {{"january", 1}, {"JÄNNER", 1}, {"ФЕВРАЛЯ", 2}, {"Sept.", 9}, {"décembre", 12}, {"Αυγούστου", 8}, {"ጁላይ", 7}, {"ဇူလိုင်", 7}, {"កក្កដា", 7}, {"ಜುಲೈ", 7}, {"monday", 0}, {"janitor", 0}, {"", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) assert_int_equal(months_find(sv_cstr(cases[i].word)), cases[i].month);
    assert_true(months_is_weekday(SV("Dienstag")));
    assert_false(months_is_weekday(SV("March")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_for_machines_are_read_as_they_state),
        cmocka_unit_test(dates_in_the_words_of_many_languages_are_read),
        cmocka_unit_test(numeric_dates_follow_the_order_unless_only_one_is_possible),
        cmocka_unit_test(what_is_no_date_is_not_taken_for_one),
        cmocka_unit_test(a_date_in_a_path_is_found),
        cmocka_unit_test(words_beside_a_date_say_what_it_is),
        cmocka_unit_test(months_are_found_in_any_case_and_abbreviated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
