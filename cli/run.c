#include "run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "child.h"
#include "claim.h"
#include "progress.h"
#include "monitor/monitor.h"
#include "queue/queue.h"
#include "run_page.h"
#include "runtime/command.h"
#include "runtime/input_options.h"
#include "runtime/stop.h"

enum { EXIT_DAMAGED = 1, EXIT_USAGE = 2, EXIT_REDIS = 3, EXIT_DISK = 5, EXIT_NOT_FOUND = 127, TICK_MS = 100, SHOW_TICKS = 5, RESTARTS_MAX = 20, START_MS = 10000, FIXED_ARGS = 16 };

enum child_kind { CHILD_REDIS, CHILD_COLLECTOR, CHILD_WORKER, CHILD_PRODUCER, CHILD_COUNT };

struct run {
    struct child child[CHILD_COUNT];
    struct claim claim;
    char program[CHILD_COUNT][3200], url[96], socket[80], checkpoint[4200];
    const char *args[CHILD_COUNT][FIXED_ARGS];
    const char *out, *crawl_id, *jobs, *redis, *queue_name, *format, *preset, *compress, *listen;
    struct input_options input;
    struct queue *queue;
    struct queue_stats stats;
    struct run_page page;
    bool no_sandbox;
    uint64_t enqueued; /* the most that the server has said */
    int fatal;         /* exit status once a part cannot live */
};

static void pause_ms(long ms) { nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL); }

static const char *redis_url(const struct run *r) { return r->redis ? r->redis : r->url; }

static bool open_queue(struct run *r, struct err *e) {
    const struct queue_cfg cfg = {.url = redis_url(r), .name = r->queue_name, .timeout_ms = 5000};
    queue_close(&r->queue);
    return queue_open(&r->queue, &cfg, e) == ERR_OK;
}

/* A new private server is empty: what was fed is fed again from the checkpoint, and the collector skips what it has. One that dies before it
 * answers is started again. */
static bool start_redis(struct run *r) {
    struct child *server = &r->child[CHILD_REDIS];
    struct err e = {0};
    for (uint64_t until = clock_mono_ms() + START_MS; clock_mono_ms() < until && !stop_requested(); pause_ms(20)) {
        (void)child_has_ended(server);
        if (server->pid <= 0) {
            (void)unlink(r->socket);
            child_spawn(server);
        }
        if (open_queue(r, &e)) return true;
    }
    if (!stop_requested()) fprintf(stderr, "thresher run: the private redis-server does not answer: %s\n", e.msg);
    return false;
}

static void feed_again(struct run *r) {
    child_stop(&r->child[CHILD_PRODUCER]);
    r->child[CHILD_PRODUCER].ended = false;
    r->enqueued = 0;
}

/* What a part's end means: the producer may be done, others are started again unless their exit says that it is of no use. */
static void handle_end(struct run *r, enum child_kind kind) {
    struct child *c = &r->child[kind];
    int code = child_exit_code(c);
    if (kind == CHILD_PRODUCER && (code == 0 || code == EXIT_DAMAGED)) {
        c->ended = true;
        return;
    }
    const char *how = code >= 0 ? "exit" : "signal";
    int number = code >= 0 ? code : WTERMSIG(c->status);
    if (code == EXIT_USAGE || code == EXIT_DISK || code == EXIT_NOT_FOUND || ++c->restarts > RESTARTS_MAX) {
        fprintf(stderr, "thresher run: %s cannot go on (%s %d)\n", c->name, how, number);
        r->fatal = code == EXIT_USAGE || code == EXIT_DISK ? code : EXIT_REDIS;
        return;
    }
    fprintf(stderr, "thresher run: %s ended (%s %d), starting it again\n", c->name, how, number);
    c->start_at_ms = clock_mono_ms() + (c->restarts < 7 ? 50u << c->restarts : 5000u);
}

static void look_after(struct run *r) {
    for (int i = r->redis ? CHILD_REDIS + 1 : CHILD_REDIS; i < CHILD_COUNT && !r->fatal; i++) {
        struct child *c = &r->child[i];
        if (child_has_ended(c)) handle_end(r, (enum child_kind)i);
        if (c->pid > 0 || c->ended || r->fatal || clock_mono_ms() < c->start_at_ms) continue;
        if (i != CHILD_REDIS) child_spawn(c);
        else {
            feed_again(r);
            if (!start_redis(r)) r->fatal = EXIT_REDIS;
        }
    }
}

