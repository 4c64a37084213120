/* An HTTP server on a thread of its own, for programs without a loop. The thread gets no signals. */
#pragma once

#include "monitor/http_server.h"

struct http_thread;

/* Errors as http_server_start. cfg->listen NULL: there is none, *out is NULL, and all is well. */
MUST_USE enum err_code http_thread_start(struct http_thread **out, const struct http_server_cfg *, struct err *);
/* Returns when the thread has ended, which waits for a gather that is under way. NULL inside is accepted. */
void http_thread_stop(struct http_thread **);
