#include "status.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/json_out.h"
#include "base/sbuf.h"
#include "queue/queue.h"
#include "runtime/options.h"
#include "runtime/version.h"

enum { EXIT_OUT_OF_BALANCE = 1, EXIT_USAGE = 2, EXIT_REDIS = 3, ARGS_MAX = 64 };

static void write_figures(const struct queue_stats *s, bool json, struct sbuf *out) {
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
        return;
    }
    json_out_key(&j, "paused");
    json_out_bool(&j, s->paused);
    json_out_key(&j, "conservation_error");
    json_out_i64(&j, s->conservation_error);
    json_out_close(&j, '}');
    sbuf_add_char(out, '\n');
}

static int show(const char *url, const char *name, bool json) {
    struct queue *queue;
    struct queue_stats stats;
    struct err e;
    struct sbuf out;
    const struct queue_cfg cfg = {.url = url, .name = name};
    enum err_code code = queue_open(&queue, &cfg, &e);
    if (!code) code = queue_read_stats(queue, &stats, &e);
    queue_close(&queue);
    if (code) {
        fprintf(stderr, "thresher status: %s\n", e.msg);
        return code == ERR_USAGE ? EXIT_USAGE : EXIT_REDIS;
    }
    sbuf_init(&out, 0);
    write_figures(&stats, json, &out);
    bool written = fwrite(out.p, 1, out.n, stdout) == out.n && fflush(stdout) == 0;
    sbuf_clear(&out);
    return stats.conservation_error != 0 || !written ? EXIT_OUT_OF_BALANCE : 0;
}

int status_command(int argc, char **argv) {
    const char *url = "redis://127.0.0.1:6379", *name = "default", *args[ARGS_MAX];
    bool json = false;
    const struct option table[] = {
        {"redis", 0, OPTION_TEXT, "URL", "REDIS_URL", "redis://[user:password@]host[:port][/db] or unix:///path", &url},
        {"queue", 0, OPTION_TEXT, "NAME", "THRESHER_QUEUE", "name of the queue", &name},
        {"json", 0, OPTION_FLAG, NULL, NULL, "one JSON object", &json},
    };
    const struct options options = {table, COUNT_OF(table), "thresher status [OPTIONS]", "What is in the queue now, and what became of what was.",
                                    "Exit status: 0; 1 when jobs are unaccounted for (conservation_error is not 0); 2 usage; 3 no Redis."};
    struct arena strings;
    struct err e;
    size_t arg_count = 0;
    enum options_outcome outcome = OPTIONS_RUN;
    int status = 0;
    arena_init(&strings, 0);
    enum err_code code = argc <= ARGS_MAX ? options_parse(&options, argc, argv, &strings, args, &arg_count, &outcome, &e) : err_set(&e, ERR_USAGE, "too many arguments");
    if (!code && arg_count) code = err_set(&e, ERR_USAGE, "status takes no '%s'", args[0]);
    if (code) {
        fprintf(stderr, "thresher status: %s\n", e.msg);
        status = EXIT_USAGE;
    } else if (outcome == OPTIONS_HELP) {
        struct sbuf help;
        sbuf_init(&help, 0);
        options_help(&options, &help);
        fputs(sbuf_cstr(&help), stdout);
        sbuf_clear(&help);
    } else if (outcome == OPTIONS_VERSION)
        puts(version_text());
    else
        status = show(url, name, json);
    arena_clear(&strings);
    return status;
}
