/* Jobs into the queue, in batches that are whole or sent again: at most 64 jobs or 1 MiB each. While the queue is full the feed waits, with
 * back-off and jitter. A feed without a queue (--dry-run) only counts. */
#pragma once

#include "base/err.h"
#include "producer_figures.h"
#include "queue/queue.h"
#include "schema/job.h"

struct feed;
struct feed_counts {
    uint64_t enqueued, duplicates;
};

/* Counts in `figures`, too, which has to outlive the feed. */
MUST_USE enum err_code feed_new(struct feed **out, struct queue *queue, struct producer_figures *figures, bool (*should_stop)(void *), void *user, struct err *);
void feed_free(struct feed **);
/* From here on jobs belong to the group at this position of a source; the group before it, of the same source, is closed with them. */
MUST_USE enum err_code feed_enter(struct feed *, struct queue_group group, struct err *);
/* The job is copied. ERR_INPUT: it breaks a rule of the schema (the job is not taken, the feed goes on); others as queue_enqueue. */
MUST_USE enum err_code feed_add(struct feed *, const struct job *, struct err *);
/* Sends what is collected. */
MUST_USE enum err_code feed_flush(struct feed *, struct err *);
/* The queue did not take a batch: what failed stays failed, and the feed is only to be freed. */
bool feed_has_failed(const struct feed *);
/* Whether every job that was added is in the queue. */
bool feed_is_empty(const struct feed *);
/* What became of the jobs since the last call. */
struct feed_counts feed_take_counts(struct feed *);
