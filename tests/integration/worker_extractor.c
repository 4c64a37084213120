/* The real extractor process (of thresher-extract), driven by a crew: what it answers to jobs of every kind, its limits, its end. */
#define _GNU_SOURCE
#include "crew.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <uv.h>
#include <zlib.h>

#include "cmocka_all.h"
#include "frame.h"
#include "obedient.h"
#include "schema/result.h"

enum { GIVE_UP_MS = 50000, DEADLINE_MS = 20000 };

static const char page_html[] =
    "<!doctype html><html lang=en><head><meta charset=utf-8><title>The lighthouse keeper's garden</title></head><body><article>"
    "<h1>The lighthouse keeper's garden</h1>"
    "<p>For forty years the keeper of the northern light grew roses behind the tower, where the wall kept the salt wind away from them.</p>"
    "<p>Visitors who climbed the hundred and twelve steps were given a cutting, wrapped in a page of last week's newspaper and string.</p>"
    "<p>When the light was made automatic, the village asked that the garden be kept, and every household took one bed to look after.</p>"
    "</article></body></html>";

struct harness {
    uv_loop_t loop;
    uv_timer_t give_up;
    struct crew *crew;
    struct arena arena;
    struct result result;
    bool done, failed, drained, may_break;
    struct crew_failure failure;
    struct err broken; /* code 0: not */
};

static void on_done(void *user, void *item, sv meta, sv body) {
    struct harness *h = user;
    struct frame_result head;
    (void)item;
    arena_reset(&h->arena);
    assert_int_equal(frame_result_decode(meta, &head, NULL), ERR_OK);
    assert_int_equal(result_unpack(body, &h->arena, &h->result, NULL), ERR_OK);
    assert_int_equal(head.status, h->result.status);
    h->done = true;
}

static void on_failed(void *user, void *item, const struct crew_failure *failure) {
    struct harness *h = user;
    (void)item;
    h->failure = *failure;
    h->failed = true;
}

static void on_returned(void *user, void *item) {
    (void)user;
    (void)item;
    fail_msg("nothing was to be returned");
}

static void on_broken(void *user, const struct err *e) {
    struct harness *h = user;
    if (!h->may_break) fail_msg("%s", e->msg);
    h->broken = *e;
}

static void on_drained(void *user) { ((struct harness *)user)->drained = true; }

static void on_give_up(uv_timer_t *timer) {
    (void)timer;
    print_error("the test took too long\n");
    abort();
}

static const char *program_named(const char *name) {
    static char path[4096];
    const char *bin = getenv("THRESHER_BIN");
    snprintf(path, sizeof path, "%s/%s", bin ? bin : ".", name);
    return path;
}

static const char *program(void) { return program_named("thresher-extract"); }

static char plain[] = "plain", unlocked[] = "unlocked"; /* initial states */

static int setup(void **state) {
    struct harness *h = calloc(1, sizeof *h);
    static const struct crew_cbs cbs = {on_done, on_failed, on_returned, on_broken};
    const char *asked = *state; /* NULL: the real one */
    struct crew_cfg cfg = {.extractors = 1, .program = asked ? program_named("support/plain-extractor") : program(), .no_sandbox = asked == unlocked};
    arena_init(&h->arena, 0);
    uv_loop_init(&h->loop);
    uv_timer_init(&h->loop, &h->give_up);
    uv_timer_start(&h->give_up, on_give_up, GIVE_UP_MS, 0);
    *state = h;
    return crew_new(&h->crew, &h->loop, &cfg, &cbs, h, NULL) == ERR_OK ? 0 : -1;
}

static int teardown(void **state) {
    struct harness *h = *state;
    crew_drain(h->crew, on_drained);
    while (!h->drained) uv_run(&h->loop, UV_RUN_ONCE);
    crew_free(&h->crew);
    uv_close((uv_handle_t *)&h->give_up, NULL);
    while (uv_run(&h->loop, UV_RUN_DEFAULT) != 0) continue;
    int rc = uv_loop_close(&h->loop);
    arena_clear(&h->arena);
    free(h);
    return rc;
}

