/* thresher-collector: results from the queue onto disk, each exactly once. */
#include <signal.h>
#include <unistd.h>

#include "collector.h"
#include "collector_metrics.h"
#include "monitor/http_thread.h"
#include "runtime/command.h"
#include "runtime/stop.h"

struct settings {
    const char *redis, *queue, *crawl_id, *dir, *format, *preset, *compress, *listen;
    uint64_t segment_bytes, segment_records, segment_age_ms, disk_wait_ms, lease_ms;
    bool drain;
};

static bool should_stop(void *user) {
    (void)user;
    return stop_requested();
}

/* The words that name formats. */
static enum err_code configure(const struct settings *s, const struct log_ctx *log, struct collector_cfg *out, struct err *e) {
    *out = (struct collector_cfg){.redis = s->redis, .queue = s->queue, .disk_wait_ms = s->disk_wait_ms, .lease_ms = s->lease_ms, .drain = s->drain, .log = log, .should_stop = should_stop,
                                  .output = {.dir = s->dir, .crawl_id = s->crawl_id, .segment_bytes = s->segment_bytes, .segment_records = s->segment_records,
                                             .segment_age_ms = s->segment_age_ms}};
    if (!s->dir) return err_set(e, ERR_USAGE, "-o DIR says where the articles go (try --help)");
    if (!result_format_parse(sv_cstr(s->format), &out->format)) return err_set(e, ERR_USAGE, "--format takes jsonl, text, markdown, markdown-text or protobuf, not '%.40s'", s->format);
    if (!result_preset_parse(sv_cstr(s->preset), &out->preset)) return err_set(e, ERR_USAGE, "--preset takes native, trafilatura, dolma or datatrove, not '%.40s'", s->preset);
    if (!compress_parse(sv_cstr(s->compress), &out->output.compress)) return err_set(e, ERR_USAGE, "--compress takes none, gz or zst, not '%.40s'", s->compress);
    if (out->preset != PRESET_NATIVE && out->format != RESULT_JSONL) return err_set(e, ERR_USAGE, "--preset %s is for --format jsonl", s->preset);
    if (s->lease_ms < 500 || s->lease_ms > 86400000) return err_set(e, ERR_USAGE, "--lease takes 500ms to 24h");
    if (s->segment_bytes == 0) return err_set(e, ERR_USAGE, "--segment-bytes takes a size above 0");
    out->output.format = result_format_name(out->format);
    out->output.preset = result_preset_name(out->preset);
    out->output.suffix = result_format_suffix(out->format);
    return ERR_OK;
}

static const void *figures(void *user) { return user; }

static int run(const struct command *c, const struct settings *s) {
    const struct log_ctx log = {.least = LOG_INFO, .program = "collector", .fd = STDERR_FILENO};
    struct collector_figures counts = {0};
    struct pulse pulse = {0};
    struct monitor monitor = {.listen = s->listen, .metrics = collector_metrics, .metric_count = collector_metric_count, .figures = figures, .user = &counts,
                              .pulse = &pulse, .begun_ms = clock_unix_ms(), .log = &log};
    const struct http_server_cfg http = monitor_http(&monitor);
    struct http_thread *server = NULL;
    struct collector_cfg cfg;
    struct err e = {0};
    enum collector_end end = COLLECTOR_USAGE;
    stop_install();
    signal(SIGXFSZ, SIG_IGN); /* a file at its limit is a full disk */
    enum err_code code = c->arg_count ? err_set(&e, ERR_USAGE, "takes options only, not '%.200s' (try --help)", c->args[0]) : configure(s, &log, &cfg, &e);
    cfg.figures = &counts;
    cfg.pulse = &pulse;
    if (!code) code = http_thread_start(&server, &http, &e);
    if (!code) end = collector_run(&cfg, &e);
    http_thread_stop(&server);
    if (end != COLLECTOR_DONE) (void)command_fail(c, &e);
    return (int)end;
}

int main(int argc, char **argv) {
    struct settings s = {.redis = "redis://127.0.0.1:6379", .queue = "default", .crawl_id = "default", .format = "jsonl", .preset = "native", .compress = "none",
                         .segment_bytes = (uint64_t)256 << 20, .disk_wait_ms = 30000, .lease_ms = 30000};
    const struct option table[] = {
        {"output", 'o', OPTION_TEXT, "DIR", "THRESHER_OUTPUT", "folder for articles, dead letters and manifest; made when it is not there", &s.dir},
        {"redis", 'r', OPTION_URL, "URL", "REDIS_URL", "redis:// or rediss://[user@]host[:port][/db], unix:///path; README: TLS, passwords", &s.redis},
        {"queue", 'q', OPTION_TEXT, "NAME", "THRESHER_QUEUE", "queue to take results from (default)", &s.queue},
        {"crawl-id", 0, OPTION_TEXT, "ID", "THRESHER_CRAWL_ID", "whose output DIR holds (default)", &s.crawl_id},
        {"format", 'f', OPTION_TEXT, "FORMAT", "THRESHER_FORMAT", "jsonl, text, markdown, markdown-text without links and images, or protobuf with a varint length before each (jsonl)", &s.format},
        {"preset", 0, OPTION_TEXT, "NAME", "THRESHER_PRESET", "fields of jsonl: native, trafilatura, dolma, datatrove (native)", &s.preset},
        {"compress", 'z', OPTION_TEXT, "KIND", "THRESHER_COMPRESS", "none, gz or zst; a commit ends a whole member or frame (none)", &s.compress},
        {"segment-bytes", 0, OPTION_BYTES, "BYTES", "THRESHER_SEGMENT_BYTES", "a segment is closed above this size on disk (256M)", &s.segment_bytes},
        {"segment-records", 0, OPTION_NUMBER, "N", "THRESHER_SEGMENT_RECORDS", "or when it holds this many (0: any number)", &s.segment_records},
        {"segment-age", 0, OPTION_DURATION, "TIME", "THRESHER_SEGMENT_AGE", "or when it has been open this long (0: any time)", &s.segment_age_ms},
        {"disk-wait", 0, OPTION_DURATION, "TIME", "THRESHER_DISK_WAIT", "wait this long for a full disk to be emptied, then stop (30s)", &s.disk_wait_ms},
        {"lease", 0, OPTION_DURATION, "TIME", "THRESHER_COLLECTOR_LEASE", "another collector takes over from one that is silent this long (30s)", &s.lease_ms},
        MONITOR_OPTION(&s.listen),
        {"drain", 0, OPTION_FLAG, NULL, NULL, "stop when the queue holds nothing more", &s.drain},
    };
    const struct options options = {table, COUNT_OF(table), "thresher-collector -o DIR [OPTIONS]",
                                    "Writes each result of a queue to disk exactly once. Runs until SIGTERM or SIGINT.",
                                    "Exit status: 0 stopped as asked or drained, 2 usage, an address that cannot be listened at, or a folder that belongs to another crawl or format, 3 Redis, 5 disk,\n6 another collector has taken over."};
    struct command c = {.name = "thresher-collector", .options = &options};
    int status;
    if (command_begin(&c, argc, argv, &status)) status = run(&c, &s);
    command_clear(&c);
    return status;
}
