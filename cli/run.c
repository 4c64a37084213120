#define _GNU_SOURCE
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "queue/queue.h"
#include "runtime/options.h"
#include "runtime/stop.h"

enum { EXIT_DAMAGED = 1, EXIT_USAGE = 2, EXIT_REDIS = 3, EXIT_DISK = 5, EXIT_LOST = 4, TICK_MS = 100, RESTARTS_MAX = 20, START_MS = 10000, STOP_MS = 40000, FIXED_ARGS = 16 };

enum child_kind { CHILD_REDIS, CHILD_COLLECTOR, CHILD_WORKER, CHILD_PRODUCER, CHILD_COUNT };

struct child {
    const char *name;
    const char **argv;
    pid_t pid; /* 0: not running */
    unsigned restarts;
    uint64_t start_at_ms;
    bool ended; /* by itself, and is not needed again */
    int status;
};

struct run {
    struct child child[CHILD_COUNT];
    char program_dir[3072], dir[64], url[96], sock[80];
    const char *out, *crawl_id, *jobs;
    struct queue *queue;
    struct queue_stats stats;
    int fatal; /* exit status once a part cannot live */
};

static void pause_ms(long ms) { nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL); }

static void spawn(struct run *r, enum child_kind kind) {
    struct child *c = &r->child[kind];
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) {
        union {
            const char **in;
            char **out;
        } args = {.in = c->argv};
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != parent) _exit(EXIT_LOST);
        /* The terminal's Ctrl-C is for the one who stops them in order. */
        setpgid(0, 0);
        if (kind == CHILD_REDIS) {
            int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
            if (null >= 0) dup2(null, STDOUT_FILENO);
        }
        execvp(args.in[0], args.out);
        fprintf(stderr, "thresher run: cannot start %s: %s\n", args.in[0], strerror(errno));
        _exit(127);
    }
    if (pid > 0) c->pid = pid;
}

/* A new server is empty: what was fed is fed again, and the collector skips what it has. */
static bool start_redis(struct run *r) {
    struct err e = {0};
    const struct queue_cfg cfg = {.url = r->url, .timeout_ms = 5000};
    queue_close(&r->queue);
    (void)unlink(r->sock);
    spawn(r, CHILD_REDIS);
    for (uint64_t until = clock_mono_ms() + START_MS; clock_mono_ms() < until && !stop_requested(); pause_ms(20))
        if (queue_open(&r->queue, &cfg, &e) == ERR_OK) return true;
    fprintf(stderr, "thresher run: the private redis-server does not answer: %s\n", e.msg);
    return false;
}

static void signal_child(struct child *c, int number) {
    if (c->pid > 0) kill(c->pid, number);
}

static bool wait_child(struct child *c, uint64_t until_ms) {
    while (c->pid > 0) {
        if (waitpid(c->pid, &c->status, WNOHANG) == c->pid) c->pid = 0;
        else if (clock_mono_ms() >= until_ms) return false;
        else pause_ms(10);
    }
    return true;
}

/* TERM, then KILL for what does not listen. */
static void stop_child(struct child *c) {
    signal_child(c, SIGTERM);
    if (wait_child(c, clock_mono_ms() + STOP_MS)) return;
    signal_child(c, SIGKILL);
    (void)wait_child(c, clock_mono_ms() + STOP_MS);
}

/* What a part's end means: the producer may be done, others are started again unless their exit says that it is of no use. */
static void handle_end(struct run *r, enum child_kind kind) {
    struct child *c = &r->child[kind];
    int code = WIFEXITED(c->status) ? WEXITSTATUS(c->status) : -1;
    if (kind == CHILD_PRODUCER && (code == 0 || code == EXIT_DAMAGED)) {
        c->ended = true;
        return;
    }
    bool hopeless = code == EXIT_USAGE || code == EXIT_DISK || code == 127 || ++c->restarts > RESTARTS_MAX;
    if (hopeless) {
        fprintf(stderr, "thresher run: %s cannot go on (%s %d)\n", c->name, code >= 0 ? "exit" : "signal", code >= 0 ? code : WTERMSIG(c->status));
        r->fatal = code == EXIT_USAGE || code == EXIT_DISK ? code : EXIT_REDIS;
        return;
    }
    fprintf(stderr, "thresher run: %s ended (%s %d), starting it again\n", c->name, code >= 0 ? "exit" : "signal", code >= 0 ? code : WTERMSIG(c->status));
    c->start_at_ms = clock_mono_ms() + (c->restarts < 7 ? 50u << c->restarts : 5000u);
}

