#include "queue.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json_out.h"
#include "queue/queue_admin.h"
#include "runtime/command.h"

enum { PURGE_STEP = 128 };
#define NOT_GIVEN UINT64_MAX

struct settings {
    const char *redis, *queue;
    uint64_t max_jobs, max_bytes;
    bool json, yes;
};

static enum err_code open_queue(const struct settings *s, struct queue **out, struct err *e) {
    const struct queue_cfg cfg = {.url = s->redis, .name = s->queue, .look = true};
    return queue_open(out, &cfg, e);
}

static void write_one(struct json_out *j, const char *name, const struct queue_stats *s, struct sbuf *text) {
    const struct {
        const char *name;
        uint64_t value;
    } figures[] = {{"ready", s->ready}, {"in_flight", s->in_flight}, {"delayed", s->delayed}, {"results_waiting", s->results_waiting}, {"done", s->done}, {"dead", s->dead},
                   {"dropped", s->dropped}, {"workers", s->workers}, {"job_bytes", s->job_bytes}, {"limit_jobs", s->limit_jobs}, {"limit_bytes", s->limit_bytes}};
    if (!j) {
        sbuf_addf(text, "%-20s", name);
        for (size_t i = 0; i < 8; i++) sbuf_addf(text, " %9" PRIu64, figures[i].value);
        sbuf_addf(text, "  %s\n", s->paused ? "paused" : "");
        return;
    }
    json_out_open(j, '{');
    json_out_kv(j, "name", sv_cstr(name));
    for (size_t i = 0; i < COUNT_OF(figures); i++) json_out_kv_u64(j, figures[i].name, figures[i].value);
    json_out_key(j, "paused");
    json_out_bool(j, s->paused);
    json_out_close(j, '}');
}

static enum err_code list(struct command *c, const struct settings *s, struct queue *queue, struct err *e) {
    const char **names;
    size_t count;
    struct sbuf out;
    struct json_out j;
    sbuf_init(&out, 0);
    json_out_init(&j, &out);
    enum err_code code = queue_list_names(queue, &c->arena, &names, &count, e);
    if (!code && s->json) json_out_open(&j, '[');
    else if (!code) sbuf_addf(&out, "%-20s %9s %9s %9s %9s %9s %9s %9s %9s\n", "QUEUE", "READY", "IN-FLIGHT", "DELAYED", "RESULTS", "DONE", "DEAD", "DROPPED", "WORKERS");
    for (size_t i = 0; !code && i < count; i++) {
        struct queue_stats stats;
        code = queue_select(queue, names[i], e);
        if (!code) code = queue_read_stats(queue, &stats, e);
        if (!code) write_one(s->json ? &j : NULL, names[i], &stats, &out);
    }
    if (!code && s->json) {
        json_out_close(&j, ']');
        sbuf_add_char(&out, '\n');
    }
    const char *text = sbuf_cstr(&out);
    if (!code && !text) code = err_set(e, ERR_MEMORY, "no memory for the list of the queues");
    if (!code) fputs(text, stdout);
    sbuf_clear(&out);
    return code;
}

static enum err_code set_paused(const struct settings *s, struct queue *queue, bool paused, struct err *e) {
    enum err_code code = queue_set_paused(queue, paused, e);
    if (code) return code;
    if (s->json) printf("{\"name\":\"%s\",\"paused\":%s}\n", s->queue, paused ? "true" : "false");
    else fprintf(stderr, "thresher queue: %s is %s\n", s->queue, paused ? "paused: workers finish what they hold and take nothing new" : "running");
    return ERR_OK;
}

/* What waited at the start: a producer that goes on feeding does not keep this going. */
static enum err_code purge(const struct settings *s, struct queue *queue, struct err *e) {
    struct queue_stats stats;
    if (!s->yes) return err_set(e, ERR_USAGE, "purge removes every job of queue '%s' that waits, for good: say --yes if that is meant", s->queue);
    enum err_code code = queue_read_stats(queue, &stats, e);
    uint64_t total = 0, wanted = code ? 0 : stats.ready + stats.delayed;
    for (size_t seen = 1, purged; !code && seen && total < wanted; total += purged) {
        uint64_t left = wanted - total;
        code = queue_purge_some(queue, left < PURGE_STEP ? (size_t)left : PURGE_STEP, &seen, &purged, e);
        if (code) return code;
    }
    if (code) return code;
    if (s->json) printf("{\"name\":\"%s\",\"dropped\":%" PRIu64 "}\n", s->queue, total);
    else fprintf(stderr, "thresher queue: %" PRIu64 " jobs dropped\n", total);
    return ERR_OK;
}

