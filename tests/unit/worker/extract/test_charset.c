#include "charset.h"

#include "charset_detect.h"
#include "cmocka_all.h"
#include "markup_hints.h"

#define RU_UTF8 "\xd0\xa1\xd1\x82\xd0\xb0\xd1\x80\xd1\x8b\xd0\xb9 \xd0\xbc\xd0\xbe\xd1\x81\xd1\x82"
#define RU_1251 "\xd1\xf2\xe0\xf0\xfb\xe9 \xec\xee\xf1\xf2"
#define RU_KOI8 "\xf3\xd4\xc1\xd2\xd9\xca \xcd\xcf\xd3\xd4"
#define JA_SJIS "\x8c\xc3\x82\xa2\x8b\xb4\x82\xcd\x95\xc2\x8d\xbd\x82\xb5\x82\xbd"
#define JA_EUCJ "\xb8\xc5\xa4\xa4\xb6\xb6\xa4\xcf\xca\xc4\xba\xbf\xa4\xb7\xa4\xbf"
#define JA_2022 "\x1b$B8E$$66$OJD:?$7$?\x1b(B"
#define JA_UTF8 "\xe5\x8f\xa4\xe3\x81\x84\xe6\xa9\x8b\xe3\x81\xaf\xe9\x96\x89\xe9\x8e\x96\xe3\x81\x97\xe3\x81\x9f"
#define ZH_GBK "\xc0\xcf\xc7\xc5\xd2\xd1\xbe\xad\xb9\xd8\xb1\xd5\xc1\xcb"
#define ZH_UTF8 "\xe8\x80\x81\xe6\xa1\xa5\xe5\xb7\xb2\xe7\xbb\x8f\xe5\x85\xb3\xe9\x97\xad\xe4\xba\x86"
#define FR_1252 "L'\xe9t\xe9 dernier, le ch\xe2" "teau a \xe9t\xe9 ferm\xe9"
#define FR_UTF8 "L'\xc3\xa9t\xc3\xa9 dernier, le ch\xc3\xa2teau a \xc3\xa9t\xc3\xa9 ferm\xc3\xa9"
#define FOUR(text) text " " text ". " text " " text "."

