#include "queue/queue.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "queue/queue_client.h"

enum { DEFAULT_TIMEOUT_MS = 5000, BACKOFF_MS = 50, BACKOFF_MAX_MS = 5000, SAY_EVERY_MS = 5000, STATUS_FIGURES = 13 };

sv queue_client_text(const redisReply *r) { return r && r->str ? sv_from(r->str, r->len) : SV_NONE; }

static uint64_t next_random(struct queue *q) {
    q->random ^= q->random << 13;
    q->random ^= q->random >> 7;
    q->random ^= q->random << 17;
    return q->random;
}

static enum err_code io_error(const struct queue *q, struct err *e) {
    enum err_code code;
    const char *verdict = queue_guard_verdict(&q->guard, &code);
    if (verdict) return err_set(e, code, "Redis at %.*s sends %s: no server of ours does, so the connection was cut", SV_ARG(q->address.shown), verdict);
    if (!q->redis || q->redis->err == REDIS_ERR_OOM) return err_set(e, ERR_MEMORY, "no memory to talk to Redis at %.*s", SV_ARG(q->address.shown));
    const char *why = q->redis->errstr;
    return err_set(e, ERR_IO, "no answer from Redis at %.*s (%s): is the server running, and is the address right?", SV_ARG(q->address.shown), why);
}

static enum err_code reply_error(const struct queue *q, const redisReply *r, struct err *e) { return queue_refusal(&q->address, queue_client_text(r), e); }

/* -- connection ------------------------------------------------------------------------------------------------------------ */

static void drop(struct queue *q) {
    if (q->redis) redisFree(q->redis);
    q->redis = NULL;
}

/* One command whose reply must not be an error; the reply is freed. */
static enum err_code simple(struct queue *q, struct err *e, const char *ignore, int argc, const char **argv) {
    redisReply *r = redisCommandArgv(q->redis, argc, argv, NULL);
    if (!r) return io_error(q, e);
    enum err_code code = ERR_OK;
    if (r->type == REDIS_REPLY_ERROR && !(ignore && sv_starts(queue_client_text(r), sv_cstr(ignore)))) code = reply_error(q, r, e);
    freeReplyObject(r);
    return code;
}

static enum err_code make_groups(struct queue *q, struct err *e) {
    static const struct {
        enum queue_key key;
        const char *group;
    } groups[] = {{KEY_JOBS, QUEUE_JOBS_GROUP}, {KEY_RESULTS, QUEUE_COLLECTOR_GROUP}, {KEY_DEAD, QUEUE_COLLECTOR_GROUP}};
    enum err_code code = ERR_OK;
    for (size_t i = 0; !code && i < COUNT_OF(groups); i++) {
        const char *argv[] = {"XGROUP", "CREATE", q->keys.name[groups[i].key], groups[i].group, "0", "MKSTREAM"};
        code = simple(q, e, "BUSYGROUP", COUNT_OF(argv), argv);
    }
    const char *known[] = {"SADD", QUEUE_NAMES_KEY, q->cfg.name ? q->cfg.name : "default"};
    return code ? code : simple(q, e, NULL, COUNT_OF(known), known);
}

static enum err_code authenticate(struct queue *q, struct err *e) {
    if (!q->address.password.p) return ERR_OK;
    const char *with_user[] = {"AUTH", q->address.user.p, q->address.password.p}, *without[] = {"AUTH", q->address.password.p};
    enum err_code code = q->address.user.p ? simple(q, e, NULL, 3, with_user) : simple(q, e, NULL, 2, without);
    return code == ERR_INPUT ? queue_refusal(&q->address, SV("WRONGPASS"), e) : code;
}

static const char *const tally_names[QUEUE_TALLY_COUNT] = {"enqueued", "collected"};

