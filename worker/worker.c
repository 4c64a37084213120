#include "worker.h"

#include <stdio.h>
#include <stdlib.h>

#include "disposition.h"
#include "frame.h"
#include "payload.h"

enum { DEADLINE_MS = 10000, CLOSE_MS = 5000 };

/* Jobs that the crew has no room for yet, linked through queue_job.user. Few: the credit is the crew's capacity, so jobs wait only while
 * an item that was lost still fills a place. */
struct waiting {
    struct queue_job *first, *last;
};

struct worker {
    struct worker_cfg cfg;
    struct worker_cbs cbs;
    void *user;
    struct queue_worker *queue;
    struct crew *crew;
    struct payload_store *payloads;
    struct waiting waiting;
    bool stopping;
    uint32_t close_ms;
    bool has_fault, fault_from_queue;
    struct err fault;
    struct worker_figures figures;
    void **current; /* crew_current's room */
};

static void waiting_push(struct waiting *w, struct queue_job *job) {
    job->user = NULL;
    if (w->last) w->last->user = job;
    else w->first = job;
    w->last = job;
}

static void waiting_push_front(struct waiting *w, struct queue_job *job) {
    job->user = w->first;
    w->first = job;
    if (!w->last) w->last = job;
}

static struct queue_job *waiting_pop(struct waiting *w) {
    struct queue_job *job = w->first;
    if (!job) return NULL;
    w->first = job->user;
    if (!w->first) w->last = NULL;
    job->user = NULL;
    return job;
}

/* True when it was there. */
static bool waiting_remove(struct waiting *w, const struct queue_job *gone) {
    struct waiting kept = {0};
    bool found = false;
    for (struct queue_job *job; (job = waiting_pop(w));) {
        if (job == gone) found = true;
        else waiting_push(&kept, job);
    }
    *w = kept;
    return found;
}

/* -- settling --------------------------------------------------------------------------------------------------------------- */

static void log_job(const struct worker *w, enum log_level level, const char *event, const struct queue_job *job, const char *reason,
                    const char *detail) {
    char id[2 * sizeof job->id.b + 1], attempts[16], crashes[16];
    hex_encode(job->id.b, sizeof job->id.b, id);
    snprintf(attempts, sizeof attempts, "%u", job->attempts);
    snprintf(crashes, sizeof crashes, "%u", job->crashes);
    log_line(w->cfg.log, level, event, "job", id, "reason", reason, "detail", detail, "attempts", attempts, "crashes", crashes, NULL);
}

static void release(struct worker *w, struct queue_job *job) {
    w->figures.released++;
    payload_store_drop(w->payloads, job);
    queue_worker_release(w->queue, job);
}

static void retry(struct worker *w, struct queue_job *job, enum queue_blame blame, const char *reason, const char *detail) {
    w->figures.failed_for[dead_reason_parse(sv_cstr(reason))]++;
    payload_store_drop(w->payloads, job);
    log_job(w, LOG_WARN, "retry", job, reason, detail);
    queue_worker_retry(w->queue, job, blame, reason, detail);
}

static void finish(struct worker *w, struct queue_job *job, enum status status, sv wire) {
    w->figures.finished_as[status]++;
    w->figures.result_bytes += wire.n;
    payload_store_drop(w->payloads, job);
    queue_worker_finish(w->queue, job, wire);
}

/* A result that says why the job was not even tried. */
static void finish_failed(struct worker *w, struct queue_job *job, const struct disposition *d, const char *detail) {
    struct result result = {
        .id = job->id,
        .status = d->status,
        .failure_class = sv_cstr(d->reason),
        .failure_detail = sv_cstr(detail),
        .provenance = {.worker = sv_cstr(w->cfg.queue.consumer), .attempts = job->attempts, .crashes = job->crashes},
    };
    struct sbuf wire;
    sbuf_init(&wire, 64 * 1024);
    if (result_pack(&result, &wire, NULL) == ERR_OK) {
        log_job(w, LOG_WARN, "failed", job, d->reason, detail);
        finish(w, job, d->status, sbuf_view(&wire));
    } else {
        retry(w, job, QUEUE_BLAME_ATTEMPT, d->reason, detail);
    }
    sbuf_clear(&wire);
}

