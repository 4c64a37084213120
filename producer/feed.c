#include "feed.h"

#include <stdlib.h>
#include <time.h>

#include "base/clock.h"

enum { BATCH_JOBS = 64, BATCH_BYTES = 1 << 20, FULL_MIN_MS = 20, FULL_MAX_MS = 1000 };

struct feed {
    struct queue *queue;
    struct producer_figures *figures;
    bool (*should_stop)(void *);
    void *user;
    struct sbuf wires;
    struct queue_new_job jobs[BATCH_JOBS];
    size_t starts[BATCH_JOBS + 1], count;
    struct queue_group open[BATCH_JOBS + 2], close[BATCH_JOBS + 2], group;
    size_t opens, closes;
    bool entered, failed;
    char crawl[QUEUE_CRAWL_MAX]; /* of what is collected */
    size_t crawl_bytes;
    uint64_t token;
    struct feed_counts counts;
};

enum err_code feed_new(struct feed **out, struct queue *queue, struct producer_figures *figures, bool (*should_stop)(void *), void *user, struct err *e) {
    struct feed *f = calloc(1, sizeof *f);
    *out = f;
    if (!f) return err_set(e, ERR_MEMORY, "no memory for a feed");
    f->queue = queue;
    f->figures = figures;
    f->should_stop = should_stop;
    f->user = user;
    sbuf_init(&f->wires, 0);
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    f->token = hash64(sv_from((const char *)&now, sizeof now)) ^ (uint64_t)(uintptr_t)f;
    return ERR_OK;
}

void feed_free(struct feed **pf) {
    if (!*pf) return;
    sbuf_clear(&(*pf)->wires);
    free(*pf);
    *pf = NULL;
}

static enum err_code wait_for_room(const struct feed *f, unsigned tries, struct err *e) {
    uint64_t longest = tries < 6 ? (uint64_t)FULL_MIN_MS << tries : FULL_MAX_MS;
    uint64_t pause = FULL_MIN_MS + clock_mono_us() % (longest < FULL_MAX_MS ? longest : FULL_MAX_MS);
    if (f->should_stop && f->should_stop(f->user)) return err_set(e, ERR_CANCELLED, "stopped while the queue was full");
    nanosleep(&(struct timespec){.tv_sec = (time_t)(pause / 1000), .tv_nsec = (long)(pause % 1000) * 1000000}, NULL);
    return ERR_OK;
}

static enum err_code flush(struct feed *f, struct err *e) {
    enum queue_accept outcome[BATCH_JOBS];
    if (f->count == 0 && f->opens == 0 && f->closes == 0) return ERR_OK;
    for (size_t i = 0; i < f->count; i++) f->jobs[i].wire = sv_from(f->wires.p + f->starts[i], f->starts[i + 1] - f->starts[i]);
    const struct queue_batch batch = {.token = f->token++, .crawl = sv_from(f->crawl, f->crawl_bytes), .jobs = f->jobs, .job_count = f->count,
                                      .open = f->open, .open_count = f->opens, .close = f->close, .close_count = f->closes};
    for (unsigned tries = 0; f->queue; tries++) {
        enum err_code code = queue_enqueue(f->queue, &batch, outcome, e);
        if (code) return code;
        if (f->count == 0 || outcome[f->count - 1] != QUEUE_FULL) break;
        f->figures->refused++;
        code = wait_for_room(f, tries, e);
        if (code) return code;
    }
    size_t duplicates = 0;
    for (size_t i = 0; i < f->count; i++) duplicates += f->queue && outcome[i] == QUEUE_DUPLICATE;
    f->counts.duplicates += duplicates;
    f->counts.enqueued += f->count - duplicates;
    f->figures->duplicates += duplicates;
    f->figures->enqueued += f->count - duplicates;
    f->figures->job_bytes += f->wires.n;
    f->count = f->opens = f->closes = 0;
    sbuf_reset(&f->wires);
    return ERR_OK;
}

/* A batch that was not taken stays as it is, and full: nothing may be added to it. */
enum err_code feed_flush(struct feed *f, struct err *e) {
    BUG_IF(f->failed);
    enum err_code code = flush(f, e);
    f->failed = code != ERR_OK;
    return code;
}

enum err_code feed_enter(struct feed *f, struct queue_group group, struct err *e) {
    if (f->opens == COUNT_OF(f->open) || f->closes == COUNT_OF(f->close)) {
        enum err_code code = feed_flush(f, e);
        if (code) return code;
    }
    f->open[f->opens++] = group;
    if (f->entered && f->group.source == group.source) f->close[f->closes++] = f->group;
    f->group = group;
    f->entered = true;
    return ERR_OK;
}

/* A batch is counted to one crawl. */
static enum err_code enter_crawl(struct feed *f, sv crawl, struct err *e) {
    crawl = sv_take(crawl, sizeof f->crawl);
    if (sv_eq(crawl, sv_from(f->crawl, f->crawl_bytes))) return ERR_OK;
    enum err_code code = f->count ? feed_flush(f, e) : ERR_OK;
    f->crawl_bytes = crawl.n;
    if (crawl.n) memcpy(f->crawl, crawl.p, crawl.n);
    return code;
}

enum err_code feed_add(struct feed *f, const struct job *job, struct err *e) {
    BUG_IF(f->failed);
    enum err_code code = enter_crawl(f, job->crawl_id, e);
    if (code) return code;
    size_t start = f->wires.n;
    code = job_pack(job, &f->wires, e);
    if (code) {
        f->wires.n = start;
        return code;
    }
    f->jobs[f->count] = (struct queue_new_job){.id = job->id, .group = f->group};
    f->starts[f->count++] = start;
    f->starts[f->count] = f->wires.n;
    return f->count == BATCH_JOBS || f->wires.n >= BATCH_BYTES ? feed_flush(f, e) : ERR_OK;
}

bool feed_has_failed(const struct feed *f) { return f->failed; }

bool feed_is_empty(const struct feed *f) { return f->count == 0; }

struct feed_counts feed_take_counts(struct feed *f) {
    struct feed_counts counts = f->counts;
    f->counts = (struct feed_counts){0};
    return counts;
}
