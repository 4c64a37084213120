/* thresher-producer: WARC files, pages and folders of pages into the queue. */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/json_out.h"
#include "checkpointer.h"
#include "monitor/http_thread.h"
#include "producer_metrics.h"
#include "runtime/command.h"
#include "runtime/stop.h"
#include "source.h"

enum { EXIT_DAMAGED = 1, EXIT_USAGE = 2, EXIT_REDIS = 3 };

struct settings {
    const char *redis, *queue, *crawl_id, *listen;
    uint64_t max_jobs, max_bytes, max_record;
    const char *start_at, *checkpoint;
    uint64_t replicas;
    struct input_options input;
    bool dry_run, json;
    enum log_level log_level;
};

/* One run, told by the callback. */
struct telling {
    const struct settings *settings;
    struct checkpointer *checkpointer; /* or NULL */
    bool damaged;
    bool said; /* an error, with the source that met it */
};

static bool should_stop(void *user) {
    (void)user;
    return stop_requested();
}

static void write_text(const char *path, const struct source_report *r, struct sbuf *out) {
    sbuf_addf(out, "%s: %" PRIu64 " records: %" PRIu64 " enqueued, %" PRIu64 " duplicates, %" PRIu64 " skipped", path, r->records, r->counts.enqueued,
              r->counts.duplicates, r->skipped);
    for (size_t i = 0; i < r->skip_kinds; i++) sbuf_addf(out, "%s%s %" PRIu64, i ? ", " : " (", r->skips[i].reason, r->skips[i].count);
    sbuf_addf(out, "%s\n", r->skip_kinds ? ")" : "");
}

static void write_json(const char *path, const struct source_report *r, const char *error, struct sbuf *out) {
    struct json_out j;
    json_out_init(&j, out);
    json_out_open(&j, '{');
    json_out_kv(&j, "path", sv_cstr(path));
    json_out_kv_u64(&j, "records", r->records);
    json_out_kv_u64(&j, "enqueued", r->counts.enqueued);
    json_out_kv_u64(&j, "duplicates", r->counts.duplicates);
    json_out_kv_u64(&j, "skipped", r->skipped);
    json_out_key(&j, "skips");
    json_out_open(&j, '{');
    for (size_t i = 0; i < r->skip_kinds; i++) json_out_kv_u64(&j, r->skips[i].reason, r->skips[i].count);
    json_out_close(&j, '}');
    json_out_kv_u64(&j, "end", r->end);
    json_out_kv(&j, "error", error ? sv_cstr(error) : SV_NONE);
    json_out_close(&j, '}');
    sbuf_add_char(out, '\n');
}

/* One line a source: text to stderr, or JSON to stdout. */
static void on_read(void *user, const char *path, const struct source_report *r, const struct err *error) {
    struct telling *t = user;
    struct sbuf out;
    sbuf_init(&out, 0);
    if (t->settings->json) write_json(path, r, error ? error->msg : NULL, &out);
    else write_text(path, r, &out);
    if (error) fprintf(stderr, "thresher-producer: %s\n", error->msg);
    t->said |= error != NULL;
    const char *line = sbuf_cstr(&out);
    if (line) fputs(line, t->settings->json ? stdout : stderr);
    else fprintf(stderr, "thresher-producer: %s: no memory to say what was read\n", path);
    sbuf_clear(&out);
    t->damaged |= (error && error->code != ERR_CANCELLED) || r->damaged;
}

static enum err_code on_fed(void *user, struct queue_group group, struct err *e) {
    struct telling *t = user;
    return checkpointer_note(t->checkpointer, group, e);
}

static enum err_code read_inputs(const struct settings *s, const struct source_cfg *cfg, struct feed *feed, const char *const *paths, size_t count, struct err *e) {
    enum err_code code = ERR_OK;
    for (size_t i = 0; !code && i < count; i++) code = source_read(paths[i], cfg, feed, e);
    for (size_t i = 0; !code && i < s->input.files_from.count; i++) code = source_read_list(s->input.files_from.items[i], cfg, feed, e);
    return code;
}