/* A server that was started anew, and counts less than it had acknowledged, lost what it held (no AOF, or its last second). Said once. */
static enum err_code notice_loss(struct queue *q, bool restarted, struct err *e) {
    const char *argv[] = {"HMGET", q->keys.name[KEY_COUNTERS], tally_names[0], tally_names[1]};
    redisReply *r = redisCommandArgv(q->redis, COUNT_OF(argv), argv, NULL);
    if (!r) return io_error(q, e);
    enum err_code code = r->type == REDIS_REPLY_ERROR ? reply_error(q, r, e) : ERR_OK;
    bool said = !restarted;
    for (size_t i = 0; !code && i < QUEUE_TALLY_COUNT; i++) {
        uint64_t now = 0;
        if (r->type == REDIS_REPLY_ARRAY && i < r->elements) (void)sv_to_u64(queue_client_text(r->element[i]), &now);
        if (now < q->least[i] && !said) queue_say_lost(q->cfg.log, &q->address, tally_names[i], now, q->least[i]);
        said |= now < q->least[i];
        q->least[i] = now;
    }
    q->server.enqueued = q->least[QUEUE_TALLY_ENQUEUED];
    freeReplyObject(r);
    return code;
}

/* What one connection was told from first to last: a repeat after a lost reply may be counted already. */
static void vouch(struct queue *q, enum queue_tally tally, uint64_t more, unsigned since) {
    if (since == q->connections) q->least[tally] += more;
}

static enum err_code check_server(struct queue *q, struct err *e) {
    redisReply *r = redisCommand(q->redis, "INFO server");
    if (!r) return io_error(q, e);
    sv info = queue_client_text(r);
    enum err_code code = r->type == REDIS_REPLY_ERROR ? reply_error(q, r, e) : queue_check_server(info, q->address.shown, e);
    char run_id[sizeof q->server.run_id];
    snprintf(run_id, sizeof run_id, "%.*s", SV_ARG(sv_take(queue_info_field(info, SV("run_id")), sizeof run_id - 1)));
    bool restarted = q->server.run_id[0] && strcmp(run_id, q->server.run_id) != 0;
    freeReplyObject(r);
    q->connections++;
    if (!code && !q->cfg.look) code = notice_loss(q, restarted, e);
    /* A server that is still loading says who it is, but not yet what it has: it is asked again, and as one that was started anew. */
    if (!code) memcpy(q->server.run_id, run_id, sizeof run_id);
    return code;
}

static enum err_code connect_once(struct queue *q, struct err *e) {
    struct timeval timeout = {.tv_sec = q->cfg.timeout_ms / 1000, .tv_usec = (q->cfg.timeout_ms % 1000) * 1000};
    redisOptions options = {0};
    if (q->address.is_unix) REDIS_OPTIONS_SET_UNIX(&options, q->address.host.p);
    else REDIS_OPTIONS_SET_TCP(&options, q->address.host.p, (int)q->address.port);
    options.connect_timeout = &timeout;
    options.command_timeout = &timeout;
    drop(q);
    q->guard = (struct queue_guard){0};
    q->redis = redisConnectWithOptions(&options);
    if (!q->redis || q->redis->err) {
        enum err_code code = io_error(q, e);
        drop(q);
        return code;
    }
    struct err why = {0};
    if (q->tls && !queue_tls_start(q->tls, q->redis, &why)) {
        drop(q);
        return err_set(e, ERR_IO, "no answer from Redis at %.*s (%s)", SV_ARG(q->address.shown), why.msg);
    }
    queue_guard_set(&q->guard, q->redis, NULL, q->cfg.should_stop, q->cfg.user);
    enum err_code code = authenticate(q, e);
    if (!code && q->address.db) {
        char number[16];
        snprintf(number, sizeof number, "%u", q->address.db);
        const char *argv[] = {"SELECT", number};
        code = simple(q, e, NULL, 2, argv);
    }
    if (!code) code = check_server(q, e);
    if (!code && !q->cfg.look) {
        code = make_groups(q, e);
        if (!code) pulse_written(q->cfg.pulse);
    }
    if (code) drop(q);
    return code;
}

static bool must_stop(const struct queue *q) { return q->cfg.should_stop && q->cfg.should_stop(q->cfg.user); }

