/* The crew with real processes: this program is its own extractor when it is started with --extractor, and does what a page tells it. */
#include "crew.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <uv.h>

#include "cmocka_all.h"
#include "frame.h"
#include "stderr_log.h"

/* -- the fake extractor ----------------------------------------------------------------------------------------------------- */

static bool fake_read(char *p, size_t n) {
    while (n > 0) {
        ssize_t got = read(0, p, n);
        if (got <= 0) return false;
        p += got;
        n -= (size_t)got;
    }
    return true;
}

static void fake_write(const char *p, size_t n) {
    while (n > 0) {
        ssize_t put = write(0, p, n);
        if (put <= 0) _exit(9);
        p += put;
        n -= (size_t)put;
    }
}

static void fake_sleep_ms(long ms) {
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

static void fake_send(enum frame_type type, uint32_t sequence, const char *body, size_t n) {
    char head[FRAME_HEAD_BYTES];
    if (frame_head_encode(&(struct frame_head){type, sequence, 0, (uint32_t)n}, head, NULL) != ERR_OK) _exit(8);
    fake_write(head, sizeof head);
    fake_write(body, n);
}

/* A head with a good check sum, whatever is in it: frame.c would not write it. */
static void fake_forge(uint32_t type, uint32_t sequence, uint32_t meta_bytes, uint32_t body_bytes) {
    const uint32_t magic = 0x31725468, factors[] = {0x9E3779B1u, 0x85EBCA77u, 0xC2B2AE3Du, 0x27D4EB2Fu};
    uint32_t words[6] = {magic, type, sequence, meta_bytes, body_bytes, magic};
    for (int i = 0; i < 4; i++) words[5] = (words[5] ^ words[i + 1]) * factors[i];
    char head[FRAME_HEAD_BYTES];
    for (int i = 0; i < FRAME_HEAD_BYTES; i++) head[i] = (char)(unsigned char)(words[i / 4] >> 8 * (i % 4));
    fake_write(head, sizeof head);
}

static void fake_flood(void) {
    static const char zeros[65536];
    while (zeros[0] == 0) fake_write(zeros, sizeof zeros);
}

/* A whole answer, so slowly that it never ends. */
static void fake_trickle(uint32_t sequence) {
    char head[FRAME_HEAD_BYTES];
    if (frame_head_encode(&(struct frame_head){FRAME_RESULT, sequence, 0, 1 << 20}, head, NULL) != ERR_OK) _exit(8);
    fake_write(head, sizeof head);
    while (head[0]) {
        fake_sleep_ms(2);
        fake_write("x", 1);
    }
}

/* The answer with half a frame behind it, in one write. */
static void fake_half(uint32_t sequence) {
    char bytes[FRAME_HEAD_BYTES + 10] = "";
    if (frame_head_encode(&(struct frame_head){FRAME_RESULT, sequence, 0, 0}, bytes, NULL) != ERR_OK) _exit(8);
    memcpy(bytes + FRAME_HEAD_BYTES, bytes, 10);
    fake_write(bytes, sizeof bytes);
}

/* Ways to lie; true when it was one of them. */
static bool fake_lie(const char *text, uint32_t sequence) {
    if (!strncmp(text, "LONG-META", 9)) fake_forge(FRAME_RESULT, sequence, FRAME_META_MAX + 1, 0);
    else if (!strncmp(text, "LONG-BODY", 9)) fake_forge(FRAME_RESULT, sequence, 0, UINT32_MAX);
    else if (!strncmp(text, "LONG-BOTH", 9)) fake_forge(FRAME_RESULT, sequence, UINT32_MAX, UINT32_MAX);
    else if (!strncmp(text, "PROMISE", 7)) fake_forge(FRAME_RESULT, sequence, 0, FRAME_BODY_MAX);
    else if (!strncmp(text, "TYPE-JOB", 8)) fake_forge(FRAME_JOB, sequence, 0, 0);
    else if (!strncmp(text, "TYPE-NONE", 9)) fake_forge(77, sequence, 0, 0);
    else if (!strncmp(text, "HELLO", 5)) fake_forge(FRAME_HELLO, 0, 0, 0);
    else if (!strncmp(text, "FLOOD", 5)) fake_flood();
    else if (!strncmp(text, "TRICKLE", 7)) fake_trickle(sequence);
    else if (!strncmp(text, "HALF", 4)) fake_half(sequence);
    else return false;
    return true;
}

/* What an operator's terminal would obey, then so many bytes more, and half a line at the end. */
static void fake_say(long more) {
    static const char first[] = "one \x1b]0;owned\x07 \xc2\x9b" "31m \xff\0 end\n", last[] = "\nno end";
    if (write(2, first, sizeof first - 1) < 0) _exit(7);
    for (long i = 0; i < more; i++)
        if (write(2, "x", 1) < 0) _exit(7);
    if (write(2, last, sizeof last - 1) < 0) _exit(7);
}

static void fake_obey(const char *body, size_t n, uint32_t sequence) {
    char text[64] = "";
    memcpy(text, body, n < sizeof text - 1 ? n : sizeof text - 1);
    char *colon = strchr(text, ':');
    long number = colon ? strtol(colon + 1, NULL, 10) : 0;
    if (!strncmp(text, "CRASH", 5)) abort();
    if (!strncmp(text, "HANG", 4)) for (;;) pause();
    if (!strncmp(text, "SAY", 3)) fake_say(number);
    if (!strncmp(text, "EXIT", 4)) _exit((int)number);
    if (!strncmp(text, "SLOW", 4)) fake_sleep_ms(number);
    if (!strncmp(text, "XCPU", 4)) raise(SIGXCPU);
    if (!strncmp(text, "GARBAGE", 7)) fake_write("this is not a frame at all, is it?", 34);
    if (!strncmp(text, "WRONG", 5)) sequence += 1;
    if (!strncmp(text, "HUGE", 4)) fake_send(FRAME_RESULT, sequence, text, 0);
    if (!strncmp(text, "CLOSE", 5)) {
        close(0);
        for (;;) pause();
    }
    if (!strncmp(text, "EAT", 3)) {
        char *eaten = malloc((size_t)number + 1);
        if (!eaten) _exit(7);
        memset(eaten, 1, (size_t)number);
        static char *kept;
        free(kept);
        kept = eaten;
    }
    if (!strncmp(text, "PID", 3)) {
        snprintf(text, sizeof text, "%ld", (long)getpid());
        fake_send(FRAME_RESULT, sequence, text, strlen(text));
        return;
    }
    if (fake_lie(text, sequence)) return;
    fake_send(FRAME_RESULT, sequence, body, n);
}

static int fake_extractor(void) {
    const char *mode = getenv("FAKE_MODE");
    if (mode && !strcmp(mode, "exit")) return 3;
    if (mode && !strcmp(mode, "mute")) for (;;) pause();
    fake_send(FRAME_HELLO, 0, "", 0);
    if (mode && !strcmp(mode, "deaf")) for (;;) pause();
    if (mode && !strcmp(mode, "early")) {
        fake_send(FRAME_RESULT, 0, "early", 5);
        for (;;) pause();
    }
    char head_bytes[FRAME_HEAD_BYTES];
    while (fake_read(head_bytes, sizeof head_bytes)) {
        struct frame_head head;
        if (frame_head_decode(head_bytes, FRAME_BODY_MAX, &head, NULL) != ERR_OK) return 5;
        char *p = malloc((size_t)head.meta_bytes + head.body_bytes + 1);
        if (!p || !fake_read(p, (size_t)head.meta_bytes + head.body_bytes)) return 6;
        fake_obey(p + head.meta_bytes, head.body_bytes, head.sequence);
        free(p);
    }
    return 0;
}

/* -- the harness ------------------------------------------------------------------------------------------------------------ */

enum { ITEMS_MAX = 4096, DEADLINE_MS = 20000 };
enum outcome { NONE, DONE, FAILED, RETURNED };

struct item {
    sv body;
    enum outcome outcome;
    struct crew_failure failure;
    unsigned order, returns;
    char reply[64];
    size_t reply_bytes;
};

struct harness {
    uv_loop_t loop;
    uv_timer_t give_up;
    struct crew *crew;
    struct item items[ITEMS_MAX];
    size_t count, next, ended;
    bool resend, drained, broken;
    uint32_t timeout_ms;
    unsigned order;
    const struct item *kill_on_done; /* kill -9 of the process that it names */
    struct item *forget_on_done;
};

static void feed(struct harness *h) {
    while (h->next < h->count && crew_try_send(h->crew, &h->items[h->next], SV("meta"), h->items[h->next].body, h->timeout_ms)) h->next++;
}

static void end_item(struct harness *h, struct item *item, enum outcome outcome) {
    assert_int_equal(item->outcome, NONE);
    item->outcome = outcome;
    item->order = h->order++;
    if (++h->ended == h->count) uv_stop(&h->loop);
    feed(h);
}

static void on_done(void *user, void *p, sv meta, sv body) {
    struct harness *h = user;
    struct item *item = p;
    assert_int_equal(meta.n, 0);
    item->reply_bytes = body.n;
    memcpy(item->reply, body.p, body.n < sizeof item->reply - 1 ? body.n : sizeof item->reply - 1);
    if (item == h->kill_on_done) kill((pid_t)strtol(item->reply, NULL, 10), SIGKILL);
    if (h->forget_on_done) {
        struct item *gone = h->forget_on_done;
        h->forget_on_done = NULL;
        crew_forget(h->crew, gone);
        end_item(h, gone, NONE);
        gone->outcome = NONE;
    }
    end_item(h, item, DONE);
}

static void on_failed(void *user, void *p, const struct crew_failure *failure) {
    struct item *item = p;
    item->failure = *failure;
    end_item(user, item, FAILED);
}

static void on_returned(void *user, void *p) {
    struct harness *h = user;
    struct item *item = p;
    item->returns++;
    if (h->resend && crew_try_send(h->crew, item, SV("meta"), item->body, h->timeout_ms)) return;
    end_item(h, item, RETURNED);
}

static void on_broken(void *user, const struct err *e) {
    struct harness *h = user;
    assert_int_equal(e->code, ERR_IO);
    h->broken = true;
    uv_stop(&h->loop);
}

static void on_drained(void *user) {
    struct harness *h = user;
    h->drained = true;
}

static void on_give_up(uv_timer_t *timer) {
    (void)timer;
    print_error("the test took too long\n");
    abort();
}

static struct harness *harness_start(struct crew_cfg cfg) {
    struct harness *h = calloc(1, sizeof *h);
    assert_non_null(h);
    h->timeout_ms = DEADLINE_MS;
    h->resend = true;
    assert_int_equal(uv_loop_init(&h->loop), 0);
    uv_timer_init(&h->loop, &h->give_up);
    uv_timer_start(&h->give_up, on_give_up, 50000, 0);
    uv_unref((uv_handle_t *)&h->give_up);
    static const struct crew_cbs cbs = {on_done, on_failed, on_returned, on_broken};
    assert_int_equal(crew_new(&h->crew, &h->loop, &cfg, &cbs, h, NULL), ERR_OK);
    return h;
}

static struct item *add_sized(struct harness *h, const char *p, size_t n) {
    struct item *item = &h->items[h->count++];
    item->body = sv_from(p, n);
    return item;
}

static struct item *add(struct harness *h, const char *body) { return add_sized(h, body, strlen(body)); }

static void run(struct harness *h) {
    feed(h);
    if (h->ended < h->count || h->count == 0) uv_run(&h->loop, UV_RUN_DEFAULT);
}

static struct crew_stats harness_end(struct harness *h) {
    struct crew_stats stats;
    crew_drain(h->crew, on_drained);
    while (!h->drained) uv_run(&h->loop, UV_RUN_ONCE);
    crew_read_stats(h->crew, &stats);
    crew_free(&h->crew);
    uv_close((uv_handle_t *)&h->give_up, NULL);
    while (uv_run(&h->loop, UV_RUN_DEFAULT) != 0) continue;
    assert_int_equal(uv_loop_close(&h->loop), 0);
    int status;
    assert_int_equal(waitpid(-1, &status, WNOHANG), -1); /* no process is left, not even a zombie */
    assert_int_equal(errno, ECHILD);
    free(h);
    return stats;
}

/* -- tests ------------------------------------------------------------------------------------------------------------------ */

static void crew_one_extractor_answers_in_order(void **state) {
    (void)state;
    struct harness *h = harness_start((struct crew_cfg){.extractors = 1});
    static char texts[500][24];
    for (int i = 0; i < 500; i++) {
        snprintf(texts[i], sizeof texts[i], "page %d", i);
        add(h, texts[i]);
    }
    run(h);
    for (unsigned i = 0; i < 500; i++) {
        assert_int_equal(h->items[i].outcome, DONE);
        assert_int_equal(h->items[i].order, i);
        assert_string_equal(h->items[i].reply, texts[i]);
    }
    struct crew_stats stats = harness_end(h);
    assert_int_equal(stats.done, 500);
    assert_int_equal(stats.started, 1);
}

static void crew_full_refuses_and_takes_again(void **state) {
    (void)state;
    struct harness *h = harness_start((struct crew_cfg){.extractors = 2});
    assert_int_equal(crew_capacity(h->crew), 4);
    for (int i = 0; i < 5; i++) add(h, "x");
    feed(h);
    assert_int_equal(h->next, 4);
    run(h);
    for (int i = 0; i < 5; i++) assert_int_equal(h->items[i].outcome, DONE);
    harness_end(h);
}

static void crew_crash_blames_exactly_the_one_it_was_in(void **state) {
    (void)state;
    struct harness *h = harness_start((struct crew_cfg){.extractors = 1});
    struct item *before = add(h, "before"), *crash = add(h, "CRASH"), *after = add(h, "after");
    run(h);
    assert_int_equal(before->outcome, DONE);
    assert_int_equal(crash->outcome, FAILED);
    assert_int_equal(crash->failure.fate, CREW_SIGNALLED);
    assert_int_equal(crash->failure.signal, SIGABRT);
    assert_int_equal(after->outcome, DONE);
    struct crew_stats stats = harness_end(h);
    assert_int_equal(stats.crashes, 1);
    assert_int_equal(stats.started, 2);
}

static void crew_item_behind_a_crash_is_returned_unblamed(void **state) {
    (void)state;
    struct harness *h = harness_start((struct crew_cfg){.extractors = 1});
    h->resend = false;
    struct item *slow = add(h, "SLOW:200"), *crash = add(h, "CRASH"), *behind = add(h, "behind");
    run(h);
    assert_int_equal(slow->outcome, DONE);
    assert_int_equal(crash->outcome, FAILED);
    assert_int_equal(behind->outcome, RETURNED);
    assert_int_equal(behind->returns, 1);
    harness_end(h);
}

static void crew_every_way_to_fail_has_its_fate(void **state) {
    (void)state;
    static const struct {
        const char *body;
        enum crew_fate fate;
        int signal, exit_code;
    } rows[] = {
        {"CRASH", CREW_SIGNALLED, SIGABRT, 0}, {"EXIT:0", CREW_SIGNALLED, 0, 0},     {"EXIT:1", CREW_SIGNALLED, 0, 1},
        {"EXIT:97", CREW_OUT_OF_MEMORY, 0, 97}, {"XCPU", CREW_TIMEOUT, SIGXCPU, 0},   {"GARBAGE", CREW_BAD_FRAME, 0, 0},
        {"WRONG", CREW_BAD_FRAME, 0, 0},        {"CLOSE", CREW_SIGNALLED, SIGKILL, 0},
    };
    struct harness *h = harness_start((struct crew_cfg){.extractors = 1, .backoff_max_ms = 20});
    for (size_t i = 0; i < COUNT_OF(rows); i++) add(h, rows[i].body);
    add(h, "good");
    run(h);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(h->items[i].outcome, FAILED);
        assert_int_equal(h->items[i].failure.fate, rows[i].fate);
        assert_int_equal(h->items[i].failure.signal, rows[i].signal);
        assert_int_equal(h->items[i].failure.exit_code, rows[i].exit_code);
    }
    assert_int_equal(h->items[COUNT_OF(rows)].outcome, DONE);
    harness_end(h);
}

