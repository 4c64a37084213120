#include "phrase_table.h"

#include "byline.h"
#include "caption.h"
#include "cmocka_all.h"

static void those_that_begin_as_the_text_does_are_found(void **state) {
    (void)state;
    static const sv list[] = {SV_OF("© "), SV_OF("a"), SV_OF("b"), SV_OF("By"), SV_OF("bc"), SV_OF("z")}, sorted[] = {SV_OF("a"), SV_OF("b"), SV_OF("By"), SV_OF("bc"), SV_OF("z"), SV_OF("© "), SV_OF("é"), SV_OF("фото")};
    struct phrase_table t = PHRASE_TABLE(sorted), found = phrase_table_for(t, SV("Bcd"));
    assert_false(phrase_table_is_sorted(PHRASE_TABLE(list)));
    assert_true(phrase_table_is_sorted(t));
    assert_ptr_equal(found.item, sorted + 1);
    assert_int_equal(found.count, 3);
    assert_int_equal(phrase_table_for(t, SV("zoo")).count, 1);
    assert_int_equal(phrase_table_for(t, SV("c")).count, 0);
    assert_int_equal(phrase_table_for(t, SV_NONE).count, 0);
    assert_int_equal(phrase_table_for((struct phrase_table){NULL, 0}, SV("a")).count, 0);
    found = phrase_table_for(t, SV("Фото")); /* capitals beyond ASCII may have another first byte */
    assert_ptr_equal(found.item, sorted + 5);
    assert_int_equal(found.count, 3);
    found = phrase_table_for(t, SV("© Ann")); /* signs have no case */
    assert_ptr_equal(found.item, sorted + 5);
    assert_int_equal(found.count, 1);
    assert_int_equal(phrase_table_for(t, SV("“By")).count, 0);
}

static void check_table(struct phrase_table t) {
    assert_true(phrase_table_is_sorted(t));
    for (size_t i = 0; i < t.count; i++)
        for (size_t k = 0; k < i; k++)
            if (sv_eq_nocase(t.item[i], t.item[k])) fail_msg("'%.*s' stands twice", SV_ARG(t.item[i]));
}

/* A phrase out of order would never be found. */
static void tables_are_in_order(void **state) {
    (void)state;
    size_t tables = 0;
    for (const struct phrase_table *t = byline_tables; t->count; t++, tables++) check_table(*t);
    for (const struct phrase_table *t = caption_tables; t->count; t++, tables++) check_table(*t);
    assert_int_equal(tables, 7);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(those_that_begin_as_the_text_does_are_found), cmocka_unit_test(tables_are_in_order)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