/* Waits its turn after `tries` failures. ERR_CANCELLED when the program wants to stop. */
static enum err_code back_off(struct queue *q, unsigned tries, const struct err *why, struct err *e) {
    uint64_t now = clock_mono_ms(), until = now + queue_backoff_ms(BACKOFF_MS, BACKOFF_MAX_MS, tries, next_random(q));
    if (now - q->said_ms >= SAY_EVERY_MS) {
        q->said_ms = now;
        log_line(q->cfg.log, LOG_WARN, "redis_away", "msg", why->msg, NULL);
    }
    while (!must_stop(q)) {
        if (now >= until) return ERR_OK;
        uint64_t pause = until - now < 100 ? until - now : 100;
        nanosleep(&(struct timespec){.tv_nsec = (long)pause * 1000000}, NULL);
        now = clock_mono_ms();
    }
    return err_set(e, ERR_CANCELLED, "stopped while Redis at %.*s was away", SV_ARG(q->address.shown));
}

/* Sends one command once, as EVAL too where the server has lost the script. *out is an answer that is no error. */
static enum err_code ask_once(struct queue *q, struct queue_cmd *c, const struct queue_script *script, redisReply **out, struct err *e) {
    enum err_code code = q->redis ? ERR_OK : connect_once(q, e);
    for (int turn = 0; !code && turn < 3; turn++) {
        redisReply *r = redisCommandArgv(q->redis, (int)c->count, c->argv, c->lens);
        if (!r) {
            code = io_error(q, e);
            if (code == ERR_LIMIT) err_prefix(e, "asked for %s", script ? script->name : c->argv[0]);
            drop(q);
            return code;
        }
        if (r->type != REDIS_REPLY_ERROR) {
            *out = r;
            return ERR_OK;
        }
        enum queue_fault fault = queue_fault_of(queue_client_text(r));
        code = reply_error(q, r, e);
        freeReplyObject(r);
        if (fault == QUEUE_FAULT_NOSCRIPT && script) {
            queue_cmd_as_eval(c, script);
            code = ERR_OK;
        } else if (fault == QUEUE_FAULT_NOGROUP)
            code = make_groups(q, e);
    }
    if (code) return code;
    return err_set(e, ERR_IO, "Redis at %.*s loses scripts or groups as soon as it has them", SV_ARG(q->address.shown));
}

/* The same until it is answered, unless `once`. */
enum err_code queue_client_ask(struct queue *q, struct queue_cmd *c, const struct queue_script *script, bool once, redisReply **out, struct err *e) {
    if (c->failed) return err_set(e, ERR_MEMORY, "no memory for a command to Redis");
    struct err why;
    for (unsigned tries = 0;; tries++) {
        enum err_code code = ask_once(q, c, script, out, &why);
        if (code) pulse_failed(q->cfg.pulse);
        else if (script && !script->reads_only) pulse_written(q->cfg.pulse);
        if (!code) return ERR_OK;
        if (once || code != ERR_IO) {
            if (e) *e = why;
            return code;
        }
        code = back_off(q, tries, &why, e);
        if (code) return code;
    }
}

/* -- open and close -------------------------------------------------------------------------------------------------------- */

enum err_code queue_open(struct queue **out, const struct queue_cfg *cfg, struct err *e) {
    *out = NULL;
    struct queue *q = calloc(1, sizeof *q);
    if (!q) return err_set(e, ERR_MEMORY, "no memory for a queue");
    q->cfg = *cfg;
    if (!q->cfg.url) q->cfg.url = "redis://127.0.0.1:6379";
    if (!q->cfg.timeout_ms) q->cfg.timeout_ms = DEFAULT_TIMEOUT_MS;
    q->random = (uint64_t)clock_unix_ms() << 20 ^ clock_mono_us() ^ (uint64_t)(uintptr_t)q ^ 1;
    arena_init(&q->fixed, 0);
    arena_init(&q->scratch, 0);
    queue_scripts_init(&q->scripts);
    enum err_code code = queue_address_parse(q->cfg.url, &q->fixed, &q->address, e);
    if (!code) code = queue_keys_init(&q->keys, cfg->name, e);
    if (!code && q->address.is_tls) code = queue_tls_new(&q->tls, &q->address, e);
    if (!code) code = connect_once(q, e);
    if (code) queue_close(&q);
    *out = q;
    return code;
}

