#include "base/json_out.h"

#include <math.h>

#include "cmocka_all.h"

static void json_out_escapes_and_separates(void **state) {
    (void)state;
    struct sbuf out;
    struct json_out j;
    sbuf_init(&out, 0);
    json_out_init(&j, &out);
    json_out_open(&j, '{');
    json_out_kv(&j, "a\"b", sv_from("x\n\"\\\x01\xFF\x00z", 8));
    json_out_kv(&j, "c1", SV("\xC2\x9B\xC2\xA0"));
    json_out_kv(&j, "none", SV_NONE);
    json_out_key(&j, "list");
    json_out_open(&j, '[');
    json_out_u64(&j, UINT64_MAX);
    json_out_i64(&j, -5);
    json_out_double(&j, 0.25);
    json_out_double(&j, NAN);
    json_out_bool(&j, true);
    json_out_close(&j, ']');
    json_out_open(&j, '{');
    json_out_close(&j, '}');
    json_out_close(&j, '}');
    assert_sv_equal(sbuf_view(&out), "{\"a\\\"b\":\"x\\n\\\"\\\\\\u0001\xEF\xBF\xBD\\u0000z\",\"c1\":\"\\u009b\xC2\xA0\",\"none\":null,"
                                     "\"list\":[18446744073709551615,-5,0.25,null,true],{}}");
    sbuf_clear(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(json_out_escapes_and_separates)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