/* Whatever a process sends, its own item is charged, the next one is answered by another, and memory stays bounded. */
static void crew_liar_is_found_and_costs_only_its_own_item(void **state) {
    (void)state;
    static const struct {
        const char *body;
        enum crew_fate fate;
    } rows[] = {
        {"LONG-META", CREW_BAD_FRAME}, {"LONG-BODY", CREW_BAD_FRAME}, {"LONG-BOTH", CREW_BAD_FRAME}, {"TYPE-JOB", CREW_BAD_FRAME},
        {"TYPE-NONE", CREW_BAD_FRAME}, {"HELLO", CREW_BAD_FRAME},     {"FLOOD", CREW_BAD_FRAME},     {"HALF", CREW_BAD_FRAME},
        {"PROMISE", CREW_TIMEOUT},     {"TRICKLE", CREW_TIMEOUT},
    };
    struct harness *h = harness_start((struct crew_cfg){.extractors = 1, .in_flight = 1, .backoff_max_ms = 20});
    h->timeout_ms = 500;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        add(h, rows[i].body);
        add(h, "innocent");
    }
    run(h);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (h->items[2 * i].outcome != FAILED || h->items[2 * i].failure.fate != rows[i].fate)
            fail_msg("%s: outcome %d, fate %d", rows[i].body, h->items[2 * i].outcome, h->items[2 * i].failure.fate);
        assert_int_equal(h->items[2 * i + 1].outcome, DONE);
    }
    harness_end(h);
}

