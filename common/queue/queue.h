/* The queue over hiredis' blocking connection: what the producer, the collector and the command need. The worker's side, which pulls
 * and settles on a uv loop, is queue_worker.h. The steps themselves are the Lua scripts beside this file; queue_core.h makes their
 * arguments and reads their replies. One thread an object. Keys: thresher:{NAME:SHARD}:...; this version has one shard, 0. */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/pulse.h"
#include "schema/dead_letter.h"
#include "schema/result.h"

struct queue;

/* Limits of a queue that has none of its own. */
enum { QUEUE_MAX_JOBS = 1000000, QUEUE_MAX_BYTES = 1 << 30 };

struct queue_cfg {
    const char *url;      /* redis://[user[:password]@]host[:port][/db] or unix://[user[:password]@]/path[?db=N] */
    const char *name;     /* of the queue: 1..64 of [A-Za-z0-9_.-]; "default" when NULL */
    uint32_t timeout_ms;  /* of one command; 0: 5000 */
    uint64_t max_jobs;    /* depth at which enqueue says FULL; 0: the queue's own limit, or 1,000,000 */
    uint64_t max_bytes;   /* payload bytes waiting at which enqueue says FULL; 0: the queue's own limit, or 1 GiB */
    bool look;            /* only to look at it: a queue that is not there is not made */
    const struct log_ctx *log;
    struct pulse *pulse;  /* kept as it goes with the server; may be NULL */
    bool (*should_stop)(void *user); /* asked between tries of a reconnect; may be NULL */
    void *user;
};

/* Connects, authenticates, checks the server (Redis 7.0 / Valkey 8 or later: ERR_INPUT names what was found), makes groups and loads
 * scripts. ERR_IO: nobody answers; ERR_DENIED: a password is needed or wrong. Does not retry. */
MUST_USE enum err_code queue_open(struct queue **out, const struct queue_cfg *, struct err *);
void queue_close(struct queue **);

/* -- producer ------------------------------------------------------------------------------------------------------------ */

/* Progress groups: jobs between two positions of a source. A group is left while a producer is in it, or a job of it has no result on
 * disk. The lowest group of a source that is left is where a resumed run starts again. */
struct queue_group {
    uint64_t source;   /* which source, by whatever makes it the same one (source.h) */
    uint64_t position; /* first position of the group: byte offset, or index in the list of files */
};

struct queue_new_job {
    struct hash128 id;
    struct queue_group group;
    sv wire; /* packed Job */
};

/* The server that this object is connected to, as it was met: after a restart or a failover the run is another one, and what it lost, it lost
 * off the end. */
struct queue_server {
    char run_id[41];
    uint64_t enqueued; /* all that had ever been enqueued, when it was met */
};
const struct queue_server *queue_server(const struct queue *);

enum { QUEUE_CRAWL_MAX = 128 }; /* bytes of a crawl's name that count */

enum queue_accept { QUEUE_ACCEPTED, QUEUE_DUPLICATE, QUEUE_FULL };

/* One atomic batch: opens `open` groups, enqueues the jobs in order until the queue is full, and closes `close` groups if every job was
 * taken. outcome[i] says what became of jobs[i]; from the first FULL on all are FULL, and the caller sends them again later
 * (with the same close list). `token` names this batch (any number that this producer does not use for another): when a reply is lost
 * and the batch is sent again with the same token, what was accepted is said to be accepted again, not duplicate.
 * FULL is logged: the first time, then every few seconds, with depth and limits.
 * Reconnects by itself with back-off and jitter; returns ERR_CANCELLED when should_stop says so meanwhile, or the error that no
 * reconnect can mend (ERR_DENIED; ERR_INPUT; ERR_LIMIT for an answer larger than any of ours, queue_guard.h). */
struct queue_batch {
    uint64_t token;
    sv crawl; /* to which the jobs are counted; absent or over QUEUE_CRAWL_MAX is cut */
    const struct queue_new_job *jobs;
    size_t job_count;
    const struct queue_group *open;
    size_t open_count;
    const struct queue_group *close;
    size_t close_count;
};
MUST_USE enum err_code queue_enqueue(struct queue *, const struct queue_batch *, enum queue_accept *outcome, struct err *);

/* Waits until all replicas that are connected, and `least` at the least, have what this object wrote. *safe: they have, in that time.
 * With no replica to wait for it is safe at once. *enqueued: all that had ever been enqueued, before the wait. Does not retry. */
MUST_USE enum err_code queue_wait_replicas(struct queue *, unsigned least, uint32_t timeout_ms, bool *safe, uint64_t *enqueued, struct err *);

/* -- collector ----------------------------------------------------------------------------------------------------------- */

enum queue_stream { QUEUE_RESULTS, QUEUE_DEAD };

