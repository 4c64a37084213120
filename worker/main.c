/* thresher-worker: options, the loop, signals and the clock of the stop. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include <uv.h>

#include "extract/extract.h"
#include "extractor.h"
#include "runtime/command.h"
#include "worker.h"
#include "worker_metrics.h"

enum {
    EXIT_USAGE = 2,
    EXIT_REDIS = 3,
    JOBS_MAX = 1024
};

struct settings {
    const char *redis, *queue, *worker_id, *payload_root, *listen;
    uint64_t jobs, deadline_ms, lease_ms, grace_ms, connect_ms, recycle, max_memory;
    enum log_level log_level;
    bool log_json, no_sandbox;
    char made_id[128];
    char bare_id[192]; /* with QUEUE_WORKER_BARE */
    char server[256]; /* the URL without user and password, for logs */
};

struct program {
    struct settings settings;
    struct log_ctx log;
    uv_loop_t loop;
    uv_signal_t signals[2];
    uv_timer_t first_contact, hurry;
    struct worker *worker;
    struct pulse pulse;
    struct monitor monitor;
    struct http_server *server; /* NULL: nobody listens */
    bool stopping;
    struct err last_state;
    int exit_status;
};

static void make_id(char *out, size_t size) {
    char host[64] = "";
    uint32_t random = 0;
    if (gethostname(host, sizeof host - 1) != 0) host[0] = '\0';
    if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random) random = (uint32_t)uv_hrtime();
    snprintf(out, size, "%s-%ld-%08x", host[0] ? host : "worker", (long)getpid(), random);
}

static void mask_url(const char *url, char *out, size_t size) {
    const char *scheme = strstr(url, "://"), *at = strrchr(url, '@');
    if (scheme && at && at > scheme) snprintf(out, size, "%.*s://***%s", (int)(scheme - url), url, at);
    else snprintf(out, size, "%s", url);
    out[strcspn(out, "?")] = '\0'; /* options are nobody's address */
}

/* -- stopping --------------------------------------------------------------------------------------------------------------- */

static void on_hurry(uv_timer_t *timer) {
    struct program *p = timer->data;
    log_msg(&p->log, LOG_WARN, "hurry", "the grace time is nearly over: pages that are not done go back to the queue");
    worker_hurry(p->worker);
}

/* Most of the grace time is for pages that extractors are in, the rest for saying goodbye to the server. */
static void begin_stop(struct program *p, uint64_t grace_ms) {
    if (p->stopping) return;
    p->stopping = true;
    uint64_t close_ms = grace_ms / 4;
    if (close_ms > 5000) close_ms = 5000;
    uv_timer_start(&p->hurry, on_hurry, grace_ms - close_ms, 0);
    worker_stop(p->worker, (uint32_t)close_ms);
}

static void on_signal(uv_signal_t *handle, int number) {
    struct program *p = handle->data;
    if (p->stopping) _exit(128 + number); /* the second one; leases run out by themselves, extractors die with us */
    log_msg(&p->log, LOG_INFO, "stop", "signal %d: no more pulling; at most %llu ms to finish or release", number,
            (unsigned long long)p->settings.grace_ms);
    begin_stop(p, p->settings.grace_ms);
}

static void on_first_contact_late(uv_timer_t *timer) {
    struct program *p = timer->data;
    log_msg(&p->log, LOG_ERROR, "redis", "%s cannot be used: %s. Start it, or name another with --redis", p->settings.server,
            p->last_state.code ? p->last_state.msg : "nobody answers");
    p->exit_status = EXIT_REDIS;
    begin_stop(p, 100);
}

static void close_handle(uv_handle_t *handle, void *unused) {
    (void)unused;
    if (!uv_is_closing(handle)) uv_close(handle, NULL);
}

static unsigned long long sum(const figure *figures, size_t count) {
    unsigned long long all = 0;
    for (size_t i = 0; i < count; i++) all += figures[i];
    return all;
}

static void on_stopped(void *user, const struct err *fault, bool from_queue) {
    struct program *p = user;
    if (fault) {
        log_line(&p->log, LOG_ERROR, from_queue ? "redis" : "extractors", "msg", fault->msg, NULL);
        p->exit_status = from_queue ? EXIT_REDIS : EXIT_FAILURE;
    }
    const struct worker_figures *f = worker_figures(p->worker);
    log_msg(&p->log, LOG_INFO, "stopped", "%llu finished, %llu retried, %llu released, %llu lost", sum(f->finished_as, COUNT_OF(f->finished_as)),
            sum(f->failed_for, COUNT_OF(f->failed_for)), (unsigned long long)f->released, (unsigned long long)f->lost);
    http_server_stop(&p->server);
    for (size_t i = 0; i < COUNT_OF(p->signals); i++) close_handle((uv_handle_t *)&p->signals[i], NULL);
    close_handle((uv_handle_t *)&p->first_contact, NULL);
    close_handle((uv_handle_t *)&p->hurry, NULL);
}