static void crew_process_that_never_reads_is_killed(void **state) {
    (void)state;
    enum { BYTES = 20 * 1024 * 1024 };
    static const char *const env[] = {"FAKE_MODE=deaf", NULL};
    char *big = calloc(1, BYTES);
    assert_non_null(big);
    struct harness *h = harness_start((struct crew_cfg){.extractors = 1, .env = env, .backoff_ms = 1, .backoff_max_ms = 5});
    h->timeout_ms = 200;
    struct item *item = add_sized(h, big, BYTES);
    run(h);
    assert_int_equal(item->failure.fate, CREW_TIMEOUT);
    harness_end(h);
    free(big);
}

/* It answers under the right number before it can have read the page. */
static void crew_answer_to_what_was_not_read_is_a_bad_frame(void **state) {
    (void)state;
    enum { BYTES = 20 * 1024 * 1024 };
    static const char *const env[] = {"FAKE_MODE=early", NULL};
    char *big = calloc(1, BYTES);
    assert_non_null(big);
    struct harness *h = harness_start((struct crew_cfg){.extractors = 1, .env = env, .backoff_ms = 1, .backoff_max_ms = 5});
    h->timeout_ms = 2000;
    h->resend = false;
    struct item *item = add_sized(h, big, BYTES);
    run(h);
    assert_true(item->outcome == FAILED || item->outcome == RETURNED);
    assert_true(item->outcome != FAILED || item->failure.fate == CREW_BAD_FRAME);
    harness_end(h);
    free(big);
}