/* Sends one wire and waits for what comes of it. */
static void ask(struct harness *h, sv wire, uint32_t timeout_ms) {
    struct frame_job frame = {.attempts = 2, .crashes = 1, .queue_us = 77, .deadline_ms = timeout_ms, .worker = SV("tester")};
    memset(frame.id, 0xAB, sizeof frame.id);
    char meta[FRAME_META_MAX];
    size_t n = frame_job_encode(&frame, meta);
    h->done = h->failed = false;
    assert_true(crew_try_send(h->crew, h, sv_from(meta, n), wire, timeout_ms));
    while (!h->done && !h->failed) uv_run(&h->loop, UV_RUN_ONCE);
}

static void ask_job(struct harness *h, const struct job *job) {
    struct sbuf wire;
    struct err e = {0};
    sbuf_init(&wire, 0);
    if (job_pack(job, &wire, &e) != ERR_OK) fail_msg("%s", e.msg);
    ask(h, sbuf_view(&wire), DEADLINE_MS);
    sbuf_clear(&wire);
    assert_true(h->done);
}

static struct job html_job(sv payload) {
    struct job job = {.url = SV("http://page.example/a"), .crawl_id = SV("crawl"), .payload = payload, .kind = PAYLOAD_HTML};
    memset(job.id.b, 0xAB, sizeof job.id.b);
    return job;
}

static size_t gzip(sv in, char *out, size_t room) {
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    char *copy = malloc(in.n + 1);
    assert_non_null(copy);
    if (in.p) memcpy(copy, in.p, in.n);
    z.next_in = (unsigned char *)copy;
    z.avail_in = (unsigned)in.n;
    z.next_out = (unsigned char *)out;
    z.avail_out = (unsigned)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t n = z.total_out;
    deflateEnd(&z);
    free(copy);
    return n;
}

static void extractor_html_becomes_an_article(void **state) {
    struct harness *h = *state;
    struct kv metadata[] = {{SV("shard"), SV("7")}};
    struct job job = html_job(sv_cstr(page_html));
    job.metadata = metadata;
    job.metadata_count = 1;
    job.warc_file = SV("crawl.warc.gz");
    job.warc_offset = 4711;
    job.fetch_time_ms = 1700000000000;
    ask_job(h, &job);
    const struct result *r = &h->result;
    assert_int_equal(r->status, STATUS_OK);
    assert_memory_equal(r->id.b, job.id.b, sizeof job.id.b);
    assert_sv_equal(r->url, "http://page.example/a");
    assert_sv_equal(r->crawl_id, "crawl");
    assert_sv_equal(r->article.title, "The lighthouse keeper's garden");
    assert_true(sv_has(r->article.text, SV("every household took one bed")));
    assert_int_equal(r->metadata_count, 1);
    assert_sv_equal(r->metadata[0].value, "7");
    assert_sv_equal(r->provenance.worker, "tester");
    assert_int_equal(r->provenance.attempts, 2);
    assert_int_equal(r->provenance.crashes, 1);
    assert_int_equal(r->provenance.queue_us, 77);
    assert_int_equal(r->provenance.warc_offset, 4711);
    assert_true(r->provenance.html_bytes > 0);
    assert_int_equal(r->fetch_time_ms, 1700000000000);
}

/* A WARC record around the page, as one gzip member. */
static sv warc_member(char *out, size_t room) {
    static char record[4096];
    int body = snprintf(NULL, 0, "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %zu\r\n\r\n%s", sizeof page_html - 1,
                        page_html);
    int n = snprintf(record, sizeof record,
                     "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://target.example/x\r\nContent-Type: application/http; "
                     "msgtype=response\r\nContent-Length: %d\r\n\r\n"
                     "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %zu\r\n\r\n%s\r\n\r\n",
                     body, sizeof page_html - 1, page_html);
    assert_true(n > 0 && (size_t)n < sizeof record);
    return sv_from(out, gzip(sv_from(record, (size_t)n), out, room));
}

