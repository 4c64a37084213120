/* What to ask Redis and what its answers mean: names of keys, addresses, argument lists, the fate of an error reply, how long to wait
 * before the next try. Pure: no socket, clock or thread. Shared by the blocking client (queue_redis.c) and the worker's (queue_worker.c). */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "queue/queue.h"

#define QUEUE_JOBS_GROUP "workers"
#define QUEUE_COLLECTOR_GROUP "collector"
#define QUEUE_COLLECTOR_NAME "collector"
#define QUEUE_NAMES_KEY "thresher:queues" /* the set of queues on a server; in no shard's slot, so no script touches it */

enum {
    QUEUE_SEEN_TTL_MS = 24 * 3600 * 1000, /* of seen:<id> behind the end of a job */
    QUEUE_BATCH_TTL_MS = 3600 * 1000,     /* how long a batch may be sent again */
    QUEUE_MAX_DEAD = 100000,              /* kept in Redis once they are on disk; see also QUEUE_MAX_DEAD_BYTES */
    QUEUE_MAX_DEAD_BYTES = 256 << 20,
    QUEUE_NAME_MAX = 64,
    QUEUE_LEASE_MS = 60 * 1000
};

struct queue_address {
    sv user, password; /* absent when not given */
    bool is_unix, is_tls;
    sv host; /* or the socket's path; NUL-terminated, and so are all that are given */
    unsigned port, db;
    sv ca, cert, key; /* files of PEM, for TLS; absent when not given */
    sv shown; /* for messages: without user and password */
};

/* unix://[user[:password]@]/path[?OPTIONS], redis://[user[:password]@]host[:port][/db][?OPTIONS], rediss:// the same over TLS. Options are
 * joined by '&': db=N, password-file=PATH (its first line), and for TLS ca=PATH, cert=PATH, key=PATH. %XX is decoded. Views lie in the arena.
 * ERR_USAGE says what is wrong with the URL, never quoting its password. */
MUST_USE enum err_code queue_address_parse(const char *url, struct arena *, struct queue_address *out, struct err *);

enum queue_key {
    KEY_JOBS,
    KEY_RESULTS,
    KEY_DELAYED,
    KEY_DELAYED_PAYLOAD,
    KEY_COUNTERS,
    KEY_CURRENT,
    KEY_DEAD,
    KEY_PAUSED,
    KEY_PROGRESS,
    KEY_WORKERS,
    KEY_CRAWLS,
    KEY_LIMITS,
    KEY_COLLECTOR,
    KEY_COUNT
};

struct queue_keys {
    char prefix[QUEUE_NAME_MAX + 32]; /* "thresher:{name:0}:" */
    char name[KEY_COUNT][QUEUE_NAME_MAX + 48];
};

/* ERR_USAGE when the name is not 1..64 of [A-Za-z0-9_.-]. */
MUST_USE enum err_code queue_keys_init(struct queue_keys *, const char *queue_name, struct err *);

/* A script embedded at build. */
struct queue_script {
    const char *name, *source, *sha1;
    bool reads_only;
};
enum queue_script_id {
    SCRIPT_ENQUEUE,
    SCRIPT_HEARTBEAT,
    SCRIPT_FINISH,
    SCRIPT_RETRY,
    SCRIPT_PROMOTE,
    SCRIPT_RECLAIM,
    SCRIPT_RELEASE,
    SCRIPT_COLLECTOR_ACK,
    SCRIPT_COLLECTOR_LEASE,
    SCRIPT_STATUS,
    SCRIPT_DEAD_PAGE,
    SCRIPT_DEAD_RETRY,
    SCRIPT_DEAD_DROP,
    SCRIPT_WAITING,
    SCRIPT_PURGE,
    SCRIPT_COUNT
};
struct queue_scripts {
    struct queue_script script[SCRIPT_COUNT];
};
void queue_scripts_init(struct queue_scripts *);

/* An argument list in an arena; views are borrowed. `failed` is sticky (memory). */
struct queue_cmd {
    struct arena *arena;
    const char **argv;
    size_t *lens;
    size_t count, cap;
    bool failed;
};
void queue_cmd_init(struct queue_cmd *, struct arena *);
void queue_cmd_add(struct queue_cmd *, sv);
void queue_cmd_add_u64(struct queue_cmd *, uint64_t);
void queue_cmd_add_hex(struct queue_cmd *, const struct hash128 *);
void queue_cmd_add_took(struct queue_cmd *, uint64_t extract_us);         /* bucket and microseconds; "" and 0 where there was no extraction */
void queue_cmd_add_group(struct queue_cmd *, const struct queue_group *); /* "source_hex:position" */
/* "EVALSHA sha key_count"; keys follow. queue_cmd_as_eval turns it into EVAL with the source, for a server that does not know the script. */
void queue_cmd_script(struct queue_cmd *, const struct queue_script *, size_t key_count);
void queue_cmd_as_eval(struct queue_cmd *, const struct queue_script *);
void queue_cmd_add_key(struct queue_cmd *, const struct queue_keys *, enum queue_key);
void queue_cmd_add_seen(struct queue_cmd *, const struct queue_keys *, const struct hash128 *);

/* The bucket that a counter's name means: a bound in microseconds, or "inf". */
size_t queue_took_parse(sv);
bool queue_group_parse(sv text, struct queue_group *out);
int queue_group_compare(const void *, const void *); /* for qsort: in the order of sources, and of positions within one */

/* What an error reply means for the one who asked. */
enum queue_fault {
    QUEUE_FAULT_NONE,
    QUEUE_FAULT_NOSCRIPT, /* send it as EVAL */
    QUEUE_FAULT_NOGROUP,  /* the server came back empty: make the groups, then again */
    QUEUE_FAULT_AGAIN,    /* loading, busy, no master, memory: later */
    QUEUE_FAULT_DENIED,   /* a password is needed or wrong, or a command is not allowed */
    QUEUE_FAULT_FATAL
};
enum queue_fault queue_fault_of(sv error_reply);
/* The same as an error with a text that says what to do: ERR_DENIED, ERR_IO for what may pass, else ERR_INPUT. */
enum err_code queue_refusal(const struct queue_address *, sv error_reply, struct err *);

/* A server that was started anew, or another that took over, counts less than had been acknowledged: it has lost writes. Logs it as an error. */
void queue_say_lost(const struct log_ctx *, const struct queue_address *, const char *what, uint64_t counted, uint64_t least);

/* Milliseconds before try number `tries` (0 first): full jitter over min(max_ms, base_ms * 2^tries). `random` is any 64 bits. */
uint64_t queue_backoff_ms(uint64_t base_ms, uint64_t max_ms, unsigned tries, uint64_t random);

/* The value of "name:value" in the text of INFO; absent when it is not there. */
sv queue_info_field(sv info, sv name);
/* "redis_version:7.0.15" and perhaps "valkey_version:8.0.1" of an INFO server reply: ERR_INPUT when it is older than we need. */
MUST_USE enum err_code queue_check_server(sv info, sv shown_address, struct err *);