static void crew_second_answer_to_one_item_fails_the_process(void **state) {
    (void)state;
    struct harness *h = harness_start((struct crew_cfg){.extractors = 1});
    struct item *twice = add(h, "HUGE"), *next = add(h, "next");
    run(h);
    assert_int_equal(twice->outcome, DONE);
    assert_true(next->outcome == FAILED || next->outcome == DONE); /* whether it was sent before the second answer came */
    harness_end(h);
}

static void crew_reply_above_the_limit_is_a_bad_frame(void **state) {
    (void)state;
    struct harness *h = harness_start((struct crew_cfg){.extractors = 1, .reply_max_bytes = 100});
    static char big[101];
    memset(big, 'b', sizeof big);
    struct item *fits = add_sized(h, big, 100), *big_item = add_sized(h, big, 101);
    run(h);
    assert_int_equal(fits->outcome, DONE);
    assert_int_equal(big_item->failure.fate, CREW_BAD_FRAME);
    harness_end(h);
}

static void crew_missed_deadline_kills_and_blames_one(void **state) {
    (void)state;
    struct harness *h = harness_start((struct crew_cfg){.extractors = 1});
    h->timeout_ms = 300;
    struct item *hang = add(h, "HANG"), *good = add(h, "good");
    uint64_t began = uv_hrtime();
    run(h);
    uint64_t took_ms = (uv_hrtime() - began) / 1000000;
    assert_int_equal(hang->failure.fate, CREW_TIMEOUT);
    assert_int_equal(good->outcome, DONE);
    assert_int_equal(good->returns, 1);
    assert_true(took_ms >= 300 && took_ms < 10000);
    struct crew_stats stats = harness_end(h);
    assert_int_equal(stats.timeouts, 1);
}

