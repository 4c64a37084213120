#include "queue/queue_admin.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "queue/queue_client.h"

enum { PAGE_BYTES = 1 << 20 };

static enum err_code odd_answer(const char *to, struct err *e) { return err_set(e, ERR_INPUT, "an unexpected answer to %s", to); }

/* A plain command whose answer does not matter. */
static enum err_code tell(struct queue *q, const char *const *parts, size_t count, struct err *e) {
    struct queue_cmd c;
    redisReply *r = NULL;
    queue_client_begin(q, &c);
    for (size_t i = 0; i < count; i++) queue_cmd_add(&c, sv_cstr(parts[i]));
    enum err_code code = queue_client_ask(q, &c, NULL, true, &r, e);
    if (!code) freeReplyObject(r);
    return code;
}

/* -- dead letters ---------------------------------------------------------------------------------------------------------- */

/* The reply goes, so the letter's texts move to the arena. */
static struct dead_letter keep_letter(struct arena *arena, const struct queue_entry *entry) {
    struct dead_letter d = entry->dead;
    sv *const texts[] = {&d.reason, &d.detail, &d.worker, &d.crawl, &d.history, &d.wire};
    d.entry_id = arena_dup(arena, sv_cstr(entry->entry_id));
    for (size_t i = 0; i < COUNT_OF(texts); i++) *texts[i] = arena_dup(arena, *texts[i]);
    return d;
}

enum err_code queue_dead_page(struct queue *q, const char *from, const char *to, size_t count, struct arena *arena, struct dead_letter **letters, size_t *letter_count,
                              struct err *e) {
    static const enum queue_key keys[] = {KEY_DEAD};
    struct queue_cmd c;
    redisReply *r = NULL;
    const struct queue_script *script = queue_client_begin_script(q, &c, SCRIPT_DEAD_PAGE, keys, COUNT_OF(keys), 0);
    queue_cmd_add(&c, sv_cstr(from));
    queue_cmd_add(&c, sv_cstr(to));
    queue_cmd_add_u64(&c, count);
    queue_cmd_add_u64(&c, PAGE_BYTES);
    *letters = NULL;
    *letter_count = 0;
    enum err_code code = queue_client_ask(q, &c, script, true, &r, e);
    if (code) return code;
    size_t n = r->type == REDIS_REPLY_ARRAY ? r->elements : 0;
    struct dead_letter *list = ARENA_ARRAY(arena, struct dead_letter, n + 1);
    for (size_t i = 0; !code && list && i < n; i++) {
        struct queue_entry entry = {.stream = QUEUE_DEAD};
        if (!queue_client_read_entry(r->element[i], &entry)) code = odd_answer("a page of dead letters", e);
        else list[i] = keep_letter(arena, &entry);
    }
    freeReplyObject(r);
    if (!code && (!list || arena->failed)) code = err_set(e, ERR_MEMORY, "no memory for %zu dead letters", n);
    if (code) return code;
    *letters = list;
    *letter_count = n;
    return ERR_OK;
}

static enum err_code settle_letter(struct queue *q, enum queue_script_id id, const enum queue_key *keys, size_t key_count, const struct dead_letter *d, bool *found, struct err *e) {
    struct queue_cmd c;
    redisReply *r = NULL;
    bool seen = id == SCRIPT_DEAD_RETRY;
    const struct queue_script *script = queue_client_begin_script(q, &c, id, keys, key_count, seen);
    if (seen) queue_cmd_add_seen(&c, &q->keys, &d->id);
    queue_cmd_add(&c, SV(QUEUE_COLLECTOR_GROUP));
    queue_cmd_add(&c, d->entry_id);
    enum err_code code = queue_client_ask(q, &c, script, true, &r, e);
    if (code) return code;
    *found = r->type == REDIS_REPLY_INTEGER && r->integer == 1;
    freeReplyObject(r);
    return ERR_OK;
}

enum err_code queue_dead_retry(struct queue *q, const struct dead_letter *d, bool *found, struct err *e) {
    static const enum queue_key keys[] = {KEY_DEAD, KEY_JOBS, KEY_COUNTERS, KEY_CRAWLS, KEY_PROGRESS};
    return settle_letter(q, SCRIPT_DEAD_RETRY, keys, COUNT_OF(keys), d, found, e);
}

enum err_code queue_dead_drop(struct queue *q, const struct dead_letter *d, bool *found, struct err *e) {
    static const enum queue_key keys[] = {KEY_DEAD, KEY_COUNTERS, KEY_CRAWLS, KEY_PROGRESS};
    return settle_letter(q, SCRIPT_DEAD_DROP, keys, COUNT_OF(keys), d, found, e);
}

