#include "model.h"

#include <string.h>

#include "model_tables.h"

/* The loops over a lane have a constant length, for the vectorizer. */
static void run_lane(const struct model *m, const uint8_t *column, size_t stride, int32_t *sum) {
    int32_t total[MODEL_LANES];
    for (size_t i = 0; i < MODEL_LANES; i++) total[i] = m->bias;
    for (uint32_t t = 0; t < m->tree_count; t++) {
        const struct model_tree *tree = &m->tree[t];
        const int16_t *leaf = m->leaf + (size_t)t * MODEL_LEAVES;
        uint8_t index[MODEL_LANES] = {0};
        for (unsigned d = 0; d < MODEL_DEPTH; d++) {
            const uint8_t *values = column + tree->feature[d] * stride, above = tree->above[d], bit = (uint8_t)(1u << d);
            for (size_t i = 0; i < MODEL_LANES; i++) index[i] |= values[i] > above ? bit : 0;
        }
        for (size_t i = 0; i < MODEL_LANES; i++) total[i] += leaf[index[i]];
    }
    memcpy(sum, total, sizeof total);
}

void model_run(const struct model *m, const uint8_t *column, size_t stride, size_t count, int32_t *sum) {
    for (size_t i = 0; i < count; i += MODEL_LANES) run_lane(m, column + i, stride, sum + i);
}

uint16_t model_probability(int32_t sum) {
    const int32_t limit = MODEL_LOGISTIC_REACH * MODEL_ONE;
    if (sum < -limit) return model_logistic[0];
    if (sum >= limit) return model_logistic[MODEL_LOGISTIC_COUNT - 1];
    return model_logistic[(sum + limit) / (2 * limit / MODEL_LOGISTIC_COUNT)];
}