static void settle(struct worker *w, struct queue_job *job, const struct disposition *d, const char *detail) {
    switch (d->step) {
    case DISPOSITION_FINISH: finish_failed(w, job, d, detail); break;
    case DISPOSITION_RETRY_ATTEMPT: retry(w, job, QUEUE_BLAME_ATTEMPT, d->reason, detail); break;
    case DISPOSITION_RETRY_CRASH: retry(w, job, QUEUE_BLAME_CRASH, d->reason, detail); break;
    case DISPOSITION_RELEASE:
    default: release(w, job); break;
    }
}

/* -- queue to crew ---------------------------------------------------------------------------------------------------------- */

static bool try_send(struct worker *w, struct queue_job *job) {
    struct frame_job frame = {
        .attempts = job->attempts,
        .crashes = job->crashes,
        .queue_us = job->queued_us > 0 ? (uint64_t)job->queued_us : 0,
        .deadline_ms = w->cfg.deadline_ms,
        .worker = sv_cstr(w->cfg.queue.consumer),
    };
    _Static_assert(sizeof frame.id == sizeof job->id.b, "one identity");
    memcpy(frame.id, job->id.b, sizeof frame.id);
    char meta[FRAME_META_MAX];
    size_t n = frame_job_encode(&frame, meta);
    return crew_try_send(w->crew, job, sv_from(meta, n), payload_store_wire(w->payloads, job, job->wire), w->cfg.deadline_ms);
}

static void send_waiting(struct worker *w) {
    for (struct queue_job *job; (job = waiting_pop(&w->waiting));) {
        if (try_send(w, job)) continue;
        waiting_push_front(&w->waiting, job);
        return;
    }
}

static void take(struct worker *w, struct queue_job *job) {
    if (w->stopping) {
        release(w, job);
    } else if (job->wire.n > FRAME_BODY_MAX) {
        struct disposition d = disposition_of_error(ERR_LIMIT);
        settle(w, job, &d, "the job is larger than a frame to an extractor may be");
    } else {
        waiting_push(&w->waiting, job);
        send_waiting(w);
    }
}

static void on_job(void *user, struct queue_job *job) {
    struct worker *w = user;
    w->figures.pulled++;
    w->figures.job_bytes += job->wire.n;
    if (w->stopping || !payload_store_take(w->payloads, job, job->wire)) take(w, job);
}

static void on_payload(void *user, void *item, const struct err *why) {
    struct worker *w = user;
    if (!why) {
        take(w, item);
        return;
    }
    struct disposition d = disposition_of_error(why->code);
    if (why->code == ERR_NOT_FOUND) d.reason = "payload_missing";
    if (why->code == ERR_CONFLICT) d.reason = "payload_changed";
    settle(w, item, &d, why->msg);
}

static void on_lost(void *user, struct queue_job *job) {
    struct worker *w = user;
    w->figures.lost++;
    log_job(w, LOG_WARN, "lost", job, "lease", "another worker has it now");
    if (!waiting_remove(&w->waiting, job)) crew_forget(w->crew, job);
    payload_store_drop(w->payloads, job);
}

static size_t current(void *user, const struct queue_job **out, size_t max) {
    struct worker *w = user;
    size_t room = crew_capacity(w->crew);
    size_t count = crew_current(w->crew, w->current, max < room ? max : room);
    for (size_t i = 0; i < count; i++) out[i] = w->current[i];
    return count;
}

static void on_state(void *user, bool connected, const struct err *why) {
    struct worker *w = user;
    w->cbs.on_connection(w->user, connected, why);
}

static void stop_for(struct worker *w, const struct err *fault, bool from_queue) {
    if (!w->has_fault) {
        w->has_fault = true;
        w->fault_from_queue = from_queue;
        w->fault = fault ? *fault : (struct err){.code = ERR_IO};
    }
    worker_stop(w, CLOSE_MS);
}

static void on_fatal(void *user, const struct err *why) { stop_for(user, why, true); }

/* -- crew to queue ---------------------------------------------------------------------------------------------------------- */

static void on_done(void *user, void *item, sv meta, sv body) {
    struct worker *w = user;
    struct queue_job *job = item;
    struct frame_result result;
    if (frame_result_decode(meta, &result, NULL) == ERR_OK && result.status > 0 && result.status < STATUS_END && body.n > 0) {
        finish(w, job, (enum status)result.status, body);
    } else {
        struct disposition d = disposition_of_fate(CREW_BAD_FRAME);
        settle(w, job, &d, "the extractor's answer could not be read");
    }
    send_waiting(w);
}

