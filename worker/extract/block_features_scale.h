/* The two scales of features. */
#pragma once

#include <stdint.h>

/* 0..15 as they are, then eight steps an octave. */
static inline uint8_t scale_count(uint64_t n) {
    if (n < 16) return (uint8_t)n;
    unsigned e = 63u - (unsigned)__builtin_clzll(n);
    unsigned step = 16 + (e - 4) * 8 + (unsigned)((n >> (e - 3)) & 7);
    return (uint8_t)(step < 255 ? step : 255);
}

/* part / whole of 255; 0 of nothing. */
static inline uint8_t scale_share(uint64_t part, uint64_t whole) {
    if (whole == 0) return 0;
    return (uint8_t)(part >= whole ? 255 : (part * 255 + whole / 2) / whole);
}

/* 128 is zero. */
static inline uint8_t scale_signed(int64_t n) {
    unsigned step = scale_count((uint64_t)(n < 0 ? -n : n));
    if (step > 127) step = 127;
    return (uint8_t)(n < 0 ? 128 - step : 128 + step);
}
