/* What one producer process has done, for whoever watches. */
#pragma once

#include "base/figure.h"

enum { SKIP_REASONS_MAX = 48 };

struct producer_figures {
    figure records, enqueued, duplicates, job_bytes, refused; /* refused: batches that met a full queue */
    figure inputs, position;                                  /* read to their end or given up; behind the last record of the one that is read */
    figure skipped[SKIP_REASONS_MAX];
    const char *_Atomic reason[SKIP_REASONS_MAX]; /* fixed words; NULL: no more */
};
