/* How it goes with a server that a program writes to: kept by the thread that talks to it, read by any. Both functions accept NULL. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/figure.h"

struct pulse {
    figure written_ms; /* when the server last carried out a step that writes, by clock_mono_ms; 0: never */
    atomic_bool away; /* it has failed us since */
};

static inline void pulse_written(struct pulse *p) {
    if (!p) return;
    p->written_ms = clock_mono_ms();
    p->away = false;
}

static inline void pulse_failed(struct pulse *p) {
    if (p) p->away = true;
}
