#include "metrics.h"

#include <time.h>
#include <unistd.h>

#include "exposition.h"
#include "monitor/http_thread.h"
#include "monitor/series.h"
#include "runtime/command.h"
#include "runtime/stop.h"

enum { TIMEOUT_MAX_MS = 60000, LOOK_MS = 100 };

struct metrics {
    struct figures_cfg cfg;
    struct arena arena;
    struct figures figures;
    struct log_ctx log;
    enum err_code said; /* how Redis was when that was last logged */
};

/* Of a reading that is under way. */
static bool should_stop(void *user) {
    (void)user;
    return stop_requested();
}

static void gather(void *user) {
    struct metrics *m = user;
    figures_read(&m->cfg, &m->arena, &m->figures);
}

static void write_figures(void *user, struct sbuf *out) {
    struct metrics *m = user;
    const struct err *why = &m->figures.why;
    if (why->code != m->said && !stop_requested()) {
        if (why->code) log_line(&m->log, LOG_WARN, "redis_away", "msg", why->msg, NULL);
        else log_msg(&m->log, LOG_INFO, "redis_back", "every queue can be read");
    }
    m->said = why->code;
    exposition_write(&m->figures, out);
}

/* Until SIGTERM or SIGINT. */
static int serve(struct command *c, struct metrics *m, const char *listen) {
    const struct http_server_cfg cfg = {.listen = listen, .gather = gather, .write = write_figures, .media_type = SERIES_MEDIA_TYPE, .user = m, .log = &m->log};
    struct http_thread *server;
    struct err e;
    if (http_thread_start(&server, &cfg, &e)) return command_fail(c, &e);
    while (!stop_requested()) nanosleep(&(struct timespec){.tv_nsec = LOOK_MS * 1000000L}, NULL);
    http_thread_stop(&server);
    return COMMAND_OK;
}

static int print(struct command *c, struct metrics *m) {
    struct sbuf out;
    bool holds = true;
    sbuf_init(&out, 0);
    exposition_write(&m->figures, &out);
    bool written = command_print(c, &out);
    sbuf_clear(&out);
    for (size_t i = 0; i < m->figures.count; i++) holds &= m->figures.queues[i].stats.conservation_error == 0;
    if (!written) return COMMAND_DISK;
    if (m->figures.why.code) return command_fail(c, &m->figures.why);
    return holds ? COMMAND_OK : COMMAND_NO;
}

/* The first reading tells an address or a name that cannot be right from a server that is away. */
static int run(struct command *c, struct metrics *m, const char *listen, uint64_t timeout_ms) {
    struct err e = {0};
    if (c->arg_count) err_set(&e, ERR_USAGE, "metrics takes no '%s'", c->args[0]);
    else if (timeout_ms < 1 || timeout_ms > TIMEOUT_MAX_MS) err_set(&e, ERR_USAGE, "--timeout takes 1ms to 60s");
    if (e.code) return command_fail(c, &e);
    m->cfg.timeout_ms = (uint32_t)timeout_ms;
    if (listen) stop_install();
    gather(m);
    if (m->figures.why.code == ERR_USAGE) return command_fail(c, &m->figures.why);
    return listen ? serve(c, m, listen) : print(c, m);
}

int metrics_command(int argc, char **argv) {
    struct metrics m = {.cfg = {.url = "redis://127.0.0.1:6379", .should_stop = should_stop, .user = &m},
                        .log = {.least = LOG_INFO, .program = "metrics", .fd = STDERR_FILENO}};
    const char *listen = NULL;
    uint64_t timeout_ms = 2000;
    const struct option table[] = {
        {"redis", 'r', OPTION_URL, "URL", "REDIS_URL", "redis:// or rediss://[user@]host[:port][/db], unix:///path; README: TLS, passwords", &m.cfg.url},
        {"queue", 'q', OPTION_TEXT, "NAME", "THRESHER_QUEUE", "this queue alone (all of the server)", &m.cfg.queue},
        {"by-crawl", 0, OPTION_FLAG, NULL, NULL, "also the figures by crawl, of at most 1000 crawls a queue", &m.cfg.by_crawl},
        {"listen", 'l', OPTION_TEXT, "HOST:PORT", "THRESHER_METRICS_LISTEN", "serve /metrics and /healthz there until SIGTERM or SIGINT; no HOST: 127.0.0.1", &listen},
        {"timeout", 0, OPTION_DURATION, "TIME", NULL, "for Redis to answer, 1ms to 60s (2s)", &timeout_ms},
    };
    const struct options options = {table, COUNT_OF(table), "thresher metrics [OPTIONS]",
                                    "What `thresher status` knows of each queue, for Prometheus: once on standard output, as its textfile collector reads it, or over HTTP.\n"
                                    "A Redis that is away is an answer, too: thresher_up 0.",
                                    "Exit status: 0; 1 when jobs of a queue are unaccounted for; 2 usage; 3 no Redis; 5 the answer cannot be written. With --listen: 0 stopped as\n"
                                    "asked, 2 usage, or an address that cannot be listened at."};
    struct command c = {.name = "thresher metrics", .options = &options};
    int status;
    arena_init(&m.arena, 0);
    if (command_begin(&c, argc, argv, &status)) status = run(&c, &m, listen, timeout_ms);
    arena_clear(&m.arena);
    command_clear(&c);
    return status;
}
