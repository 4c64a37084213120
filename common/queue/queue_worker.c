#include "queue/queue_worker.h"

#include <hiredis/adapters/libuv.h>
#include <hiredis/async.h>
#include <stdlib.h>
#include <uv.h>

#include "base/clock.h"
#include "queue/queue_core.h"
#include "queue/queue_guard.h"
#include "queue/queue_tls.h"

enum {
    TIMEOUT_MS = 5000,
    TICK_MS = 500,
    BLOCK_MS = 200, /* a worker that stops waits for the answer: what it holds by then is its to give back */
    PULL_MAX = 64,
    RECLAIM_MAX = 64, /* what is reclaimed goes back into the stream, so this bounds one script, not our credit */
    PROMOTE_MAX = 256,
    SETTLING_MAX = 64 << 20, /* bytes that the server was told and has not answered: no more jobs until it does */
    RECONNECT_MS = 50,
    RECONNECT_MAX_MS = 5000
};

/* A reply to XREADGROUP lives as long as one of its jobs does. */
struct batch {
    redisReply *reply;
    size_t users;
};

struct held {
    struct queue_job job; /* first: the caller's pointer is ours */
    struct batch *batch;
    struct held *prev, *next;
};

/* What was decided about a job, kept in the form in which it is sent until Redis has answered. */
struct settlement {
    char *command;
    size_t length;
    bool sent, leaves, finishes;
    struct settlement *prev, *next;
};

/* In the year 37,648: what a server says beyond it is no time. */
static const uint64_t TIME_MS_MAX = UINT64_C(1) << 50;

enum link { LINK_CONTROL, LINK_PULL, LINK_COUNT };

struct queue_worker {
    uv_loop_t *loop;
    uv_timer_t timer;
    struct queue_worker_cfg cfg;
    struct queue_worker_cbs cb;
    void *user;
    struct arena fixed, scratch;
    const char *name; /* of the queue */
    struct queue_address address;
    struct queue_tls *tls; /* NULL: none */
    struct queue_keys keys;
    struct queue_scripts scripts;
    redisAsyncContext *link[LINK_COUNT];
    struct queue_guard guard[LINK_COUNT];
    struct held *held;
    struct settlement *first, *last;
    size_t held_count, settling_bytes, asked;
    unsigned credit, tries;
    unsigned pull_max; /* halved at an answer that was too large */
    bool connected, pulling, beating, paused, fatal, closing, left;
    uint64_t result_bytes, random;
    char run_id[41];  /* of the server that was met last */
    bool restarted;   /* it was another one when jobs were counted last; it may be loading yet */
    uint64_t done;    /* what a server that forgot nothing counts at least */
    uint64_t beat_ms, scan_ms, retry_ms, close_by_ms; /* by clock_mono_ms */
    int64_t redis_ahead_ms;                           /* Redis TIME - clock_mono_ms */
    void (*on_closed)(void *);
};

static void pull(struct queue_worker *);
static void close_step(struct queue_worker *);

static sv text_of(const redisReply *r) { return r && r->str ? sv_from(r->str, r->len) : SV_NONE; }

static uint64_t next_random(struct queue_worker *q) {
    q->random ^= q->random << 13;
    q->random ^= q->random >> 7;
    q->random ^= q->random << 17;
    return q->random;
}

/* -- connection ------------------------------------------------------------------------------------------------------------ */

/* Both links go, and what was not answered is to be sent again. Callbacks of a context without `data` do nothing. */
static void cut(struct queue_worker *q) {
    for (int i = 0; i < LINK_COUNT; i++) {
        redisAsyncContext *context = q->link[i];
        q->link[i] = NULL;
        if (!context) continue;
        context->data = NULL;
        redisAsyncFree(context);
    }
    for (struct settlement *s = q->first; s; s = s->next) s->sent = false;
    q->pulling = q->beating = q->connected = false;
}

static void go_down(struct queue_worker *q, const char *why) {
    bool was = q->connected;
    pulse_failed(q->cfg.queue.pulse);
    cut(q);
    q->retry_ms = clock_mono_ms() + queue_backoff_ms(RECONNECT_MS, RECONNECT_MAX_MS, q->tries++, next_random(q));
    struct err e;
    (void)err_set(&e, ERR_IO, "no answer from Redis at %.*s (%s)", SV_ARG(q->address.shown), why);
    if ((was || q->tries == 1) && !q->closing) q->cb.on_state(q->user, false, &e);
}