static void on_connection(void *user, bool connected, const struct err *why) {
    struct program *p = user;
    if (connected) {
        uv_timer_stop(&p->first_contact);
        log_line(&p->log, LOG_INFO, "redis_connected", "redis", p->settings.server, "queue", p->settings.queue, NULL);
        return;
    }
    if (why) p->last_state = *why;
    if (!p->stopping) log_line(&p->log, LOG_WARN, "redis_away", "msg", why ? why->msg : "the connection was lost", NULL);
}

/* -- starting --------------------------------------------------------------------------------------------------------------- */

static enum err_code start_handles(struct program *p, struct err *e) {
    static const int numbers[] = {SIGINT, SIGTERM};
    int rc = uv_loop_init(&p->loop);
    if (rc) return err_set(e, ERR_MEMORY, "no event loop can be had: %s", uv_strerror(rc));
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        uv_signal_init(&p->loop, &p->signals[i]);
        p->signals[i].data = p;
        uv_signal_start(&p->signals[i], on_signal, numbers[i]);
    }
    uv_timer_init(&p->loop, &p->first_contact);
    uv_timer_init(&p->loop, &p->hurry);
    p->first_contact.data = p->hurry.data = p;
    uv_timer_start(&p->first_contact, on_first_contact_late, p->settings.connect_ms, 0);
    signal(SIGPIPE, SIG_IGN);
    return ERR_OK;
}

static const void *figures(void *user) {
    struct program *p = user;
    return worker_figures(p->worker);
}

static enum err_code start_server(struct program *p, struct err *e) {
    p->monitor = (struct monitor){.listen = p->settings.listen, .metrics = worker_metrics, .metric_count = worker_metric_count, .figures = figures, .user = p,
                                  .pulse = &p->pulse, .begun_ms = clock_unix_ms(), .log = &p->log};
    const struct http_server_cfg cfg = monitor_http(&p->monitor);
    return cfg.listen ? http_server_start(&p->server, &p->loop, &cfg, e) : ERR_OK;
}

static int run(struct program *p) {
    const struct settings *s = &p->settings;
    static const struct worker_cbs cbs = {on_connection, on_stopped};
    struct worker_cfg cfg = {
        .queue = {.queue = {.url = s->redis, .name = s->queue, .pulse = &p->pulse, .log = &p->log}, .consumer = s->worker_id, .lease_ms = (uint32_t)s->lease_ms,
                  .renew_ms = (uint32_t)(s->lease_ms / 3)},
        .crew = {.extractors = (unsigned)s->jobs, .recycle_after = (unsigned)s->recycle, .max_memory_bytes = s->max_memory,
                 .no_sandbox = s->no_sandbox, .log = &p->log},
        .deadline_ms = (uint32_t)s->deadline_ms,
        .payload_root = s->payload_root,
        .log = &p->log,
    };
    struct err e = {0};
    p->log = (struct log_ctx){.least = s->log_level, .json = s->log_json, .program = "worker", .fd = STDERR_FILENO};
    enum err_code code = start_handles(p, &e);
    if (!code) code = start_server(p, &e);
    if (!code) code = worker_start(&p->worker, &p->loop, &cfg, &cbs, p, &e);
    if (code) {
        log_line(&p->log, LOG_ERROR, "start", "msg", e.msg, NULL);
        return code == ERR_USAGE ? EXIT_USAGE : code == ERR_MEMORY ? EXIT_FAILURE : EXIT_REDIS;
    }
    if (s->no_sandbox)
        log_msg(&p->log, LOG_WARN, "no_sandbox", "extractors run without seccomp and Landlock: a page that takes one over has all the rights of this user");
    log_msg(&p->log, LOG_INFO, "started", "worker %s: %llu extractors", s->worker_id, (unsigned long long)s->jobs);
    uv_run(&p->loop, UV_RUN_DEFAULT);
    worker_free(&p->worker);
    uv_loop_close(&p->loop);
    return p->exit_status;
}