static void extractor_gzip_member_of_a_warc_becomes_an_article(void **state) {
    struct harness *h = *state;
    char member[8192];
    struct job job = html_job(warc_member(member, sizeof member));
    job.kind = PAYLOAD_WARC_RECORD;
    job.codec = CODEC_GZIP;
    ask_job(h, &job);
    assert_int_equal(h->result.status, STATUS_OK);
    assert_sv_equal(h->result.url, "http://target.example/x");
    assert_sv_equal(h->result.article.title, "The lighthouse keeper's garden");
}

static void extractor_damaged_member_is_a_bad_payload(void **state) {
    struct harness *h = *state;
    char member[8192];
    sv whole = warc_member(member, sizeof member);
    struct job job = html_job(sv_take(whole, whole.n / 2));
    job.kind = PAYLOAD_WARC_RECORD;
    job.codec = CODEC_GZIP;
    ask_job(h, &job);
    assert_int_equal(h->result.status, STATUS_BAD_PAYLOAD);
    assert_sv_equal(h->result.failure_class, "codec");
    assert_true(h->result.failure_detail.n > 0);
    member[whole.n / 2] = (char)~member[whole.n / 2];
    job.payload = whole;
    ask_job(h, &job);
    assert_int_equal(h->result.status, STATUS_BAD_PAYLOAD);
}

static void extractor_bomb_is_too_large(void **state) {
    struct harness *h = *state;
    enum { BYTES = 64 * 1024 * 1024 };
    char *zeros = calloc(1, BYTES), *packed = malloc(1024 * 1024);
    assert_true(zeros && packed);
    struct job job = html_job(sv_from(packed, gzip(sv_from(zeros, BYTES), packed, 1024 * 1024)));
    job.codec = CODEC_GZIP;
    ask_job(h, &job);
    assert_int_equal(h->result.status, STATUS_TOO_LARGE);
    job = html_job(sv_from(packed, gzip(sv_cstr(page_html), packed, 1024 * 1024)));
    job.codec = CODEC_GZIP;
    job.max_decoded_bytes = 100;
    ask_job(h, &job);
    assert_int_equal(h->result.status, STATUS_TOO_LARGE);
    free(zeros);
    free(packed);
}

static void extractor_what_is_no_job_is_rejected_under_its_id(void **state) {
    struct harness *h = *state;
    static const char garbage[] = "\xFF\xFF\xFF\xFF\xFF garbage";
    ask(h, sv_cstr(garbage), DEADLINE_MS);
    assert_true(h->done);
    assert_int_equal(h->result.status, STATUS_REJECTED);
    assert_sv_equal(h->result.failure_class, "job");
    assert_int_equal(h->result.id.b[0], 0xAB);
    ask(h, SV(""), DEADLINE_MS);
    assert_int_equal(h->result.status, STATUS_REJECTED);
}

static void extractor_reference_without_storage_is_rejected(void **state) {
    struct harness *h = *state;
    struct job job = html_job(SV_NONE);
    job.by_reference = true;
    job.ref = (struct payload_ref){.uri = SV("a.warc.gz"), .length = 100};
    ask_job(h, &job);
    assert_int_equal(h->result.status, STATUS_REJECTED);
    assert_sv_equal(h->result.failure_class, "by_reference");
}

static void extractor_every_size_of_nothing_is_answered(void **state) {
    struct harness *h = *state;
    static const enum payload_kind kinds[] = {PAYLOAD_HTML, PAYLOAD_TEXT, PAYLOAD_WARC_RECORD};
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        struct job job = html_job(SV(""));
        job.kind = kinds[i];
        ask_job(h, &job);
        assert_int_not_equal(h->result.status, STATUS_OK);
    }
}

/* -- the process ------------------------------------------------------------------------------------------------------------ */