static void go_fatal(struct queue_worker *q, const struct err *e) {
    pulse_failed(q->cfg.queue.pulse);
    cut(q);
    q->fatal = true;
    q->cb.on_fatal(q->user, e);
}

/* An error reply ends the connection, or everything. */
static void refuse(struct queue_worker *q, const redisReply *r) {
    sv text = sv_take(text_of(r), 120);
    enum queue_fault fault = queue_fault_of(text);
    if (fault == QUEUE_FAULT_DENIED || fault == QUEUE_FAULT_FATAL) {
        struct err e;
        (void)queue_refusal(&q->address, text, &e);
        go_fatal(q, &e);
        return;
    }
    char why[128];
    snprintf(why, sizeof why, "%.*s", SV_ARG(text));
    go_down(q, why);
}

/* The guard has cut a connection. What was too large for one answer may come in smaller ones, if it was jobs. */
static void cut_off(struct queue_worker *q, int which, enum err_code code, const char *sends) {
    struct err e;
    char why[128];
    snprintf(why, sizeof why, "it sends %s, as no server of ours does", sends);
    if (code != ERR_LIMIT || (which == LINK_PULL && q->pull_max > 1)) {
        q->pull_max = code == ERR_LIMIT ? q->pull_max / 2 : q->pull_max;
        go_down(q, why);
        return;
    }
    (void)err_set(&e, code, "Redis at %.*s, asked %s: %s", SV_ARG(q->address.shown), which == LINK_PULL ? "for one job" : "by a script", why);
    go_fatal(q, &e);
}

static void on_disconnect(const redisAsyncContext *context, int status) {
    struct queue_worker *q = context->data;
    int which = 0;
    (void)status;
    if (!q) return;
    while (which < LINK_COUNT && q->link[which] != context) which++;
    if (which < LINK_COUNT) q->link[which] = NULL;
    enum err_code code;
    const char *sends = which < LINK_COUNT ? queue_guard_verdict(&q->guard[which], &code) : NULL, *verdict = queue_tls_verdict(q->tls);
    if (sends) {
        cut_off(q, which, code, sends);
        return;
    }
    char why[128];
    snprintf(why, sizeof why, "%s%s", verdict ? "TLS: " : "", verdict ? verdict : context->err ? context->errstr : "connection closed");
    go_down(q, why);
}

static void on_connect(redisAsyncContext *context, int status) {
    if (status != REDIS_OK) on_disconnect(context, status);
}

static void on_setup(redisAsyncContext *context, void *reply, void *data) {
    struct queue_worker *q = context->data;
    redisReply *r = reply;
    (void)data;
    if (q && r && r->type == REDIS_REPLY_ERROR && !sv_starts(text_of(r), SV("BUSYGROUP"))) refuse(q, r);
    freeReplyObject(r);
}

static void on_info(redisAsyncContext *context, void *reply, void *data) {
    struct queue_worker *q = context->data;
    redisReply *r = reply;
    struct err e;
    (void)data;
    if (q && r && r->type == REDIS_REPLY_ERROR) refuse(q, r);
    else if (q && r && queue_check_server(text_of(r), q->address.shown, &e)) go_fatal(q, &e);
    else if (q && r) {
        sv run_id = sv_take(queue_info_field(text_of(r), SV("run_id")), sizeof q->run_id - 1);
        q->restarted |= q->run_id[0] && !sv_eq(run_id, sv_cstr(q->run_id));
        snprintf(q->run_id, sizeof q->run_id, "%.*s", SV_ARG(run_id));
    }
    freeReplyObject(r);
}

/* How many jobs are done, before this connection finishes any. */
static void on_done_counted(redisAsyncContext *context, void *reply, void *data) {
    struct queue_worker *q = context->data;
    redisReply *r = reply;
    uint64_t now = 0;
    (void)data;
    if (q && r && r->type == REDIS_REPLY_ERROR) refuse(q, r);
    else if (q && r) {
        (void)sv_to_u64(text_of(r), &now);
        if (q->restarted && now < q->done) queue_say_lost(q->cfg.queue.log, &q->address, "done", now, q->done);
        q->done = now;
        q->restarted = false;
    }
    freeReplyObject(r);
}

static bool send_parts(struct queue_worker *q, enum link which, redisCallbackFn *fn, int count, const char **parts) {
    return q->link[which] && redisAsyncCommandArgv(q->link[which], fn, NULL, count, parts, NULL) == REDIS_OK;
}

