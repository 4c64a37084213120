/* HTTP for a monitor: GET and HEAD of /metrics, as somebody else makes it, and of /healthz. One request a connection. What clients can take is bounded,
 * by HTTP_* below and by one reading at a time, however many ask. Own code over libuv and not libmicrohttpd, whose time-out (0.9.75) begins
 * anew with every byte: a client that trickles would keep its place for hours. */
#pragma once

#include "base/log.h"
#include "base/err.h"
#include "base/sbuf.h"

enum {
    HTTP_CLIENTS_MAX = 64,  /* one more takes the place of the one that has been longest about its question */
    HTTP_HEAD_MAX = 8192,   /* bytes of a request */
    HTTP_CLIENT_MS = 15000, /* of a connection, whatever it does meanwhile */
    HTTP_LEAVE_MS = 1000,   /* for the client to close, once it has its answer */
    HTTP_FRESH_MS = 1000    /* /metrics is not made anew within this time */
};

struct http_server_cfg {
    const char *listen;                          /* HOST:PORT, [IPV6]:PORT; no HOST: 127.0.0.1; port 0: a free one */
    void (*gather)(void *user);                  /* what /metrics is made of; on a thread of libuv's pool, never twice at once */
    void (*write)(void *user, struct sbuf *out); /* makes it, after a gather; on the loop's thread */
    const char *media_type;                      /* of it */
    void (*on_stop)(void *user);                 /* a gather that is under way shall come to its end; on the loop's thread */
    void *user;
    const struct log_ctx *log;
};

/* Serves until SIGTERM or SIGINT, and then until the gather that is under way has ended. ERR_USAGE: the address cannot be used, e says why. */
MUST_USE enum err_code http_server_run(const struct http_server_cfg *, struct err *);