/* The figures of the queue; false while the server is away. A server that knows less than it did has lost its data. */
static bool read_stats(struct run *r) {
    struct err e = {0};
    uint64_t restarts = 0;
    enum err_code code = r->queue ? queue_read_stats(r->queue, &r->stats, &e) : err_set(&e, ERR_IO, "Redis is away");
    for (size_t i = 0; i < CHILD_COUNT; i++) restarts += r->child[i].restarts;
    run_page_keep(&r->page, &r->stats, &e, restarts);
    if (code) return false;
    if (r->stats.enqueued < r->enqueued) {
        fprintf(stderr, "thresher run: the Redis server has lost its data: feeding again from what is on disk\n");
        feed_again(r);
        return false;
    }
    r->enqueued = r->stats.enqueued;
    return true;
}

static bool is_done(struct run *r) {
    if (!read_stats(r) || !r->child[CHILD_PRODUCER].ended) return false;
    const struct queue_stats *s = &r->stats;
    return s->ready + s->in_flight + s->delayed + s->results_waiting == 0 && s->collected == s->done && s->dead == s->dead_exported;
}

static void stop_children(struct run *r) {
    static const enum child_kind order[] = {CHILD_PRODUCER, CHILD_WORKER, CHILD_COLLECTOR, CHILD_REDIS};
    for (size_t i = 0; i < COUNT_OF(order); i++) {
        if (order[i] == CHILD_REDIS) queue_close(&r->queue);
        child_stop(&r->child[order[i]]);
    }
}

static int tell_summary(const struct run *r, double seconds) {
    const struct queue_stats *s = &r->stats;
    fprintf(stderr, "thresher run: %" PRIu64 " pages enqueued, %" PRIu64 " duplicates: %" PRIu64 " results", s->enqueued, s->duplicates, s->done);
    const char *before = " (";
    for (int i = 0; i < STATUS_END; i++) {
        if (!s->collected_as[i]) continue;
        fprintf(stderr, "%s%s %" PRIu64, before, status_name((enum status)i), s->collected_as[i]);
        before = ", ";
    }
    fprintf(stderr, "%s and %" PRIu64 " dead letters in %s, %.1f s, %.0f pages/s\n", *before == ',' ? ")" : "", s->dead, r->out, seconds, (double)s->done / seconds);
    if (s->enqueued + s->duplicates == 0) fprintf(stderr, "thresher run: nothing new: what the inputs hold is in %s already, or was skipped\n", r->out);
    if (s->conservation_error) fprintf(stderr, "thresher run: %" PRId64 " jobs are unaccounted for\n", s->conservation_error);
    return s->conservation_error ? EXIT_DAMAGED : child_exit_code(&r->child[CHILD_PRODUCER]);
}

static int supervise(struct run *r, const char *const *inputs, size_t count) {
    struct progress progress;
    uint64_t started = clock_mono_ms();
    bool done = false;
    progress_init(&progress, inputs, count, started);
    for (unsigned tick = 0; !done && !r->fatal && !stop_requested(); tick++) {
        look_after(r);
        done = is_done(r);
        if (tick % SHOW_TICKS == 0) progress_show(&progress, r->queue, &r->stats, r->child[CHILD_PRODUCER].ended, clock_mono_ms());
        if (!done) pause_ms(TICK_MS);
    }
    progress_end(&progress);
    stop_children(r);
    if (r->fatal) return r->fatal;
    if (!done) {
        fprintf(stderr, "thresher run: stopped; the same command goes on from here\n");
        return stop_exit_status();
    }
    return tell_summary(r, (double)(clock_mono_ms() - started + 1) / 1000.0);
}

/* The programs lie beside this one. */
static bool find_programs(struct run *r) {
    static const char *const names[CHILD_COUNT] = {NULL, "thresher-collector", "thresher-worker", "thresher-producer"};
    char dir[3072];
    ssize_t n = readlink("/proc/self/exe", dir, sizeof dir - 1);
    if (n <= 0) return false;
    dir[n] = '\0';
    *strrchr(dir, '/') = '\0';
    for (int i = CHILD_COLLECTOR; i < CHILD_COUNT; i++) snprintf(r->program[i], sizeof r->program[i], "%s/%s", dir, names[i]);
    return true;
}