static bool open_link(struct queue_worker *q, enum link which) {
    struct timeval timeout = {.tv_sec = TIMEOUT_MS / 1000};
    redisOptions options = {.options = REDIS_OPT_NOAUTOFREEREPLIES};
    if (q->address.is_unix) REDIS_OPTIONS_SET_UNIX(&options, q->address.host.p);
    else REDIS_OPTIONS_SET_TCP(&options, q->address.host.p, (int)q->address.port);
    options.connect_timeout = &timeout;
    options.command_timeout = &timeout;
    redisAsyncContext *context = redisAsyncConnectWithOptions(&options);
    if (!context) return false;
    struct err tls;
    if (!context->err && q->tls && !queue_tls_start(q->tls, &context->c, &tls)) {
        redisAsyncFree(context);
        go_down(q, tls.msg);
        return false;
    }
    if (context->err || redisLibuvAttach(context, q->loop) != REDIS_OK) {
        char why[128];
        snprintf(why, sizeof why, "%s", context->errstr);
        redisAsyncFree(context);
        go_down(q, why);
        return false;
    }
    context->data = q;
    q->link[which] = context;
    queue_guard_set(&q->guard[which], &context->c, context, NULL, NULL);
    redisAsyncSetConnectCallbackNC(context, on_connect);
    redisAsyncSetDisconnectCallback(context, on_disconnect);
    const char *with_user[] = {"AUTH", q->address.user.p, q->address.password.p}, *without[] = {"AUTH", q->address.password.p};
    if (q->address.password.p) send_parts(q, which, on_setup, q->address.user.p ? 3 : 2, q->address.user.p ? with_user : without);
    char number[16];
    snprintf(number, sizeof number, "%u", q->address.db);
    const char *select[] = {"SELECT", number};
    if (q->address.db) send_parts(q, which, on_setup, 2, select);
    return true;
}

static void load_scripts(struct queue_worker *q) {
    static const enum queue_script_id ours[] = {SCRIPT_HEARTBEAT, SCRIPT_FINISH, SCRIPT_RETRY, SCRIPT_PROMOTE, SCRIPT_RECLAIM, SCRIPT_RELEASE};
    for (size_t i = 0; i < COUNT_OF(ours); i++) {
        const char *load[] = {"SCRIPT", "LOAD", q->scripts.script[ours[i]].source};
        send_parts(q, LINK_CONTROL, on_setup, 3, load);
    }
}

/* -- commands -------------------------------------------------------------------------------------------------------------- */

static void begin(struct queue_worker *q, struct queue_cmd *c, enum queue_script_id script, const enum queue_key *keys, size_t key_count, size_t more) {
    arena_reset(&q->scratch);
    queue_cmd_init(c, &q->scratch);
    queue_cmd_script(c, &q->scripts.script[script], key_count + more);
    for (size_t i = 0; i < key_count; i++) queue_cmd_add_key(c, &q->keys, keys[i]);
}

static void send_command(struct queue_worker *q, const struct queue_cmd *c, redisCallbackFn *fn, void *data) {
    if (c->failed || !q->link[LINK_CONTROL]) return;
    redisAsyncCommandArgv(q->link[LINK_CONTROL], fn, data, (int)c->count, c->argv, c->lens);
}

static void take_gate(struct queue_worker *q, const redisReply *bytes) {
    if (bytes->type == REDIS_REPLY_INTEGER) q->result_bytes = bytes->integer > 0 ? (uint64_t)bytes->integer : 0;
}

static void drop_settlement(struct queue_worker *q, struct settlement *s) {
    if (s->prev) s->prev->next = s->next;
    else q->first = s->next;
    if (s->next) s->next->prev = s->prev;
    else q->last = s->prev;
    q->settling_bytes -= s->length;
    free(s->command);
    free(s);
}

static void send_settlement(struct queue_worker *q, struct settlement *s);

