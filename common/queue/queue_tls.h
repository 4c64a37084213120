/* TLS to Redis by OpenSSL: 1.2 or later, the server's certificate checked against a CA, and its name or address against the one in the URL. There
 * is no way to leave the check out. Knows hiredis' contexts, not what is said over them. */
#pragma once

#include "queue/queue_core.h"

struct queue_tls;
struct redisContext;

/* ERR_USAGE names the file of the URL (ca, cert, key) that cannot be used. The address must outlive the object. */
MUST_USE enum err_code queue_tls_new(struct queue_tls **out, const struct queue_address *, struct err *);
void queue_tls_free(struct queue_tls **);
/* For each new connection, before anything is said over it. False: `why` says so, and the context is of no use. */
MUST_USE bool queue_tls_start(struct queue_tls *, struct redisContext *, struct err *why);
/* What was wrong with the server's certificate at the last connection, for one that ended later; NULL: nothing. */
const char *queue_tls_verdict(const struct queue_tls *);