static void look_after(struct run *r) {
    for (int i = 0; i < CHILD_COUNT && !r->fatal; i++) {
        struct child *c = &r->child[i];
        if (c->pid > 0 && waitpid(c->pid, &c->status, WNOHANG) == c->pid) {
            c->pid = 0;
            handle_end(r, (enum child_kind)i);
        }
        if (c->pid > 0 || c->ended || r->fatal || clock_mono_ms() < c->start_at_ms) continue;
        if (i != CHILD_REDIS) spawn(r, (enum child_kind)i);
        else {
            stop_child(&r->child[CHILD_PRODUCER]);
            r->child[CHILD_PRODUCER].ended = false;
            if (!start_redis(r)) r->fatal = EXIT_REDIS;
        }
    }
}

static bool is_done(struct run *r) {
    struct err e;
    if (!r->child[CHILD_PRODUCER].ended || r->child[CHILD_REDIS].pid <= 0 || queue_read_stats(r->queue, &r->stats, &e) != ERR_OK) return false;
    const struct queue_stats *s = &r->stats;
    return s->ready + s->in_flight + s->delayed + s->results_waiting == 0 && s->collected == s->done && s->dead == s->dead_exported;
}

static void show_progress(struct run *r, uint64_t started_ms) {
    struct err e;
    if (!isatty(STDERR_FILENO) || queue_read_stats(r->queue, &r->stats, &e) != ERR_OK) return;
    double seconds = (double)(clock_mono_ms() - started_ms + 1) / 1000.0;
    fprintf(stderr, "\r%" PRIu64 " pages on disk, %" PRIu64 " waiting, %.0f pages/s   ", r->stats.collected, r->stats.ready + r->stats.in_flight + r->stats.delayed,
            (double)r->stats.collected / seconds);
}

static int supervise(struct run *r) {
    uint64_t started = clock_mono_ms();
    bool done = false;
    for (unsigned tick = 0; !done && !r->fatal && !stop_requested(); tick++) {
        look_after(r);
        if (tick % 5 == 0) show_progress(r, started);
        done = is_done(r);
        if (!done) pause_ms(TICK_MS);
    }
    if (isatty(STDERR_FILENO)) fputc('\n', stderr);
    static const enum child_kind order[] = {CHILD_PRODUCER, CHILD_WORKER, CHILD_COLLECTOR, CHILD_REDIS};
    for (size_t i = 0; i < COUNT_OF(order); i++) {
        if (order[i] == CHILD_REDIS) queue_close(&r->queue);
        stop_child(&r->child[order[i]]);
    }
    if (r->fatal) return r->fatal;
    if (!done) {
        fprintf(stderr, "thresher run: stopped; the same command goes on from here\n");
        return stop_exit_status();
    }
    double seconds = (double)(clock_mono_ms() - started + 1) / 1000.0;
    const struct queue_stats *s = &r->stats;
    fprintf(stderr, "thresher run: %" PRIu64 " pages enqueued, %" PRIu64 " duplicates: %" PRIu64 " results and %" PRIu64 " dead letters in %s, %.1f s, %.0f pages/s\n",
            s->enqueued, s->duplicates, s->done, s->dead, r->out, seconds, (double)s->done / seconds);
    if (s->conservation_error) fprintf(stderr, "thresher run: %" PRId64 " jobs are unaccounted for\n", s->conservation_error);
    int producer = WEXITSTATUS(r->child[CHILD_PRODUCER].status);
    return s->conservation_error ? EXIT_DAMAGED : producer;
}

/* The programs lie beside this one. */
static bool find_programs(struct run *r) {
    ssize_t n = readlink("/proc/self/exe", r->program_dir, sizeof r->program_dir - 1);
    if (n <= 0) return false;
    r->program_dir[n] = '\0';
    *strrchr(r->program_dir, '/') = '\0';
    return true;
}

