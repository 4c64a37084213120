/* thresher-worker against a real redis-server of its own: every job ends once, whoever dies or stops in the middle. */
#include "queue/queue.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "cmocka_all.h"
#include "schema/result.h"
#include "tool.h"

enum { PATIENCE_MS = 60000, CHILDREN_MAX = 8, JOBS_MAX = 1000 };

struct bench {
    char dir[64], url[128];
    pid_t redis, worker[2];
    struct queue *queue;
    uint64_t token;
};

static void sleep_ms(long ms) {
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

static pid_t start(const char *const *argv, const char *log_path) {
    union {
        const char *const *in;
        char *const *out;
    } args = {.in = argv};
    pid_t pid = fork();
    if (pid != 0) return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int log = open(log_path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (log >= 0) {
        dup2(log, 1);
        dup2(log, 2);
    }
    execvp(argv[0], args.out);
    _exit(127);
}

static void start_redis(struct bench *b) {
    char sock[96], log[96];
    snprintf(sock, sizeof sock, "%s/redis.sock", b->dir);
    snprintf(log, sizeof log, "%s/redis.log", b->dir);
    snprintf(b->url, sizeof b->url, "unix://%s", sock);
    const char *argv[] = {"redis-server", "--port", "0",          "--unixsocket", sock,     "--dir",         b->dir, "--save",
                          "",             "--appendonly", "yes", "--appendfsync", "always", "--daemonize", "no",   NULL};
    b->redis = start(argv, log);
    assert_true(b->redis > 0);
}

static void stop_redis(struct bench *b) {
    int status;
    kill(b->redis, SIGTERM);
    waitpid(b->redis, &status, 0);
    b->redis = 0;
}

static void connect_queue(struct bench *b) {
    struct queue_cfg cfg = {.url = b->url, .name = "test"};
    struct err e = {0};
    uint64_t until = clock_mono_ms() + PATIENCE_MS;
    while (queue_open(&b->queue, &cfg, &e) != ERR_OK) {
        if (clock_mono_ms() > until) fail_msg("%s", e.msg);
        sleep_ms(20);
    }
}

static int setup(void **state) {
    struct bench *b = calloc(1, sizeof *b);
    if (!b) return -1;
    snprintf(b->dir, sizeof b->dir, "/tmp/thresher-worker-XXXXXX");
    if (!mkdtemp(b->dir)) return -1;
    start_redis(b);
    connect_queue(b);
    *state = b;
    return 0;
}

static int teardown(void **state) {
    struct bench *b = *state;
    int status;
    queue_close(&b->queue);
    for (size_t i = 0; i < COUNT_OF(b->worker); i++) {
        if (b->worker[i] <= 0) continue;
        kill(b->worker[i], SIGKILL);
        waitpid(b->worker[i], &status, 0);
    }
    if (b->redis > 0) stop_redis(b);
    int rc = tool_remove(b->dir);
    free(b);
    return rc;
}

static const char *worker_program(void) {
    static char path[4096];
    const char *bin = getenv("THRESHER_BIN");
    snprintf(path, sizeof path, "%s/thresher-worker", bin ? bin : ".");
    return path;
}

static void start_worker(struct bench *b, int which, const char *lease, const char *deadline, const char *grace) {
    char log[96];
    snprintf(log, sizeof log, "%s/worker%d.log", b->dir, which);
    const char *argv[] = {worker_program(), "--redis", b->url,    "--queue", "test",      "--jobs", "2",           "--lease",
                          lease,            "--deadline", deadline, "--grace", grace, "--connect-timeout", "10s", NULL};
    b->worker[which] = start(argv, log);
    assert_true(b->worker[which] > 0);
}

static int wait_worker(struct bench *b, int which) {
    int status = 0;
    uint64_t until = clock_mono_ms() + PATIENCE_MS;
    while (waitpid(b->worker[which], &status, WNOHANG) == 0) {
        if (clock_mono_ms() > until) fail_msg("the worker did not end");
        sleep_ms(5);
    }
    b->worker[which] = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

/* -- jobs and results ------------------------------------------------------------------------------------------------------- */

static struct hash128 job_id(unsigned i) {
    char position[16];
    snprintf(position, sizeof position, "%u", i);
    return job_make_id(SV("crawl"), SV("test"), sv_cstr(position));
}

/* `kilobytes` of page make it worth some time. */
static void enqueue(struct bench *b, unsigned count, unsigned kilobytes) {
    struct sbuf page, wire;
    struct err e = {0};
    sbuf_init(&page, 0);
    sbuf_init(&wire, 0);
    for (unsigned i = 0; i < count; i++) {
        sbuf_reset(&page);
        sbuf_reset(&wire);
        sbuf_addf(&page, "<!doctype html><title>Page %u</title><article><h1>Page %u</h1>", i, i);
        do {
            sbuf_addf(&page, "<p>The ferry of seven leaves the harbour with %u passengers, of whom most have read the paper before it passes the "
                             "lighthouse, and some have gone to sleep again on the benches of the lower deck.</p>", i);
        } while (page.n < (size_t)kilobytes * 1024);
        struct job job = {.id = job_id(i), .crawl_id = SV("crawl"), .url = SV("http://page.example/"), .payload = sbuf_view(&page),
                          .kind = PAYLOAD_HTML};
        assert_int_equal(job_pack(&job, &wire, &e), ERR_OK);
        struct queue_new_job new_job = {.id = job.id, .wire = sbuf_view(&wire)};
        struct queue_batch batch = {.token = ++b->token, .jobs = &new_job, .job_count = 1};
        enum queue_accept outcome;
        if (queue_enqueue(b->queue, &batch, &outcome, &e) != ERR_OK) fail_msg("%s", e.msg);
        assert_int_equal(outcome, QUEUE_ACCEPTED);
    }
    sbuf_clear(&page);
    sbuf_clear(&wire);
}

static struct queue_stats stats(struct bench *b) {
    struct queue_stats s;
    struct err e = {0};
    if (queue_read_stats(b->queue, &s, &e) != ERR_OK) fail_msg("%s", e.msg);
    return s;
}

static void wait_for_done(struct bench *b, uint64_t done) {
    uint64_t until = clock_mono_ms() + PATIENCE_MS;
    for (;;) {
        struct queue_stats s = stats(b);
        if (s.done >= done) return;
        if (clock_mono_ms() > until)
            fail_msg("%llu done, %llu ready, %llu in flight, %llu delayed, %llu dead", (unsigned long long)s.done, (unsigned long long)s.ready,
                     (unsigned long long)s.in_flight, (unsigned long long)s.delayed, (unsigned long long)s.dead);
        sleep_ms(10);
    }
}

/* Each of the `count` jobs has one result, and it is ok. */
static void check_results(struct bench *b, unsigned count) {
    struct queue_stats s = stats(b);
    assert_int_equal(s.done, count);
    assert_int_equal(s.dead, 0);
    assert_int_equal(s.conservation_error, 0);
    static unsigned char seen[JOBS_MAX];
    memset(seen, 0, sizeof seen);
    struct arena arena;
    struct err e = {0};
    arena_init(&arena, 0);
    for (unsigned total = 0; total < count;) {
        struct queue_entry *entries;
        size_t n = 0;
        arena_reset(&arena);
        if (queue_take_results(b->queue, false, 100, 1000, &arena, &entries, &n, &e) != ERR_OK) fail_msg("%s", e.msg);
        assert_true(n > 0);
        for (size_t i = 0; i < n; i++) {
            struct result r;
            assert_int_equal(entries[i].stream, QUEUE_RESULTS);
            assert_int_equal(result_unpack(entries[i].payload, &arena, &r, &e), ERR_OK);
            assert_int_equal(r.status, STATUS_OK);
            unsigned long number = strtoul(r.article.title.p + strlen("Page "), NULL, 10);
            assert_true(number < count);
            struct hash128 id = job_id((unsigned)number);
            assert_memory_equal(r.id.b, id.b, sizeof id.b);
            assert_int_equal(seen[number]++, 0);
        }
        total += (unsigned)n;
    }
    arena_clear(&arena);
}

/* -- processes -------------------------------------------------------------------------------------------------------------- */

static size_t children_of(pid_t parent, pid_t out[CHILDREN_MAX]) {
    char path[64], text[256] = "";
    snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", (long)parent, (long)parent);
    FILE *f = fopen(path, "re");
    if (!f) return 0;
    size_t n = fread(text, 1, sizeof text - 1, f), count = 0;
    fclose(f);
    text[n] = '\0';
    for (char *p = text, *end; count < CHILDREN_MAX; p = end) {
        long pid = strtol(p, &end, 10);
        if (end == p) break;
        out[count++] = (pid_t)pid;
    }
    return count;
}

static bool is_running(pid_t pid) {
    char path[64], text[256] = "";
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    FILE *f = fopen(path, "re");
    if (!f) return false;
    size_t n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    text[n] = '\0';
    const char *state = strrchr(text, ')');
    return state && state[1] && state[2] != 'Z' && state[2] != 'X';
}

static void assert_all_end(const pid_t *pids, size_t count) {
    for (size_t i = 0; i < count; i++) {
        for (int tries = 0; tries < 2000 && is_running(pids[i]); tries++) sleep_ms(2);
        assert_false(is_running(pids[i]));
    }
}

/* -- tests ------------------------------------------------------------------------------------------------------------------ */

static void worker_finishes_every_job_once_and_stops_on_sigterm(void **state) {
    struct bench *b = *state;
    enqueue(b, 300, 4);
    start_worker(b, 0, "60s", "20s", "30s");
    wait_for_done(b, 300);
    pid_t children[CHILDREN_MAX];
    size_t count = children_of(b->worker[0], children);
    assert_int_equal(count, 2);
    kill(b->worker[0], SIGTERM);
    assert_int_equal(wait_worker(b, 0), 0);
    assert_all_end(children, count);
    assert_int_equal(stats(b).workers, 0);
    check_results(b, 300);
}

/* The quickest of a few, since other programs may have the processor; a worker begins to wait for jobs when it has said that it is there. */
static void worker_without_jobs_stops_at_once(void **state) {
    enum { TRIES = 4, SOON_MS = 600 };
    struct bench *b = *state;
    uint64_t least = UINT64_MAX;
    for (int i = 0; i < TRIES && least > SOON_MS; i++) {
        start_worker(b, 0, "60s", "20s", "30s");
        for (uint64_t until = clock_mono_ms() + PATIENCE_MS; stats(b).workers == 0 && clock_mono_ms() < until;) sleep_ms(5);
        assert_int_equal(stats(b).workers, 1);
        uint64_t asked = clock_mono_ms();
        kill(b->worker[0], SIGTERM);
        assert_int_equal(wait_worker(b, 0), 0);
        uint64_t took = clock_mono_ms() - asked;
        if (took < least) least = took;
        assert_int_equal(stats(b).workers, 0);
    }
    if (least > SOON_MS) fail_msg("%llu ms", (unsigned long long)least);
}

static void worker_sigterm_in_the_middle_finishes_or_releases(void **state) {
    struct bench *b = *state;
    enqueue(b, 400, 60);
    start_worker(b, 0, "60s", "20s", "30s");
    wait_for_done(b, 20);
    kill(b->worker[0], SIGTERM);
    assert_int_equal(wait_worker(b, 0), 0);
    struct queue_stats s = stats(b);
    assert_int_equal(s.in_flight, 0);
    assert_int_equal(s.conservation_error, 0);
    assert_int_equal(s.done + s.ready, 400);
    start_worker(b, 1, "60s", "20s", "30s");
    wait_for_done(b, 400);
    check_results(b, 400);
}

static void worker_killed_is_taken_over_after_its_lease(void **state) {
    struct bench *b = *state;
    enqueue(b, 400, 60);
    start_worker(b, 0, "1s", "20s", "30s");
    wait_for_done(b, 20);
    pid_t children[CHILDREN_MAX];
    size_t count = children_of(b->worker[0], children);
    kill(b->worker[0], SIGKILL);
    assert_int_equal(wait_worker(b, 0), 1000 + SIGKILL);
    assert_all_end(children, count);
    start_worker(b, 1, "1s", "20s", "30s");
    wait_for_done(b, 400);
    check_results(b, 400);
}

static void worker_extractors_killed_lose_no_job(void **state) {
    struct bench *b = *state;
    enqueue(b, 300, 60);
    start_worker(b, 0, "60s", "20s", "30s");
    for (unsigned round = 1; round <= 3; round++) {
        wait_for_done(b, 30 * round);
        pid_t children[CHILDREN_MAX];
        size_t count = children_of(b->worker[0], children);
        for (size_t i = 0; i < count; i++) kill(children[i], SIGKILL);
    }
    wait_for_done(b, 300);
    check_results(b, 300);
    kill(b->worker[0], SIGTERM);
    assert_int_equal(wait_worker(b, 0), 0);
}

static void worker_extractor_that_hangs_is_killed_and_its_job_retried(void **state) {
    struct bench *b = *state;
    start_worker(b, 0, "60s", "1s", "30s");
    pid_t children[CHILDREN_MAX];
    size_t count = 0;
    for (int i = 0; i < 2000 && count < 2; i++) {
        sleep_ms(5);
        count = children_of(b->worker[0], children);
    }
    sleep_ms(1000); /* both are ready and wait */
    for (size_t i = 0; i < count; i++) kill(children[i], SIGSTOP);
    enqueue(b, 20, 2);
    wait_for_done(b, 20);
    assert_int_equal(stats(b).retried >= 1, 1);
    assert_all_end(children, count);
    check_results(b, 20);
}

static void worker_outlives_its_redis(void **state) {
    struct bench *b = *state;
    enqueue(b, 300, 60);
    start_worker(b, 0, "60s", "20s", "30s");
    wait_for_done(b, 30);
    pid_t before[CHILDREN_MAX], after[CHILDREN_MAX];
    size_t count = children_of(b->worker[0], before);
    queue_close(&b->queue);
    stop_redis(b);
    sleep_ms(1500);
    assert_true(is_running(b->worker[0]));
    assert_int_equal(children_of(b->worker[0], after), count);
    assert_memory_equal(before, after, count * sizeof before[0]);
    start_redis(b);
    connect_queue(b);
    wait_for_done(b, 300);
    check_results(b, 300);
    kill(b->worker[0], SIGTERM);
    assert_int_equal(wait_worker(b, 0), 0);
}

static void worker_second_signal_ends_it_at_once(void **state) {
    struct bench *b = *state;
    start_worker(b, 0, "60s", "60s", "60s");
    pid_t children[CHILDREN_MAX];
    size_t count = 0;
    for (int i = 0; i < 2000 && count < 2; i++) {
        sleep_ms(5);
        count = children_of(b->worker[0], children);
    }
    sleep_ms(1000);
    for (size_t i = 0; i < count; i++) kill(children[i], SIGSTOP);
    enqueue(b, 8, 1);
    for (int i = 0; i < 1000 && stats(b).in_flight == 0; i++) sleep_ms(5);
    kill(b->worker[0], SIGTERM);
    sleep_ms(300);
    assert_true(is_running(b->worker[0])); /* it waits for its extractors */
    kill(b->worker[0], SIGTERM);
    assert_int_equal(wait_worker(b, 0), 128 + SIGTERM);
    assert_all_end(children, count);
    assert_int_equal(stats(b).conservation_error, 0);
}

static void worker_grace_that_ends_releases_what_hangs(void **state) {
    struct bench *b = *state;
    start_worker(b, 0, "60s", "60s", "2s");
    pid_t children[CHILDREN_MAX];
    size_t count = 0;
    for (int i = 0; i < 2000 && count < 2; i++) {
        sleep_ms(5);
        count = children_of(b->worker[0], children);
    }
    sleep_ms(1000);
    for (size_t i = 0; i < count; i++) kill(children[i], SIGSTOP);
    enqueue(b, 8, 1);
    for (int i = 0; i < 1000 && stats(b).in_flight == 0; i++) sleep_ms(5);
    uint64_t began = clock_mono_ms();
    kill(b->worker[0], SIGTERM);
    assert_int_equal(wait_worker(b, 0), 0);
    assert_true(clock_mono_ms() - began < 5000);
    struct queue_stats s = stats(b);
    assert_int_equal(s.in_flight, 0);
    assert_int_equal(s.ready, 8);
    assert_int_equal(s.retried, 0);
    assert_int_equal(s.conservation_error, 0);
}

static void worker_without_redis_says_so(void **state) {
    struct bench *b = *state;
    char log[96], text[4096] = "";
    snprintf(log, sizeof log, "%s/lonely.log", b->dir);
    const char *argv[] = {worker_program(), "--redis", "unix:///nonexistent/redis.sock", "--connect-timeout", "1s", NULL};
    b->worker[0] = start(argv, log);
    assert_int_equal(wait_worker(b, 0), 3);
    FILE *f = fopen(log, "re");
    assert_non_null(f);
    size_t n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    text[n] = '\0';
    assert_non_null(strstr(text, "/nonexistent/redis.sock"));
}

static void worker_bad_usage_exits_2(void **state) {
    struct bench *b = *state;
    static const char *const wrong[][2] = {{"--jobs", "0"}, {"--jobs", "many"}, {"--deadline", "0"}, {"--nonsense", "1"}, {"file", "another"},
                                           {"--max-memory", "1K"}, {"--queue", "no spaces allowed"}, {"--redis", "http://x"}};
    char log[96];
    snprintf(log, sizeof log, "%s/usage.log", b->dir);
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        const char *argv[] = {worker_program(), wrong[i][0], wrong[i][1], NULL};
        b->worker[0] = start(argv, log);
        assert_int_equal(wait_worker(b, 0), 2);
    }
}

int main(void) {
    signal(SIGPIPE, SIG_IGN);
    if (tool_run((const char *[]){"redis-server", "--version", NULL}) != 0) {
        print_message("redis-server is not there\n");
        return 77;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(worker_finishes_every_job_once_and_stops_on_sigterm, setup, teardown),
        cmocka_unit_test_setup_teardown(worker_without_jobs_stops_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(worker_sigterm_in_the_middle_finishes_or_releases, setup, teardown),
        cmocka_unit_test_setup_teardown(worker_killed_is_taken_over_after_its_lease, setup, teardown),
        cmocka_unit_test_setup_teardown(worker_extractors_killed_lose_no_job, setup, teardown),
        cmocka_unit_test_setup_teardown(worker_extractor_that_hangs_is_killed_and_its_job_retried, setup, teardown),
        cmocka_unit_test_setup_teardown(worker_outlives_its_redis, setup, teardown),
        cmocka_unit_test_setup_teardown(worker_second_signal_ends_it_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(worker_grace_that_ends_releases_what_hangs, setup, teardown),
        cmocka_unit_test_setup_teardown(worker_without_redis_says_so, setup, teardown),
        cmocka_unit_test_setup_teardown(worker_bad_usage_exits_2, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