/* The server's address goes by the environment: it may hold a password. */
static bool prepare(struct run *r, const char *const *inputs, size_t count, struct option_list *producer, struct arena *strings) {
    snprintf(r->socket, sizeof r->socket, "%s/" CLAIM_SOCKET, r->claim.dir);
    snprintf(r->url, sizeof r->url, "unix://%s", r->socket);
    snprintf(r->checkpoint, sizeof r->checkpoint, "%s/.thresher/checkpoint", r->out);
    setenv("REDIS_URL", redis_url(r), 1);
    unsetenv("THRESHER_LISTEN"); /* is this program's */
    setenv("THRESHER_QUEUE", r->queue_name, 1);
    if (r->no_sandbox) setenv("THRESHER_NO_SANDBOX", "true", 1);
    /* Nobody else puts jobs on the private server, so its jobs may refer to any file. */
    if (!r->redis && !r->input.payload_root) r->input.payload_root = "/";
    if (r->input.payload_root) setenv("THRESHER_PAYLOAD_ROOT", r->input.payload_root, 1);
    const char *redis_args[] = {"redis-server", "--port", "0", "--unixsocket", r->socket, "--dir", r->claim.dir, "--save", "", "--appendonly", "no", "--loglevel", "warning", NULL};
    const char *collector_args[] = {r->program[CHILD_COLLECTOR], "--crawl-id", r->crawl_id, "-o", r->out, "--format", r->format, "--preset", r->preset, "--compress", r->compress, NULL};
    const char *worker_args[] = {r->program[CHILD_WORKER], "--log-level", "warn", r->jobs ? "--jobs" : NULL, r->jobs, NULL};
    /* A full queue is how a run is paced, and a server that is away is the run's to tell. */
    const char *producer_args[] = {r->program[CHILD_PRODUCER], "--crawl-id", r->crawl_id, "--start-at", r->checkpoint, "--max-bytes", "256M", "--log-level", "error"};
    memcpy(r->args[CHILD_REDIS], redis_args, sizeof redis_args);
    memcpy(r->args[CHILD_COLLECTOR], collector_args, sizeof collector_args);
    memcpy(r->args[CHILD_WORKER], worker_args, sizeof worker_args);
    bool added = true;
    for (size_t i = 0; i < COUNT_OF(producer_args); i++) added = added && option_list_add(producer, producer_args[i], strings);
    added = added && input_options_add_args(&r->input, producer, strings) && option_list_add(producer, "--", strings);
    for (size_t i = 0; i < count; i++) added = added && option_list_add(producer, inputs[i], strings);
    added = added && option_list_add(producer, NULL, strings);
    r->child[CHILD_REDIS] = (struct child){.name = "redis-server", .argv = r->args[CHILD_REDIS], .quiet = true};
    r->child[CHILD_COLLECTOR] = (struct child){.name = "thresher-collector", .argv = r->args[CHILD_COLLECTOR]};
    r->child[CHILD_WORKER] = (struct child){.name = "thresher-worker", .argv = r->args[CHILD_WORKER]};
    r->child[CHILD_PRODUCER] = (struct child){.name = "thresher-producer", .argv = producer->items};
    return added;
}

static int run_inputs(struct run *r, struct command *c) {
    struct option_list producer = {0};
    struct err e = {0};
    stop_install();
    if (!find_programs(r)) {
        fprintf(stderr, "thresher run: cannot find its own programs: is /proc mounted?\n");
        return EXIT_DISK;
    }
    enum err_code code = run_page_start(&r->page, r->listen, r->queue_name, &e);
    int status = code == ERR_USAGE ? EXIT_USAGE : EXIT_DISK;
    if (!code) {
        code = claim_take(&r->claim, r->out, &e);
        status = code == ERR_CONFLICT ? EXIT_USAGE : EXIT_DISK;
    }
    if (code) fprintf(stderr, "thresher run: %s\n", e.msg);
    else if (!prepare(r, c->args, c->arg_count, &producer, &c->arena)) fprintf(stderr, "thresher run: no memory\n");
    else {
        if (r->redis ? open_queue(r, &e) : start_redis(r)) status = supervise(r, c->args, c->arg_count);
        else {
            if (r->redis) fprintf(stderr, "thresher run: %s\n", e.msg);
            stop_children(r);
            status = stop_requested() ? stop_exit_status() : e.code == ERR_USAGE ? EXIT_USAGE : EXIT_REDIS;
        }
    }
    run_page_stop(&r->page);
    claim_release(&r->claim);
    return status;
}

