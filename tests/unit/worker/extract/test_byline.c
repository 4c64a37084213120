#include "byline.h"

#include "base/sbuf.h"
#include "cmocka_all.h"

struct byline_case {
    const char *text, *names; /* joined by ';' */
};

static void check(const struct byline_case *cases, size_t count, bool marked) {
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < count; i++) {
        struct byline byline = {0};
        struct sbuf joined;
        sbuf_init(&joined, 0);
        byline_names(sv_cstr(cases[i].text), marked, NULL, &arena, &byline);
        for (size_t k = 0; k < byline.count; k++) {
            if (k) sbuf_add_char(&joined, ';');
            sbuf_add(&joined, byline.name[k]);
        }
        if (!sv_eq(sbuf_view(&joined), sv_cstr(cases[i].names))) print_error("'%s': ", cases[i].text);
        assert_sv_equal(sbuf_view(&joined), cases[i].names);
        sbuf_clear(&joined);
    }
    arena_clear(&arena);
}

static void bylines_give_the_names_and_nothing_else(void **state) {
    (void)state;
    static const struct byline_case cases[] = {
        {"By Ann Lee", "Ann Lee"},
        {"By Ann Lee and Bo Berg", "Ann Lee;Bo Berg"},
        {"By Ann Lee, Bo Berg & Cy Dunn", "Ann Lee;Bo Berg;Cy Dunn"},
        {"By ANN LEE and JEAN-LUC O'NEIL", "Ann Lee;Jean-Luc O'Neil"},
        {"By Ann Lee, Staff Writer", "Ann Lee"},
        {"By Ann Lee, Senior Editor, and others", "Ann Lee"},
        {"By Ann Lee | March 3, 2019", "Ann Lee"},
        {"By Ann LeeMarch 3, 2019", "Ann Lee"},
        {"By Ann LeeReporter", "Ann Lee"},
        {"ByAnn Lee", "Ann Lee"},
        {"by Ann LeeAnn Lee", "Ann Lee"},
        {"By Ann LeeTwitter", "Ann Lee"},
        {"By Ann Lee – Updated Sep 9, 2025 | Fact-checked by Bo Berg", "Ann Lee"},
        {"solutions.", ""},
        {"By Teresa von Berg", "Teresa von Berg"}, {"Opinion by Ann Lee", "Ann Lee"}, {"Analysis by Ann Lee, Isle Editor-at-large", "Ann Lee"}, {"From Ann Lee", ""}, {"Posted by annlee under Bridges", "annlee"},
        {"Post written by Ann Lanter.", "Ann Lanter"}, {"By Ann Lee Jr.", "Ann Lee Jr."}, {"By Ann Lee ? More by this author", "Ann Lee"}, {"This post was written by Ann Lee, Head of Bridges", "Ann Lee"},
        {"Isle | Por: Ann Lee | March 3, 2019", "Ann Lee"}, {"Ann Lee | By the Isle Desk", "Ann Lee"}, {"Guide by Ann Lee, 04/06/2017.", "Ann Lee"}, {"By Ann Lee [Design, Social]", "Ann Lee"},
        {"Office für Roads und Bridges - ORB", ""}, {"Ann Lee und Bo Berg", "Ann Lee;Bo Berg"}, {"Member", ""}, {"Joined", ""}, {"E-mail", ""}, {"False", ""}, {"November 4, 2012 5:12 pm (PT) — By Ann Lee", "Ann Lee"},
        {"By Ann Lee - Managing Editor IPO.com", "Ann Lee"}, {"By IPO's Ann Lee and Bo Berg", "Ann Lee;Bo Berg"}, {"Posted by Ann Lee, Software Engineer", "Ann Lee"}, {"Ann Lee Gardener & Astrologer", "Ann Lee"},
        {"Ann Lee/alee@example.com", "Ann Lee"}, {"Staff Writer Ann Lee", "Ann Lee"}, {"Von Brücken-Experte Bo Berg", "Bo Berg"},
        {"By Ann Lee The Island Post", "Ann Lee"},
        {"By Ann Lee for The Example Times", "Ann Lee"},
        {"By Ann Lee, CNN", "Ann Lee"},
        {"By Ann Lee @annlee", "Ann Lee"},
        {"By Ann Lee (ann.lee@example.com)", "Ann Lee"},
        {"Ann Lee is an editor at the Example.", "Ann Lee"},
        {"By Ann Lee Photographs by Bo Berg", "Ann Lee"},
        {"Written by Ann Lee Updated June 4, 2020", "Ann Lee"},
        {"March 3, 2019 by Ann Lee", "Ann Lee"},
        {"Posted on March 3, 2019 by Ann Lee", "Ann Lee"},
        {"Lee, Ann", "Ann Lee"},
        {"Lee, Ann B.", "Ann B. Lee"},
        {"Ann van der Lee", "Ann van der Lee"},
        {"View all posts by Ann Lee", "Ann Lee"},
        {"Ann Lee - https://example.com/", "Ann Lee"},
        {"Author: annlee42 am 3.3.2019, 13:36", "annlee42"}, {"Ann Lee | alee@example.com", "Ann Lee"}, {"by Ann Lee12:20pm", "Ann Lee"}, {"Ann Lee Photos: Bo Berg", "Ann Lee"},
        {"Staff", ""}, {"Editorial Team", ""}, {"Admin", ""}, {"By the Newsroom", ""}, {"https://example.com/ann", ""}, {"March 3, 2019", ""}, {"5 min read", ""}, {"Redaktion", ""}, {"By", ""},
    };
    check(cases, sizeof cases / sizeof *cases, true);
}

