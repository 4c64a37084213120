#include "base/utf8_class.h"

#include "base/compiler.h"
#include "cmocka_all.h"

static void every_character_is_of_one_class(void **state) {
    (void)state;
    static const struct {
        uint32_t first, last;
        enum utf8_class class;
    } cases[] = {{0, 8, UTF8_OTHER}, {'\t', '\r', UTF8_SPACE}, {' ', ' ', UTF8_SPACE}, {'!', '/', UTF8_PUNCTUATION}, {'0', '9', UTF8_OTHER}, {':', '@', UTF8_PUNCTUATION},
                 {'A', 'Z', UTF8_OTHER}, {'[', '`', UTF8_PUNCTUATION}, {'a', 'z', UTF8_OTHER}, {'{', '~', UTF8_PUNCTUATION}, {0x7F, 0x9F, UTF8_OTHER}, {0xA0, 0xA0, UTF8_SPACE},
                 {0xA1, 0xA1, UTF8_PUNCTUATION}, {0xA2, 0xA6, UTF8_SYMBOL}, {0xA7, 0xA7, UTF8_PUNCTUATION}, {0xAA, 0xAA, UTF8_OTHER}, {0xAB, 0xAB, UTF8_PUNCTUATION},
                 {0xC0, 0xD6, UTF8_OTHER}, {0xD7, 0xD7, UTF8_SYMBOL}, {0x410, 0x44F, UTF8_OTHER}, {0x60C, 0x60D, UTF8_PUNCTUATION}, {0x964, 0x965, UTF8_PUNCTUATION},
                 {0x2010, 0x2027, UTF8_PUNCTUATION}, {0x20AC, 0x20AC, UTF8_SYMBOL}, {0x3000, 0x3000, UTF8_SPACE}, {0x3001, 0x3003, UTF8_PUNCTUATION},
                 {0x3008, 0x3011, UTF8_PUNCTUATION}, {0x3041, 0x3096, UTF8_OTHER}, {0x4E00, 0x9FFF, UTF8_OTHER}, {0xFF01, 0xFF03, UTF8_PUNCTUATION},
                 {0xFF1A, 0xFF1B, UTF8_PUNCTUATION}, {0x1F600, 0x1F64F, UTF8_SYMBOL}, {0x20000, 0x2A6DF, UTF8_OTHER}, {0x10FFFF, 0x10FFFF, UTF8_OTHER}};
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        for (uint32_t cp = cases[i].first; cp <= cases[i].last; cp++)
            if (utf8_class_of(cp) != cases[i].class) fail_msg("U+%04X is %d", (unsigned)cp, (int)utf8_class_of(cp));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_character_is_of_one_class)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
