/* What `thresher run` answers on --listen: the figures of its queue, under the names that `thresher metrics` has for them, as the run itself has read them
 * last. Kept by the run, and read by the thread that answers. */
#pragma once

#include <pthread.h>

#include "figures.h"
#include "monitor/http_thread.h"

struct run_page {
    struct http_thread *server; /* NULL: nobody listens, and the rest is not used */
    struct log_ctx log;
    int64_t begun_ms;
    pthread_mutex_t lock; /* of what follows */
    struct err why;       /* ERR_OK, or why the queue is not known */
    struct queue_figures queue;
    uint64_t restarts;
};

/* Listens, unless `listen` is NULL. The name of the queue is borrowed. Errors as http_thread_start. */
MUST_USE enum err_code run_page_start(struct run_page *, const char *listen, const char *queue, struct err *);
/* May be called without a start that went well, on zeros. */
void run_page_stop(struct run_page *);
/* How it is now; `why`, when it is not ERR_OK, in place of the stats. */
void run_page_keep(struct run_page *, const struct queue_stats *, const struct err *why, uint64_t restarts);
