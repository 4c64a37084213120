/* The two clocks. Leases and delays never use them across machines: Redis TIME does that. */
#pragma once

#include <stdint.h>

uint64_t clock_mono_us(void); /* never goes back; for durations */
uint64_t clock_mono_ms(void);
int64_t clock_unix_ms(void); /* wall clock; for people and records */