void queue_close(struct queue **pq) {
    struct queue *q = *pq;
    if (!q) return;
    drop(q);
    freeReplyObject(q->taken);
    queue_tls_free(&q->tls);
    arena_clear(&q->fixed);
    arena_clear(&q->scratch);
    free(q);
    *pq = NULL;
}



void queue_client_begin(struct queue *q, struct queue_cmd *c) {
    arena_reset(&q->scratch);
    queue_cmd_init(c, &q->scratch);
}

const struct queue_script *queue_client_begin_script(struct queue *q, struct queue_cmd *c, enum queue_script_id id, const enum queue_key *keys, size_t key_count, size_t more) {
    const struct queue_script *script = &q->scripts.script[id];
    queue_client_begin(q, c);
    queue_cmd_script(c, script, key_count + more);
    for (size_t i = 0; i < key_count; i++) queue_cmd_add_key(c, &q->keys, keys[i]);
    return script;
}

/* -- producer -------------------------------------------------------------------------------------------------------------- */

/* `figures`: depth, bytes, and the limits that held. */
static void say_full(struct queue *q, redisReply *const *figures) {
    uint64_t now = clock_mono_ms();
    if (q->full_said_ms && now - q->full_said_ms < SAY_EVERY_MS) return;
    q->full_said_ms = now;
    log_msg(q->cfg.log, LOG_WARN, "queue_full", "the queue is full: %lld jobs of at most %lld wait, %lld bytes of at most %lld; waiting for the workers", figures[0]->integer,
            figures[2]->integer, figures[1]->integer, figures[3]->integer);
}

static void add_batch(struct queue *q, struct queue_cmd *c, const struct queue_batch *b) {
    for (size_t i = 0; i < b->job_count; i++) queue_cmd_add_seen(c, &q->keys, &b->jobs[i].id);
    queue_cmd_add_u64(c, b->token);
    queue_cmd_add_u64(c, q->cfg.max_jobs);
    queue_cmd_add_u64(c, q->cfg.max_bytes);
    queue_cmd_add_u64(c, QUEUE_MAX_JOBS);
    queue_cmd_add_u64(c, QUEUE_MAX_BYTES);
    queue_cmd_add_u64(c, QUEUE_BATCH_TTL_MS);
    queue_cmd_add(c, b->crawl.n ? sv_take(b->crawl, QUEUE_CRAWL_MAX) : SV("default"));
    queue_cmd_add_u64(c, b->open_count);
    queue_cmd_add_u64(c, b->close_count);
    for (size_t i = 0; i < b->open_count; i++) queue_cmd_add_group(c, &b->open[i]);
    for (size_t i = 0; i < b->close_count; i++) queue_cmd_add_group(c, &b->close[i]);
    for (size_t i = 0; i < b->job_count; i++) {
        queue_cmd_add_hex(c, &b->jobs[i].id);
        queue_cmd_add_group(c, &b->jobs[i].group);
        queue_cmd_add(c, b->jobs[i].wire);
    }
}

enum err_code queue_enqueue(struct queue *q, const struct queue_batch *b, enum queue_accept *outcome, struct err *e) {
    enum { FIGURES = 4 };
    static const enum queue_key keys[] = {KEY_JOBS, KEY_COUNTERS, KEY_DELAYED, KEY_PROGRESS};
    static const enum queue_key more_keys[] = {KEY_CRAWLS, KEY_LIMITS};
    struct queue_cmd c;
    char batch_key[sizeof q->keys.prefix + 32];
    const struct queue_script *script = queue_client_begin_script(q, &c, SCRIPT_ENQUEUE, keys, COUNT_OF(keys), 1 + COUNT_OF(more_keys) + b->job_count);
    snprintf(batch_key, sizeof batch_key, "%sbatch:%016" PRIx64, q->keys.prefix, b->token);
    queue_cmd_add(&c, sv_cstr(batch_key));
    for (size_t i = 0; i < COUNT_OF(more_keys); i++) queue_cmd_add_key(&c, &q->keys, more_keys[i]);
    add_batch(q, &c, b);
    redisReply *r = NULL;
    unsigned accepted = 0;
    if (b->token != q->batch_token) q->batch_connection = q->connections; /* a batch that met a full queue is sent again */
    q->batch_token = b->token;
    enum err_code code = queue_client_ask(q, &c, script, false, &r, e);
    if (code) return code;
    if (r->type != REDIS_REPLY_ARRAY || r->elements != b->job_count + FIGURES) code = err_set(e, ERR_INPUT, "an unexpected answer to enqueue");
    for (size_t i = 0; !code && i < b->job_count; i++) {
        long long said = r->element[i]->integer;
        outcome[i] = said > 0 ? QUEUE_ACCEPTED : said == 0 ? QUEUE_DUPLICATE : QUEUE_FULL;
        accepted += said > 0;
    }
    bool full = b->job_count && outcome[b->job_count - 1] == QUEUE_FULL;
    if (!code && !full) vouch(q, QUEUE_TALLY_ENQUEUED, accepted, q->batch_connection);
    if (!code && full) say_full(q, r->element + b->job_count);
    freeReplyObject(r);
    return code;
}

