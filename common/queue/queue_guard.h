/* What an answer of a server may make a client hold, before anybody knows what it says. hiredis alone takes a bulk of any length, 2^32 elements,
 * arrays in arrays without an end (and frees them by recursion), an answer that trickles for ever, and aborts at one that nobody asked for. A
 * guard stands between a connection and hiredis' reader, with limits far above what our scripts answer. Private to this folder. */
#pragma once

#include <hiredis/hiredis.h>

#include "base/compiler.h"
#include "base/err.h"

struct redisAsyncContext;

enum {
    QUEUE_GUARD_STRING_MAX = 128 << 20, /* one string: above any packed job or result (FRAME_BODY_MAX of the worker) */
    QUEUE_GUARD_LINE_MAX = 64 << 10,    /* a status, an error, a number */
    QUEUE_GUARD_BYTES_MAX = 256 << 20,  /* all strings of an answer */
    QUEUE_GUARD_ELEMENTS_MAX = 1 << 20, /* all values of an answer, about 72 bytes each */
    QUEUE_GUARD_DEPTH_MAX = 8,          /* XREADGROUP has five */
    QUEUE_GUARD_ANSWER_MS = 120000,     /* from an answer's first byte to its last */
    QUEUE_GUARD_STOP_MS = 2000          /* the same when the program is to stop */
};

/* One connection's; must outlive its context. */
struct queue_guard {
    redisContextFuncs funcs; /* first: the context's table, with our `read` in it */
    ssize_t (*read)(struct redisContext *, char *, size_t);
    redisReplyObjectFunctions make;
    const redisReplyObjectFunctions *own;
    const struct redisAsyncContext *async; /* NULL: a blocking connection */
    bool (*should_stop)(void *);
    void *user;
    size_t bytes, elements; /* of the answer that is being read */
    uint64_t since_ms;      /* its first byte, by clock_mono_ms */
    enum err_code code;     /* the verdict's */
    const char *verdict;
};

/* Before anything is read, and after TLS was put on the connection. `async` is NULL for a blocking one; should_stop (may be NULL) is asked while an
 * answer is read. */
void queue_guard_set(struct queue_guard *, redisContext *, const struct redisAsyncContext *async, bool (*should_stop)(void *), void *user);
/* Why this guard cut its connection, as in "...: an answer with ...", NULL: it did not. *code: ERR_LIMIT for a size, which comes again with the same
 * question; ERR_IO for what may pass. */
const char *queue_guard_verdict(const struct queue_guard *, enum err_code *code);
