/* The reader of trained models, on files that end early, lie or are none: numbers in them are where memory is read. */
#include "model_file.h"

#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sbuf.h"
#include "cmocka_all.h"
#include "page_type.h"

static const char *path = "test_model_file.model";

static void add_model(struct sbuf *out, const char *name, unsigned feature) {
    sbuf_addf(out, "%s 1 -7\n", name);
    for (unsigned d = 0; d < MODEL_DEPTH; d++) sbuf_addf(out, "%u ", feature);
    for (unsigned d = 0; d < MODEL_DEPTH; d++) sbuf_addf(out, "%u ", 255 - d);
    for (unsigned i = 0; i < MODEL_LEAVES; i++) sbuf_addf(out, "%d ", (int)i * 1000 - 32000);
    sbuf_add_char(out, '\n');
}

static void build(struct sbuf *out, unsigned feature, unsigned type_feature) {
    sbuf_reset(out);
    add_model(out, "first", feature);
    add_model(out, "second", feature);
    for (unsigned t = 0; t < MODEL_TYPES; t++) add_model(out, "type", type_feature);
    sbuf_add(out, SV("words 2\n4294967295 -3\n16 5\n"));
}

static void free_set(struct model_set *set) {
    struct model *models[] = {&set->first, &set->second, &set->type[0], &set->type[1], &set->type[2], &set->type[3], &set->type[4], &set->type[5], &set->type[6]};
    _Static_assert(MODEL_TYPES == 7, "each type's");
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        free((void *)(uintptr_t)models[i]->tree);
        free((void *)(uintptr_t)models[i]->leaf);
    }
    free((void *)(uintptr_t)set->words.slot);
}

static bool reads(sv text, struct model_set *set) {
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    assert_int_equal(fwrite(text.p, 1, text.n, f), text.n);
    assert_int_equal(fclose(f), 0);
    return model_file_read(path, set);
}

static bool is_good(sv text) {
    struct model_set set;
    bool good = reads(text, &set);
    free_set(&set);
    return good;
}

static void model_file_is_read_as_it_was_written(void **state) {
    (void)state;
    struct model_set set;
    struct sbuf text;
    sbuf_init(&text, 0);
    build(&text, 3, 2);
    assert_true(reads(sbuf_view(&text), &set));
    assert_int_equal(set.second.tree_count, 1);
    assert_int_equal(set.second.bias, -7);
    assert_int_equal(set.second.tree->feature[MODEL_DEPTH - 1], 3);
    assert_int_equal(set.second.tree->above[1], 254);
    assert_int_equal(model_leaf(set.type[6].leaf, 63), 31000);
    assert_int_equal(model_leaf(set.type[6].leaf, 0), -32000);
    assert_int_equal(set.words.slot[16 & set.words.mask].score, 5);
    free_set(&set);
    sbuf_clear(&text);
}

static void model_file_that_ends_early_is_refused(void **state) {
    (void)state;
    struct sbuf text;
    sbuf_init(&text, 0);
    build(&text, 0, 0);
    for (size_t n = 0; n + 2 < text.n; n += 1 + n % 5) assert_false(is_good(sv_take(sbuf_view(&text), n))); /* but for the last digit, which may be any */
    sbuf_add(&text, SV("more"));
    assert_false(is_good(sbuf_view(&text)));
    sbuf_clear(&text);
}

static void model_file_that_lies_is_refused(void **state) {
    (void)state;
    static const char *const heads[] = {"second 1 0", "first -1 0", "first 10001 0", "first 1 2147483648", "first x 0", "first 1e3 0", "first 99999999999999999999999999 0", "first", "\xff"};
    struct sbuf text;
    sbuf_init(&text, 0);
    build(&text, FEATURE_FIRST_COUNT - 1, PAGE_TYPE_FEATURES - 1);
    assert_true(is_good(sbuf_view(&text)));
    build(&text, FEATURE_FIRST_COUNT, 0);
    assert_false(is_good(sbuf_view(&text)));
    build(&text, 0, PAGE_TYPE_FEATURES);
    assert_false(is_good(sbuf_view(&text)));
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) assert_false(is_good(sv_cstr(heads[i])));
    struct model_set set;
    assert_false(model_file_read("no-such.model", &set));
    sbuf_clear(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(model_file_is_read_as_it_was_written),
        cmocka_unit_test(model_file_that_ends_early_is_refused),
        cmocka_unit_test(model_file_that_lies_is_refused),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    return failed;
}