static void bylines_of_many_languages_are_opened(void **state) {
    (void)state;
    static const struct byline_case cases[] = {
        {"Von Änne Öhm und Bo Berg", "Änne Öhm;Bo Berg"}, {"Ein Kommentar von Änne Öhm", "Änne Öhm"}, {"Par Zoé Lenoir et Luc Blanc", "Zoé Lenoir;Luc Blanc"}, {"Por Ana Gil y Luis Paz", "Ana Gil;Luis Paz"},
        {"Escrito por Ana Gil", "Ana Gil"}, {"Di Ugo Neri", "Ugo Neri"}, {"a cura di Ugo Neri", "Ugo Neri"}, {"Door Jan de Wit en Piet Smit", "Jan de Wit;Piet Smit"}, {"Av Åse Berg og Ola Dahl", "Åse Berg;Ola Dahl"},
        {"Af Søren Holm", "Søren Holm"}, {"Teksti: Aino Laine", "Aino Laine"}, {"Autor: Jan Nowak", "Jan Nowak"}, {"Napsal Jan Novák", "Jan Novák"}, {"Piše: Ana Horvat", "Ana Horvat"}, {"Írta: Kovács Anna", "Kovács Anna"},
        {"Szerző: Kovács Anna", "Kovács Anna"}, {"Yazan: Ayşe Kaya", "Ayşe Kaya"}, {"Oleh Budi Santoso", "Budi Santoso"}, {"Tác giả: Nguyễn An", "Nguyễn An"}, {"Γράφει ο Νίκος Παππάς", "Νίκος Παππάς"},
        {"Автор: Анна Петрова", "Анна Петрова"}, {"Текст: Анна Петрова и Иван Белов", "Анна Петрова;Иван Белов"}, {"بقلم: أحمد سالم", "أحمد سالم"}, {"מאת דנה לוי", "דנה לוי"}, {"लेखक: राम कुमार", "राम कुमार"},
        {"作者：王小明 时间：2019-03-03", "王小明"}, {"本报记者 王小明", "王小明"}, {"某某日报记者王小明发自北京", "王小明"}, {"（责任编辑：王小明 ）", "王小明"}, {"王小明 发表于 2019-3-3 11:46", "王小明"},
        {"连载：桥 出版社：某某社 作者：王小明", "王小明"}, {"Kolumne von Änne Öhm", "Änne Öhm"}, {"Interview: Änne Öhm", "Änne Öhm"}, {"Datum: 3.3.2019 Autor: Änne Öhm Fotos: Bo Berg", "Änne Öhm"},
        {"作者：王小明", "王小明"}, {"文／林美玲", "林美玲"}, {"記者 田中太郎", "田中太郎"}, {"โดย สมชาย ใจดี", "สมชาย ใจดี"},
    };
    check(cases, sizeof cases / sizeof *cases, false);
}

static void a_single_word_is_a_name_only_where_the_page_says_so(void **state) {
    (void)state;
    static const struct byline_case marked[] = {{"user42", "user42"}, {"Ann", "Ann"}, {"annlee", "annlee"}, {"August", ""}, {"Follow", ""}};
    static const struct byline_case unmarked[] = {{"CBSSports.com Partner", ""}, {"user42", ""}, {"By user42 on the road", ""}};
    check(marked, sizeof marked / sizeof *marked, true);
    check(unmarked, sizeof unmarked / sizeof *unmarked, false);
}

