#include "simhash.h"

#include <stdio.h>

#include "base/hash.h"
#include "base/compiler.h"
#include "cmocka_all.h"

/* As the definition has it: a vote a bit a word. */
static uint64_t by_definition(char words[][8], size_t count) {
    int votes[64] = {0};
    uint64_t hash = 0;
    for (size_t w = 0; w < count; w++)
        for (unsigned i = 0; i < 64; i++) votes[i] += hash64(sv_cstr(words[w])) >> i & 1 ? 1 : -1;
    for (unsigned i = 0; i < 64; i++) hash |= (uint64_t)(votes[i] > 0) << i;
    return hash;
}

static void simhash_is_what_its_definition_says(void **state) {
    (void)state;
    static char words[1000][8];
    static char text[8001];
    for (size_t count = 0, n = 0; count < COUNT_OF(words); count++) {
        assert_int_equal(simhash(sv_from(text, n)), by_definition(words, count));
        snprintf(words[count], sizeof words[count], "w%zu", count * 7919 % 997);
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%c", words[count], count % 9 ? ' ' : '\n');
    }
}

/* Words of more than 24 bytes are taken in pieces of 12. */
static void simhash_parts_words_of_any_length(void **state) {
    (void)state;
    for (size_t length = 1; length < 70; length++)
        for (size_t at = 0; at <= length; at++) {
            char text[80], gap = at % 2 ? ' ' : '\n';
            int votes[64] = {0};
            uint64_t want = 0;
            for (size_t i = 0; i < length; i++) text[i] = (char)('a' + i % 26);
            text[at] = gap;
            for (size_t from = 0, n; from <= length; from += n + (from + n == at || from + n == length)) {
                size_t end = from <= at ? at : length;
                if (end > length) end = length;
                n = end - from > 24 ? 12 : end - from;
                for (unsigned i = 0; i < 64 && n; i++) votes[i] += hash64(sv_from(text + from, n)) >> i & 1 ? 1 : -1;
                if (from + n >= length) break;
            }
            for (unsigned i = 0; i < 64; i++) want |= (uint64_t)(votes[i] > 0) << i;
            if (simhash(sv_from(text, length)) != want) fail_msg("a gap at %zu of %zu", at, length);
        }
}

static void simhash_of_like_texts_is_near(void **state) {
    (void)state;
    static const char *const pairs[][3] = {
        {"The ferry sails at nine from the old pier, and the harbour office says that it will be full of people until the end of the summer.",
         "The ferry sails at ten from the old pier, and the harbour office says that it will be full of people until the end of the summer.",
         "Rain is expected in the valley on Tuesday; farmers have brought the hay in early and closed the upper meadows to all visitors for now."},
        {"旧码头的渡轮九点出发港口办公室说夏天结束之前都会坐满了人大家都很高兴", "旧码头的渡轮九点出发港口办公室说夏天结束之前都会坐满了人大家都很快乐",
         "周二山谷预计有雨农民们提前收了干草并暂时关闭了高处的草地不让游客进入"}};
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        uint64_t a = simhash(sv_cstr(pairs[i][0])), b = simhash(sv_cstr(pairs[i][1])), c = simhash(sv_cstr(pairs[i][2]));
        assert_true(__builtin_popcountll(a ^ b) < 16);
        assert_true(__builtin_popcountll(a ^ c) > 20);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(simhash_is_what_its_definition_says),
        cmocka_unit_test(simhash_parts_words_of_any_length),
        cmocka_unit_test(simhash_of_like_texts_is_near),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
