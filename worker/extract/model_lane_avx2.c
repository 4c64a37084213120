#include "model_lane.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))
enum { HALVES = MODEL_LANES / 32, QUARTERS = MODEL_LEAVES / 16 };

bool model_lane_has_avx2(void) { return __builtin_cpu_supports("avx2"); }

/* Of 32 blocks, the leaf that each ends in. */
AVX2 static __m256i leaves_of(const struct model_tree *tree, const uint8_t *column, size_t stride) {
    __m256i leaf = _mm256_setzero_si256();
    for (unsigned d = 0; d < MODEL_DEPTH; d++) {
        __m256i values = _mm256_loadu_si256((const __m256i *)(const void *)(column + tree->feature[d] * stride));
        __m256i above = _mm256_set1_epi8((char)tree->above[d]), below = _mm256_cmpeq_epi8(_mm256_max_epu8(values, above), above);
        leaf = _mm256_or_si256(leaf, _mm256_andnot_si256(below, _mm256_set1_epi8((char)(1 << d))));
    }
    return leaf;
}

/* 32 bytes out of a table of 64, each quarter in both halves of a register. Bits 0 to 3 choose within a quarter; moved to where a blend looks,
 * bits 4 and 5 choose among them. */
AVX2 static __m256i look_up(const __m256i quarter[QUARTERS], __m256i index) {
    __m256i bit4 = _mm256_slli_epi16(index, 3), bit5 = _mm256_slli_epi16(index, 2);
    __m256i low = _mm256_blendv_epi8(_mm256_shuffle_epi8(quarter[0], index), _mm256_shuffle_epi8(quarter[1], index), bit4);
    __m256i high = _mm256_blendv_epi8(_mm256_shuffle_epi8(quarter[2], index), _mm256_shuffle_epi8(quarter[3], index), bit4);
    return _mm256_blendv_epi8(low, high, bit5);
}

/* A table of bytes in four registers, each quarter in both halves of one. */
AVX2 static void load(const uint8_t *bytes, __m256i quarter[QUARTERS]) {
    for (unsigned q = 0; q < QUARTERS; q++) quarter[q] = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)(bytes + 16 * q)));
}

AVX2 static void add(__m256i *total, __m128i eight) { *total = _mm256_add_epi32(*total, _mm256_cvtepi16_epi32(eight)); }

/* `halves` is a constant wherever this is called. */
AVX2 __attribute__((always_inline)) static inline void run(const struct model *m, const uint8_t *column, size_t stride, unsigned halves, int32_t *sum) {
    static const unsigned first[4] = {0, 16, 8, 24}; /* of the blocks that unpacking puts together */
    __m256i total[HALVES][4], low[QUARTERS], high[QUARTERS];
    for (unsigned i = 0; i < halves * 4; i++) total[i / 4][i % 4] = _mm256_set1_epi32(m->bias);
    for (uint32_t t = 0; t < m->tree_count; t++) {
        load(m->leaf + (size_t)t * MODEL_LEAF_BYTES, low);
        load(m->leaf + (size_t)t * MODEL_LEAF_BYTES + MODEL_LEAVES, high);
        for (unsigned half = 0; half < halves; half++) {
            __m256i index = leaves_of(&m->tree[t], column + half * 32, stride), l = look_up(low, index), h = look_up(high, index);
            __m256i even = _mm256_unpacklo_epi8(l, h), odd = _mm256_unpackhi_epi8(l, h);
            add(&total[half][0], _mm256_castsi256_si128(even));
            add(&total[half][1], _mm256_extracti128_si256(even, 1));
            add(&total[half][2], _mm256_castsi256_si128(odd));
            add(&total[half][3], _mm256_extracti128_si256(odd, 1));
        }
    }
    for (unsigned i = 0; i < halves * 4; i++) _mm256_storeu_si256((__m256i *)(void *)(sum + i / 4 * 32 + first[i % 4]), total[i / 4][i % 4]);
}

AVX2 void model_lane_avx2(const struct model *m, const uint8_t *column, size_t stride, size_t count, int32_t *sum) {
    if (count > MODEL_LANES / HALVES) run(m, column, stride, HALVES, sum);
    else run(m, column, stride, 1, sum);
}

#else

bool model_lane_has_avx2(void) { return false; }

void model_lane_avx2(const struct model *m, const uint8_t *column, size_t stride, size_t count, int32_t *sum) { model_lane_plain(m, column, stride, count, sum); }

#endif