struct queue_entry {
    enum queue_stream stream;
    char entry_id[48];   /* the stream's id, "ms-seq" */
    struct hash128 id;   /* of the job */
    struct queue_group group;
    sv payload;          /* RESULTS: packed Result; DEAD: packed Job */
    sv status;           /* RESULTS: the caller's to fill before the acknowledgement, and so is extract_us: what the result is counted under */
    uint64_t extract_us; /* how long the page's extraction took; 0: it had none */
    struct dead_letter dead; /* DEAD, with everything but entry_id, which is above */
};

/* At most `count` entries of both streams; first those that this collector (one name per shard: "collector") took and never
 * acknowledged, when `pending` is true, else new ones, waiting up to block_ms for one. *entries lives in the arena.
 * Errors as queue_enqueue. */
MUST_USE enum err_code queue_take_results(struct queue *, bool pending, size_t count, uint32_t block_ms, struct arena *,
                                          struct queue_entry **entries, size_t *entry_count, struct err *);
/* To be called after the fsync: acknowledges, deletes results (dead letters stay until trimmed), counts collected / dead_exported,
 * takes one from each entry's progress group, renews the lease, and keeps `commit`, the caller's number of what it wrote. One script; a repeat
 * does nothing. ERR_CONFLICT: another collector holds the lease, and nothing was acknowledged. */
MUST_USE enum err_code queue_ack_results(struct queue *, const struct queue_entry *entries, size_t count, uint64_t commit, struct err *);

/* The lease of the results: who has it writes them. `folder` names the output; the one that held it last gets it at once, another when it is
 * given back or runs out. */
struct queue_lease {
    uint64_t token;      /* rises with every holder; 0: somebody else has it */
    uint64_t left_ms;    /* until it runs out */
    sv holder;           /* the folder that has it, or had it before this call; valid until the next call */
    int64_t commit;      /* this folder's last acknowledged commit on this server, -1: none is known */
    bool made_here;      /* this server gave this folder the token under which it made its last commit */
    bool overtaken;      /* and another folder has had the lease since */
};
/* Asks for the lease, or renews it when this object has it; lease_ms 0 gives it back. `made`: the token under which the folder made its last
 * commit, 0: none. A refusal is no error: token is 0. Errors as queue_enqueue. */
MUST_USE enum err_code queue_lease_results(struct queue *, const char *folder, uint64_t lease_ms, uint64_t made, struct queue_lease *out, struct err *);

/* For every source that has a group, the lowest position that is not finished, in the order of sources. *positions lives in the arena.
 * Does not retry. O(groups log groups). */
MUST_USE enum err_code queue_progress(struct queue *, struct arena *, struct queue_group **positions, size_t *count, struct err *);

/* -- everybody ----------------------------------------------------------------------------------------------------------- */

/* The end of the name of a worker whose extractors run without a sandbox: `status` counts them, and each result names its worker. */
#define QUEUE_WORKER_BARE "+no-sandbox"

/* How long extraction took is counted by these bounds: bucket i holds what took at most queue_took_bounds_us[i], and more than the one before. The
 * last has no bound (UINT64_MAX). */
enum { QUEUE_TOOK_BUCKETS = 15 };
extern const uint64_t queue_took_bounds_us[QUEUE_TOOK_BUCKETS];

struct queue_stats {
    int64_t now_ms;                                      /* Redis TIME */
    uint64_t enqueued, duplicates, rejected_full;        /* counters since the queue began */
    uint64_t done, dead, dropped, late, retried, reclaimed, collected, dead_exported;
    uint64_t ready, in_flight, delayed, results_waiting; /* now */
    uint64_t job_bytes, result_bytes;                    /* payload bytes waiting now */
    uint64_t oldest_ready_ms, oldest_result_ms;          /* age; 0 when there is none */
    uint64_t workers;                                    /* consumers heard of within one lease */
    uint64_t workers_bare;                               /* of these, whose name ends in QUEUE_WORKER_BARE */
    uint64_t dead_kept, dead_retried;                    /* letters that are still there; those put back by an operator */
    uint64_t limit_jobs, limit_bytes;                    /* of the queue's own; 0: none */
    uint64_t collected_as[STATUS_END];                   /* results on disk, by status; [0]: a status that is not known here */
    uint64_t failed_for[DEAD_REASON_END];                /* tries that failed, by reason; not those that were lost with their worker */
    uint64_t died_for[DEAD_REASON_END];                  /* jobs that became dead letters, by reason, whatever became of the letters */
    uint64_t took[QUEUE_TOOK_BUCKETS], took_us;          /* extractions of results on disk, by bucket; all of them together */
    bool paused;
    int64_t conservation_error; /* enqueued - (done + dead + dropped + ready + in_flight + delayed); 0 when all is well */
};
/* One script, so that the figures belong to one moment. O(workers + 1). Does not retry. */
MUST_USE enum err_code queue_read_stats(struct queue *, struct queue_stats *, struct err *);
