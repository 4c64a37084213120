/* The line that `thresher run` keeps current on a terminal: pages on disk, pages a second, how much of the input is done and how long
 * the rest will take. Without a terminal on stderr it writes nothing and asks Redis nothing. */
#pragma once

#include "queue/queue.h"

struct progress {
    bool shown; /* there is a terminal */
    struct arena arena;
    uint64_t started_ms, total_bytes;              /* of the inputs that are files */
    uint64_t first_bytes, first_ms, looked_ms, bytes; /* done when the run began to be measured, and now */
};

void progress_init(struct progress *, const char *const *inputs, size_t count, uint64_t now_ms);
/* `stats` are the last figures of `queue` (may be NULL); `fed`: the inputs are read to their end. */
void progress_show(struct progress *, struct queue *queue, const struct queue_stats *stats, bool fed, uint64_t now_ms);
void progress_end(struct progress *);
