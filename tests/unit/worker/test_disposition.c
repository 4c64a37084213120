#include "disposition.h"

#include "cmocka_all.h"
#include "schema/dead_letter.h"

static void disposition_of_every_fate_is_a_blamed_retry(void **state) {
    (void)state;
    static const struct {
        enum crew_fate fate;
        enum status status;
        const char *reason;
    } rows[] = {
        {CREW_TIMEOUT, STATUS_TIMEOUT, "timeout"},
        {CREW_SIGNALLED, STATUS_CRASHED, "crashed"},
        {CREW_OUT_OF_MEMORY, STATUS_OUT_OF_MEMORY, "out_of_memory"},
        {CREW_BAD_FRAME, STATUS_CRASHED, "crashed"},
    };
    assert_int_equal(COUNT_OF(rows), CREW_FATE_COUNT);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct disposition d = disposition_of_fate(rows[i].fate);
        assert_int_equal(d.step, DISPOSITION_RETRY_CRASH);
        assert_int_equal(d.status, rows[i].status);
        assert_string_equal(d.reason, rows[i].reason);
        assert_true(dead_reason_parse(sv_cstr(d.reason)) != DEAD_OTHER);
    }
}

static void disposition_of_error_is_by_whose_fault_it_is(void **state) {
    (void)state;
    static const struct {
        enum err_code code;
        enum disposition_step step;
    } rows[] = {
        {ERR_OK, DISPOSITION_RELEASE},
        {ERR_INPUT, DISPOSITION_FINISH},
        {ERR_LIMIT, DISPOSITION_FINISH},
        {ERR_MEMORY, DISPOSITION_RETRY_ATTEMPT},
        {ERR_IO, DISPOSITION_RETRY_ATTEMPT},
        {ERR_TIMEOUT, DISPOSITION_RETRY_ATTEMPT},
        {ERR_NOT_FOUND, DISPOSITION_RETRY_ATTEMPT},
        {ERR_DENIED, DISPOSITION_RETRY_ATTEMPT},
        {ERR_CONFLICT, DISPOSITION_RETRY_ATTEMPT},
        {ERR_USAGE, DISPOSITION_FINISH},
        {ERR_CANCELLED, DISPOSITION_RELEASE},
    };
    assert_int_equal(COUNT_OF(rows), ERR_CODE_COUNT);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct disposition d = disposition_of_error(rows[i].code);
        assert_int_equal(d.step, rows[i].step);
        assert_false(status_has_article(d.status));
        /* What may become the reason of a dead letter is a word that is counted. */
        if (d.step != DISPOSITION_RELEASE) assert_true(dead_reason_parse(sv_cstr(d.reason)) != DEAD_OTHER);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(disposition_of_every_fate_is_a_blamed_retry),
        cmocka_unit_test(disposition_of_error_is_by_whose_fault_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