const struct queue_server *queue_server(const struct queue *q) { return &q->server; }

/* A command of a few words, once. */
static enum err_code ask_words(struct queue *q, const char *const *words, size_t count, redisReply **out, struct err *e) {
    struct queue_cmd c;
    queue_client_begin(q, &c);
    for (size_t i = 0; i < count; i++) queue_cmd_add(&c, sv_cstr(words[i]));
    return queue_client_ask(q, &c, NULL, true, out, e);
}

enum err_code queue_wait_replicas(struct queue *q, unsigned least, uint32_t timeout_ms, bool *safe, uint64_t *enqueued, struct err *e) {
    char number[24], timeout[24];
    const char *const count[] = {"HGET", q->keys.name[KEY_COUNTERS], "enqueued"}, *const info[] = {"INFO", "replication"}, *const wait[] = {"WAIT", number, timeout};
    uint64_t connected = 0;
    redisReply *r = NULL;
    *safe = false;
    *enqueued = 0;
    enum err_code code = ask_words(q, count, COUNT_OF(count), &r, e);
    if (code) return code;
    (void)sv_to_u64(queue_client_text(r), enqueued);
    freeReplyObject(r);
    code = ask_words(q, info, COUNT_OF(info), &r, e);
    if (code) return code;
    (void)sv_to_u64(queue_info_field(queue_client_text(r), SV("connected_slaves")), &connected);
    freeReplyObject(r);
    uint64_t wanted = connected > least ? connected : least;
    *safe = wanted == 0;
    if (*safe) return ERR_OK;
    snprintf(number, sizeof number, "%" PRIu64, wanted);
    snprintf(timeout, sizeof timeout, "%" PRIu32, timeout_ms);
    code = ask_words(q, wait, COUNT_OF(wait), &r, e);
    if (code) return code;
    *safe = r->type == REDIS_REPLY_INTEGER && r->integer >= (long long)wanted;
    freeReplyObject(r);
    return ERR_OK;
}

/* -- collector ------------------------------------------------------------------------------------------------------------- */

static void read_field(struct queue_entry *entry, sv key, sv value) {
    struct dead_letter *d = &entry->dead;
    uint64_t number = 0;
    sv_to_u64(value, &number);
    if (sv_eq(key, SV("i"))) (void)!hex_decode(value, entry->id.b, sizeof entry->id.b);
    else if (sv_eq(key, SV("g"))) (void)!queue_group_parse(value, &entry->group);
    else if (sv_eq(key, SV("r")) || sv_eq(key, SV("p"))) entry->payload = value;
    else if (sv_eq(key, SV("reason"))) d->reason = value;
    else if (sv_eq(key, SV("detail"))) d->detail = value;
    else if (sv_eq(key, SV("w"))) d->worker = value;
    else if (sv_eq(key, SV("k"))) d->crawl = value;
    else if (sv_eq(key, SV("h"))) d->history = value;
    else if (sv_eq(key, SV("a"))) d->attempts = (uint32_t)number;
    else if (sv_eq(key, SV("c"))) d->crashes = (uint32_t)number;
    else if (sv_eq(key, SV("l"))) d->lost = (uint32_t)number;
    else if (sv_eq(key, SV("s"))) d->suspect = (uint32_t)number;
    else if (sv_eq(key, SV("t"))) d->dead_ms = (int64_t)number;
}