static void on_settled(redisAsyncContext *context, void *reply, void *data) {
    struct queue_worker *q = context->data;
    struct settlement *s = data;
    redisReply *r = reply;
    if (!q || !r) {
        freeReplyObject(r);
        return;
    }
    if (r->type == REDIS_REPLY_ERROR && queue_fault_of(text_of(r)) == QUEUE_FAULT_NOSCRIPT) {
        load_scripts(q);
        send_settlement(q, s);
    } else if (r->type == REDIS_REPLY_ERROR)
        refuse(q, r);
    else {
        pulse_written(q->cfg.queue.pulse);
        if (r->type == REDIS_REPLY_ARRAY && r->elements == 2) take_gate(q, r->element[1]);
        q->left |= s->leaves;
        q->done += s->finishes && r->type == REDIS_REPLY_ARRAY && r->elements == 2 && r->element[0]->integer == 1;
        drop_settlement(q, s);
        close_step(q);
        pull(q);
    }
    freeReplyObject(r);
}

static void send_settlement(struct queue_worker *q, struct settlement *s) {
    s->sent = q->link[LINK_CONTROL] && redisAsyncFormattedCommand(q->link[LINK_CONTROL], on_settled, s, s->command, s->length) == REDIS_OK;
}

enum settles { SETTLES, SETTLES_BY_FINISH, SETTLES_BY_LEAVING };

static void settle(struct queue_worker *q, const struct queue_cmd *c, enum settles how) {
    struct settlement *s = calloc(1, sizeof *s);
    long long length = s && !c->failed ? redisFormatCommandArgv(&s->command, (int)c->count, c->argv, c->lens) : -1;
    if (length < 0) {
        /* Without memory the lease runs out and another worker takes the job. */
        free(s);
        return;
    }
    s->length = (size_t)length;
    q->settling_bytes += s->length;
    s->leaves = how == SETTLES_BY_LEAVING;
    s->finishes = how == SETTLES_BY_FINISH;
    s->prev = q->last;
    if (q->last) q->last->next = s;
    else q->first = s;
    q->last = s;
    if (q->connected) send_settlement(q, s);
}

static void add_group_and(struct queue_cmd *c, const char *entry_id) {
    queue_cmd_add(c, SV(QUEUE_JOBS_GROUP));
    queue_cmd_add(c, sv_cstr(entry_id));
}

static void retry_entry(struct queue_worker *q, const char *entry, const struct hash128 *id, char counter, uint64_t limit, uint64_t delay_ms, const char *reason,
                        const char *detail) {
    static const enum queue_key keys[] = {KEY_JOBS, KEY_DELAYED, KEY_DELAYED_PAYLOAD, KEY_COUNTERS, KEY_DEAD};
    struct queue_cmd c;
    begin(q, &c, SCRIPT_RETRY, keys, COUNT_OF(keys), 2);
    queue_cmd_add_seen(&c, &q->keys, id);
    queue_cmd_add_key(&c, &q->keys, KEY_CRAWLS);
    add_group_and(&c, entry);
    queue_cmd_add(&c, sv_from(&counter, 1));
    queue_cmd_add_u64(&c, limit);
    queue_cmd_add_u64(&c, delay_ms);
    queue_cmd_add(&c, sv_cstr(reason));
    queue_cmd_add(&c, sv_cstr(detail ? detail : ""));
    queue_cmd_add(&c, sv_cstr(q->cfg.consumer));
    queue_cmd_add_u64(&c, QUEUE_SEEN_TTL_MS);
    settle(q, &c, SETTLES);
}

/* -- jobs held ------------------------------------------------------------------------------------------------------------- */

static void forget(struct queue_worker *q, struct held *h) {
    if (h->prev) h->prev->next = h->next;
    else q->held = h->next;
    if (h->next) h->next->prev = h->prev;
    q->held_count--;
    if (--h->batch->users == 0) {
        freeReplyObject(h->batch->reply);
        free(h->batch);
    }
    free(h);
}

static void read_job(struct queue_worker *q, const redisReply *entry, struct queue_job *job) {
    snprintf(job->entry_id, sizeof job->entry_id, "%s", entry->element[0]->str);
    const redisReply *fields = entry->element[1];
    for (size_t i = 0; fields->type == REDIS_REPLY_ARRAY && i + 1 < fields->elements; i += 2) {
        sv key = text_of(fields->element[i]), value = text_of(fields->element[i + 1]);
        uint64_t number = 0;
        sv_to_u64(value, &number);
        if (sv_eq(key, SV("i"))) (void)!hex_decode(value, job->id.b, sizeof job->id.b);
        else if (sv_eq(key, SV("g"))) (void)!queue_group_parse(value, &job->group);
        else if (sv_eq(key, SV("p"))) job->wire = value;
        else if (sv_eq(key, SV("k"))) job->crawl = value;
        else if (sv_eq(key, SV("a"))) job->attempts = (uint32_t)number;
        else if (sv_eq(key, SV("c"))) job->crashes = (uint32_t)number;
        else if (sv_eq(key, SV("l"))) job->lost = (uint32_t)number;
    }
    sv stamp = sv_cstr(job->entry_id);
    uint64_t added_ms;
    bool dated = sv_to_u64(sv_cut(&stamp, '-'), &added_ms) && added_ms <= TIME_MS_MAX;
    int64_t waited = dated ? (int64_t)clock_mono_ms() + q->redis_ahead_ms - (int64_t)added_ms : 0;
    job->queued_us = waited > 0 ? waited * 1000 : 0;
}

