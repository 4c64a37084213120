/* thresher-collector: results from the queue onto disk, each exactly once. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "output.h"
#include "queue/checkpoint.h"
#include "queue/queue.h"
#include "runtime/options.h"
#include "runtime/stop.h"
#include "runtime/version.h"
#include "schema/job.h"
#include "schema/result.h"
#include "schema/result_json.h"

enum { EXIT_USAGE = 2, EXIT_REDIS = 3, EXIT_DISK = 5, TAKE_COUNT = 512, BLOCK_MS = 200, DISK_TRIES = 30, DISK_PAUSE_MS = 1000, CHECKPOINT_MS = 1000 };

struct settings {
    const char *redis, *queue, *crawl_id, *dir;
    uint64_t segment_bytes;
    bool drain;
};

struct collector {
    struct settings settings;
    struct log_ctx log;
    struct queue *queue;
    struct output *output;
    struct arena arena;
    struct sbuf line;
    struct checkpoint checkpoint; /* below which positions of the sources every result is on disk */
    char checkpoint_path[4096];
    uint64_t checkpoint_ms; /* when it was last looked at */
    bool pending; /* what was taken before and never acknowledged comes first */
};

static bool should_stop(void *user) {
    (void)user;
    return stop_requested();
}

static void write_dead(const struct queue_entry *entry, struct arena *arena, struct sbuf *line) {
    struct job job = {0};
    struct err why;
    char hex[2 * sizeof entry->id.b + 1];
    struct json_out j;
    bool readable = job_unpack(entry->payload, arena, &job, &why) == ERR_OK;
    hex_encode(entry->id.b, sizeof entry->id.b, hex);
    json_out_init(&j, line);
    json_out_open(&j, '{');
    json_out_kv(&j, "job_id", sv_cstr(hex));
    json_out_kv(&j, "status", SV("dead"));
    json_out_kv(&j, "url", readable ? job.url : SV_NONE);
    json_out_kv(&j, "reason", entry->reason);
    json_out_kv(&j, "detail", entry->detail);
    json_out_kv_u64(&j, "attempts", entry->attempts);
    json_out_kv_u64(&j, "crashes", entry->crashes);
    json_out_kv_u64(&j, "lost", entry->lost);
    json_out_kv_u64(&j, "dead_ms", (uint64_t)entry->dead_ms);
    json_out_kv(&j, "warc_file", readable ? job.warc_file : SV_NONE);
    json_out_kv_u64(&j, "warc_offset", job.warc_offset);
    json_out_close(&j, '}');
}

/* A result that cannot be read is somebody else's writing into our stream: its line says so. */
static void write_result(struct queue_entry *entry, struct arena *arena, struct sbuf *line) {
    struct result result;
    struct err why;
    if (result_unpack(entry->payload, arena, &result, &why) != ERR_OK) {
        result = (struct result){.status = STATUS_BAD_PAYLOAD, .failure_class = SV("schema"), .failure_detail = sv_cstr(why.msg)};
    }
    result.id = entry->id;
    entry->status = sv_cstr(status_name(result.status));
    result_write_json(&result, SV_NONE, line);
}

static enum err_code add(struct collector *c, struct queue_entry *entry, struct err *e) {
    struct hash128 key = entry->id;
    bool dead = entry->stream == QUEUE_DEAD;
    /* A dead letter that is retried may still get a result: the two are told apart. */
    if (dead) key.b[0] ^= 0xFF;
    if (entry->payload.p == NULL || output_has(c->output, &key)) return ERR_OK;
    sbuf_reset(&c->line);
    if (dead) write_dead(entry, &c->arena, &c->line);
    else write_result(entry, &c->arena, &c->line);
    if (c->line.n == 0 || c->line.p[c->line.n - 1] != '\n') sbuf_add_char(&c->line, '\n');
    return !c->line.err && output_add(c->output, &key, sbuf_view(&c->line), dead) ? ERR_OK : err_set(e, ERR_MEMORY, "no memory for a result");
}

