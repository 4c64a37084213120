#include "figures.h"

#include "base/clock.h"

struct reading {
    const struct figures_cfg *cfg;
    uint64_t until_ms;
};

/* Asked by the client while an answer trickles in, too. */
static bool must_end(void *user) {
    const struct reading *r = user;
    return clock_mono_ms() > r->until_ms || (r->cfg->should_stop && r->cfg->should_stop(r->cfg->user));
}

static enum err_code may_go_on(struct reading *r, struct err *e) {
    return must_end(r) ? err_set(e, ERR_TIMEOUT, "Redis is too slow: not all of the figures came within %u ms", (unsigned)r->cfg->timeout_ms) : ERR_OK;
}

static enum err_code read_queue(struct reading *r, struct queue *queue, struct arena *arena, struct queue_figures *out, struct err *e) {
    enum err_code code = may_go_on(r, e);
    if (!code) code = queue_select(queue, out->name, e);
    if (!code) code = queue_read_stats(queue, &out->stats, e);
    if (!code && r->cfg->by_crawl) code = queue_read_crawls(queue, arena, &out->crawls, &out->crawl_count, e);
    return code;
}

static enum err_code read_all(struct reading *r, struct queue *queue, struct arena *arena, struct figures *out, struct err *e) {
    const char **names = NULL;
    size_t count = 1;
    enum err_code code = may_go_on(r, e);
    if (!code) code = queue_read_memory(queue, &out->memory, e);
    if (!code && !r->cfg->queue) code = queue_list_names(queue, arena, &names, &count, e);
    if (code) return code;
    out->count = count < FIGURES_QUEUES_MAX ? count : FIGURES_QUEUES_MAX;
    out->left_out = count - out->count;
    out->queues = ARENA_ARRAY(arena, struct queue_figures, out->count + 1);
    if (!out->queues) return err_set(e, ERR_MEMORY, "no memory for the figures of %zu queues", out->count);
    for (size_t i = 0; !code && i < out->count; i++) {
        out->queues[i].name = r->cfg->queue ? r->cfg->queue : names[i];
        code = read_queue(r, queue, arena, &out->queues[i], e);
    }
    return code;
}

void figures_read(const struct figures_cfg *cfg, struct arena *arena, struct figures *out) {
    struct queue *queue = NULL;
    struct err e = {0};
    uint64_t began_us = clock_mono_us();
    struct reading reading = {cfg, began_us / 1000 + cfg->timeout_ms};
    const struct queue_cfg queue_cfg = {.url = cfg->url, .name = cfg->queue, .timeout_ms = cfg->timeout_ms, .look = true, .should_stop = must_end, .user = &reading};
    arena_reset(arena);
    *out = (struct figures){0};
    enum err_code code = queue_open(&queue, &queue_cfg, &e);
    if (!code) code = read_all(&reading, queue, arena, out, &e);
    queue_close(&queue);
    if (code) *out = (struct figures){.why = e};
    out->took_us = clock_mono_us() - began_us;
}