/* [[stream, [entry...]]] or nil. */
static void on_pulled(redisAsyncContext *context, void *reply, void *data) {
    struct queue_worker *q = context->data;
    redisReply *r = reply;
    (void)data;
    if (!q || !r) {
        freeReplyObject(r);
        return;
    }
    q->pulling = false;
    struct batch *batch = r->type == REDIS_REPLY_ARRAY ? calloc(1, sizeof *batch) : NULL;
    if (!batch) {
        if (r->type == REDIS_REPLY_ERROR) refuse(q, r);
        freeReplyObject(r);
        close_step(q);
        pull(q);
        return;
    }
    *batch = (struct batch){.reply = r, .users = 1};
    const redisReply *list = r->elements == 1 && r->element[0]->elements == 2 ? r->element[0]->element[1] : NULL;
    /* Never more than was asked for: what a server hands out beyond it goes by its lease. */
    for (size_t i = 0; list && i < list->elements && i < q->asked; i++) {
        struct held *h = calloc(1, sizeof *h);
        if (!h || list->element[i]->elements != 2 || !list->element[i]->element[0]->str) {
            free(h);
            continue;
        }
        *h = (struct held){.batch = batch, .next = q->held};
        if (q->held) q->held->prev = h;
        q->held = h;
        q->held_count++;
        batch->users++;
        read_job(q, list->element[i], &h->job);
        if (!q->closing) q->cb.on_job(q->user, &h->job);
    }
    if (--batch->users == 0) {
        freeReplyObject(r);
        free(batch);
    }
    close_step(q);
    pull(q);
}

static void pull(struct queue_worker *q) {
    if (!q->connected || q->pulling || q->closing || q->paused || !q->link[LINK_PULL] || q->held_count >= q->credit ||
        q->settling_bytes >= SETTLING_MAX || q->result_bytes >= q->cfg.results_max_bytes)
        return;
    size_t room = q->credit - q->held_count;
    char limit[24], block[24];
    q->asked = room < q->pull_max ? room : q->pull_max;
    snprintf(limit, sizeof limit, "%zu", q->asked);
    snprintf(block, sizeof block, "%d", BLOCK_MS);
    const char *parts[] = {"XREADGROUP", "GROUP", QUEUE_JOBS_GROUP, q->cfg.consumer, "COUNT", limit, "BLOCK", block, "STREAMS", q->keys.name[KEY_JOBS], ">"};
    q->pulling = send_parts(q, LINK_PULL, on_pulled, COUNT_OF(parts), parts);
}

/* -- heartbeat and scan ---------------------------------------------------------------------------------------------------- */

static void lose(struct queue_worker *q, sv entry_id) {
    for (struct held *h = q->held; h; h = h->next) {
        if (!sv_eq(entry_id, sv_cstr(h->job.entry_id))) continue;
        if (!q->closing) q->cb.on_lost(q->user, &h->job);
        forget(q, h);
        return;
    }
}

/* {lost entries, result bytes, paused, now ms}. The first after a connection opens the door for everything else. */
static void on_beat(redisAsyncContext *context, void *reply, void *data) {
    struct queue_worker *q = context->data;
    redisReply *r = reply;
    (void)data;
    if (!q || !r) {
        freeReplyObject(r);
        return;
    }
    q->beating = false;
    if (r->type != REDIS_REPLY_ARRAY || r->elements != 4) {
        if (queue_fault_of(text_of(r)) == QUEUE_FAULT_NOSCRIPT) load_scripts(q);
        else refuse(q, r);
        freeReplyObject(r);
        return;
    }
    pulse_written(q->cfg.queue.pulse);
    for (size_t i = 0; i < r->element[0]->elements; i++) lose(q, text_of(r->element[0]->element[i]));
    take_gate(q, r->element[1]);
    q->paused = r->element[2]->integer != 0;
    long long time_ms = r->element[3]->integer;
    q->redis_ahead_ms = (uint64_t)time_ms <= TIME_MS_MAX ? time_ms - (int64_t)clock_mono_ms() : 0;
    freeReplyObject(r);
    if (!q->connected) {
        q->connected = true;
        q->tries = 0;
        for (struct settlement *s = q->first; s; s = s->next) send_settlement(q, s);
        if (!q->closing) q->cb.on_state(q->user, true, NULL);
    }
    close_step(q);
    pull(q);
}

