#include "run_page.h"

#include <unistd.h>

#include "base/clock.h"
#include "exposition.h"
#include "monitor/process.h"
#include "monitor/series.h"

struct view {
    struct err why;
    struct queue_figures queue;
    uint64_t restarts;
};

static struct view look(struct run_page *p) {
    pthread_mutex_lock(&p->lock);
    struct view v = {p->why, p->queue, p->restarts};
    pthread_mutex_unlock(&p->lock);
    return v;
}

/* The queue hears of a worker by what that writes. */
static enum err_code check_ready(void *user, struct err *why) {
    struct view v = look(user);
    *why = v.why;
    if (why->code || v.queue.stats.workers) return why->code;
    return err_set(why, ERR_IO, "no worker has written to Redis within the last minute");
}

static void write_page(void *user, struct sbuf *out) {
    struct run_page *p = user;
    struct view v = look(p);
    const struct figures figures = {.queues = &v.queue, .count = 1};
    series_add_gauge(out, "thresher_up", v.why.code == ERR_OK, "1 when Redis answered and the queue could be read; else nothing is known of it.");
    series_add_build_info(out);
    process_write(p->begun_ms, out);
    series_add_head(out, "thresher_run_restarts_total", NULL, "Parts of the run that ended and were started again.");
    sbuf_add(out, SV("thresher_run_restarts_total "));
    series_add_count(out, v.restarts);
    if (!v.why.code) exposition_write_queues(&figures, out);
}

enum err_code run_page_start(struct run_page *p, const char *listen, const char *queue, struct err *e) {
    *p = (struct run_page){.log = {.least = LOG_INFO, .program = "run", .fd = STDERR_FILENO}, .begun_ms = clock_unix_ms(), .lock = PTHREAD_MUTEX_INITIALIZER,
                           .queue.name = queue};
    (void)err_set(&p->why, ERR_IO, "the queue has not been read yet");
    const struct http_server_cfg cfg = {.listen = listen, .write = write_page, .media_type = SERIES_MEDIA_TYPE, .ready = check_ready, .user = p, .log = &p->log};
    return http_thread_start(&p->server, &cfg, e);
}

void run_page_stop(struct run_page *p) { http_thread_stop(&p->server); }

void run_page_keep(struct run_page *p, const struct queue_stats *stats, const struct err *why, uint64_t restarts) {
    if (!p->server) return;
    pthread_mutex_lock(&p->lock);
    p->why = *why;
    p->queue.stats = *stats;
    p->restarts = restarts;
    pthread_mutex_unlock(&p->lock);
}