bool queue_client_read_entry(const redisReply *r, struct queue_entry *entry) {
    if (r->type != REDIS_REPLY_ARRAY || r->elements != 2 || !r->element[0]->str || r->element[0]->len >= sizeof entry->entry_id) return false;
    memcpy(entry->entry_id, r->element[0]->str, r->element[0]->len);
    const redisReply *fields = r->element[1];
    for (size_t i = 0; fields->type == REDIS_REPLY_ARRAY && i + 1 < fields->elements; i += 2)
        read_field(entry, queue_client_text(fields->element[i]), queue_client_text(fields->element[i + 1]));
    entry->dead.id = entry->id;
    entry->dead.wire = entry->payload;
    return true;
}

static enum err_code read_entries(const struct queue *q, const redisReply *r, struct arena *arena, struct queue_entry **entries, size_t *count, struct err *e) {
    size_t cap = 0;
    *entries = NULL;
    *count = 0;
    for (size_t s = 0; r->type == REDIS_REPLY_ARRAY && s < r->elements; s++) {
        const redisReply *stream = r->element[s];
        if (stream->type != REDIS_REPLY_ARRAY || stream->elements != 2) return err_set(e, ERR_INPUT, "an unexpected answer to XREADGROUP");
        bool dead = sv_eq(queue_client_text(stream->element[0]), sv_cstr(q->keys.name[KEY_DEAD]));
        const redisReply *list = stream->element[1];
        for (size_t i = 0; i < list->elements; i++) {
            if (!arena_grow(arena, (void **)entries, *count, &cap, sizeof **entries)) return err_set(e, ERR_MEMORY, "no memory for %zu results", list->elements);
            struct queue_entry *entry = &(*entries)[*count];
            *entry = (struct queue_entry){.stream = dead ? QUEUE_DEAD : QUEUE_RESULTS};
            if (!queue_client_read_entry(list->element[i], entry)) return err_set(e, ERR_INPUT, "an unexpected entry in a stream");
            ++*count;
        }
    }
    return ERR_OK;
}

enum err_code queue_take_results(struct queue *q, bool pending, size_t count, uint32_t block_ms, struct arena *arena, struct queue_entry **entries,
                                 size_t *entry_count, struct err *e) {
    struct queue_cmd c;
    queue_client_begin(q, &c);
    static const char *const head[] = {"XREADGROUP", "GROUP", QUEUE_COLLECTOR_GROUP, QUEUE_COLLECTOR_NAME, "COUNT"};
    for (size_t i = 0; i < COUNT_OF(head); i++) queue_cmd_add(&c, sv_cstr(head[i]));
    queue_cmd_add_u64(&c, count);
    if (!pending && block_ms) {
        uint64_t longest = q->cfg.timeout_ms > 1000 ? q->cfg.timeout_ms - 500 : q->cfg.timeout_ms / 2;
        queue_cmd_add(&c, SV("BLOCK"));
        queue_cmd_add_u64(&c, block_ms < longest ? block_ms : longest);
    }
    queue_cmd_add(&c, SV("STREAMS"));
    queue_cmd_add_key(&c, &q->keys, KEY_RESULTS);
    queue_cmd_add_key(&c, &q->keys, KEY_DEAD);
    for (int i = 0; i < 2; i++) queue_cmd_add(&c, pending ? SV("0") : SV(">"));
    freeReplyObject(q->taken);
    q->taken = NULL;
    enum err_code code = queue_client_ask(q, &c, NULL, false, &q->taken, e);
    return code ? code : read_entries(q, q->taken, arena, entries, entry_count, e);
}