/* -- the queue ------------------------------------------------------------------------------------------------------------- */

enum err_code queue_set_paused(struct queue *q, bool paused, struct err *e) {
    char now[24];
    snprintf(now, sizeof now, "%lld", (long long)clock_unix_ms());
    const char *set[] = {"SET", q->keys.name[KEY_PAUSED], now}, *del[] = {"DEL", q->keys.name[KEY_PAUSED]};
    return paused ? tell(q, set, COUNT_OF(set), e) : tell(q, del, COUNT_OF(del), e);
}

enum err_code queue_set_limits(struct queue *q, const uint64_t *jobs, const uint64_t *bytes, struct err *e) {
    const struct {
        const char *field;
        const uint64_t *value;
    } table[] = {{"jobs", jobs}, {"bytes", bytes}};
    enum err_code code = ERR_OK;
    for (size_t i = 0; !code && i < COUNT_OF(table); i++) {
        char number[24];
        if (!table[i].value) continue;
        snprintf(number, sizeof number, "%llu", (unsigned long long)*table[i].value);
        const char *set[] = {"HSET", q->keys.name[KEY_LIMITS], table[i].field, number}, *del[] = {"HDEL", q->keys.name[KEY_LIMITS], table[i].field};
        code = *table[i].value ? tell(q, set, COUNT_OF(set), e) : tell(q, del, COUNT_OF(del), e);
    }
    return code;
}

/* Two steps: which jobs wait, then their end, since a script must declare the key of every job's `seen`. A job that a worker takes in between
 * is the worker's. */
enum err_code queue_purge_some(struct queue *q, size_t limit, size_t *seen, size_t *purged, struct err *e) {
    static const enum queue_key look[] = {KEY_JOBS, KEY_DELAYED};
    static const enum queue_key keys[] = {KEY_JOBS, KEY_DELAYED, KEY_DELAYED_PAYLOAD, KEY_COUNTERS, KEY_CRAWLS, KEY_PROGRESS};
    struct queue_cmd c;
    redisReply *list = NULL, *r = NULL;
    *seen = *purged = 0;
    const struct queue_script *script = queue_client_begin_script(q, &c, SCRIPT_WAITING, look, COUNT_OF(look), 0);
    queue_cmd_add(&c, SV(QUEUE_JOBS_GROUP));
    queue_cmd_add_u64(&c, limit);
    enum err_code code = queue_client_ask(q, &c, script, true, &list, e);
    if (code) return code;
    if (list->type != REDIS_REPLY_ARRAY || list->elements % 3) code = odd_answer("what waits", e);
    *seen = code ? 0 : list->elements / 3;
    if (*seen) {
        script = queue_client_begin_script(q, &c, SCRIPT_PURGE, keys, COUNT_OF(keys), *seen);
        for (size_t i = 2; !code && i < list->elements; i += 3) {
            struct hash128 id;
            if (!hex_decode(queue_client_text(list->element[i]), id.b, sizeof id.b)) code = odd_answer("what waits", e);
            else queue_cmd_add_seen(&c, &q->keys, &id);
        }
        queue_cmd_add(&c, SV(QUEUE_JOBS_GROUP));
        queue_cmd_add_u64(&c, QUEUE_BATCH_TTL_MS);
        for (size_t i = 0; i < list->elements; i++) queue_cmd_add(&c, queue_client_text(list->element[i]));
        if (!code) code = queue_client_ask(q, &c, script, true, &r, e);
        if (!code) *purged = (size_t)r->integer;
    }
    if (r) freeReplyObject(r);
    freeReplyObject(list);
    return code;
}

/* -- lists ----------------------------------------------------------------------------------------------------------------- */