static void beat(struct queue_worker *q) {
    static const enum queue_key keys[] = {KEY_JOBS, KEY_CURRENT, KEY_WORKERS, KEY_COUNTERS, KEY_PAUSED};
    const struct queue_job *current[256];
    struct queue_cmd c;
    if (q->beating) return;
    size_t count = q->cb.current && !q->closing ? q->cb.current(q->user, current, COUNT_OF(current)) : 0;
    begin(q, &c, SCRIPT_HEARTBEAT, keys, COUNT_OF(keys), 0);
    add_group_and(&c, q->cfg.consumer);
    queue_cmd_add(&c, q->connected ? SV("0") : SV("1"));
    queue_cmd_add_u64(&c, count);
    for (size_t i = 0; i < count; i++) queue_cmd_add(&c, sv_cstr(current[i]->entry_id));
    for (struct held *h = q->held; h; h = h->next) queue_cmd_add(&c, sv_cstr(h->job.entry_id));
    send_command(q, &c, on_beat, NULL);
    q->beating = true;
    q->beat_ms = clock_mono_ms();
}

/* {how many went back, {entry, id, ...} that have been lost too often} */
static void on_reclaimed(redisAsyncContext *context, void *reply, void *data) {
    struct queue_worker *q = context->data;
    redisReply *r = reply;
    (void)data;
    if (q && r && r->type == REDIS_REPLY_ERROR) refuse(q, r);
    const redisReply *doomed = q && r && r->type == REDIS_REPLY_ARRAY && r->elements == 2 ? r->element[1] : NULL;
    for (size_t i = 0; doomed && i + 1 < doomed->elements && i < 2 * (size_t)RECLAIM_MAX; i += 2) {
        struct hash128 id;
        if (doomed->element[i]->str && hex_decode(text_of(doomed->element[i + 1]), id.b, sizeof id.b))
            retry_entry(q, doomed->element[i]->str, &id, 'l', q->cfg.max_lost, 0, "lost", "its workers vanished again and again");
    }
    freeReplyObject(r);
}

static void on_promoted(redisAsyncContext *context, void *reply, void *data) {
    struct queue_worker *q = context->data;
    redisReply *r = reply;
    (void)data;
    if (q && r && r->type == REDIS_REPLY_ERROR) refuse(q, r);
    freeReplyObject(r);
}

static void scan(struct queue_worker *q) {
    static const enum queue_key promote[] = {KEY_JOBS, KEY_DELAYED, KEY_DELAYED_PAYLOAD}, reclaim[] = {KEY_JOBS, KEY_COUNTERS, KEY_CURRENT, KEY_WORKERS};
    struct queue_cmd c;
    begin(q, &c, SCRIPT_PROMOTE, promote, COUNT_OF(promote), 0);
    queue_cmd_add_u64(&c, PROMOTE_MAX);
    send_command(q, &c, on_promoted, NULL);
    begin(q, &c, SCRIPT_RECLAIM, reclaim, COUNT_OF(reclaim), 0);
    queue_cmd_add(&c, SV(QUEUE_JOBS_GROUP));
    queue_cmd_add_u64(&c, q->cfg.lease_ms);
    queue_cmd_add_u64(&c, RECLAIM_MAX);
    queue_cmd_add_u64(&c, q->cfg.max_lost);
    send_command(q, &c, on_reclaimed, NULL);
    q->scan_ms = clock_mono_ms();
}