/* Again from the checkpoint for as long as the server does not stay the same one. */
static enum err_code feed_inputs(const struct settings *s, struct source_cfg *cfg, struct telling *t, struct queue *queue, const char *const *paths, size_t count, struct err *e) {
    enum err_code code;
    do {
        struct feed *feed = NULL;
        code = feed_new(&feed, queue, cfg->figures, should_stop, NULL, e);
        if (!code) code = read_inputs(s, cfg, feed, paths, count, e);
        if (!code && t->checkpointer) code = checkpointer_finish(t->checkpointer, e);
        feed_free(&feed);
    } while (code == ERR_CANCELLED && t->checkpointer && !stop_requested());
    return code;
}

/* What can be refused before a server is asked. */
static enum err_code prepare(const struct settings *s, struct source_cfg *cfg, struct page_filter **filter, struct checkpoint *start_at, struct arena *strings, struct err *e) {
    if (s->start_at && s->checkpoint) return err_set(e, ERR_USAGE, "--start-at and --checkpoint both say where to begin: leave one out");
    enum err_code code = source_check_options(&s->input, strings, &cfg->payload_root, e);
    if (!code) code = page_filter_new(filter, &s->input, e);
    if (!code && s->start_at) code = checkpoint_read(s->start_at, start_at, e);
    cfg->filter = *filter;
    return code ? ERR_USAGE : ERR_OK;
}

static const void *figures(void *user) { return user; }

static int run(struct command *c, const struct settings *s) {
    struct queue *queue = NULL;
    struct err e = {0};
    const struct log_ctx log = {.least = s->log_level, .program = "producer", .fd = STDERR_FILENO};
    struct producer_figures counts = {0};
    struct pulse pulse = {0};
    struct monitor monitor = {.listen = s->listen, .metrics = producer_metrics, .metric_count = producer_metric_count, .figures = figures, .user = &counts,
                              .pulse = &pulse, .begun_ms = clock_unix_ms(), .log = &log};
    const struct http_server_cfg http = monitor_http(&monitor);
    struct http_thread *server = NULL;
    const struct queue_cfg queue_cfg = {.url = s->redis, .name = s->queue, .max_jobs = s->max_jobs, .max_bytes = s->max_bytes, .log = &log, .pulse = &pulse,
                                        .should_stop = should_stop};
    const struct checkpointer_cfg checkpoint_cfg = {s->checkpoint, (unsigned)s->replicas, &log};
    struct checkpoint start_at = {0};
    struct telling telling = {.settings = s};
    struct page_filter *filter = NULL;
    struct source_cfg cfg = {.crawl_id = s->crawl_id,
                             .figures = &counts,
                             .list = s->dry_run && !s->json ? stdout : NULL,
                             .max_record = s->max_record,
                             .options = &s->input,
                             .start_at = &start_at,
                             .should_stop = should_stop,
                             .on_read = on_read,
                             .user = &telling};
    stop_install();
    enum err_code code = c->arg_count + s->input.files_from.count == 0 ? err_set(&e, ERR_USAGE, "name at least one archive, page or folder (try --help)")
                                                                       : prepare(s, &cfg, &filter, &start_at, &c->arena, &e);
    if (!code) code = http_thread_start(&server, &http, &e);
    if (!code && !s->dry_run) code = queue_open(&queue, &queue_cfg, &e);
    if (!code && s->checkpoint) {
        code = checkpointer_new(&telling.checkpointer, &checkpoint_cfg, queue, &e);
        if (code == ERR_INPUT) code = ERR_USAGE;
        cfg.start_at = code ? NULL : checkpointer_positions(telling.checkpointer);
        cfg.on_fed = on_fed;
    }
    int status = code == ERR_USAGE ? EXIT_USAGE : EXIT_REDIS;
    bool begun = !code;
    if (begun) code = feed_inputs(s, &cfg, &telling, queue, c->args, c->arg_count, &e);
    if (code && (!telling.said || code == ERR_CONFLICT)) (void)command_fail(c, &e);
    telling.damaged |= !command_flush(c);
    if (begun) status = stop_requested() ? stop_exit_status() : code ? EXIT_REDIS : telling.damaged ? EXIT_DAMAGED : 0;
    http_thread_stop(&server);
    checkpointer_free(&telling.checkpointer);
    queue_close(&queue);
    page_filter_free(&filter);
    checkpoint_clear(&start_at);
    return status;
}