/* A full disk may be emptied by somebody: nothing is acknowledged meanwhile. */
static enum err_code commit(struct collector *c, struct err *e) {
    enum err_code code = output_commit(c->output, e);
    for (int tries = 0; code == ERR_IO && tries < DISK_TRIES && !stop_requested(); tries++) {
        log_line(&c->log, LOG_ERROR, "disk", "msg", e->msg, NULL);
        nanosleep(&(struct timespec){.tv_sec = DISK_PAUSE_MS / 1000}, NULL);
        code = output_commit(c->output, e);
    }
    return code;
}

/* Moves the checkpoint on to what the queue says is finished. Redis away, or a disk that is full for the moment: the old one stays true. */
static void move_checkpoint(struct collector *c, bool now) {
    struct queue_group *positions;
    struct err e;
    size_t count;
    bool changed = false;
    if (!now && clock_mono_ms() - c->checkpoint_ms < CHECKPOINT_MS) return;
    c->checkpoint_ms = clock_mono_ms();
    if (queue_progress(c->queue, &c->arena, &positions, &count, &e) != ERR_OK) return;
    enum err_code code = ERR_OK;
    for (size_t i = 0; !code && i < count; i++) code = checkpoint_raise(&c->checkpoint, positions[i], &changed, &e);
    if (!code && changed) code = checkpoint_write(&c->checkpoint, c->checkpoint_path, &e);
    if (code) log_line(&c->log, LOG_WARN, "checkpoint", "msg", e.msg, NULL);
}

static bool is_drained(struct collector *c) {
    struct queue_stats s;
    struct err e;
    return queue_read_stats(c->queue, &s, &e) == ERR_OK && s.ready + s.in_flight + s.delayed + s.results_waiting == 0 && s.dead == s.dead_exported;
}

/* One round: take, write, sync, acknowledge. *disk says whose the error is. */
static enum err_code collect(struct collector *c, size_t *count, bool *disk, struct err *e) {
    struct queue_entry *entries;
    arena_reset(&c->arena);
    *disk = false;
    enum err_code code = queue_take_results(c->queue, c->pending, TAKE_COUNT, BLOCK_MS, &c->arena, &entries, count, e);
    if (code) return code;
    if (*count == 0) {
        c->pending = false;
        return ERR_OK;
    }
    for (size_t i = 0; !code && i < *count; i++) code = add(c, &entries[i], e);
    *disk = true;
    if (!code) code = commit(c, e);
    if (code) return code;
    *disk = false;
    code = queue_ack_results(c->queue, entries, *count, e);
    if (!code) move_checkpoint(c, false);
    return code;
}

static int loop(struct collector *c) {
    struct err e = {0};
    enum err_code code = ERR_OK;
    bool disk = false;
    while (!code && !stop_requested()) {
        size_t count;
        code = collect(c, &count, &disk, &e);
        if (!code && count == 0 && c->settings.drain && is_drained(c)) break;
    }
    if (code == ERR_CANCELLED) code = ERR_OK;
    if (!code) {
        move_checkpoint(c, true);
        disk = true;
        code = output_finish(c->output, &e);
    }
    if (!code) return 0;
    log_line(&c->log, LOG_ERROR, "stopped", "msg", e.msg, NULL);
    return disk ? EXIT_DISK : EXIT_REDIS;
}

