#include "queue/queue_core.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/file.h"
#include "base/sbuf.h"
#include "queue_scripts.h"

/* -- addresses ------------------------------------------------------------------------------------------------------------- */

static int hex_value(char c) { return ascii_is_digit(c) ? c - '0' : ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f' ? ascii_lower(c) - 'a' + 10 : -1; }

/* %XX decoded, NUL-terminated. */
static sv decode(struct arena *arena, sv v) {
    char *out = v.p ? arena_alloc(arena, v.n + 1) : NULL;
    if (!out) return SV_NONE;
    size_t n = 0;
    for (size_t i = 0; i < v.n; i++) {
        int hi = v.p[i] == '%' && i + 2 < v.n ? hex_value(v.p[i + 1]) : -1, lo = hi >= 0 ? hex_value(v.p[i + 2]) : -1;
        if (lo >= 0) {
            out[n++] = (char)(hi << 4 | lo);
            i += 2;
        } else
            out[n++] = v.p[i];
    }
    return (sv){out, n};
}

static enum err_code parse_db(sv text, unsigned *db, struct err *e) {
    uint64_t number;
    if (text.n == 0) return ERR_OK;
    if (!sv_to_u64(text, &number) || number > 65535) return err_set(e, ERR_USAGE, "the database in the Redis URL is not a number");
    *db = (unsigned)number;
    return ERR_OK;
}

/* The first line of a file, for a password that is to be in no environment. */
static enum err_code read_password(sv path, struct arena *arena, sv *out, struct err *e) {
    struct sbuf text;
    sbuf_init(&text, 4096);
    enum err_code code = file_read(path.p, &text, e);
    sv rest = sbuf_view(&text);
    if (!code) *out = arena_dup(arena, sv_trim(sv_cut(&rest, '\n')));
    sbuf_clear(&text);
    if (code) return err_set(e, ERR_USAGE, "the password-file of the Redis URL cannot be read: %.*s", SV_ARG(path));
    return out->n ? ERR_OK : err_set(e, ERR_USAGE, "the first line of %.*s is empty: it holds the password for Redis", SV_ARG(path));
}

static enum err_code parse_option(sv name, sv value, struct arena *arena, struct queue_address *out, struct err *e) {
    if (sv_eq(name, SV("db"))) return parse_db(value, &out->db, e);
    sv path = decode(arena, value.p ? value : SV(""));
    if (sv_eq(name, SV("password-file"))) return path.n ? read_password(path, arena, &out->password, e) : err_set(e, ERR_USAGE, "password-file= in the Redis URL needs a path");
    sv *file = sv_eq(name, SV("ca")) ? &out->ca : sv_eq(name, SV("cert")) ? &out->cert : sv_eq(name, SV("key")) ? &out->key : NULL;
    if (!file) return err_set(e, ERR_USAGE, "the Redis URL knows db, password-file, ca, cert and key behind its '?'");
    if (!out->is_tls) return err_set(e, ERR_USAGE, "ca, cert and key in the Redis URL are for TLS: rediss://");
    *file = path;
    return ERR_OK;
}

static enum err_code parse_options(sv rest, struct arena *arena, struct queue_address *out, struct err *e) {
    enum err_code code = ERR_OK;
    while (!code && rest.p) {
        sv value = sv_cut(&rest, '&'), name = sv_cut(&value, '=');
        if (name.n) code = parse_option(name, value, arena, out, e);
    }
    return code;
}

static enum err_code parse_unix(sv path, struct arena *arena, struct queue_address *out, struct err *e) {
    out->host = decode(arena, path);
    return out->host.n ? ERR_OK : err_set(e, ERR_USAGE, "unix:// needs the path of a socket: unix:///run/redis/redis.sock");
}

static enum err_code parse_tcp(sv rest, struct arena *arena, struct queue_address *out, struct err *e) {
    sv host = sv_cut(&rest, '/');
    uint64_t port = 6379;
    if (sv_starts(host, SV("["))) {
        sv_cut(&host, '[');
        sv inner = sv_cut(&host, ']');
        out->host = decode(arena, inner);
        if (sv_starts(host, SV(":")) && !sv_to_u64(sv_skip(host, 1), &port)) port = 0;
    } else {
        sv number = host;
        out->host = decode(arena, sv_cut(&number, ':'));
        if (number.p && !sv_to_u64(number, &port)) port = 0;
    }
    if (!out->host.n) return err_set(e, ERR_USAGE, "redis:// needs a host: redis://127.0.0.1:6379");
    if (port == 0 || port > 65535) return err_set(e, ERR_USAGE, "the port in the Redis URL is not a number from 1 to 65535");
    out->port = (unsigned)port;
    return parse_db(rest, &out->db, e);
}

static void take_user(sv *rest, struct arena *arena, struct queue_address *out) {
    /* Everything up to the last '@' is user and password. */
    size_t at = SIZE_MAX;
    for (size_t i = 0; i < rest->n; i++)
        if (rest->p[i] == '@') at = i;
    if (at == SIZE_MAX) return;
    sv password = sv_take(*rest, at), user = sv_cut(&password, ':');
    if (password.p) out->password = decode(arena, password);
    if (user.n) out->user = decode(arena, user);
    *rest = sv_skip(*rest, at + 1);
}

enum err_code queue_address_parse(const char *url, struct arena *arena, struct queue_address *out, struct err *e) {
    *out = (struct queue_address){0};
    sv rest = sv_cstr(url);
    out->is_unix = sv_starts(rest, SV("unix://"));
    out->is_tls = sv_starts(rest, SV("rediss://"));
    if (!out->is_unix && !out->is_tls && !sv_starts(rest, SV("redis://"))) return err_set(e, ERR_USAGE, "a Redis URL begins with redis://, rediss:// or unix://");
    const char *scheme = out->is_unix ? "unix://" : out->is_tls ? "rediss://" : "redis://";
    rest = sv_skip(rest, strlen(scheme));
    take_user(&rest, arena, out);
    sv where = sv_cut(&rest, '?');
    enum err_code code = out->is_unix ? parse_unix(where, arena, out, e) : parse_tcp(where, arena, out, e);
    if (!code) code = parse_options(rest, arena, out, e);
    if (code) return code;
    struct sbuf shown;
    sbuf_init(&shown, 0);
    sbuf_addf(&shown, "%s%.*s", scheme, SV_ARG(out->host));
    if (!out->is_unix) sbuf_addf(&shown, ":%u", out->port);
    out->shown = arena_dup(arena, sbuf_view(&shown));
    sbuf_clear(&shown);
    return out->shown.p && !arena->failed ? ERR_OK : err_set(e, ERR_MEMORY, "no memory for an address");
}

/* -- keys and scripts ------------------------------------------------------------------------------------------------------ */

enum err_code queue_keys_init(struct queue_keys *keys, const char *queue_name, struct err *e) {
    static const char *const names[KEY_COUNT] = {"jobs",    "results", "delayed", "delayed:payload", "counters",
                                                 "current", "dead",    "paused",  "progress",        "workers",
                                                 "crawls",  "limits",  "collector"};
    sv name = sv_cstr(queue_name ? queue_name : "default");
    bool ok = name.n > 0 && name.n <= QUEUE_NAME_MAX;
    for (size_t i = 0; ok && i < name.n; i++)
        ok = ascii_is_alpha(name.p[i]) || ascii_is_digit(name.p[i]) || name.p[i] == '_' || name.p[i] == '.' || name.p[i] == '-';
    if (!ok) return err_set(e, ERR_USAGE, "a queue's name is 1 to %d of A-Z a-z 0-9 _ . -", QUEUE_NAME_MAX);
    snprintf(keys->prefix, sizeof keys->prefix, "thresher:{%.*s:0}:", SV_ARG(name));
    for (int i = 0; i < KEY_COUNT; i++) snprintf(keys->name[i], sizeof keys->name[i], "thresher:{%.*s:0}:%s", SV_ARG(name), names[i]);
    return ERR_OK;
}

void queue_scripts_init(struct queue_scripts *scripts) {
#define SCRIPT(name) {#name, queue_script_##name, queue_script_##name##_sha1, false}
#define READING_SCRIPT(name) {#name, queue_script_##name, queue_script_##name##_sha1, true}
    static const struct queue_script all[SCRIPT_COUNT] = {
        [SCRIPT_ENQUEUE] = SCRIPT(enqueue),
        [SCRIPT_HEARTBEAT] = SCRIPT(heartbeat),
        [SCRIPT_FINISH] = SCRIPT(finish),
        [SCRIPT_RETRY] = SCRIPT(retry),
        [SCRIPT_PROMOTE] = SCRIPT(promote),
        [SCRIPT_RECLAIM] = SCRIPT(reclaim),
        [SCRIPT_RELEASE] = SCRIPT(release),
        [SCRIPT_COLLECTOR_ACK] = SCRIPT(collector_ack),
        [SCRIPT_COLLECTOR_LEASE] = SCRIPT(collector_lease),
        [SCRIPT_STATUS] = READING_SCRIPT(status),
        [SCRIPT_DEAD_PAGE] = READING_SCRIPT(dead_page),
        [SCRIPT_DEAD_RETRY] = SCRIPT(dead_retry),
        [SCRIPT_DEAD_DROP] = SCRIPT(dead_drop),
        [SCRIPT_WAITING] = READING_SCRIPT(waiting),
        [SCRIPT_PURGE] = SCRIPT(purge),
    };
#undef SCRIPT
#undef READING_SCRIPT
    memcpy(scripts->script, all, sizeof all);
}

/* -- how long extraction took ---------------------------------------------------------------------------------------------- */

const uint64_t queue_took_bounds_us[QUEUE_TOOK_BUCKETS] = {500,    1000,   2500,   5000,    10000,   25000,   50000,     100000,
                                                           250000, 500000, 1000000, 2500000, 5000000, 10000000, UINT64_MAX};

static size_t took_bucket(uint64_t us) {
    size_t i = 0;
    while (us > queue_took_bounds_us[i]) i++;
    return i;
}

/* -- commands -------------------------------------------------------------------------------------------------------------- */

void queue_cmd_init(struct queue_cmd *c, struct arena *arena) { *c = (struct queue_cmd){.arena = arena}; }

void queue_cmd_add(struct queue_cmd *c, sv v) {
    size_t cap = c->cap;
    if (c->failed || !arena_grow(c->arena, (void **)&c->argv, c->count, &c->cap, sizeof *c->argv) ||
        !arena_grow(c->arena, (void **)&c->lens, c->count, &cap, sizeof *c->lens)) {
        c->failed = true;
        return;
    }
    c->argv[c->count] = v.p ? v.p : "";
    c->lens[c->count++] = v.n;
}

static void add_copy(struct queue_cmd *c, sv v) {
    sv copy = arena_dup(c->arena, v);
    if (!copy.p) c->failed = true;
    queue_cmd_add(c, copy);
}

void queue_cmd_add_u64(struct queue_cmd *c, uint64_t n) {
    char text[24];
    add_copy(c, sv_from(text, (size_t)snprintf(text, sizeof text, "%" PRIu64, n)));
}

void queue_cmd_add_hex(struct queue_cmd *c, const struct hash128 *id) {
    char hex[2 * sizeof id->b + 1];
    hex_encode(id->b, sizeof id->b, hex);
    add_copy(c, sv_cstr(hex));
}

void queue_cmd_add_took(struct queue_cmd *c, uint64_t extract_us) {
    uint64_t bound = queue_took_bounds_us[took_bucket(extract_us)];
    if (!extract_us) queue_cmd_add(c, SV(""));
    else if (bound == UINT64_MAX) queue_cmd_add(c, SV("inf"));
    else queue_cmd_add_u64(c, bound);
    queue_cmd_add_u64(c, extract_us);
}

void queue_cmd_add_group(struct queue_cmd *c, const struct queue_group *g) {
    char text[48];
    add_copy(c, sv_from(text, (size_t)snprintf(text, sizeof text, "%016" PRIx64 ":%" PRIu64, g->source, g->position)));
}

void queue_cmd_script(struct queue_cmd *c, const struct queue_script *script, size_t key_count) {
    queue_cmd_add(c, SV("EVALSHA"));
    queue_cmd_add(c, sv_cstr(script->sha1));
    queue_cmd_add_u64(c, key_count);
}

void queue_cmd_as_eval(struct queue_cmd *c, const struct queue_script *script) {
    BUG_IF(c->count < 3);
    c->argv[0] = "EVAL";
    c->lens[0] = 4;
    c->argv[1] = script->source;
    c->lens[1] = strlen(script->source);
}

void queue_cmd_add_key(struct queue_cmd *c, const struct queue_keys *keys, enum queue_key key) { queue_cmd_add(c, sv_cstr(keys->name[key])); }

void queue_cmd_add_seen(struct queue_cmd *c, const struct queue_keys *keys, const struct hash128 *id) {
    char hex[2 * sizeof id->b + 1], name[sizeof keys->prefix + 48];
    hex_encode(id->b, sizeof id->b, hex);
    add_copy(c, sv_from(name, (size_t)snprintf(name, sizeof name, "%sseen:%s", keys->prefix, hex)));
}

size_t queue_took_parse(sv text) {
    uint64_t bound;
    return took_bucket(sv_to_u64(text, &bound) ? bound : UINT64_MAX);
}

bool queue_group_parse(sv text, struct queue_group *out) {
    uint8_t bytes[8];
    sv position = text, source = sv_cut(&position, ':');
    if (!hex_decode(source, bytes, sizeof bytes) || !sv_to_u64(position, &out->position)) return false;
    out->source = 0;
    for (size_t i = 0; i < sizeof bytes; i++) out->source = out->source << 8 | bytes[i];
    return true;
}

int queue_group_compare(const void *a, const void *b) {
    const struct queue_group *x = a, *y = b;
    if (x->source != y->source) return x->source < y->source ? -1 : 1;
    return x->position < y->position ? -1 : x->position > y->position;
}

/* -- answers --------------------------------------------------------------------------------------------------------------- */

enum queue_fault queue_fault_of(sv reply) {
    static const struct {
        const char *prefix;
        enum queue_fault fault;
    } table[] = {
        {"NOSCRIPT", QUEUE_FAULT_NOSCRIPT}, {"NOGROUP", QUEUE_FAULT_NOGROUP}, {"LOADING", QUEUE_FAULT_AGAIN},   {"BUSY ", QUEUE_FAULT_AGAIN},
        {"MASTERDOWN", QUEUE_FAULT_AGAIN},  {"READONLY", QUEUE_FAULT_AGAIN},  {"OOM", QUEUE_FAULT_AGAIN},       {"TRYAGAIN", QUEUE_FAULT_AGAIN},
        {"NOREPLICAS", QUEUE_FAULT_AGAIN},  {"MISCONF", QUEUE_FAULT_AGAIN},   {"CLUSTERDOWN", QUEUE_FAULT_AGAIN}, {"NOAUTH", QUEUE_FAULT_DENIED},
        {"WRONGPASS", QUEUE_FAULT_DENIED},  {"NOPERM", QUEUE_FAULT_DENIED}, {"ERR The user executing the script can't", QUEUE_FAULT_DENIED},   {"ERR AUTH", QUEUE_FAULT_DENIED}, {"ERR max number of clients", QUEUE_FAULT_AGAIN},
    };
    for (size_t i = 0; i < COUNT_OF(table); i++)
        if (sv_starts(reply, sv_cstr(table[i].prefix))) return table[i].fault;
    /* Inside a script the server's error may be wrapped. */
    if (sv_has(reply, SV("OOM command not allowed"))) return QUEUE_FAULT_AGAIN;
    if (sv_has(reply, SV("NOGROUP")) || sv_has(reply, SV("no such key"))) return QUEUE_FAULT_NOGROUP;
    return QUEUE_FAULT_FATAL;
}

enum err_code queue_refusal(const struct queue_address *address, sv reply, struct err *e) {
    sv text = sv_take(reply, 120);
    enum queue_fault fault = queue_fault_of(text);
    if (fault != QUEUE_FAULT_DENIED)
        return err_set(e, fault == QUEUE_FAULT_AGAIN ? ERR_IO : ERR_INPUT, "Redis at %.*s says: %.*s", SV_ARG(address->shown), SV_ARG(text));
    const char *hint = address->password.p ? "the user or password in the URL is refused" : "it needs a password: put it into the URL, redis://:PASSWORD@host, by REDIS_URL";
    if (sv_starts(text, SV("NOPERM")) || sv_has(text, SV("executing the script can't"))) hint = "this user may not run a command that Thresher needs";
    return err_set(e, ERR_DENIED, "Redis at %.*s refuses: %s", SV_ARG(address->shown), hint);
}

void queue_say_lost(const struct log_ctx *log, const struct queue_address *address, const char *what, uint64_t counted, uint64_t least) {
    log_msg(log, LOG_ERROR, "redis_lost",
            "the server at %.*s was restarted and has lost writes: it counts %" PRIu64 " %s where it had acknowledged %" PRIu64
            ". Feed the same inputs again: what is on disk is not done twice", SV_ARG(address->shown), counted, what, least);
}

uint64_t queue_backoff_ms(uint64_t base_ms, uint64_t max_ms, unsigned tries, uint64_t random) {
    uint64_t ceiling = tries < 32 && base_ms <= max_ms >> tries ? base_ms << tries : max_ms;
    return ceiling ? random % (ceiling + 1) : 0;
}

sv queue_info_field(sv info, sv name) {
    while (info.n) {
        sv value = sv_cut(&info, '\n'), key = sv_cut(&value, ':');
        if (sv_eq(key, name)) return sv_trim(value);
    }
    return SV_NONE;
}

static bool version_at_least(sv info, sv key, unsigned major, sv *found) {
    sv value = queue_info_field(info, key), rest = value;
    uint64_t number;
    if (!value.p) return false;
    *found = value;
    return sv_to_u64(sv_cut(&rest, '.'), &number) && number >= major;
}

enum err_code queue_check_server(sv info, sv shown, struct err *e) {
    sv found = SV("an unknown version");
    if (version_at_least(info, SV("valkey_version"), 8, &found) || version_at_least(info, SV("redis_version"), 7, &found)) return ERR_OK;
    return err_set(e, ERR_INPUT, "the server at %.*s is too old (%.*s): Thresher needs Redis 7.0 or Valkey 8, or later", SV_ARG(shown), SV_ARG(found));
}