static void crew_deadline_of_the_second_runs_from_its_turn(void **state) {
    (void)state;
    struct harness *h = harness_start((struct crew_cfg){.extractors = 1});
    h->timeout_ms = 600;
    for (int i = 0; i < 4; i++) add(h, "SLOW:350");
    run(h);
    for (int i = 0; i < 4; i++) assert_int_equal(h->items[i].outcome, DONE);
    harness_end(h);
}

static void crew_loop_that_did_not_run_blames_nobody(void **state) {
    (void)state;
    struct harness *h = harness_start((struct crew_cfg){.extractors = 1});
    h->timeout_ms = 200;
    add(h, "one");
    run(h);
    struct item *answered = add(h, "two");
    feed(h);
    fake_sleep_ms(400); /* the answer has come and lies unread when the deadline's timer runs */
    run(h);
    assert_int_equal(answered->outcome, DONE);
    struct item *working = add(h, "SLOW:1600");
    h->timeout_ms = 500;
    feed(h);
    fake_sleep_ms(1700);
    run(h);
    assert_int_equal(working->outcome, DONE);
    harness_end(h);
}

static void crew_large_bodies_arrive_whole_both_ways(void **state) {
    (void)state;
    enum { BYTES = 9 * 1024 * 1024 };
    char *big = malloc(BYTES);
    assert_non_null(big);
    memset(big, 'L', BYTES);
    struct harness *h = harness_start((struct crew_cfg){.extractors = 2, .max_memory_bytes = 1ull << 40});
    for (int i = 0; i < 6; i++) add_sized(h, big, (size_t)BYTES - (size_t)i);
    run(h);
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(h->items[i].outcome, DONE);
        assert_int_equal(h->items[i].reply_bytes, BYTES - i);
    }
    harness_end(h);
    free(big);
}

