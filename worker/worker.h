/* The queue on one side, the crew on the other, and nothing between them but who owns a job. A job comes from the queue, goes to the
 * crew, and its answer, its failure or its unused self goes back; what a failure means is disposition.h. Everything on the loop's
 * thread; signals and timers are main's. */
#pragma once

#include "base/figure.h"
#include "crew.h"
#include "queue/queue_worker.h"

struct worker;

struct worker_cfg {
    struct queue_worker_cfg queue;
    struct crew_cfg crew;
    uint32_t deadline_ms; /* of one page; 0: 10,000 */
    const char *payload_root; /* below which jobs may refer to payloads; NULL: they may not */
    const struct log_ctx *log;
};

struct worker_cbs {
    void (*on_connection)(void *user, bool connected, const struct err *why); /* every change */
    /* Last; worker_free may follow. `fault` is NULL after a worker_stop, else what made the worker stop by itself: ERR_IO from a crew that
     * cannot start (`from_queue` false), or what no reconnect can mend. */
    void (*on_stopped)(void *user, const struct err *fault, bool from_queue);
};

MUST_USE enum err_code worker_start(struct worker **out, struct uv_loop_s *, const struct worker_cfg *, const struct worker_cbs *, void *user,
                                    struct err *);
/* No more pulling; finishes what extractors are in, releases the rest, says goodbye to the server within close_ms, then on_stopped. */
void worker_stop(struct worker *, uint32_t close_ms);
/* While stopping: what extractors are in is not waited for, but released. */
void worker_hurry(struct worker *);
void worker_free(struct worker **);

/* Of this process: counters, then how it is now. */
struct worker_figures {
    figure pulled, job_bytes, finished_as[STATUS_END], result_bytes, failed_for[DEAD_REASON_END], released, lost;
    figure held, extractors, alive, busy, started, start_failures, recycled;
};
/* Valid until worker_free; how it is now is of this call. */
const struct worker_figures *worker_figures(struct worker *);
