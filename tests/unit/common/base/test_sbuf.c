#include "base/sbuf.h"

#include "cmocka_all.h"

static void sbuf_takes_all_up_to_its_maximum(void **state) {
    (void)state;
    struct sbuf b;
    sbuf_init(&b, 1000);
    for (int i = 0; i < 100; i++) sbuf_add(&b, SV("0123456789"));
    assert_int_equal(b.err, ERR_OK);
    assert_int_equal(b.n, 1000);
    for (size_t i = 0; i < b.n; i++) assert_int_equal(b.p[i], '0' + (int)(i % 10));
    sbuf_add(&b, SV_NONE);
    assert_int_equal(b.err, ERR_OK);
    sbuf_clear(&b);
}

/* What does not fit is not added in part, nor is what comes behind it, though it would fit. */
static void sbuf_adds_nothing_behind_an_error(void **state) {
    (void)state;
    struct sbuf b;
    sbuf_init(&b, 16);
    sbuf_add(&b, SV("0123456789"));
    sbuf_add(&b, SV("0123456789"));
    assert_int_equal(b.err, ERR_LIMIT);
    sbuf_add(&b, SV("a"));
    sbuf_add_char(&b, 'b');
    assert_sv_equal(sbuf_view(&b), "0123456789");
    sbuf_reset(&b);
    sbuf_add(&b, SV("c"));
    assert_sv_equal(sbuf_view(&b), "c");
    sbuf_clear(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(sbuf_takes_all_up_to_its_maximum), cmocka_unit_test(sbuf_adds_nothing_behind_an_error)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
