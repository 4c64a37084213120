/* The worker's side of the queue on a uv loop: pulls jobs up to a credit, keeps their leases, settles them, and reconnects by itself
 * with back-off and jitter (in a new context each time; a heartbeat goes first). Everything happens on the loop's thread. */
#pragma once

#include "queue/queue.h"

struct uv_loop_s;
struct queue_worker;

/* A job that this worker holds. Views are borrowed until it is settled (the object owns the reply they lie in). */
struct queue_job {
    char entry_id[48];
    struct hash128 id;
    struct queue_group group;
    sv wire;  /* packed Job */
    sv crawl; /* under which it is counted */
    uint32_t attempts, crashes, lost;
    int64_t queued_us; /* since it was added to the stream, by Redis time */
    void *user;        /* the caller's */
};

struct queue_worker_cfg {
    struct queue_cfg queue;
    const char *consumer;        /* unique: host-pid-random */
    uint32_t lease_ms;           /* 0: 60,000 */
    uint32_t renew_ms;           /* 0: 20,000 */
    uint32_t scan_ms;            /* reclaim and promote; 0: 5,000 */
    uint32_t max_attempts, max_crashes, max_lost; /* 0: 5, 3, 20 */
    uint32_t backoff_ms, backoff_max_ms;          /* 0: 1,000, 300,000 */
    uint64_t results_max_bytes;                   /* no pull while more result bytes wait; 0: 256 MiB */
};

struct queue_worker_cbs {
    void (*on_job)(void *user, struct queue_job *);       /* never more unsettled ones than the credit */
    void (*on_lost)(void *user, struct queue_job *);      /* the lease went to somebody else: drop it, do not settle; freed on return */
    void (*on_state)(void *user, bool connected, const struct err *why); /* every change */
    /* Which jobs the extractors are in right now; writes at most `max` pointers, returns how many. Asked at each heartbeat. */
    size_t (*current)(void *user, const struct queue_job **out, size_t max);
    void (*on_fatal)(void *user, const struct err *);     /* no reconnect can mend it: stop */
};

MUST_USE enum err_code queue_worker_open(struct queue_worker **out, struct uv_loop_s *, const struct queue_worker_cfg *,
                                         const struct queue_worker_cbs *, void *user, struct err *);
/* At most this many unsettled jobs; 0 pauses pulling. */
void queue_worker_want(struct queue_worker *, unsigned credit);
/* Each job is settled exactly once; the job is the queue's again (and soon freed) when the call returns, its payload is copied by then. */
void queue_worker_finish(struct queue_worker *, struct queue_job *, sv result_wire);
enum queue_blame { QUEUE_BLAME_ATTEMPT, QUEUE_BLAME_CRASH };
/* Retry with back-off, or dead letter at the limit. `reason`: "timeout", "crashed", "out_of_memory", "io". */
void queue_worker_retry(struct queue_worker *, struct queue_job *, enum queue_blame, const char *reason, const char *detail);
/* Back to the queue at once, no counter rises. */
void queue_worker_release(struct queue_worker *, struct queue_job *);
/* Unsettled jobs that the caller still holds. */
size_t queue_worker_held(const struct queue_worker *);
/* Sends what is settled, releases what is held, deletes the consumer, closes; on_closed is called last, from the loop. If the server
 * does not answer within grace_ms, leases are left to run out. */
void queue_worker_close(struct queue_worker *, uint32_t grace_ms, void (*on_closed)(void *user));