static int run(struct collector *c) {
    const struct settings *s = &c->settings;
    const struct output_cfg output_cfg = {.dir = s->dir, .crawl_id = s->crawl_id, .segment_bytes = s->segment_bytes};
    const struct queue_cfg queue_cfg = {.url = s->redis, .name = s->queue, .log = &c->log, .should_stop = should_stop};
    struct err e = {0};
    stop_install();
    signal(SIGXFSZ, SIG_IGN);
    c->pending = true;
    arena_init(&c->arena, 0);
    sbuf_init(&c->line, 0);
    int status = 0;
    enum err_code code = output_open(&c->output, &output_cfg, &e);
    snprintf(c->checkpoint_path, sizeof c->checkpoint_path, "%s/.thresher/checkpoint", s->dir);
    if (!code) code = checkpoint_read(c->checkpoint_path, &c->checkpoint, &e);
    if (code) status = code == ERR_CONFLICT || code == ERR_INPUT ? EXIT_USAGE : EXIT_DISK;
    else if ((code = queue_open(&c->queue, &queue_cfg, &e))) status = code == ERR_USAGE ? EXIT_USAGE : EXIT_REDIS;
    if (code) fprintf(stderr, "thresher-collector: %s\n", e.msg);
    else status = loop(c);
    queue_close(&c->queue);
    output_close(&c->output);
    checkpoint_clear(&c->checkpoint);
    sbuf_clear(&c->line);
    arena_clear(&c->arena);
    return status;
}

int main(int argc, char **argv) {
    struct collector c = {.settings = {.redis = "redis://127.0.0.1:6379", .queue = "default", .crawl_id = "default", .segment_bytes = (uint64_t)256 << 20}};
    struct settings *s = &c.settings;
    const struct option table[] = {
        {"output", 'o', OPTION_TEXT, "DIR", "THRESHER_OUTPUT", "folder for articles, dead letters and manifest; made when it is not there", &s->dir},
        {"redis", 'r', OPTION_TEXT, "URL", "REDIS_URL", "redis://[user:password@]host[:port][/db] or unix:///path", &s->redis},
        {"queue", 'q', OPTION_TEXT, "NAME", "THRESHER_QUEUE", "queue to take results from (default)", &s->queue},
        {"crawl-id", 0, OPTION_TEXT, "ID", "THRESHER_CRAWL_ID", "whose output DIR holds (default)", &s->crawl_id},
        {"segment-bytes", 0, OPTION_BYTES, "BYTES", "THRESHER_SEGMENT_BYTES", "a segment is closed above this (256M)", &s->segment_bytes},
        {"drain", 0, OPTION_FLAG, NULL, NULL, "stop when the queue holds nothing more", &s->drain},
    };
    const struct options options = {table, COUNT_OF(table), "thresher-collector -o DIR [OPTIONS]",
                                    "Writes each result of a queue to disk exactly once, as lines of JSON. Runs until SIGTERM or SIGINT.",
                                    "Exit status: 0 stopped as asked or drained, 2 usage or a folder that belongs to another crawl, 3 Redis, 5 disk."};
    const char **args = calloc((size_t)argc + 1, sizeof *args);
    struct arena strings;
    struct sbuf text;
    struct err e = {0};
    size_t count = 0;
    enum options_outcome outcome = OPTIONS_RUN;
    int status = EXIT_USAGE;
    arena_init(&strings, 0);
    sbuf_init(&text, 0);
    c.log = (struct log_ctx){.least = LOG_INFO, .program = "collector", .fd = STDERR_FILENO};
    if (!args || options_parse(&options, argc, argv, &strings, args, &count, &outcome, &e) != ERR_OK) fprintf(stderr, "thresher-collector: %s\n", args ? e.msg : "no memory");
    else if (outcome == OPTIONS_HELP) {
        options_help(&options, &text);
        status = fputs(sbuf_cstr(&text), stdout) < 0;
    } else if (outcome == OPTIONS_VERSION)
        status = printf("thresher-collector %s\n", version_text()) < 0;
    else if (!s->dir || count)
        fprintf(stderr, "thresher-collector: %s\n", s->dir ? "takes options only (try --help)" : "-o DIR says where the articles go (try --help)");
    else
        status = run(&c);
    sbuf_clear(&text);
    free(args);
    arena_clear(&strings);
    return status;
}