static enum err_code check(struct settings *s, size_t arg_count, struct err *e) {
    if (arg_count) return err_set(e, ERR_USAGE, "takes options only (try --help)");
    if (s->jobs < 1 || s->jobs > JOBS_MAX) return err_set(e, ERR_USAGE, "--jobs takes 1 to %d", JOBS_MAX);
    if (s->deadline_ms < 1 || s->deadline_ms > 3600000) return err_set(e, ERR_USAGE, "--deadline takes 1ms to 1h");
    if (s->lease_ms < 100 || s->lease_ms > 86400000) return err_set(e, ERR_USAGE, "--lease takes 100ms to 24h");
    if (s->grace_ms > 86400000) return err_set(e, ERR_USAGE, "--grace takes at most 24h");
    if (s->connect_ms > 86400000) return err_set(e, ERR_USAGE, "--connect-timeout takes at most 24h");
    if (s->recycle < 1 || s->recycle > 1000000000) return err_set(e, ERR_USAGE, "--recycle takes 1 to 1000000000");
    if (s->max_memory < 16u * 1024 * 1024) return err_set(e, ERR_USAGE, "--max-memory takes 16M at least");
    mask_url(s->redis, s->server, sizeof s->server);
    if (!s->worker_id || !*s->worker_id) {
        make_id(s->made_id, sizeof s->made_id);
        s->worker_id = s->made_id;
    }
    if (s->no_sandbox) {
        int n = snprintf(s->bare_id, sizeof s->bare_id, "%s%s", s->worker_id, QUEUE_WORKER_BARE);
        if (n < 0 || (size_t)n >= sizeof s->bare_id) return err_set(e, ERR_USAGE, "--worker-id takes at most %zu bytes", sizeof s->bare_id - sizeof QUEUE_WORKER_BARE);
        s->worker_id = s->bare_id;
    }
    return ERR_OK;
}

int main(int argc, char **argv) {
    if (extractor_is_asked_for(argc, argv)) return extractor_main(argc, argv);
    static struct program p;
    struct settings *s = &p.settings;
    *s = (struct settings){.redis = "redis://127.0.0.1:6379", .queue = "default", .jobs = uv_available_parallelism(), .deadline_ms = 10000,
                           .lease_ms = 60000, .grace_ms = 30000, .connect_ms = 15000, .recycle = 5000,
                           .max_memory = 512u * 1024 * 1024, .log_level = LOG_INFO};
    const struct option table[] = {
        {"redis", 'r', OPTION_URL, "URL", "REDIS_URL", "redis:// or rediss://[user@]host[:port][/db], unix:///path; README: TLS, passwords", &s->redis},
        {"queue", 'q', OPTION_TEXT, "NAME", "THRESHER_QUEUE", "queue to pull from (default)", &s->queue},
        {"jobs", 'j', OPTION_NUMBER, "N", "THRESHER_JOBS", "extractor processes (the processors of this machine)", &s->jobs},
        {"deadline", 0, OPTION_DURATION, "TIME", "THRESHER_DEADLINE", "for one page, then its extractor is killed (10s)", &s->deadline_ms},
        {"lease", 0, OPTION_DURATION, "TIME", "THRESHER_LEASE", "after which jobs of a worker that vanished go to others (60s)", &s->lease_ms},
        {"grace", 0, OPTION_DURATION, "TIME", "THRESHER_GRACE", "to finish or release at SIGTERM (30s)", &s->grace_ms},
        {"connect-timeout", 0, OPTION_DURATION, "TIME", "THRESHER_CONNECT_TIMEOUT", "for a server that never answered; one that goes is waited for (15s)",
         &s->connect_ms},
        {"recycle", 0, OPTION_NUMBER, "N", "THRESHER_RECYCLE", "pages after which an extractor is replaced (5000)", &s->recycle},
        {"max-memory", 0, OPTION_BYTES, "BYTES", "THRESHER_MAX_MEMORY", "resident, above which an extractor is replaced (512M)", &s->max_memory},
        {"payload-root", 0, OPTION_TEXT, "DIR", "THRESHER_PAYLOAD_ROOT", "folder below which payloads lie that jobs refer to (none)", &s->payload_root},
        {"worker-id", 0, OPTION_TEXT, "NAME", "THRESHER_WORKER_ID", "unique among the workers of the queue (host-pid-random)", &s->worker_id},
        MONITOR_OPTION(&s->listen),
        {"no-sandbox", 0, OPTION_FLAG, NULL, "THRESHER_NO_SANDBOX", "extractors without seccomp and Landlock: for trusted pages, or kernels without", &s->no_sandbox},
        {"log-level", 0, OPTION_LOG_LEVEL, "LEVEL", "THRESHER_LOG_LEVEL", "debug, info, warn or error (info)", &s->log_level},
        {"log-json", 0, OPTION_FLAG, NULL, "THRESHER_LOG_JSON", "log lines as JSON", &s->log_json},
    };
    const struct options options = {
        table, COUNT_OF(table), "thresher-worker [OPTIONS]",
        "Pulls pages from a queue in Redis, extracts their articles in processes of their own, and puts the results back. Runs until SIGTERM or\n"
        "SIGINT; then it finishes or releases what it holds. A second signal ends it at once.",
        "Exit status: 0 stopped as asked, 1 no extractor can be started, 2 usage, or an address that cannot be listened at, 3 Redis cannot be used."};
    char parts[96];
    snprintf(parts, sizeof parts, "extractor %s, libuv %s", extract_version(), uv_version_string());
    struct command c = {.name = "thresher-worker", .options = &options, .parts = parts};
    struct err e = {0};
    int status;
    if (command_begin(&c, argc, argv, &status)) status = check(s, c.arg_count, &e) ? command_fail(&c, &e) : run(&p);
    command_clear(&c);
    return status;
}