static bool reads_stdin(const struct input_options *o, const char *const *inputs, size_t count) {
    for (size_t i = 0; i < o->files_from.count; i++)
        if (strcmp(o->files_from.items[i], "-") == 0) return true;
    for (size_t i = 0; i < count; i++)
        if (strcmp(inputs[i], "-") == 0) return true;
    return false;
}

static enum err_code check(const struct run *r, const struct command *c, struct err *e) {
    if (!r->out) return err_set(e, ERR_USAGE, "-o DIR says where the articles go (try --help)");
    if (c->arg_count + r->input.files_from.count == 0) return err_set(e, ERR_USAGE, "name at least one input (try --help)");
    if (reads_stdin(&r->input, c->args, c->arg_count)) return err_set(e, ERR_USAGE, "standard input cannot be an input, since inputs may have to be read again");
    return ERR_OK;
}

int run_command(int argc, char **argv) {
    struct run r = {.crawl_id = "default", .queue_name = "default", .format = "jsonl", .preset = "native", .compress = "none", .claim.fd = -1};
    const struct option own[] = {
        {"output", 'o', OPTION_TEXT, "DIR", "THRESHER_OUTPUT", "folder for the articles; a run that was stopped goes on in it", &r.out},
        {"crawl-id", 0, OPTION_TEXT, "ID", "THRESHER_CRAWL_ID", "name of the crawl (default)", &r.crawl_id},
        {"jobs", 'j', OPTION_TEXT, "N", "THRESHER_JOBS", "extractor processes (the processors of this machine)", &r.jobs},
        {"redis", 'r', OPTION_URL, "URL", NULL, "use this server, which keeps the queue, in place of a private one", &r.redis},
        {"queue", 'q', OPTION_TEXT, "NAME", "THRESHER_QUEUE", "queue on that server (default)", &r.queue_name},
        {"format", 'f', OPTION_TEXT, "FORMAT", "THRESHER_FORMAT", "jsonl, text, markdown, markdown-text without links and images, or protobuf (jsonl)", &r.format},
        {"preset", 0, OPTION_TEXT, "NAME", "THRESHER_PRESET", "fields of jsonl: native, trafilatura, dolma, datatrove (native)", &r.preset},
        {"compress", 'z', OPTION_TEXT, "KIND", "THRESHER_COMPRESS", "none, gz or zst (none)", &r.compress},
        MONITOR_OPTION(&r.listen),
        {"no-sandbox", 0, OPTION_FLAG, NULL, "THRESHER_NO_SANDBOX", "extractors without seccomp and Landlock: for trusted pages, or kernels without", &r.no_sandbox},
    };
    struct option table[COUNT_OF(own) + INPUT_OPTIONS_COUNT];
    memcpy(table, own, sizeof own);
    input_options_table(&r.input, table + COUNT_OF(own));
    const struct options options = {table, COUNT_OF(table), "thresher run INPUT... -o DIR [OPTIONS]",
                                    "Turns the pages of archives, JSON lines, files and folders into articles in DIR, with a private redis-server on a Unix socket. The same\n"
                                    "command again goes on where DIR ends.",
                                    "Exit status: 0 all done, 1 some input failed or was damaged, 2 usage, or an address that cannot be listened at, 3 Redis, 5 disk, 130 or 143 stopped by a signal."};
    struct command c = {.name = "thresher run", .options = &options};
    struct err e = {0};
    int status;
    if (command_begin(&c, argc, argv, &status)) status = check(&r, &c, &e) ? command_fail(&c, &e) : run_inputs(&r, &c);
    command_clear(&c);
    return status;
}