static void connect_both(struct queue_worker *q) {
    static const enum queue_key streams[] = {KEY_JOBS, KEY_RESULTS, KEY_DEAD};
    if (!open_link(q, LINK_CONTROL) || !open_link(q, LINK_PULL)) return;
    const char *info[] = {"INFO", "server"};
    const char *done[] = {"HGET", q->keys.name[KEY_COUNTERS], "done"};
    send_parts(q, LINK_CONTROL, on_info, COUNT_OF(info), info);
    send_parts(q, LINK_CONTROL, on_done_counted, COUNT_OF(done), done);
    for (size_t i = 0; i < COUNT_OF(streams); i++) {
        const char *group[] = {"XGROUP", "CREATE", q->keys.name[streams[i]], i ? QUEUE_COLLECTOR_GROUP : QUEUE_JOBS_GROUP, "0", "MKSTREAM"};
        send_parts(q, LINK_CONTROL, on_setup, COUNT_OF(group), group);
    }
    const char *known[] = {"SADD", QUEUE_NAMES_KEY, q->name};
    send_parts(q, LINK_CONTROL, on_setup, COUNT_OF(known), known);
    load_scripts(q);
    beat(q);
}

static void on_tick(uv_timer_t *timer) {
    struct queue_worker *q = timer->data;
    uint64_t now = clock_mono_ms();
    close_step(q);
    if (q->fatal || q->left || uv_is_closing((uv_handle_t *)&q->timer)) return; /* closed just now: no new connection, q ends soon */
    if (!q->link[LINK_CONTROL]) {
        if (now >= q->retry_ms) connect_both(q);
        return;
    }
    if (!q->connected) {
        beat(q);
        return;
    }
    bool shut = q->paused || q->result_bytes >= q->cfg.results_max_bytes;
    bool due = now - q->scan_ms >= q->cfg.scan_ms;
    if (shut || due || now - q->beat_ms >= q->cfg.renew_ms) beat(q);
    if (due && !q->closing) scan(q);
    pull(q);
}

/* -- the caller's side ----------------------------------------------------------------------------------------------------- */

static uint32_t or_default(uint32_t value, uint32_t otherwise) { return value ? value : otherwise; }

enum err_code queue_worker_open(struct queue_worker **out, struct uv_loop_s *loop, const struct queue_worker_cfg *cfg, const struct queue_worker_cbs *cb,
                                void *user, struct err *e) {
    *out = NULL;
    struct queue_worker *q = calloc(1, sizeof *q);
    if (!q) return err_set(e, ERR_MEMORY, "no memory for a queue");
    q->loop = loop;
    q->cfg = *cfg;
    q->cb = *cb;
    q->user = user;
    q->cfg.lease_ms = or_default(cfg->lease_ms, QUEUE_LEASE_MS);
    q->cfg.renew_ms = or_default(cfg->renew_ms, 20000);
    q->cfg.scan_ms = or_default(cfg->scan_ms, 5000);
    q->cfg.max_attempts = or_default(cfg->max_attempts, 5);
    q->cfg.max_crashes = or_default(cfg->max_crashes, 3);
    q->cfg.max_lost = or_default(cfg->max_lost, 20);
    q->cfg.backoff_ms = or_default(cfg->backoff_ms, 1000);
    q->cfg.backoff_max_ms = or_default(cfg->backoff_max_ms, 300000);
    if (!q->cfg.results_max_bytes) q->cfg.results_max_bytes = (uint64_t)256 << 20;
    q->random = (uint64_t)clock_unix_ms() << 20 ^ clock_mono_us() ^ (uint64_t)(uintptr_t)q ^ 1;
    arena_init(&q->fixed, 0);
    arena_init(&q->scratch, 0);
    queue_scripts_init(&q->scripts);
    enum err_code code = queue_address_parse(cfg->queue.url ? cfg->queue.url : "redis://127.0.0.1:6379", &q->fixed, &q->address, e);
    if (!code) code = queue_keys_init(&q->keys, cfg->queue.name, e);
    if (!code && q->address.is_tls) code = queue_tls_new(&q->tls, &q->address, e);
    q->pull_max = PULL_MAX;
    q->name = arena_dup(&q->fixed, sv_cstr(cfg->queue.name ? cfg->queue.name : "default")).p;
    q->cfg.consumer = arena_dup(&q->fixed, sv_cstr(cfg->consumer)).p;
    if (!code && q->fixed.failed) code = err_set(e, ERR_MEMORY, "no memory for a queue");
    if (code) {
        queue_tls_free(&q->tls);
        arena_clear(&q->fixed);
        arena_clear(&q->scratch);
        free(q);
        return code;
    }
    uv_timer_init(loop, &q->timer);
    q->timer.data = q;
    uint64_t tick = q->cfg.scan_ms < TICK_MS ? q->cfg.scan_ms : TICK_MS;
    uv_timer_start(&q->timer, on_tick, 0, tick);
    *out = q;
    return ERR_OK;
}

