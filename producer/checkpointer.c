#include "checkpointer.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"

enum { WRITE_MS = 1000, WAIT_MS = 1000 };

struct checkpointer {
    struct checkpointer_cfg cfg;
    struct queue *queue;
    struct checkpoint noted;
    uint64_t tried_ms, enqueued; /* enqueued: by the server's count, at the last write */
    struct queue_server server;  /* at the last write */
    bool dirty, behind; /* behind: replicas are, and that was said */
};

enum err_code checkpointer_new(struct checkpointer **out, const struct checkpointer_cfg *cfg, struct queue *queue, struct err *e) {
    struct checkpointer *c = calloc(1, sizeof *c);
    *out = NULL;
    if (!c) return err_set(e, ERR_MEMORY, "no memory for a checkpoint");
    c->cfg = *cfg;
    c->queue = queue;
    enum err_code code = checkpoint_read(cfg->path, &c->noted, e);
    if (queue) c->server = *queue_server(queue);
    c->enqueued = c->server.enqueued;
    if (code) checkpointer_free(&c);
    *out = c;
    return code;
}

void checkpointer_free(struct checkpointer **pc) {
    if (!*pc) return;
    checkpoint_clear(&(*pc)->noted);
    free(*pc);
    *pc = NULL;
}

const struct checkpoint *checkpointer_positions(const struct checkpointer *c) { return &c->noted; }

/* Another server answers than at the last write. */
static enum err_code begin_again(struct checkpointer *c, struct err *e) {
    c->server = *queue_server(c->queue);
    if (c->server.enqueued < c->enqueued)
        return err_set(e, ERR_CONFLICT, "the Redis server has lost jobs (%" PRIu64 " were enqueued, it knows of %" PRIu64 "): remove %s and begin at the collector's: --start-at DIR/.thresher/checkpoint", c->enqueued,
                       c->server.enqueued, c->cfg.path);
    checkpoint_clear(&c->noted);
    c->dirty = false;
    enum err_code code = checkpoint_read(c->cfg.path, &c->noted, e);
    return code ? code : err_set(e, ERR_CANCELLED, "the Redis server was started anew, or another took over: reading again from %s", c->cfg.path);
}

static enum err_code write_noted(struct checkpointer *c, struct err *e) {
    uint64_t enqueued = 0;
    bool safe = false;
    c->tried_ms = clock_mono_ms();
    enum err_code code = queue_wait_replicas(c->queue, c->cfg.replicas, WAIT_MS, &safe, &enqueued, e);
    if (code == ERR_IO) return ERR_OK; /* away: the next batch waits for it */
    if (code) return code;
    if (strcmp(c->server.run_id, queue_server(c->queue)->run_id) != 0) return begin_again(c, e);
    if (!safe) {
        if (!c->behind) log_line(c->cfg.log, LOG_WARN, "replicas", "msg", "the replicas are behind: the checkpoint waits for them", NULL);
        c->behind = true;
        return ERR_OK;
    }
    c->behind = false;
    c->enqueued = enqueued;
    c->dirty = false;
    return checkpoint_write(&c->noted, c->cfg.path, e);
}

enum err_code checkpointer_note(struct checkpointer *c, struct queue_group group, struct err *e) {
    struct err why;
    enum err_code code = checkpoint_raise(&c->noted, &group, 1, &c->dirty, &why);
    if (code == ERR_LIMIT) log_line(c->cfg.log, LOG_WARN, "checkpoint", "msg", why.msg, NULL);
    else if (code) return err_set(e, code, "%s", why.msg);
    if (!c->queue || !c->dirty || clock_mono_ms() - c->tried_ms < WRITE_MS) return ERR_OK;
    return write_noted(c, e);
}

enum err_code checkpointer_finish(struct checkpointer *c, struct err *e) { return c->queue && c->dirty ? write_noted(c, e) : ERR_OK; }
