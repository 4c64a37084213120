#include "model.h"

#include "block_features_scale.h"
#include "cmocka_all.h"
#include "model_lane.h"
#include "model_tables.h"

static void sums_are_those_of_the_leaves_in_every_lane(void **state) {
    (void)state;
    enum { COUNT = 130, STRIDE = 192 };
    static uint8_t column[2 * STRIDE];
    static int32_t sum[STRIDE];
    static uint8_t leaf[2 * MODEL_LEAF_BYTES];
    struct model_tree tree[2] = {{.feature = {0, 1}, .above = {9, 99, 255, 255, 255, 255}}, {.feature = {1}, .above = {127, 255, 255, 255, 255, 255}}};
    for (unsigned i = 0; i < 4; i++) model_leaf_set(leaf, i, (int16_t)(100 * i));
    model_leaf_set(leaf + MODEL_LEAF_BYTES, 1, -7);
    for (size_t i = 0; i < COUNT; i++) column[i] = (uint8_t)i, column[STRIDE + i] = (uint8_t)(i + 60);
    model_run(&(struct model){tree, leaf, 2, 1000}, column, STRIDE, COUNT, sum);
    for (int i = 0; i < COUNT; i++) assert_int_equal(sum[i], 1000 + 100 * ((i > 9) + 2 * (i + 60 > 99)) - (i + 60 > 127 ? 7 : 0));
}

/* Of values and leaves of all sizes, signs included. */
static void every_form_of_a_lane_gives_the_same(void **state) {
    (void)state;
    enum { FEATURES = 256, TREES = 200 };
    static uint8_t column[FEATURES * MODEL_LANES], row[FEATURES];
    static uint8_t leaf[TREES * MODEL_LEAF_BYTES];
    static struct model_tree tree[TREES];
    int32_t plain[MODEL_LANES], fast[MODEL_LANES];
    uint64_t seed = 1;
    for (size_t i = 0; i < sizeof column; i++) column[i] = (uint8_t)((seed = seed * 6364136223846793005u + 1442695040888963407u) >> 56);
    for (size_t i = 0; i < TREES * MODEL_LEAF_BYTES; i++) leaf[i] = (uint8_t)((seed = seed * 6364136223846793005u + 1442695040888963407u) >> 56);
    for (size_t t = 0; t < TREES; t++)
        for (size_t d = 0; d < MODEL_DEPTH; d++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            tree[t].feature[d] = (uint8_t)(seed >> 56);
            tree[t].above[d] = (uint8_t)(seed >> 48);
        }
    const struct model model = {tree, leaf, TREES, -12345};
    model_lane_plain(&model, column, MODEL_LANES, MODEL_LANES, plain);
    for (size_t i = 0; i < MODEL_LANES; i++) {
        for (size_t f = 0; f < FEATURES; f++) row[f] = column[f * MODEL_LANES + i];
        assert_int_equal(plain[i], model_sum(&model, row));
    }
    if (!model_lane_has_avx2()) return;
    for (size_t count = 1; count <= MODEL_LANES; count++) {
        for (size_t i = 0; i < MODEL_LANES; i++) fast[i] = 0;
        model_lane_avx2(&model, column, MODEL_LANES, count, fast);
        assert_memory_equal(fast, plain, count * sizeof *plain);
    }
}

static void a_leaf_is_read_as_it_was_set(void **state) {
    (void)state;
    static const int16_t values[] = {0, 1, -1, 255, 256, -256, INT16_MAX, INT16_MIN};
    uint8_t leaf[MODEL_LEAF_BYTES] = {0};
    for (unsigned i = 0; i < sizeof values / sizeof *values; i++) model_leaf_set(leaf, i, values[i]);
    for (unsigned i = 0; i < sizeof values / sizeof *values; i++) assert_int_equal(model_leaf(leaf, i), values[i]);
}

static void probabilities_rise_and_end(void **state) {
    (void)state;
    uint16_t before = 0;
    for (int32_t sum = -10 * MODEL_ONE; sum <= 10 * MODEL_ONE; sum += 16) {
        uint16_t p = model_probability(sum);
        assert_true(p >= before && p > 0 && p < 65535);
        before = p;
    }
    assert_in_range(model_probability(0), 32500, 33000);
    assert_in_range(model_probability(MODEL_ONE), 47700, 48100); /* 0.731 */
}

static void built_in_trees_are_whole(void **state) {
    (void)state;
    const struct model *models[] = {&model_html.first, &model_html.second};
    for (size_t k = 0; k < 2; k++) assert_in_range(models[k]->tree_count, 20, 1000);
    for (uint32_t i = 0, used = 0; i <= model_html.words.mask; i++) {
        used += model_html.words.slot[i].hash != 0;
        assert_true(used <= model_html.words.mask / 2 + 1);
    }
}

static void counts_scale_by_eighths_of_an_octave(void **state) {
    (void)state;
    uint8_t before = 0;
    for (uint64_t n = 0; n < 100000; n++) {
        uint8_t step = scale_count(n);
        assert_true(step >= before && step <= before + 1);
        before = step;
    }
    assert_int_equal(scale_count(15), 15);
    assert_int_equal(scale_count(32) - scale_count(16), 8);
    assert_int_equal(scale_share(1, 0), 0);
    assert_int_equal(scale_share(5, 5), 255);
    assert_int_equal(scale_signed(0), 128);
    assert_int_equal(scale_signed(-3) + scale_signed(3), 256);
    assert_int_equal(scale_signed(INT32_MAX), 255);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_those_of_the_leaves_in_every_lane),
        cmocka_unit_test(every_form_of_a_lane_gives_the_same),
        cmocka_unit_test(a_leaf_is_read_as_it_was_set),
        cmocka_unit_test(probabilities_rise_and_end),
        cmocka_unit_test(built_in_trees_are_whole),
        cmocka_unit_test(counts_scale_by_eighths_of_an_octave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