/* The only child of `parent`; 0: none. */
static pid_t only_child_of(pid_t parent) {
    char path[64], text[64] = "";
    snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", (long)parent, (long)parent);
    FILE *f = fopen(path, "re");
    if (!f) return 0;
    size_t n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    text[n] = '\0';
    return (pid_t)strtol(text, NULL, 10);
}

/* Whether the process runs: a zombie, which nobody may reap for a while, does not. */
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

static void sleep_ms(long ms) {
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

static void extractor_limits_itself(void **state) {
    struct harness *h = *state;
    struct job job = html_job(sv_cstr(page_html));
    ask_job(h, &job);
    pid_t pid = only_child_of(getpid());
    assert_true(pid > 0);
    struct rlimit core, space, cpu;
    assert_int_equal(prlimit(pid, RLIMIT_CORE, NULL, &core), 0);
    assert_int_equal(prlimit(pid, RLIMIT_AS, NULL, &space), 0);
    assert_int_equal(prlimit(pid, RLIMIT_CPU, NULL, &cpu), 0);
    assert_int_equal(core.rlim_max, 0);
    assert_true(cpu.rlim_cur <= DEADLINE_MS / 1000 + 10);
#ifndef THRESHER_SANITIZED
    assert_true(space.rlim_max < 2ull * 1024 * 1024 * 1024);
#endif
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/fd", (long)pid);
    DIR *dir = opendir(path); /* nobody but root may look into it */
    assert_true(dir || getuid() != 0);
    size_t files = 0;
    for (struct dirent *d; dir && (d = readdir(dir));) files += d->d_name[0] != '.';
    if (dir) {
        assert_int_equal(files, 3);
        closedir(dir);
    }
    kill(pid, SIGTERM); /* meant for the group; the worker's to handle */
    kill(pid, SIGINT);
    ask_job(h, &job);
    assert_int_equal(only_child_of(getpid()), pid);
}

static void extractor_stopped_in_a_page_is_killed_at_the_deadline(void **state) {
    struct harness *h = *state;
    struct job job = html_job(sv_cstr(page_html));
    ask_job(h, &job);
    pid_t pid = only_child_of(getpid());
    kill(pid, SIGSTOP);
    struct sbuf wire;
    sbuf_init(&wire, 0);
    assert_int_equal(job_pack(&job, &wire, NULL), ERR_OK);
    ask(h, sbuf_view(&wire), 200);
    assert_true(h->failed);
    assert_int_equal(h->failure.fate, CREW_TIMEOUT);
    sbuf_clear(&wire);
    ask_job(h, &job);
    assert_int_equal(h->result.status, STATUS_OK);
    assert_int_not_equal(only_child_of(getpid()), pid);
}

static void extractor_dies_with_its_parent(void **state) {
    (void)state;
    int fifo[2];
    assert_int_equal(pipe(fifo), 0);
    pid_t parent = fork();
    assert_true(parent >= 0);
    if (parent == 0) {
        /* thresher-extract waits for its standard input, with an extractor ready beside it */
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(fifo[0], 0);
        close(fifo[1]);
        int null = open("/dev/null", O_WRONLY);
        if (null < 0) _exit(126);
        dup2(null, 1);
        execl(program(), program(), "--jobs", "1", "--files-from", "-", (char *)NULL);
        _exit(127);
    }
    close(fifo[0]);
    /* The list is read before the loop runs, so one line is given, of a page that never ends: a pipe of its own. */
    char dir[] = "/tmp/thresher-fifo-XXXXXX", page[128];
    assert_non_null(mkdtemp(dir));
    snprintf(page, sizeof page, "%s/page.html", dir);
    int fd = open(page, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, page_html, sizeof page_html - 1), sizeof page_html - 1);
    close(fd);
    pid_t child = 0;
    for (int i = 0; i < 2000 && (child == 0 || !is_running(child)); i++) {
        assert_int_equal(dprintf(fifo[1], "%s\n", page) > 0, 1);
        sleep_ms(2);
        child = only_child_of(parent);
    }
    assert_true(child > 0);
    kill(parent, SIGKILL);
    int status;
    waitpid(parent, &status, 0);
    for (int i = 0; i < 2000 && is_running(child); i++) sleep_ms(2);
    assert_false(is_running(child));
    close(fifo[1]);
    unlink(page);
    rmdir(dir);
}