int main(int argc, char **argv) {
    struct settings s = {.redis = "redis://127.0.0.1:6379", .queue = "default", .crawl_id = "default", .max_record = 8u << 20, .log_level = LOG_INFO};
    const struct option own[] = {
        {"redis", 'r', OPTION_URL, "URL", "REDIS_URL", "redis:// or rediss://[user@]host[:port][/db], unix:///path; README: TLS, passwords", &s.redis},
        {"queue", 'q', OPTION_TEXT, "NAME", "THRESHER_QUEUE", "queue to put jobs into (default)", &s.queue},
        {"crawl-id", 0, OPTION_TEXT, "ID", "THRESHER_CRAWL_ID", "part of every job's identity: the same input twice is a duplicate (default)", &s.crawl_id},
        {"max-jobs", 0, OPTION_NUMBER, "N", "THRESHER_MAX_JOBS", "wait while this many are waiting (1000000)", &s.max_jobs},
        {"max-bytes", 0, OPTION_BYTES, "BYTES", "THRESHER_MAX_BYTES", "wait while payloads of this size are waiting (1G)", &s.max_bytes},
        {"max-record", 0, OPTION_BYTES, "BYTES", "THRESHER_MAX_RECORD", "larger records and files go by reference, or are skipped where they cannot (8M)", &s.max_record},
        {"start-at", 0, OPTION_TEXT, "FILE", NULL, "begin each input where this says: DIR/.thresher/checkpoint of a collector's DIR", &s.start_at},
        {"checkpoint", 0, OPTION_TEXT, "FILE", NULL, "go on where this says, and keep in it what is in the queue for certain", &s.checkpoint},
        {"wait-replicas", 0, OPTION_NUMBER, "N", NULL, "the checkpoint waits for so many replicas at the least (those that are connected)", &s.replicas},
        MONITOR_OPTION(&s.listen),
        {"log-level", 0, OPTION_LOG_LEVEL, "LEVEL", "THRESHER_LOG_LEVEL", "debug, info, warn or error (info)", &s.log_level},
        {"dry-run", 'n', OPTION_FLAG, NULL, NULL, "say what would be enqueued and skipped; no Redis", &s.dry_run},
        {"json", 0, OPTION_FLAG, NULL, NULL, "one JSON object a source on stdout", &s.json},
    };
    struct option table[COUNT_OF(own) + INPUT_OPTIONS_COUNT];
    memcpy(table, own, sizeof own);
    input_options_table(&s.input, table + COUNT_OF(own));
    const struct options options = {table, COUNT_OF(table), "thresher-producer [OPTIONS] INPUT...",
                                    "Puts pages into a queue: those of WARC and ARC files and of JSON lines (plain, gzip or zstd), HTML and text files, and folders of all these.",
                                    "Exit status: 0 all read, 1 some input failed or was damaged, or standard output cannot be written, 2 usage, or an address that cannot be listened at, 3 Redis cannot be used, 130 or 143 stopped by a signal."};
    struct command c = {.name = "thresher-producer", .options = &options};
    int status;
    if (command_begin(&c, argc, argv, &status)) status = run(&c, &s);
    command_clear(&c);
    return status;
}
