/* What queue_redis.c and queue_admin.c share: the blocking client and one way to ask. Private to this folder. */
#pragma once

#include <hiredis/hiredis.h>

#include "queue/queue_core.h"
#include "queue/queue_guard.h"
#include "queue/queue_tls.h"

/* Counters that only rise, and that this client can vouch for. */
enum queue_tally { QUEUE_TALLY_ENQUEUED, QUEUE_TALLY_COLLECTED, QUEUE_TALLY_COUNT };

struct queue {
    struct queue_cfg cfg;
    struct arena fixed, scratch; /* for the object's life; for one command */
    struct queue_address address;
    struct queue_tls *tls; /* NULL: none */
    struct queue_keys keys;
    struct queue_scripts scripts;
    redisContext *redis;
    struct queue_guard guard; /* of the connection */
    redisReply *taken; /* what the entries of the last queue_take_results lie in */
    uint64_t random, said_ms, full_said_ms;
    uint64_t token, lease_ms; /* of the lease of the results, 0: not held */
    struct queue_server server;
    char folder[64];          /* that it was asked for */
    unsigned connections, batch_connection; /* how many there were: now, and when batch_token was first sent */
    uint64_t batch_token;
    uint64_t least[QUEUE_TALLY_COUNT]; /* what a server that forgot nothing counts at least */
};

/* Begins a command in the scratch arena: what the one before held is gone. */
void queue_client_begin(struct queue *, struct queue_cmd *);
/* The same for a script with these keys, and `more` that the caller adds. */
const struct queue_script *queue_client_begin_script(struct queue *, struct queue_cmd *, enum queue_script_id, const enum queue_key *keys, size_t key_count, size_t more);
/* Sends it until it is answered, or once. `script` is NULL for a plain command. *out is an answer that is no error, to be freed by the caller. */
MUST_USE enum err_code queue_client_ask(struct queue *, struct queue_cmd *, const struct queue_script *script, bool once, redisReply **out, struct err *);
sv queue_client_text(const redisReply *);
/* [id, [field, value, ...] | nil] of a stream; views lie in the reply. False when it is not that. */
bool queue_client_read_entry(const redisReply *, struct queue_entry *);
