/* The operator's side of the queue: dead letters, pause, limits, purge, which queues and crawls there are. Every call is one bounded script or
 * command, does not retry, and is harmless when it is sent again. */
#pragma once

#include "queue/queue.h"

/* At most `count` dead letters in the order of their ends, with their packed jobs, and no more once they are 1 MiB: fewer than `count` do not mean
 * that there are no more, none does. `from` and `to` are stream ids, both included: "-" and "+" for all, "(ID" for what is behind ID, a Unix time
 * in ms. *letters lives in the arena. */
MUST_USE enum err_code queue_dead_page(struct queue *, const char *from, const char *to, size_t count, struct arena *, struct dead_letter **letters,
                                       size_t *letter_count, struct err *);
/* Back among the jobs, counters at nought, history kept. *found: false when it is not there any more. ERR_IO: no answer, or no memory in Redis. */
MUST_USE enum err_code queue_dead_retry(struct queue *, const struct dead_letter *, bool *found, struct err *);
/* Removed, counted as dropped. */
MUST_USE enum err_code queue_dead_drop(struct queue *, const struct dead_letter *, bool *found, struct err *);

/* While a queue is paused workers take nothing new; they notice with their next heartbeat. Producers and the collector go on. */
MUST_USE enum err_code queue_set_paused(struct queue *, bool paused, struct err *);
/* Limits that hold for every producer that names none itself; 0 takes one away. A NULL leaves it as it is. */
MUST_USE enum err_code queue_set_limits(struct queue *, const uint64_t *jobs, const uint64_t *bytes, struct err *);
/* Removes at most `limit` jobs that nobody works on, ready or delayed; they count as dropped and may be enqueued again. *seen: how many were
 * looked at; 0 when there are none. */
MUST_USE enum err_code queue_purge_some(struct queue *, size_t limit, size_t *seen, size_t *purged, struct err *);

/* The names of the queues that producers, workers or collectors have used on this server, sorted. In the arena. */
MUST_USE enum err_code queue_list_names(struct queue *, struct arena *, const char ***names, size_t *count, struct err *);

/* From here on this object means another queue of the same server; for one that only looks (queue_cfg.look). `name` must outlive that. */
MUST_USE enum err_code queue_select(struct queue *, const char *name, struct err *);

/* As the server says it; max_bytes 0: it has no limit. */
struct queue_memory {
    uint64_t used_bytes, max_bytes;
};
MUST_USE enum err_code queue_read_memory(struct queue *, struct queue_memory *, struct err *);

struct queue_crawl {
    sv name; /* "*": all those beyond the first thousand */
    uint64_t enqueued, done, dead, dropped;
};
/* What became of each crawl's jobs, sorted by name. In the arena. */
MUST_USE enum err_code queue_read_crawls(struct queue *, struct arena *, struct queue_crawl **crawls, size_t *count, struct err *);
