/* HTTP for a monitor, on a loop: GET and HEAD of /metrics, as somebody else makes it, of /healthz, which answers for as long as the loop turns, and of
 * /readyz where there is one. One request a connection. What clients can take is bounded, by HTTP_* below and by one making of the page at a time,
 * however many ask. Own code over libuv and not libmicrohttpd, whose time-out (0.9.75) begins anew with every byte: a client that trickles would keep
 * its place for hours. SIGPIPE is to be ignored. */
#pragma once

#include "base/err.h"
#include "base/log.h"
#include "base/sbuf.h"

struct uv_loop_s;
struct http_server;

enum {
    HTTP_CLIENTS_MAX = 64,  /* one more takes the place of the one that has been longest about its question */
    HTTP_HEAD_MAX = 8192,   /* bytes of a request */
    HTTP_CLIENT_MS = 15000, /* of a connection, whatever it does meanwhile */
    HTTP_LEAVE_MS = 1000,   /* for the client to close, once it has its answer */
    HTTP_FRESH_MS = 1000    /* /metrics is not made anew within this time */
};

struct http_server_cfg {
    const char *listen;                          /* HOST:PORT, [IPV6]:PORT; no HOST: 127.0.0.1; port 0: a free one */
    void (*gather)(void *user);                  /* what /metrics is made of; on a thread of libuv's pool, never twice at once. NULL: nothing is gathered */
    void (*write)(void *user, struct sbuf *out); /* makes it, after a gather; on the loop's thread, so it must not block */
    const char *media_type;                      /* of it */
    enum err_code (*ready)(void *user, struct err *why); /* for /readyz: ERR_OK, or why not, in a line; on the loop's thread. NULL: there is no /readyz */
    void *user;
    const struct log_ctx *log;
};

/* Listens, and says in the log where. ERR_USAGE: the address cannot be used, e says why. The loop has to be run after a failure, too. */
MUST_USE enum err_code http_server_start(struct http_server **out, struct uv_loop_s *, const struct http_server_cfg *, struct err *);
/* Nobody is answered any more; the loop runs on until a gather that is under way has ended, and the memory goes with its last callback. NULL inside
 * is accepted. */
void http_server_stop(struct http_server **);
