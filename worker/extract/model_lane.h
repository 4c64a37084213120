/* One lane of blocks through all trees; for model.c and its test. Every form gives the same sums. */
#pragma once

#include <stdbool.h>

#include "model.h"

/* sum[i] for i < count, of which more than MODEL_LANES are left out; those behind are not defined. */
typedef void model_lane(const struct model *, const uint8_t *column, size_t stride, size_t count, int32_t *sum);

model_lane model_lane_plain; /* on every machine */
model_lane model_lane_avx2;  /* where model_lane_has_avx2(); less than a quarter of the time */
bool model_lane_has_avx2(void);
