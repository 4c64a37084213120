#include "status.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/json_out.h"
#include "base/utf8.h"
#include "queue/queue_admin.h"
#include "runtime/command.h"

enum { NAME_WIDTH = 20 };

static void write_crawls(const struct queue_crawl *crawls, size_t count, struct json_out *j, struct sbuf *out) {
    if (j) {
        json_out_key(j, "crawls");
        json_out_open(j, '[');
    } else if (count)
        sbuf_addf(out, "\n%-20s %12s %12s %12s %12s\n", "CRAWL", "ENQUEUED", "DONE", "DEAD", "DROPPED");
    for (size_t i = 0; i < count; i++) {
        const struct queue_crawl *c = &crawls[i];
        if (!j) {
            utf8_add_printable(c->name, out);
            sbuf_addf(out, "%*s %12" PRIu64 " %12" PRIu64 " %12" PRIu64 " %12" PRIu64 "\n", c->name.n < NAME_WIDTH ? NAME_WIDTH - (int)c->name.n : 0, "", c->enqueued, c->done, c->dead, c->dropped);
            continue;
        }
        json_out_open(j, '{');
        json_out_kv(j, "crawl_id", c->name);
        json_out_kv_u64(j, "enqueued", c->enqueued);
        json_out_kv_u64(j, "done", c->done);
        json_out_kv_u64(j, "dead", c->dead);
        json_out_kv_u64(j, "dropped", c->dropped);
        json_out_close(j, '}');
    }
    if (j) json_out_close(j, ']');
}

static void write_figures(const struct queue_stats *s, const struct queue_crawl *crawls, size_t crawl_count, bool json, struct sbuf *out) {
    const struct {
        const char *name;
        uint64_t value;
    } figures[] = {{"enqueued", s->enqueued},
                   {"duplicates", s->duplicates},
                   {"ready", s->ready},
                   {"in_flight", s->in_flight},
                   {"delayed", s->delayed},
                   {"results_waiting", s->results_waiting},
                   {"done", s->done},
                   {"dead", s->dead},
                   {"dropped", s->dropped},
                   {"late", s->late},
                   {"retried", s->retried},
                   {"reclaimed", s->reclaimed},
                   {"collected", s->collected},
                   {"dead_exported", s->dead_exported},
                   {"rejected_full", s->rejected_full},
                   {"job_bytes", s->job_bytes},
                   {"result_bytes", s->result_bytes},
                   {"oldest_ready_ms", s->oldest_ready_ms},
                   {"oldest_result_ms", s->oldest_result_ms},
                   {"dead_kept", s->dead_kept},
                   {"dead_retried", s->dead_retried},
                   {"limit_jobs", s->limit_jobs},
                   {"limit_bytes", s->limit_bytes},
                   {"workers", s->workers},
                   {"workers_no_sandbox", s->workers_bare}};
    struct json_out j = {.out = out};
    if (json) json_out_open(&j, '{');
    for (size_t i = 0; i < COUNT_OF(figures); i++) {
        if (json) json_out_kv_u64(&j, figures[i].name, figures[i].value);
        else sbuf_addf(out, "%-20s %" PRIu64 "\n", figures[i].name, figures[i].value);
    }
    if (!json) {
        sbuf_addf(out, "%-20s %s\n%-20s %" PRId64 "\n", "paused", s->paused ? "yes" : "no", "conservation_error", s->conservation_error);
        write_crawls(crawls, crawl_count, NULL, out);
        return;
    }
    json_out_key(&j, "paused");
    json_out_bool(&j, s->paused);
    json_out_key(&j, "conservation_error");
    json_out_i64(&j, s->conservation_error);
    write_crawls(crawls, crawl_count, &j, out);
    json_out_close(&j, '}');
    sbuf_add_char(out, '\n');
}

static int show(struct command *c, const char *url, const char *name, bool json) {
    struct queue *queue = NULL;
    struct queue_stats stats;
    struct queue_crawl *crawls;
    size_t crawl_count;
    struct err e;
    struct sbuf out;
    const struct queue_cfg cfg = {.url = url, .name = name, .look = true};
    enum err_code code = c->arg_count ? err_set(&e, ERR_USAGE, "status takes no '%s'", c->args[0]) : queue_open(&queue, &cfg, &e);
    if (!code) code = queue_read_stats(queue, &stats, &e);
    if (!code) code = queue_read_crawls(queue, &c->arena, &crawls, &crawl_count, &e);
    queue_close(&queue);
    if (code) return command_fail(c, &e);
    sbuf_init(&out, 0);
    write_figures(&stats, crawls, crawl_count, json, &out);
    bool written = command_print(c, &out);
    sbuf_clear(&out);
    if (!written) return COMMAND_DISK;
    return stats.conservation_error != 0 ? COMMAND_NO : COMMAND_OK;
}

int status_command(int argc, char **argv) {
    const char *url = "redis://127.0.0.1:6379", *name = "default";
    bool json = false;
    const struct option table[] = {
        {"redis", 'r', OPTION_URL, "URL", "REDIS_URL", "redis:// or rediss://[user@]host[:port][/db], unix:///path; README: TLS, passwords", &url},
        {"queue", 'q', OPTION_TEXT, "NAME", "THRESHER_QUEUE", "name of the queue (default)", &name},
        {"json", 0, OPTION_FLAG, NULL, NULL, "one JSON object", &json},
    };
    const struct options options = {table, COUNT_OF(table), "thresher status [OPTIONS]", "What is in the queue now, and what became of what was, also by crawl.",
                                    "Exit status: 0; 1 when jobs are unaccounted for (conservation_error is not 0); 2 usage; 3 no Redis; 5 the answer cannot be written."};
    struct command c = {.name = "thresher status", .options = &options};
    int status;
    if (command_begin(&c, argc, argv, &status)) status = show(&c, url, name, json);
    command_clear(&c);
    return status;
}
