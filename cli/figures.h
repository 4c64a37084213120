/* All that a server's queues know of themselves, read over one connection that is made for it and closed again. */
#pragma once

#include "queue/queue_admin.h"

enum { FIGURES_QUEUES_MAX = 100 };

struct queue_figures {
    const char *name;
    struct queue_stats stats;
    struct queue_crawl *crawls; /* when they were asked for */
    size_t crawl_count;
};

struct figures_cfg {
    const char *url;
    const char *queue; /* this one alone; NULL: all of the server */
    bool by_crawl;
    uint32_t timeout_ms; /* for one answer; and behind this time nothing more is asked, and an answer that trickles in has two seconds */
    bool (*should_stop)(void *user); /* on the thread of figures_read; may be NULL */
    void *user;
};

struct figures {
    struct err why; /* ERR_OK, or why nothing below is known but took_us */
    uint64_t took_us;
    struct queue_memory memory;
    struct queue_figures *queues; /* sorted by name */
    size_t count, left_out;       /* left out: those beyond FIGURES_QUEUES_MAX */
};

/* Everything in *out lies in the arena, which is reset first. All or nothing: a queue that cannot be read is an error of the whole. */
void figures_read(const struct figures_cfg *, struct arena *, struct figures *out);