static void on_failed(void *user, void *item, const struct crew_failure *failure) {
    struct worker *w = user;
    struct disposition d = disposition_of_fate(failure->fate);
    char detail[80];
    if (failure->fate == CREW_TIMEOUT) snprintf(detail, sizeof detail, "no answer within %u ms", w->cfg.deadline_ms);
    else if (failure->signal) snprintf(detail, sizeof detail, "the extractor died of signal %d", failure->signal);
    else snprintf(detail, sizeof detail, "the extractor ended with status %d", failure->exit_code);
    settle(w, item, &d, detail);
    send_waiting(w);
}

static void on_returned(void *user, void *item) { take(user, item); }

static void on_broken(void *user, const struct err *why) { stop_for(user, why, false); }

/* -- life ------------------------------------------------------------------------------------------------------------------- */

static void on_queue_closed(void *user) {
    struct worker *w = user;
    w->queue = NULL;
    w->cbs.on_stopped(w->user, w->has_fault ? &w->fault : NULL, w->fault_from_queue);
}

static void on_crew_drained(void *user) {
    struct worker *w = user;
    queue_worker_close(w->queue, w->close_ms, on_queue_closed);
}

enum err_code worker_start(struct worker **out, struct uv_loop_s *loop, const struct worker_cfg *cfg, const struct worker_cbs *cbs, void *user,
                           struct err *e) {
    static const struct crew_cbs crew_cbs = {on_done, on_failed, on_returned, on_broken};
    static const struct queue_worker_cbs queue_cbs = {on_job, on_lost, on_state, current, on_fatal};
    *out = NULL;
    struct worker *w = calloc(1, sizeof *w);
    if (!w) return err_set(e, ERR_MEMORY, "no memory for the worker");
    w->cfg = *cfg;
    w->cbs = *cbs;
    w->user = user;
    if (!w->cfg.deadline_ms) w->cfg.deadline_ms = DEADLINE_MS;
    enum err_code code = payload_store_new(&w->payloads, loop, cfg->payload_root, on_payload, w, e);
    if (!code) code = queue_worker_open(&w->queue, loop, &w->cfg.queue, &queue_cbs, w, e);
    if (code) {
        payload_store_free(&w->payloads);
        free(w);
        return code;
    }
    /* Only memory can fail from here on; the caller's process ends with it, and the server's side with its connection. */
    code = crew_new(&w->crew, loop, &w->cfg.crew, &crew_cbs, w, e);
    if (code) return code;
    w->current = calloc(crew_capacity(w->crew), sizeof *w->current);
    if (!w->current) return err_set(e, ERR_MEMORY, "no memory for the worker");
    queue_worker_want(w->queue, crew_capacity(w->crew));
    *out = w;
    return ERR_OK;
}

void worker_stop(struct worker *w, uint32_t close_ms) {
    if (w->stopping) return;
    w->stopping = true;
    w->close_ms = close_ms;
    queue_worker_want(w->queue, 0);
    for (struct queue_job *job; (job = waiting_pop(&w->waiting));) release(w, job);
    for (struct queue_job *job; (job = payload_store_reading(w->payloads));) release(w, job);
    crew_drain(w->crew, on_crew_drained);
}

void worker_hurry(struct worker *w) {
    if (w->stopping) crew_kill(w->crew);
}

void worker_free(struct worker **p) {
    struct worker *w = *p;
    *p = NULL;
    if (!w) return;
    BUG_IF(w->queue != NULL);
    crew_free(&w->crew);
    payload_store_free(&w->payloads);
    free(w->current);
    free(w);
}

const struct worker_figures *worker_figures(struct worker *w) {
    struct worker_figures *f = &w->figures;
    struct crew_stats crew;
    crew_read_stats(w->crew, &crew);
    f->held = w->queue ? queue_worker_held(w->queue) : 0;
    f->extractors = w->cfg.crew.extractors;
    f->alive = crew.alive;
    f->busy = crew.busy;
    f->started = crew.started;
    f->start_failures = crew.start_failures;
    f->recycled = crew.recycled;
    return f;
}