static int by_text(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

enum err_code queue_list_names(struct queue *q, struct arena *arena, const char ***names, size_t *count, struct err *e) {
    struct queue_cmd c;
    redisReply *r = NULL;
    queue_client_begin(q, &c);
    queue_cmd_add(&c, SV("SMEMBERS"));
    queue_cmd_add(&c, SV(QUEUE_NAMES_KEY));
    *names = NULL;
    *count = 0;
    enum err_code code = queue_client_ask(q, &c, NULL, true, &r, e);
    if (code) return code;
    size_t n = r->type == REDIS_REPLY_ARRAY ? r->elements : 0;
    const char **list = ARENA_ARRAY(arena, const char *, n + 1);
    for (size_t i = 0; list && i < n; i++) {
        struct queue_keys keys;
        const char *name = arena_dup(arena, queue_client_text(r->element[i])).p;
        /* Somebody else may have written into the set. */
        if (name && queue_keys_init(&keys, name, NULL) == ERR_OK) list[(*count)++] = name;
    }
    freeReplyObject(r);
    if (!list || arena->failed) return err_set(e, ERR_MEMORY, "no memory for %zu names", n);
    qsort(list, *count, sizeof *list, by_text);
    *names = list;
    return ERR_OK;
}

enum err_code queue_select(struct queue *q, const char *name, struct err *e) {
    BUG_IF(!q->cfg.look);
    q->cfg.name = name;
    return queue_keys_init(&q->keys, name, e);
}

enum err_code queue_read_memory(struct queue *q, struct queue_memory *out, struct err *e) {
    struct queue_cmd c;
    redisReply *r = NULL;
    queue_client_begin(q, &c);
    queue_cmd_add(&c, SV("INFO"));
    queue_cmd_add(&c, SV("memory"));
    enum err_code code = queue_client_ask(q, &c, NULL, true, &r, e);
    if (code) return code;
    sv info = queue_client_text(r);
    if (!sv_to_u64(queue_info_field(info, SV("used_memory")), &out->used_bytes) || !sv_to_u64(queue_info_field(info, SV("maxmemory")), &out->max_bytes))
        code = odd_answer("INFO memory", e);
    freeReplyObject(r);
    return code;
}

static int by_crawl(const void *a, const void *b) {
    const struct queue_crawl *x = a, *y = b;
    size_t n = x->name.n < y->name.n ? x->name.n : y->name.n;
    int order = n ? memcmp(x->name.p, y->name.p, n) : 0;
    return order ? order : x->name.n < y->name.n ? -1 : x->name.n > y->name.n;
}

/* "NAME:what", where NAME may hold colons. */
static bool split_field(sv field, sv *name, sv *what) {
    for (size_t i = field.n; i > 0; i--) {
        if (field.p[i - 1] != ':') continue;
        *name = sv_take(field, i - 1);
        *what = sv_skip(field, i);
        return true;
    }
    return false;
}

static void add_figure(struct queue_crawl *crawl, sv what, sv value) {
    uint64_t number = 0;
    sv_to_u64(value, &number);
    if (sv_eq(what, SV("enqueued"))) crawl->enqueued += number;
    else if (sv_eq(what, SV("done"))) crawl->done += number;
    else if (sv_eq(what, SV("dead"))) crawl->dead += number;
    else if (sv_eq(what, SV("dropped"))) crawl->dropped += number;
}

enum err_code queue_read_crawls(struct queue *q, struct arena *arena, struct queue_crawl **crawls, size_t *count, struct err *e) {
    struct queue_cmd c;
    redisReply *r = NULL;
    queue_client_begin(q, &c);
    queue_cmd_add(&c, SV("HGETALL"));
    queue_cmd_add_key(&c, &q->keys, KEY_CRAWLS);
    *crawls = NULL;
    *count = 0;
    enum err_code code = queue_client_ask(q, &c, NULL, true, &r, e);
    if (code) return code;
    size_t n = 0, most = r->type == REDIS_REPLY_ARRAY ? r->elements / 2 : 0;
    struct queue_crawl *list = ARENA_ARRAY(arena, struct queue_crawl, most + 1);
    for (size_t i = 0; list && i < most; i++) {
        sv name, what;
        if (!split_field(queue_client_text(r->element[2 * i]), &name, &what)) continue;
        list[n].name = arena_dup(arena, name);
        add_figure(&list[n++], what, queue_client_text(r->element[2 * i + 1]));
    }
    freeReplyObject(r);
    if (!list || arena->failed) return err_set(e, ERR_MEMORY, "no memory for the figures of crawls");
    /* One row a figure until here. */
    qsort(list, n, sizeof *list, by_crawl);
    for (size_t i = 0; i < n; i++) {
        struct queue_crawl *last = *count ? &list[*count - 1] : NULL;
        if (!last || !sv_eq(last->name, list[i].name)) list[(*count)++] = list[i];
        else {
            last->enqueued += list[i].enqueued;
            last->done += list[i].done;
            last->dead += list[i].dead;
            last->dropped += list[i].dropped;
        }
    }
    *crawls = list;
    return ERR_OK;
}