static void prepare(struct run *r, const char *const *inputs, size_t count, const char **producer, char names[3][4096]) {
    static const char *const programs[] = {"thresher-collector", "thresher-worker", "thresher-producer"};
    for (size_t i = 0; i < COUNT_OF(programs); i++) snprintf(names[i], 4096, "%s/%s", r->program_dir, programs[i]);
    static const char *redis[FIXED_ARGS], *collector[FIXED_ARGS], *worker[FIXED_ARGS];
    const char *redis_args[] = {"redis-server", "--port", "0", "--unixsocket", r->sock, "--dir", r->dir, "--save", "", "--appendonly", "no", "--loglevel", "warning", NULL};
    const char *collector_args[] = {names[0], "--redis", r->url, "--crawl-id", r->crawl_id, "-o", r->out, NULL};
    const char *worker_args[] = {names[1], "--redis", r->url, "--log-level", "warn", r->jobs ? "--jobs" : NULL, r->jobs, NULL};
    memcpy(redis, redis_args, sizeof redis_args);
    memcpy(collector, collector_args, sizeof collector_args);
    memcpy(worker, worker_args, sizeof worker_args);
    const char *producer_args[] = {names[2], "--redis", r->url, "--crawl-id", r->crawl_id, "--max-bytes", "256M", "--"};
    memcpy(producer, producer_args, sizeof producer_args);
    memcpy(producer + COUNT_OF(producer_args), inputs, count * sizeof *inputs);
    r->child[CHILD_REDIS] = (struct child){.name = "redis-server", .argv = redis};
    r->child[CHILD_COLLECTOR] = (struct child){.name = "thresher-collector", .argv = collector};
    r->child[CHILD_WORKER] = (struct child){.name = "thresher-worker", .argv = worker};
    r->child[CHILD_PRODUCER] = (struct child){.name = "thresher-producer", .argv = producer};
}

static int run_inputs(struct run *r, const char *const *inputs, size_t count) {
    static char names[3][4096];
    const char **producer = calloc(count + FIXED_ARGS, sizeof *producer);
    snprintf(r->dir, sizeof r->dir, "/tmp/thresher-XXXXXX");
    if (!producer || !find_programs(r) || !mkdtemp(r->dir)) {
        fprintf(stderr, "thresher run: no temporary folder: %s\n", strerror(errno));
        free(producer);
        return EXIT_DISK;
    }
    snprintf(r->sock, sizeof r->sock, "%s/redis.sock", r->dir);
    snprintf(r->url, sizeof r->url, "unix://%s", r->sock);
    prepare(r, inputs, count, producer, names);
    stop_install();
    int status = start_redis(r) ? supervise(r) : EXIT_REDIS;
    stop_child(&r->child[CHILD_REDIS]);
    queue_close(&r->queue);
    (void)unlink(r->sock);
    (void)rmdir(r->dir);
    free(producer);
    return status;
}

int run_command(int argc, char **argv) {
    struct run r = {.crawl_id = "default"};
    const struct option table[] = {
        {"output", 'o', OPTION_TEXT, "DIR", "THRESHER_OUTPUT", "folder for the articles; a run that was stopped goes on in it", &r.out},
        {"crawl-id", 0, OPTION_TEXT, "ID", "THRESHER_CRAWL_ID", "name of the crawl (default)", &r.crawl_id},
        {"jobs", 'j', OPTION_TEXT, "N", "THRESHER_JOBS", "extractor processes (the processors of this machine)", &r.jobs},
    };
    const struct options options = {table, COUNT_OF(table), "thresher run INPUT... -o DIR [OPTIONS]",
                                    "Turns WARC files, pages and folders of pages into articles in DIR, with a private redis-server on a Unix socket. The same\n"
                                    "command again skips what is there.",
                                    "Exit status: 0 all done, 1 some input failed or was damaged, 2 usage, 3 Redis, 5 disk, 130 or 143 stopped by a signal."};
    const char **args = calloc((size_t)argc + 1, sizeof *args);
    struct arena strings;
    struct err e = {0};
    size_t count = 0;
    enum options_outcome outcome = OPTIONS_RUN;
    int status = EXIT_USAGE;
    arena_init(&strings, 0);
    if (!args || options_parse(&options, argc, argv, &strings, args, &count, &outcome, &e) != ERR_OK) fprintf(stderr, "thresher run: %s\n", args ? e.msg : "no memory");
    else if (outcome != OPTIONS_RUN) {
        struct sbuf help;
        sbuf_init(&help, 0);
        options_help(&options, &help);
        status = fputs(sbuf_cstr(&help), stdout) < 0;
        sbuf_clear(&help);
    } else if (!r.out || count == 0)
        fprintf(stderr, "thresher run: %s (try --help)\n", r.out ? "name at least one input" : "-o DIR says where the articles go");
    else
        status = run_inputs(&r, args, count);
    free(args);
    arena_clear(&strings);
    return status;
}
