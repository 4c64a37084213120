#include "base/url.h"

#include "base/compiler.h"
#include "cmocka_all.h"

static void url_host_table(void **state) {
    (void)state;
    static const struct {
        const char *url, *host; /* NULL: none */
    } table[] = {{"http://a.example/x", "a.example"}, {"https://u:p@b.example:80", "b.example"}, {"http://c.example?x@y", "c.example"}, {"http://[::1]:8/", "::1"},
                 {"http://d.example#@e", "d.example"}, {"mailto:x", NULL}, {"", NULL}, {"file:///x", NULL}, {"http://", NULL}, {"http://[::1", "::1"}, {"http://f.example\\@g/", "f.example"}};
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        sv host = url_host(sv_cstr(table[i].url));
        if (table[i].host) assert_sv_equal(host, table[i].host);
        else assert_int_equal(host.n, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(url_host_table)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