/* -- the sandbox, in a build without sanitizers ----------------------------------------------------------------------------- */

static struct job obey(char *page, size_t size, const char *word) {
    int n = snprintf(page, size, "<p>%s%s;--></p>", OBEDIENT_MARK, word);
    return html_job(sv_from(page, (size_t)n));
}

/* What a library may try by habit is answered no; the process lives. */
static void sandbox_refuses_files_and_what_gives_more(void **state) {
    struct harness *h = *state;
    static const char *const words[] = {"open", "create", "unlink", "stat", "dup", "mmap-file", "rlimit", "profile", "secret"};
    char page[128];
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        struct job job = obey(page, sizeof page, words[i]);
        ask_job(h, &job);
        assert_int_equal(h->result.status, STATUS_BAD_PAYLOAD);
        if (!sv_eq(h->result.failure_detail, SV("refused"))) fail_msg("%s: %.*s", words[i], SV_ARG(h->result.failure_detail));
    }
}

/* What no parser does ends the process at once, and the page is charged with it. */
static void sandbox_kills_who_breaks_out(void **state) {
    struct harness *h = *state;
    static const char *const words[] = {"socket", "socketpair", "fork", "exec", "ptrace", "kill", "tgkill", "mmap-exec", "mprotect-exec", "foreign-abi"};
    char page[128];
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        struct job job = obey(page, sizeof page, words[i]);
        struct sbuf wire;
        sbuf_init(&wire, 0);
        assert_int_equal(job_pack(&job, &wire, NULL), ERR_OK);
        ask(h, sbuf_view(&wire), DEADLINE_MS);
        sbuf_clear(&wire);
        if (!h->failed || h->failure.fate != CREW_SIGNALLED || h->failure.signal != SIGSYS) fail_msg("%s: signal %d", words[i], h->failure.signal);
    }
    struct job job = html_job(SV("<p>an innocent page</p>"));
    ask_job(h, &job);
    assert_int_equal(h->result.status, STATUS_EMPTY);
}

/* The tests above mean nothing if the words do nothing: without the sandbox they are done. */
static void sandbox_left_out_refuses_nothing(void **state) {
    struct harness *h = *state;
    static const char *const words[] = {"open", "stat", "dup", "socket", "fork", "kill", "mmap-exec", "profile"};
    char page[128];
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        struct job job = obey(page, sizeof page, words[i]);
        ask_job(h, &job);
        if (!sv_eq(h->result.failure_detail, SV("done"))) fail_msg("%s: %.*s", words[i], SV_ARG(h->result.failure_detail));
    }
    struct job job = obey(page, sizeof page, "secret"); /* the environment is kept back in any case */
    ask_job(h, &job);
    assert_sv_equal(h->result.failure_detail, "refused");
}

static void sandbox_process_shows_its_locks(void **state) {
    struct harness *h = *state;
    struct job job = html_job(SV("<p>a page</p>"));
    ask_job(h, &job);
    pid_t pid = only_child_of(getpid());
    char path[64], text[4096] = "";
    snprintf(path, sizeof path, "/proc/%ld/status", (long)pid);
    FILE *f = fopen(path, "re");
    assert_non_null(f);
    size_t n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    text[n] = '\0';
    assert_non_null(strstr(text, "NoNewPrivs:\t1"));
    assert_non_null(strstr(text, "Seccomp:\t2"));
    struct rlimit files, processes, core, space, cpu;
    assert_int_equal(prlimit(pid, RLIMIT_NOFILE, NULL, &files), 0);
    assert_int_equal(prlimit(pid, RLIMIT_AS, NULL, &space), 0);
    assert_int_equal(prlimit(pid, RLIMIT_CPU, NULL, &cpu), 0);
    assert_int_equal(prlimit(pid, RLIMIT_NPROC, NULL, &processes), 0);
    assert_int_equal(prlimit(pid, RLIMIT_CORE, NULL, &core), 0);
    assert_int_equal(files.rlim_max + processes.rlim_max + core.rlim_max, 0);
    assert_true(space.rlim_max < 2ull * 1024 * 1024 * 1024);
    assert_true(cpu.rlim_cur <= DEADLINE_MS / 1000 + 10);
}