void queue_worker_want(struct queue_worker *q, unsigned credit) {
    q->credit = credit;
    pull(q);
}

size_t queue_worker_held(const struct queue_worker *q) { return q->held_count; }

static struct held *held_of(struct queue_job *job) { return (struct held *)job; }

void queue_worker_finish(struct queue_worker *q, struct queue_job *job, sv result) {
    static const enum queue_key keys[] = {KEY_JOBS, KEY_RESULTS, KEY_COUNTERS};
    struct queue_cmd c;
    begin(q, &c, SCRIPT_FINISH, keys, COUNT_OF(keys), 2);
    queue_cmd_add_seen(&c, &q->keys, &job->id);
    queue_cmd_add_key(&c, &q->keys, KEY_CRAWLS);
    add_group_and(&c, job->entry_id);
    queue_cmd_add_hex(&c, &job->id);
    queue_cmd_add_group(&c, &job->group);
    queue_cmd_add_u64(&c, job->wire.n);
    queue_cmd_add_u64(&c, QUEUE_SEEN_TTL_MS);
    queue_cmd_add(&c, job->crawl.n ? job->crawl : SV("*"));
    queue_cmd_add(&c, result);
    settle(q, &c, SETTLES_BY_FINISH);
    forget(q, held_of(job));
    pull(q);
}

void queue_worker_retry(struct queue_worker *q, struct queue_job *job, enum queue_blame blame, const char *reason, const char *detail) {
    bool crash = blame == QUEUE_BLAME_CRASH;
    uint32_t count = crash ? job->crashes : job->attempts;
    uint64_t delay = queue_backoff_ms(q->cfg.backoff_ms, q->cfg.backoff_max_ms, count, next_random(q));
    retry_entry(q, job->entry_id, &job->id, crash ? 'c' : 'a', crash ? q->cfg.max_crashes : q->cfg.max_attempts, delay, reason, detail);
    forget(q, held_of(job));
    pull(q);
}

static void begin_release(struct queue_worker *q, struct queue_cmd *c, bool leave) {
    static const enum queue_key keys[] = {KEY_JOBS, KEY_CURRENT, KEY_WORKERS};
    begin(q, c, SCRIPT_RELEASE, keys, COUNT_OF(keys), 0);
    add_group_and(c, q->cfg.consumer);
    queue_cmd_add_u64(c, leave);
}

void queue_worker_release(struct queue_worker *q, struct queue_job *job) {
    struct queue_cmd c;
    begin_release(q, &c, false);
    queue_cmd_add(&c, sv_cstr(job->entry_id));
    settle(q, &c, SETTLES);
    forget(q, held_of(job));
    pull(q);
}

/* -- close ----------------------------------------------------------------------------------------------------------------- */

static void on_timer_closed(uv_handle_t *handle) {
    struct queue_worker *q = handle->data;
    void (*on_closed)(void *) = q->on_closed;
    void *user = q->user;
    while (q->held) forget(q, q->held);
    while (q->first) drop_settlement(q, q->first);
    queue_tls_free(&q->tls);
    arena_clear(&q->fixed);
    arena_clear(&q->scratch);
    free(q);
    on_closed(user);
}

static void close_step(struct queue_worker *q) {
    if (!q->closing || uv_is_closing((uv_handle_t *)&q->timer)) return;
    bool leaving = q->last && q->last->leaves;
    if (q->connected && !q->pulling && !leaving && !q->left) {
        struct queue_cmd c;
        begin_release(q, &c, true);
        for (struct held *h = q->held; h; h = h->next) queue_cmd_add(&c, sv_cstr(h->job.entry_id));
        settle(q, &c, SETTLES_BY_LEAVING);
        while (q->held) forget(q, q->held);
    }
    if (!q->fatal && !(q->left && !q->first) && clock_mono_ms() < q->close_by_ms) return;
    cut(q);
    uv_close((uv_handle_t *)&q->timer, on_timer_closed);
}

void queue_worker_close(struct queue_worker *q, uint32_t grace_ms, void (*on_closed)(void *user)) {
    q->closing = true;
    q->on_closed = on_closed;
    q->close_by_ms = clock_mono_ms() + grace_ms;
    close_step(q);
}