static const struct {
    const char *what, *page;
    size_t n; /* 0: to the first NUL */
    const char *content_type, *label, *charset, *source, *text;
} cases[] = {
    {"a byte order mark beats all labels", "\xef\xbb\xbf<p>\xc3\xa9", 0, "text/html; charset=koi8-r", NULL, "UTF-8", "bom", "<p>\xc3\xa9"},
    {"UTF-16LE with its mark", "\xff\xfe<\0p\0>\0\xe9\0", 10, NULL, NULL, "UTF-16LE", "bom", "<p>\xc3\xa9"},
    {"UTF-16BE with its mark", "\xfe\xff\0<\0p\0>\0\xe9", 10, NULL, NULL, "UTF-16BE", "bom", "<p>\xc3\xa9"},
    {"UTF-16LE without a mark", "<\0p\0>\0\xe9\0a\0", 10, NULL, NULL, "UTF-16LE", "detected", "<p>\xc3\xa9" "a"},
    {"UTF-16BE without a mark", "\0<\0p\0>\0\xe9\0a", 10, NULL, NULL, "UTF-16BE", "detected", "<p>\xc3\xa9" "a"},
    {"NULs strewn over ASCII are no UTF-16", "<p>so\0me te\0xt, so\0me more", 24, NULL, NULL, "windows-1252", "default", NULL},
    {"UTF-16 is said, ASCII is there", "<meta charset=utf-16>plain", 0, NULL, NULL, "UTF-8", "meta", "<meta charset=utf-16>plain"},
    {"UTF-16 is said in the head, a legacy encoding is there", FR_1252, 0, "text/html;charset=utf-16", NULL, "windows-1252", "detected", FR_UTF8},
    {"the head's label", "<p>" FOUR(RU_KOI8), 0, "text/html; charset=koi8-r", NULL, "KOI8-R", "http", "<p>" FOUR(RU_UTF8)},
    {"the head's label in quotes", "<p>" FOUR(RU_KOI8), 0, "text/html; charset=\"koi8-r\"", NULL, "KOI8-R", "http", "<p>" FOUR(RU_UTF8)},
    {"the head's label in one quote", "<p>" FOUR(RU_KOI8), 0, "text/html; charset='KOI8-R'; x=y", NULL, "KOI8-R", "http", "<p>" FOUR(RU_UTF8)},
    {"a label of the source", "<p>" FOUR(RU_1251), 0, NULL, "cp1251", "windows-1251", "http", "<p>" FOUR(RU_UTF8)},
    {"a name that does not exist: the next evidence", "<meta charset=cp1251>" FOUR(RU_1251), 0, "text/html; charset=none-such", "unknown", "windows-1251",
     "meta", "<meta charset=cp1251>" FOUR(RU_UTF8)},
    {"a name that does not exist, and nothing else", "<meta charset=x-sjis-1997>" FOUR(RU_1251), 0, NULL, NULL, "windows-1251", "detected", NULL},
    {"valid UTF-8 beats labels that say otherwise", "<meta charset=gb2312>" FR_UTF8, 0, "text/html; charset=iso-8859-1", NULL, "UTF-8", "detected", NULL},
    {"the head lies, the page tells the truth", "<meta charset=windows-1251>" FOUR(RU_1251), 0, "text/html; charset=iso-8859-1", NULL, "windows-1251", "meta", NULL},
    {"head and page lie", "<meta charset=iso-8859-1>" FOUR(RU_1251), 0, "text/html; charset=utf-8", NULL, "windows-1251", "detected", NULL},
    {"KOI8-R is said, windows-1251 is there", "<meta charset=koi8-r>" FOUR(RU_1251), 0, NULL, NULL, "windows-1251", "detected", NULL},
    {"Cyrillic is said, French is there", "<meta charset=windows-1251><html lang=fr>" FOUR(FR_1252), 0, NULL, NULL, "windows-1252", "detected", NULL},
    {"UTF-8 is said, windows-1252 is there", "<meta charset=utf-8>" FR_1252, 0, NULL, NULL, "windows-1252", "detected", "<meta charset=utf-8>" FR_UTF8},
    {"no label: Russian", "<p>" FOUR(RU_1251), 0, NULL, NULL, "windows-1251", "detected", "<p>" FOUR(RU_UTF8)},
    {"no label: Shift_JIS", "<p>" FOUR(JA_SJIS), 0, NULL, NULL, "Shift_JIS", "detected", "<p>" FOUR(JA_UTF8)},
    {"no label: EUC-JP", "<p>" FOUR(JA_EUCJ), 0, NULL, NULL, "EUC-JP", "detected", "<p>" FOUR(JA_UTF8)},
    {"no label: ISO-2022-JP", "<p>" JA_2022, 0, NULL, NULL, "ISO-2022-JP", "detected", "<p>" JA_UTF8},
    {"no label: GB18030", "<p>" FOUR(ZH_GBK), 0, NULL, NULL, "gb18030", "detected", "<p>" FOUR(ZH_UTF8)},
    {"few accents and no language are western", "<p>One evening at the caf\xe9 she sat for a long time and read the letter twice, then a third time.", 0, NULL, NULL,
     "windows-1252", "detected", NULL},
    {"the page's language settles a short text", "<html lang=cs><p>\xf8" "ek", 0, NULL, NULL, "windows-1250", "detected", "<html lang=cs><p>\xc5\x99" "ek"},
    {"legacy text in attributes alone", "<html lang=ru><p title=\"" FOUR(RU_1251) "\">", 0, NULL, NULL, "windows-1251", "detected", NULL},
    {"ASCII keeps its label", "<meta charset=euc-kr>plain", 0, NULL, NULL, "EUC-KR", "meta", "<meta charset=euc-kr>plain"},
    {"ASCII without a label", "plain", 0, NULL, NULL, "windows-1252", "default", "plain"},
    {"x-user-defined is the platform's own", "<meta charset=x-user-defined>" FR_1252, 0, NULL, NULL, "windows-1252", "meta", NULL},
    {"a replaced encoding's label on ASCII", "<meta charset=hz-gb-2312>plain", 0, NULL, NULL, "windows-1252", "default", "<meta charset=hz-gb-2312>plain"},
    {"a replaced encoding's label on UTF-8", "<meta charset=iso-2022-kr>" FR_UTF8, 0, NULL, NULL, "UTF-8", "detected", NULL},
    {"damaged UTF-8: a pasted windows-1252 quote", "<meta charset=utf-8>\xc3\xa9t\xc3\xa9 \x93quoted\x94 caf\xe9.  \xc3\xa9t\xc3\xa9 \xc3\xa9t\xc3\xa9", 0, NULL, NULL, "UTF-8", "meta",
     "<meta charset=utf-8>\xc3\xa9t\xc3\xa9 \xe2\x80\x9cquoted\xe2\x80\x9d caf\xc3\xa9.  \xc3\xa9t\xc3\xa9 \xc3\xa9t\xc3\xa9"},
    {"damaged UTF-8: a sequence cut off", ZH_UTF8 "\xe8\x80...", 0, NULL, NULL, "UTF-8", "detected", ZH_UTF8 "\xef\xbf\xbd..."},
    {"damaged UTF-8 of another script is not read as Latin", ZH_UTF8 "\xe8...", 0, NULL, NULL, "UTF-8", "detected", ZH_UTF8 "\xef\xbf\xbd..."},
    {"what was encoded twice stays so", "<meta charset=utf-8>\xc3\x83\xc2\xa9", 0, NULL, NULL, "UTF-8", "meta", "<meta charset=utf-8>\xc3\x83\xc2\xa9"},
    {"an XML declaration", "<?xml version=\"1.0\" encoding='windows-1251'?><p>" FOUR(RU_1251), 0, NULL, NULL, "windows-1251", "meta", NULL},
    {"malformed Shift_JIS keeps the ASCII behind it", "<meta charset=shift_jis>" FOUR(JA_SJIS) JA_SJIS "\x81<b>", 0, NULL, NULL, "Shift_JIS", "meta",
     "<meta charset=shift_jis>" FOUR(JA_UTF8) JA_UTF8 "\xef\xbf\xbd<b>"},
    {"NULs alone", "\0\0\0\0\0\0\0\0", 8, NULL, NULL, "windows-1252", "default", NULL},
    {"nothing", "", 0, NULL, NULL, "windows-1252", "default", ""},
};