static void crew_recycles_after_so_many_items(void **state) {
    (void)state;
    struct harness *h = harness_start((struct crew_cfg){.extractors = 1, .recycle_after = 10});
    for (int i = 0; i < 35; i++) add(h, "x");
    run(h);
    for (int i = 0; i < 35; i++) assert_int_equal(h->items[i].outcome, DONE);
    struct crew_stats stats = harness_end(h);
    assert_true(stats.recycled >= 2); /* one more item may be answered after the limit: it was sent already */
    assert_int_equal(stats.crashes, 0);
    assert_int_equal(stats.returned, 0);
}

static void crew_recycles_a_process_that_grew(void **state) {
    (void)state;
    struct harness *h = harness_start((struct crew_cfg){.extractors = 1, .max_memory_bytes = 200 * 1024 * 1024});
    add(h, "EAT:268435456");
    for (int i = 0; i < 30; i++) add(h, "x");
    run(h);
    for (int i = 0; i < 31; i++) assert_int_equal(h->items[i].outcome, DONE);
    struct crew_stats stats = harness_end(h);
    assert_int_equal(stats.recycled, 1);
}

static void crew_process_killed_from_outside_loses_no_item(void **state) {
    (void)state;
    struct harness *h = harness_start((struct crew_cfg){.extractors = 2});
    h->kill_on_done = add(h, "PID");
    for (int i = 0; i < 50; i++) add(h, "SLOW:5");
    run(h);
    unsigned failed = 0;
    for (size_t i = 0; i < h->count; i++) {
        assert_true(h->items[i].outcome == DONE || h->items[i].outcome == FAILED);
        if (h->items[i].outcome != FAILED) continue;
        failed++;
        assert_int_equal(h->items[i].failure.signal, SIGKILL);
    }
    assert_true(failed <= 1);
    harness_end(h);
}

static void crew_drain_returns_what_was_not_sent_and_finishes_the_rest(void **state) {
    (void)state;
    struct harness *h = harness_start((struct crew_cfg){.extractors = 1, .in_flight = 2});
    h->resend = false;
    struct item *first = add(h, "SLOW:100");
    run(h);
    h->count = h->next = h->ended = 1;
    struct item *running = add(h, "SLOW:300"), *sent = add(h, "sent");
    feed(h);
    crew_drain(h->crew, on_drained);
    assert_false(crew_try_send(h->crew, first, SV(""), SV("x"), 1000));
    while (!h->drained) uv_run(&h->loop, UV_RUN_ONCE);
    assert_int_equal(running->outcome, DONE);
    assert_int_equal(sent->outcome, DONE);
    harness_end(h);
}

