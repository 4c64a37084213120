#include "queue/queue_guard.h"

#include <hiredis/async.h>
#include <stdio.h>

#include "base/clock.h"

static struct queue_guard *guard_of(const redisReadTask *task) { return task->privdata; }

/* The first verdict stands. Returns false. */
static bool condemn(struct queue_guard *g, enum err_code code, const char *verdict) {
    if (g->verdict) return false;
    g->code = code;
    g->verdict = verdict;
    return false;
}

/* -- values ---------------------------------------------------------------------------------------------------------------- */

static bool is_asked_for(const struct queue_guard *g) { return !g->async || g->async->replies.head; }

/* `elements` are those that an array makes room for; so each value is counted by its array, and the outermost by itself. False: too much. A NULL from
 * a maker ends the reading with "out of memory", which the verdict explains. */
static bool count(const redisReadTask *task, size_t bytes, size_t elements) {
    struct queue_guard *g = guard_of(task);
    int depth = 0;
    if (!task->parent) {
        g->bytes = 0;
        g->elements = 1;
        if (task->type == REDIS_REPLY_PUSH || !is_asked_for(g)) return condemn(g, ERR_IO, "an answer that nobody asked for");
    }
    for (const redisReadTask *at = task->parent; at && depth <= QUEUE_GUARD_DEPTH_MAX; at = at->parent) depth++;
    if (depth > QUEUE_GUARD_DEPTH_MAX) return condemn(g, ERR_LIMIT, "arrays in arrays, more than 8 deep");
    if (elements > QUEUE_GUARD_ELEMENTS_MAX - g->elements) return condemn(g, ERR_LIMIT, "more than 1048576 values in one answer");
    if (bytes > QUEUE_GUARD_BYTES_MAX - g->bytes) return condemn(g, ERR_LIMIT, "more than 256 MiB in one answer");
    g->elements += elements;
    g->bytes += bytes;
    return true;
}

static void *make_string(const redisReadTask *task, char *text, size_t n) { return count(task, n, 0) ? guard_of(task)->own->createString(task, text, n) : NULL; }

static void *make_array(const redisReadTask *task, size_t n) { return count(task, 0, n) ? guard_of(task)->own->createArray(task, n) : NULL; }

static void *make_integer(const redisReadTask *task, long long n) { return count(task, 0, 0) ? guard_of(task)->own->createInteger(task, n) : NULL; }

static void *make_double(const redisReadTask *task, double value, char *text, size_t n) {
    return count(task, n, 0) ? guard_of(task)->own->createDouble(task, value, text, n) : NULL;
}

static void *make_nil(const redisReadTask *task) { return count(task, 0, 0) ? guard_of(task)->own->createNil(task) : NULL; }

static void *make_bool(const redisReadTask *task, int value) { return count(task, 0, 0) ? guard_of(task)->own->createBool(task, value) : NULL; }

/* -- bytes ----------------------------------------------------------------------------------------------------------------- */

static bool is_over_time(const struct queue_guard *g, uint64_t now) {
    uint64_t limit = g->should_stop && g->should_stop(g->user) ? QUEUE_GUARD_STOP_MS : QUEUE_GUARD_ANSWER_MS;
    return now - g->since_ms > limit;
}

/* What is not whole yet stays in the reader's buffer behind its type: a string with its length in front, or a line, which is searched for an end. */
static bool is_too_long(const redisReader *reader) {
    int type = reader->ridx >= 0 ? reader->task[reader->ridx]->type : 0;
    sv rest = sv_from(reader->buf + reader->pos, reader->len - reader->pos);
    if (type != REDIS_REPLY_STRING && type != REDIS_REPLY_VERB) return rest.n > QUEUE_GUARD_LINE_MAX;
    uint64_t size;
    sv number = sv_cut(&rest, '\r');
    return number.n > QUEUE_GUARD_LINE_MAX || (sv_to_u64(number, &size) && size > QUEUE_GUARD_STRING_MAX);
}

static ssize_t guarded_read(struct redisContext *c, char *room, size_t size) {
    /* Our table is the guard's first member. */
    union {
        const redisContextFuncs *in;
        struct queue_guard *out;
    } me = {.in = c->funcs};
    struct queue_guard *g = me.out;
    const redisReader *reader = c->reader;
    uint64_t now = clock_mono_ms();
    bool inside = reader->ridx >= 0 || reader->len > reader->pos;
    if (!inside) g->since_ms = now;
    else if (is_over_time(g, now)) condemn(g, ERR_IO, "an answer that does not end");
    else if (is_too_long(reader)) condemn(g, ERR_LIMIT, "a string of more than 128 MiB, or a line of more than 64 KiB");
    if (!g->verdict) return g->read(c, room, size);
    c->err = REDIS_ERR_PROTOCOL;
    snprintf(c->errstr, sizeof c->errstr, "%s", g->verdict);
    return -1;
}

void queue_guard_set(struct queue_guard *g, redisContext *c, const struct redisAsyncContext *async, bool (*should_stop)(void *), void *user) {
    *g = (struct queue_guard){.funcs = *c->funcs, .read = c->funcs->read, .own = c->reader->fn, .async = async, .should_stop = should_stop, .user = user,
                              .make = {make_string, make_array, make_integer, make_double, make_nil, make_bool, c->reader->fn->freeObject}};
    g->funcs.read = guarded_read;
    c->funcs = &g->funcs;
    c->reader->fn = &g->make;
    c->reader->privdata = g;
}

const char *queue_guard_verdict(const struct queue_guard *g, enum err_code *code) {
    *code = g->verdict ? g->code : ERR_OK;
    return g->verdict;
}