static void charset_finds_and_decodes(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sv page = sv_from(cases[i].page, cases[i].n ? cases[i].n : strlen(cases[i].page));
        struct charset c;
        struct err e;
        struct sbuf out;
        sbuf_init(&out, 0);
        assert_int_equal(charset_find(page, sv_cstr(cases[i].content_type), sv_cstr(cases[i].label), &c, &e), ERR_OK);
        if (!sv_eq(c.name, sv_cstr(cases[i].charset)) || !sv_eq(c.source, sv_cstr(cases[i].source)))
            fail_msg("%s: %.*s by %.*s", cases[i].what, SV_ARG(c.name), SV_ARG(c.source));
        assert_int_equal(charset_decode(c, page, &out, &e), ERR_OK);
        if (cases[i].text && !sv_eq(sbuf_view(&out), sv_cstr(cases[i].text))) fail_msg("%s: '%.*s'", cases[i].what, SV_ARG(sbuf_view(&out)));
        sbuf_clear(&out);
    }
}

static void charset_without_a_decoder_is_said(void **state) {
    (void)state;
    static const struct { const char *page; size_t n; const char *name; } undecodable[] = {
        {"<p>\x1b$)C\x0e" "0!\x0f", 11, "replacement"},
        {"<meta charset=hz-gb-2312>~{<:Ky~}", 33, "replacement"},
        {"\xff\xfe\0\0<\0\0\0p\0\0\0", 12, "UTF-32"},
        {"<\0\0\0p\0\0\0>\0\0\0a\0\0\0", 16, "UTF-32"},
    };
    for (size_t i = 0; i < sizeof undecodable / sizeof *undecodable; i++) {
        struct charset c;
        struct err e;
        struct sbuf out;
        sbuf_init(&out, 0);
        sv page = sv_from(undecodable[i].page, undecodable[i].n);
        assert_int_equal(charset_find(page, SV_NONE, SV_NONE, &c, &e), ERR_OK);
        assert_sv_equal(c.name, undecodable[i].name);
        assert_int_equal(charset_decode(c, page, &out, &e), ERR_INPUT);
        assert_non_null(strstr(e.msg, "no decoder for "));
        sbuf_clear(&out);
    }
}