enum err_code queue_ack_results(struct queue *q, const struct queue_entry *entries, size_t count, uint64_t commit, struct err *e) {
    static const enum queue_key keys[] = {KEY_RESULTS, KEY_DEAD, KEY_COUNTERS, KEY_PROGRESS, KEY_COLLECTOR};
    struct queue_cmd c;
    if (count == 0) return ERR_OK;
    const struct queue_script *script = queue_client_begin_script(q, &c, SCRIPT_COLLECTOR_ACK, keys, COUNT_OF(keys), 0);
    queue_cmd_add(&c, SV(QUEUE_COLLECTOR_GROUP));
    queue_cmd_add_u64(&c, QUEUE_MAX_DEAD);
    queue_cmd_add_u64(&c, QUEUE_MAX_DEAD_BYTES);
    queue_cmd_add_u64(&c, q->token);
    queue_cmd_add(&c, sv_cstr(q->folder));
    queue_cmd_add_u64(&c, commit);
    queue_cmd_add_u64(&c, q->lease_ms);
    for (size_t i = 0; i < count; i++) {
        queue_cmd_add(&c, entries[i].stream == QUEUE_RESULTS ? SV("r") : SV("d"));
        queue_cmd_add(&c, sv_cstr(entries[i].entry_id));
        queue_cmd_add_group(&c, &entries[i].group);
        queue_cmd_add_u64(&c, entries[i].payload.n);
        queue_cmd_add(&c, entries[i].status.n ? entries[i].status : SV("unknown"));
        queue_cmd_add_took(&c, entries[i].extract_us);
    }
    redisReply *r = NULL;
    unsigned connection = q->connections;
    uint64_t results = 0;
    for (size_t i = 0; i < count; i++) results += entries[i].stream == QUEUE_RESULTS;
    enum err_code code = queue_client_ask(q, &c, script, false, &r, e);
    if (!code && r->integer == (long long)count) vouch(q, QUEUE_TALLY_COLLECTED, results, connection);
    if (!code && r->type == REDIS_REPLY_INTEGER && r->integer < 0) code = err_set(e, ERR_CONFLICT, "another collector has taken over the results of this queue");
    if (r) freeReplyObject(r);
    return code;
}

enum err_code queue_lease_results(struct queue *q, const char *folder, uint64_t lease_ms, uint64_t made, struct queue_lease *out, struct err *e) {
    static const enum queue_key keys[] = {KEY_COLLECTOR};
    struct queue_cmd c;
    redisReply *r = NULL;
    const struct queue_script *script = queue_client_begin_script(q, &c, SCRIPT_COLLECTOR_LEASE, keys, COUNT_OF(keys), 0);
    queue_cmd_add(&c, sv_cstr(folder));
    queue_cmd_add_u64(&c, q->token);
    queue_cmd_add_u64(&c, lease_ms);
    queue_cmd_add_u64(&c, made);
    enum err_code code = queue_client_ask(q, &c, script, false, &r, e);
    if (code) return code;
    if (r->type != REDIS_REPLY_ARRAY || r->elements != 5) code = err_set(e, ERR_INPUT, "an unexpected answer to the collector's lease");
    else {
        *out = (struct queue_lease){.token = (uint64_t)r->element[0]->integer, .left_ms = (uint64_t)r->element[1]->integer,
                                    .holder = arena_dup(&q->scratch, queue_client_text(r->element[2])), .commit = r->element[3]->integer,
                                    .made_here = r->element[4]->integer > 0, .overtaken = r->element[4]->integer == 2};
        q->token = lease_ms ? out->token : 0;
        q->lease_ms = lease_ms;
        snprintf(q->folder, sizeof q->folder, "%s", folder);
    }
    freeReplyObject(r);
    return code;
}

enum err_code queue_progress(struct queue *q, struct arena *arena, struct queue_group **positions, size_t *count, struct err *e) {
    struct queue_cmd c;
    queue_client_begin(q, &c);
    queue_cmd_add(&c, SV("HKEYS"));
    queue_cmd_add_key(&c, &q->keys, KEY_PROGRESS);
    redisReply *r = NULL;
    *positions = NULL;
    *count = 0;
    enum err_code code = queue_client_ask(q, &c, NULL, true, &r, e);
    if (code) return code;
    size_t groups = 0, most = r->type == REDIS_REPLY_ARRAY ? r->elements : 0;
    struct queue_group *group = ARENA_ARRAY(arena, struct queue_group, most + 1);
    if (!group) code = err_set(e, ERR_MEMORY, "no memory for the progress of %zu groups", most);
    for (size_t i = 0; !code && i < most; i++) groups += queue_group_parse(queue_client_text(r->element[i]), &group[groups]);
    freeReplyObject(r);
    if (code) return code;
    qsort(group, groups, sizeof *group, queue_group_compare);
    for (size_t i = 0; i < groups; i++)
        if (i == 0 || group[i].source != group[i - 1].source) group[(*count)++] = group[i];
    *positions = group;
    return ERR_OK;
}