static enum err_code limits(const struct settings *s, struct queue *queue, struct err *e) {
    struct queue_stats now;
    enum err_code code = queue_set_limits(queue, s->max_jobs == NOT_GIVEN ? NULL : &s->max_jobs, s->max_bytes == NOT_GIVEN ? NULL : &s->max_bytes, e);
    if (!code) code = queue_read_stats(queue, &now, e);
    if (code) return code;
    if (s->json) printf("{\"name\":\"%s\",\"limit_jobs\":%" PRIu64 ",\"limit_bytes\":%" PRIu64 "}\n", s->queue, now.limit_jobs, now.limit_bytes);
    else
        printf("limit_jobs  %" PRIu64 "%s\nlimit_bytes %" PRIu64 "%s\n", now.limit_jobs ? now.limit_jobs : QUEUE_MAX_JOBS, now.limit_jobs ? "" : " (default)",
               now.limit_bytes ? now.limit_bytes : QUEUE_MAX_BYTES, now.limit_bytes ? "" : " (default)");
    return ERR_OK;
}

static int run(struct command *c, const struct settings *s) {
    static const char *const verbs[] = {"ls", "pause", "resume", "purge", "limits"};
    struct queue *queue = NULL;
    struct err e = {0};
    size_t verb = 0;
    while (verb < COUNT_OF(verbs) && (c->arg_count != 1 || strcmp(c->args[0], verbs[verb]) != 0)) verb++;
    bool sets = s->max_jobs != NOT_GIVEN || s->max_bytes != NOT_GIVEN;
    enum err_code code = verb == COUNT_OF(verbs) ? err_set(&e, ERR_USAGE, "say one thing to do: ls, pause, resume, purge or limits (try --help)") : ERR_OK;
    if (!code && sets && verb != 4) code = err_set(&e, ERR_USAGE, "--max-jobs and --max-bytes are for limits");
    if (!code) code = open_queue(s, &queue, &e);
    if (!code) {
        switch (verb) {
        case 0: code = list(c, s, queue, &e); break;
        case 1: code = set_paused(s, queue, true, &e); break;
        case 2: code = set_paused(s, queue, false, &e); break;
        case 3: code = purge(s, queue, &e); break;
        default: code = limits(s, queue, &e); break;
        }
    }
    queue_close(&queue);
    if (code) return command_fail(c, &e);
    return command_flush(c) ? COMMAND_OK : COMMAND_DISK;
}

int queue_command(int argc, char **argv) {
    struct settings s = {.redis = "redis://127.0.0.1:6379", .queue = "default", .max_jobs = NOT_GIVEN, .max_bytes = NOT_GIVEN};
    const struct option table[] = {
        {"redis", 'r', OPTION_URL, "URL", "REDIS_URL", "redis:// or rediss://[user@]host[:port][/db], unix:///path; README: TLS, passwords", &s.redis},
        {"queue", 'q', OPTION_TEXT, "NAME", "THRESHER_QUEUE", "name of the queue (default)", &s.queue},
        {"max-jobs", 0, OPTION_NUMBER, "N", NULL, "limits: producers wait while this many are waiting; 0 takes the limit away", &s.max_jobs},
        {"max-bytes", 0, OPTION_BYTES, "BYTES", NULL, "limits: producers wait while payloads of this size are waiting; 0 takes the limit away", &s.max_bytes},
        {"yes", 0, OPTION_FLAG, NULL, NULL, "purge: yes, really", &s.yes},
        {"json", 0, OPTION_FLAG, NULL, NULL, "for programs", &s.json},
    };
    const struct options options = {table, COUNT_OF(table), "thresher queue ls|pause|resume|purge|limits [OPTIONS]",
                                    "ls lists the queues of a server. pause lets workers finish what they hold and take nothing new, until resume. purge drops the jobs\n"
                                    "that wait, ready or delayed; those in work are finished. limits shows or sets how much may wait; a producer's own option wins.",
                                    "Exit status: 0; 2 usage; 3 Redis cannot be used; 5 the answer cannot be written."};
    struct command c = {.name = "thresher queue", .options = &options};
    int status;
    if (command_begin(&c, argc, argv, &status)) status = run(&c, &s);
    command_clear(&c);
    return status;
}