/* From here on this process and its children may install no filter, as on a kernel without; so this is the last test. */
static void sandbox_that_cannot_be_is_said_at_once(void **state) {
    (void)state;
    scmp_filter_ctx none = seccomp_init(SCMP_ACT_ALLOW);
    assert_non_null(none);
    assert_int_equal(seccomp_rule_add(none, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(seccomp), 0), 0);
    assert_int_equal(seccomp_rule_add(none, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(prctl), 1, SCMP_A0(SCMP_CMP_EQ, PR_SET_SECCOMP, 0)), 0);
    assert_int_equal(seccomp_load(none), 0);
    seccomp_release(none);
    void *p = plain;
    assert_int_equal(setup(&p), 0);
    struct harness *h = p;
    h->may_break = true;
    while (!h->broken.code) uv_run(&h->loop, UV_RUN_ONCE);
    assert_non_null(strstr(h->broken.msg, "seccomp"));
    assert_non_null(strstr(h->broken.msg, "--no-sandbox"));
    struct crew_stats stats;
    crew_read_stats(h->crew, &stats);
    assert_int_equal(stats.start_failures, 1);
    assert_int_equal(teardown(&p), 0);
    p = unlocked;
    assert_int_equal(setup(&p), 0);
    h = p;
    struct job job = html_job(SV("<p>a page</p>"));
    ask_job(h, &job);
    assert_int_equal(h->result.status, STATUS_EMPTY);
    assert_int_equal(teardown(&p), 0);
}

int main(void) {
    signal(SIGPIPE, SIG_IGN);
    setenv("THRESHER_TEST_SECRET", "hunter2", 1);
    if (access(program(), X_OK) != 0) {
        print_message("%s is not there\n", program());
        return 77;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(extractor_html_becomes_an_article, setup, teardown),
        cmocka_unit_test_setup_teardown(extractor_gzip_member_of_a_warc_becomes_an_article, setup, teardown),
        cmocka_unit_test_setup_teardown(extractor_damaged_member_is_a_bad_payload, setup, teardown),
        cmocka_unit_test_setup_teardown(extractor_bomb_is_too_large, setup, teardown),
        cmocka_unit_test_setup_teardown(extractor_what_is_no_job_is_rejected_under_its_id, setup, teardown),
        cmocka_unit_test_setup_teardown(extractor_reference_without_storage_is_rejected, setup, teardown),
        cmocka_unit_test_setup_teardown(extractor_every_size_of_nothing_is_answered, setup, teardown),
        cmocka_unit_test_setup_teardown(extractor_limits_itself, setup, teardown),
        cmocka_unit_test_setup_teardown(extractor_stopped_in_a_page_is_killed_at_the_deadline, setup, teardown),
        cmocka_unit_test(extractor_dies_with_its_parent),
        cmocka_unit_test_prestate_setup_teardown(sandbox_refuses_files_and_what_gives_more, setup, teardown, plain),
        cmocka_unit_test_prestate_setup_teardown(sandbox_kills_who_breaks_out, setup, teardown, plain),
        cmocka_unit_test_prestate_setup_teardown(sandbox_process_shows_its_locks, setup, teardown, plain),
        cmocka_unit_test_prestate_setup_teardown(sandbox_left_out_refuses_nothing, setup, teardown, unlocked),
        cmocka_unit_test(sandbox_that_cannot_be_is_said_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
