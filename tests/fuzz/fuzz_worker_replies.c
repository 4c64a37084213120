/* What a hostile Redis may answer to the worker's client: to its heartbeat, scans and settlements, then, behind a byte 0xFF, to its pulling. */
#include <uv.h>

#include "fake_server.h"
#include "queue/queue_worker.h"

enum { PATIENCE_MS = 30, JOBS_MAX = 64 };

struct run {
    uv_loop_t loop;
    uv_timer_t patience;
    struct queue_worker *queue;
    unsigned jobs;
    bool ending;
};

static void on_closed(void *user) { uv_close((uv_handle_t *)&((struct run *)user)->patience, NULL); }

/* Not from inside a callback of the queue. */
static void end(struct run *r) {
    if (!r->ending) uv_timer_start(&r->patience, r->patience.timer_cb, 0, 0);
    r->ending = true;
}

static void on_patience(uv_timer_t *timer) {
    struct run *r = timer->data;
    struct queue_worker *q = r->queue;
    r->queue = NULL;
    if (q) queue_worker_close(q, 0, on_closed);
}

static void on_job(void *user, struct queue_job *job) {
    struct run *r = user;
    BUG_IF(memchr(job->entry_id, 0, sizeof job->entry_id) == NULL);
    switch (r->jobs++ % 3) {
    case 0: queue_worker_finish(r->queue, job, SV("result")); break;
    case 1: queue_worker_retry(r->queue, job, QUEUE_BLAME_CRASH, "crashed", "detail"); break;
    default: queue_worker_release(r->queue, job); break;
    }
    if (r->jobs > JOBS_MAX) end(r);
}

static void on_lost(void *user, struct queue_job *job) {
    (void)user;
    (void)job;
}

static void on_state(void *user, bool connected, const struct err *why) {
    (void)why;
    if (!connected) end(user);
}

static size_t current(void *user, const struct queue_job **out, size_t max) {
    (void)user;
    (void)out;
    (void)max;
    return 0;
}

static void on_fatal(void *user, const struct err *e) {
    BUG_IF(e->msg[0] == '\0');
    end(user);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct queue_worker_cbs cbs = {on_job, on_lost, on_state, current, on_fatal};
    struct run r = {0};
    struct err e;
    if (size < 1) return 0;
    fake_start();
    sv pull = sv_from((const char *)data, size), control = sv_cut(&pull, (char)0xFF);
    fake.first[0] = SV(FAKE_INFO "$1\r\n3\r\n" "+OK\r\n+OK\r\n+OK\r\n:1\r\n+0\r\n+1\r\n+2\r\n+3\r\n+4\r\n+5\r\n");
    fake_set(control, pull);
    uv_loop_init(&r.loop);
    uv_timer_init(&r.loop, &r.patience);
    r.patience.data = &r;
    uv_timer_start(&r.patience, on_patience, PATIENCE_MS, 0);
    const struct queue_worker_cfg cfg = {.queue = {.url = fake.url, .name = "fuzz"}, .consumer = "fuzz", .scan_ms = 1}; /* so that it promotes and reclaims at once */
    BUG_IF(queue_worker_open(&r.queue, &r.loop, &cfg, &cbs, &r, &e) != ERR_OK);
    queue_worker_want(r.queue, 8);
    uv_run(&r.loop, UV_RUN_DEFAULT);
    fake_set(SV_NONE, SV_NONE);
    BUG_IF(uv_loop_close(&r.loop) != 0);
    return 0;
}