/* -- everybody ------------------------------------------------------------------------------------------------------------- */

static void read_counter(struct queue_stats *s, sv name, uint64_t value) {
    const struct {
        const char *name;
        uint64_t *at;
    } table[] = {{"enqueued", &s->enqueued},   {"duplicates", &s->duplicates}, {"rejected_full", &s->rejected_full}, {"done", &s->done},
                 {"dead", &s->dead},           {"dropped", &s->dropped},       {"late", &s->late},                   {"retried", &s->retried},
                 {"reclaimed", &s->reclaimed}, {"collected", &s->collected},   {"dead_exported", &s->dead_exported}, {"job_bytes", &s->job_bytes},
                 {"result_bytes", &s->result_bytes}, {"dead_retried", &s->dead_retried}, {"took_us", &s->took_us}};
    for (size_t i = 0; i < COUNT_OF(table); i++)
        if (sv_eq(name, sv_cstr(table[i].name))) *table[i].at = value;
    enum status status = STATUS_OK;
    sv word = name, family = sv_cut(&word, ':');
    if (sv_eq(family, SV("status"))) s->collected_as[status_parse(word, &status) ? status : 0] += value;
    else if (sv_eq(family, SV("failed"))) s->failed_for[dead_reason_parse(word)] += value;
    else if (sv_eq(family, SV("died"))) s->died_for[dead_reason_parse(word)] += value;
    else if (sv_eq(family, SV("took"))) s->took[queue_took_parse(word)] += value;
}

enum err_code queue_read_stats(struct queue *q, struct queue_stats *s, struct err *e) {
    static const enum queue_key keys[] = {KEY_JOBS, KEY_DELAYED, KEY_RESULTS, KEY_COUNTERS, KEY_WORKERS, KEY_PAUSED, KEY_DEAD, KEY_LIMITS};
    struct queue_cmd c;
    const struct queue_script *script = queue_client_begin_script(q, &c, SCRIPT_STATUS, keys, COUNT_OF(keys), 0);
    queue_cmd_add(&c, SV(QUEUE_JOBS_GROUP));
    queue_cmd_add_u64(&c, QUEUE_LEASE_MS);
    queue_cmd_add(&c, SV(QUEUE_WORKER_BARE));
    redisReply *r = NULL;
    enum err_code code = queue_client_ask(q, &c, script, true, &r, e);
    if (code) return code;
    *s = (struct queue_stats){0};
    uint64_t *const now[] = {&s->ready, &s->in_flight, &s->delayed, &s->results_waiting, &s->oldest_ready_ms, &s->oldest_result_ms, &s->workers};
    if (r->type != REDIS_REPLY_ARRAY || r->elements < STATUS_FIGURES) code = err_set(e, ERR_INPUT, "an unexpected answer to status");
    for (size_t i = 0; !code && i < COUNT_OF(now); i++) *now[i] = (uint64_t)r->element[i + 1]->integer;
    if (!code) s->now_ms = r->element[0]->integer;
    if (!code) s->paused = r->element[8]->integer != 0;
    if (!code) s->workers_bare = (uint64_t)r->element[9]->integer;
    uint64_t *const more[] = {&s->dead_kept, &s->limit_jobs, &s->limit_bytes};
    for (size_t i = 0; !code && i < COUNT_OF(more); i++) *more[i] = (uint64_t)r->element[10 + i]->integer;
    for (size_t i = STATUS_FIGURES; !code && i + 1 < r->elements; i += 2) {
        uint64_t value;
        if (sv_to_u64(queue_client_text(r->element[i + 1]), &value)) read_counter(s, queue_client_text(r->element[i]), value);
    }
    s->conservation_error = (int64_t)(s->enqueued - (s->done + s->dead + s->dropped + s->ready + s->in_flight + s->delayed));
    freeReplyObject(r);
    return code;
}