/* Runs without any ASCII are longer than every buffer on the way. */
static void charset_decode_loses_nothing_in_long_runs(void **state) {
    (void)state;
    static const struct { const char *name, *bytes, *text; } runs[] = {
        {"windows-1252", "\xe9\xe0\xfc", "\xc3\xa9\xc3\xa0\xc3\xbc"},
        {"Shift_JIS", "\xe8\x63\xb1\x91\xcc", "\xe9\x90\xb5\xef\xbd\xb1\xe4\xbd\x93"}, /* a lead from E1 to FB, which lexbor 3.0 refuses */
        {"gb18030", "\x94\x39\xfc\x36\xc0\xcf", "\xf0\x9f\x98\x80\xe8\x80\x81"},
        {"Big5", "\x88\x62\xc2\xc2", "\xc3\x8a\xcc\x84\xe8\x88\x8a"},             /* two code points of two bytes */
        {"EUC-JP", "\xb8\xc5\x8f\xb0\xa1", "\xe5\x8f\xa4\xe4\xb8\x82"},
        {"EUC-KR", "\xbf\xc0", "\xec\x98\xa4"},
    };
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++)
        for (size_t pad = 0; pad < 9; pad++) {
            struct sbuf in, want, out;
            struct err e;
            sbuf_init(&in, 0);
            sbuf_init(&want, 0);
            sbuf_init(&out, 0);
            sbuf_add(&in, sv_take(SV("12345678"), pad));
            sbuf_add(&want, sv_take(SV("12345678"), pad));
            for (size_t k = 0; k < 3000; k++) {
                sbuf_add(&in, sv_cstr(runs[i].bytes));
                sbuf_add(&want, sv_cstr(runs[i].text));
            }
            assert_int_equal(charset_decode((struct charset){sv_cstr(runs[i].name), SV("http"), false}, sbuf_view(&in), &out, &e), ERR_OK);
            if (!sv_eq(sbuf_view(&out), sbuf_view(&want))) fail_msg("%s, %zu bytes before", runs[i].name, pad);
            sbuf_clear(&in);
            sbuf_clear(&want);
            sbuf_clear(&out);
        }
}

static void charset_decode_stops_at_the_buffer_s_limit(void **state) {
    (void)state;
    struct sbuf out;
    struct err e;
    sbuf_init(&out, 8);
    assert_int_equal(charset_decode((struct charset){SV("windows-1251"), SV("http"), false}, SV(RU_1251), &out, &e), ERR_LIMIT);
    sbuf_clear(&out);
}

static void labels_are_the_standard_s(void **state) {
    (void)state;
    static const char *const labels[][2] = {{"latin1", "windows-1252"}, {" ASCII\t", "windows-1252"}, {"x-sjis", "Shift_JIS"}, {"ks_c_5601-1987", "EUC-KR"},
                                            {"gb2312", "GBK"},          {"tis-620", "windows-874"},   {"'utf8'", "UTF-8"},      {"utf-8;", "UTF-8"},
                                            {"iso-8859-9", "windows-1254"}, {"big5-hkscs", "Big5"},   {"hz-gb-2312", "replacement"}};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) assert_sv_equal(charset_of_label(sv_cstr(labels[i][0])), labels[i][1]);
    assert_true(charset_of_label(SV("none-such")).n == 0);
    assert_true(charset_of_label(SV("\"'")).n == 0);
    assert_true(charset_of_label(SV_NONE).n == 0);
    assert_sv_equal(markup_hints_find(SV("<!DOCTYPE html><html class=a lang='de-CH'><meta charset=utf-8>")).language, "de-CH");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(charset_finds_and_decodes),
        cmocka_unit_test(charset_without_a_decoder_is_said),
        cmocka_unit_test(charset_decode_loses_nothing_in_long_runs),
        cmocka_unit_test(charset_decode_stops_at_the_buffer_s_limit),
        cmocka_unit_test(labels_are_the_standard_s),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