static void lines_that_open_as_bylines_are_told_from_others(void **state) {
    (void)state;
    static const struct { const char *line; bool opens; } cases[] = {{"By Ann Lee", true}, {"News | By Ann Lee", true}, {"3.3.2019 von Änne Öhm", true}, {"by annlee", true}, {"By the way, this is a sentence", false},
                                                                 {"Text Size", false}, {"作者:annlee 阅读(1660)", true}, {"某某日报记者 王小明", true}, {"Reviewed by: Ann Lee", false}, {"Text: Ann Lee", true}, {"Stand by Ann", false}, {"", false},
                                                                 {"© 2016 Theme Blass | Powered by Bridges", false}, {"Growth of 2-1 in Demand by Market", false}, {"Paid at $0.18 Per Unit", false}, {"asked 1 year ago by Ann", true}, {"2/26/2015 7:11 AM PST BY ANN LEE", true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (byline_opens(sv_cstr(cases[i].line)) != cases[i].opens) print_error("'%s'\n", cases[i].line);
        assert_int_equal(byline_opens(sv_cstr(cases[i].line)), cases[i].opens);
    }
    assert_true(byline_is_opener(SV("Von:")));
    assert_true(byline_is_opener(SV("By")));
    assert_false(byline_is_opener(SV("By Ann")));
}

static void what_stands_behind_an_opener_is_told(void **state) {
    (void)state;
    static const struct { const char *line, *behind; } cases[] = {{"By Ann Lee", "Ann Lee"}, {"Posted by annlee", "annlee"}, {"Verfasst von: annlee | 3.3.2019", "annlee | 3.3.2019"}, {"von mir", ""}, {"News | By Ann Lee", ""}, {"By", ""}, {"", ""},
                                                                  {"# Posted by Ann Lee", "Ann Lee"}, {"By @AnnLee", "AnnLee"}, {"by annlee on January 3, 2011", "annlee on January 3, 2011"}, {"11.05.2012, 10:22 von annlee", "annlee"},
                                                                  {"August 25th, 2012 by AL", "AL"}, {"Posted on March 3, 2019, by Ann Lee, under Isle", "Ann Lee, under Isle"}, {"by the author of 3 books", ""}, {"by annlee", ""},
                                                                  {"1-year warranty - it comes with every bridge that is sold here by islanders", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sv behind = byline_behind(sv_cstr(cases[i].line));
        assert_sv_equal(behind.p ? behind : SV(""), cases[i].behind);
    }
}

static void stated_names_may_be_of_teams_but_not_of_nobody(void **state) {
    (void)state;
    static const struct { const char *text, *name; } cases[] = {{"Engineering Team", "Engineering Team"}, {"By the Example Staff", "the Example Staff"}, {"Example Press March 3, 2019", "Example Press"}, {"admin", NULL},
                                                                {"https://example.com/ann", NULL}, {"Written by", NULL}, {"March 3, 2019", NULL}, {"1", NULL}, {"This is much more than any name that one has ever heard of", NULL}};
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct byline byline = {0};
        bool named = byline_stated(sv_cstr(cases[i].text), &arena, &byline);
        if (named != (cases[i].name != NULL)) print_error("'%s'\n", cases[i].text);
        assert_int_equal(named, cases[i].name != NULL);
        assert_int_equal(byline.count, named);
        if (named) assert_sv_equal(byline.name[0], cases[i].name);
    }
    arena_clear(&arena);
}

static void persons_in_full_are_told_from_other_words(void **state) {
    (void)state;
    assert_true(byline_is_full(SV("Ann Lee")));
    assert_true(byline_is_full(SV("Ann van der Lee")));
    assert_true(byline_is_full(SV("A. B. Lee")));
    assert_false(byline_is_full(SV("Ann")));
    assert_false(byline_is_full(SV("Press release")));
    assert_false(byline_is_full(SV("Message von")));
    assert_false(byline_is_full(SV("标 题")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bylines_give_the_names_and_nothing_else),
        cmocka_unit_test(bylines_of_many_languages_are_opened),
        cmocka_unit_test(a_single_word_is_a_name_only_where_the_page_says_so),
        cmocka_unit_test(what_stands_behind_an_opener_is_told),
        cmocka_unit_test(stated_names_may_be_of_teams_but_not_of_nobody),
        cmocka_unit_test(persons_in_full_are_told_from_other_words),
        cmocka_unit_test(lines_that_open_as_bylines_are_told_from_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