static void crew_drain_before_any_process_is_ready_returns_all(void **state) {
    (void)state;
    struct harness *h = harness_start((struct crew_cfg){.extractors = 2});
    h->resend = false;
    for (int i = 0; i < 4; i++) add(h, "x");
    feed(h);
    crew_drain(h->crew, on_drained);
    for (int i = 0; i < 4; i++) assert_int_equal(h->items[i].outcome, RETURNED);
    harness_end(h);
}

static void crew_kill_returns_all_without_blame(void **state) {
    (void)state;
    struct harness *h = harness_start((struct crew_cfg){.extractors = 2});
    h->resend = false;
    add(h, "x");
    run(h); /* a process is ready */
    for (int i = 0; i < 4; i++) add(h, "HANG");
    feed(h);
    crew_drain(h->crew, on_drained);
    crew_kill(h->crew);
    for (int i = 1; i < 5; i++) assert_int_equal(h->items[i].outcome, RETURNED);
    harness_end(h);
}

static void crew_forgotten_item_is_not_named_again(void **state) {
    (void)state;
    struct harness *h = harness_start((struct crew_cfg){.extractors = 1});
    add(h, "one");
    h->forget_on_done = add(h, "SLOW:100");
    struct item *gone = h->forget_on_done;
    add(h, "three");
    run(h);
    assert_int_equal(gone->outcome, NONE);
    assert_int_equal(h->items[0].outcome, DONE);
    assert_int_equal(h->items[2].outcome, DONE);
    harness_end(h);
}

static void crew_forgotten_half_written_item_is_not_read_again(void **state) {
    (void)state;
    enum { BYTES = 20 * 1024 * 1024 };
    char *big = malloc(BYTES);
    assert_non_null(big);
    memset(big, 'L', BYTES);
    struct harness *h = harness_start((struct crew_cfg){.extractors = 1, .in_flight = 3});
    add(h, "one");
    add(h, "SLOW:300");
    h->forget_on_done = add_sized(h, big, BYTES);
    struct item *last = add(h, "last");
    feed(h);
    while (h->items[0].outcome == NONE) uv_run(&h->loop, UV_RUN_ONCE);
    memset(big, 0, BYTES);
    free(big); /* a read of it would be seen by the sanitizer */
    while (h->ended < h->count) uv_run(&h->loop, UV_RUN_ONCE);
    assert_int_equal(h->items[1].outcome, DONE);
    assert_int_equal(last->outcome, DONE);
    harness_end(h);
}

static void crew_current_names_the_items_in_turn(void **state) {
    (void)state;
    struct harness *h = harness_start((struct crew_cfg){.extractors = 1});
    add(h, "one");
    run(h);
    struct item *running = add(h, "SLOW:100");
    add(h, "behind");
    feed(h);
    void *current[4];
    assert_int_equal(crew_current(h->crew, current, 4), 1);
    assert_ptr_equal(current[0], running);
    assert_int_equal(crew_current(h->crew, current, 0), 0);
    run(h);
    harness_end(h);
}

static void crew_that_cannot_start_says_so_once(void **state) {
    (void)state;
    static const char *const env[] = {"FAKE_MODE=exit", NULL};
    struct harness *h = harness_start((struct crew_cfg){.extractors = 2, .env = env, .backoff_ms = 1, .backoff_max_ms = 5});
    h->resend = false;
    struct item *item = add(h, "x");
    run(h);
    assert_true(h->broken);
    assert_int_equal(item->outcome, NONE);
    struct crew_stats stats = harness_end(h);
    assert_true(stats.start_failures >= 8);
    assert_int_equal(stats.crashes, 0);
}

static void crew_program_that_is_not_there_is_broken(void **state) {
    (void)state;
    struct harness *h = harness_start((struct crew_cfg){.extractors = 1, .program = "/nonexistent/program", .backoff_ms = 1, .backoff_max_ms = 5});
    run(h);
    assert_true(h->broken);
    harness_end(h);
}

static void crew_mute_process_is_given_up(void **state) {
    (void)state;
    static const char *const env[] = {"FAKE_MODE=mute", NULL};
    struct harness *h = harness_start((struct crew_cfg){.extractors = 1, .env = env, .start_timeout_ms = 20, .backoff_ms = 1, .backoff_max_ms = 5});
    run(h);
    assert_true(h->broken);
    harness_end(h);
}

static void crew_logs_what_a_process_says_harmless_and_bounded(void **state) {
    (void)state;
    static char text[4 * STDERR_LOG_MAX];
    FILE *file = tmpfile();
    assert_non_null(file);
    const struct log_ctx log = {.least = LOG_ERROR, .program = "test", .fd = fileno(file)};
    struct harness *h = harness_start((struct crew_cfg){.extractors = 1, .in_flight = 1, .recycle_after = 1, .log = &log});
    struct item *little = add(h, "SAY:10"), *much = add(h, "SAY:200000"), *crash = add(h, "CRASH");
    run(h);
    assert_int_equal(little->outcome, DONE);
    assert_int_equal(much->outcome, DONE); /* it did not have to wait for a reader */
    assert_int_equal(crash->outcome, FAILED);
    harness_end(h);
    rewind(file);
    size_t n = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    for (size_t i = 0; i < n; i++) assert_true(text[i] == '\n' || (text[i] >= ' ' && text[i] != 0x7f) || (unsigned char)text[i] >= 0x80);
    assert_null(strstr(text, "\xc2\x9b"));
    assert_non_null(strstr(text, "text=\"one \\u001b]0;owned\\u0007 \\u009b31m"));
    assert_non_null(strstr(text, "? end\""));
    assert_non_null(strstr(text, "text=\"no end\""));
    assert_non_null(strstr(text, "the rest is left out"));
    size_t shown = 0;
    for (size_t i = 0; i < n; i++) shown += text[i] == 'x';
    assert_in_range(shown, STDERR_LOG_MAX / 2, STDERR_LOG_MAX + 100 * 20);
}

int main(int argc, char **argv) {
    if (argc == 5 && !strcmp(argv[1], "--extractor")) return fake_extractor();
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crew_one_extractor_answers_in_order),
        cmocka_unit_test(crew_full_refuses_and_takes_again),
        cmocka_unit_test(crew_crash_blames_exactly_the_one_it_was_in),
        cmocka_unit_test(crew_item_behind_a_crash_is_returned_unblamed),
        cmocka_unit_test(crew_every_way_to_fail_has_its_fate),
        cmocka_unit_test(crew_liar_is_found_and_costs_only_its_own_item),
        cmocka_unit_test(crew_process_that_never_reads_is_killed),
        cmocka_unit_test(crew_answer_to_what_was_not_read_is_a_bad_frame),
        cmocka_unit_test(crew_second_answer_to_one_item_fails_the_process),
        cmocka_unit_test(crew_reply_above_the_limit_is_a_bad_frame),
        cmocka_unit_test(crew_missed_deadline_kills_and_blames_one),
        cmocka_unit_test(crew_deadline_of_the_second_runs_from_its_turn),
        cmocka_unit_test(crew_loop_that_did_not_run_blames_nobody),
        cmocka_unit_test(crew_large_bodies_arrive_whole_both_ways),
        cmocka_unit_test(crew_recycles_after_so_many_items),
        cmocka_unit_test(crew_recycles_a_process_that_grew),
        cmocka_unit_test(crew_process_killed_from_outside_loses_no_item),
        cmocka_unit_test(crew_drain_returns_what_was_not_sent_and_finishes_the_rest),
        cmocka_unit_test(crew_drain_before_any_process_is_ready_returns_all),
        cmocka_unit_test(crew_kill_returns_all_without_blame),
        cmocka_unit_test(crew_forgotten_item_is_not_named_again),
        cmocka_unit_test(crew_forgotten_half_written_item_is_not_read_again),
        cmocka_unit_test(crew_current_names_the_items_in_turn),
        cmocka_unit_test(crew_that_cannot_start_says_so_once),
        cmocka_unit_test(crew_program_that_is_not_there_is_broken),
        cmocka_unit_test(crew_mute_process_is_given_up),
        cmocka_unit_test(crew_logs_what_a_process_says_harmless_and_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
