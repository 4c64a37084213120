#include "payload.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "cmocka_all.h"
#include "schema/job.h"

static int root = -1;

static void put(const char *path, const char *text) {
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void pack(const char *uri, uint64_t offset, uint64_t length, uint64_t hash, struct sbuf *out) {
    const struct job job = {.id = job_make_id(SV("c"), SV("f"), SV("0")), .by_reference = true, .ref = {sv_cstr(uri), offset, length, hash}, .kind = PAYLOAD_HTML, .url = SV("http://a.test/")};
    struct err e;
    sbuf_reset(out);
    assert_int_equal(job_pack(&job, out, &e), ERR_OK);
}

static void payload_is_read_below_the_root_only(void **state) {
    (void)state;
    const uint64_t right = hash64(SV("page"));
    const struct {
        const char *uri;
        uint64_t offset, length, hash;
        enum err_code code;
        const char *said;
    } cases[] = {
        {"file", 2, 4, right, ERR_OK, ""},
        {"file", 2, 4, 0, ERR_OK, ""},
        {"sub/../file", 2, 4, right, ERR_OK, ""},
        {"link", 2, 4, right, ERR_OK, ""},
        {"file", 3, 4, right, ERR_CONFLICT, "changed"},
        {"file", 2, 400, right, ERR_CONFLICT, "changed"},
        {"file", UINT64_MAX, 4, right, ERR_INPUT, "offset"},
        {"file", 0, UINT64_C(1) << 40, right, ERR_LIMIT, "bytes"},
        {"none", 2, 4, right, ERR_NOT_FOUND, "none"},
        {"sub", 0, 4, right, ERR_NOT_FOUND, "no file"},
        {"pipe", 0, 4, right, ERR_NOT_FOUND, "no file"},
        {"", 2, 4, right, ERR_INPUT, "no path"},
        {"/etc/passwd", 0, 4, 0, ERR_INPUT, "no path"},
        {"../outside", 0, 4, 0, ERR_INPUT, "leads out"},
        {"sub/../../outside", 0, 4, 0, ERR_INPUT, "leads out"},
        {"out", 0, 4, 0, ERR_INPUT, "leads out"},
        {"out_folder/passwd", 0, 4, 0, ERR_INPUT, "leads out"},
    };
    struct sbuf wire, whole;
    sbuf_init(&wire, 0);
    sbuf_init(&whole, 0);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct err e = {0};
        pack(cases[i].uri, cases[i].offset, cases[i].length, cases[i].hash, &wire);
        sbuf_reset(&whole);
        enum err_code code = payload_inline(root, sbuf_view(&wire), &whole, &e);
        if (code != cases[i].code || !strstr(e.msg, cases[i].said)) fail_msg("%s: %s: %s", cases[i].uri, err_code_name(code), e.msg);
        if (code) continue;
        struct arena arena;
        struct job job;
        arena_init(&arena, 0);
        assert_int_equal(job_unpack(sbuf_view(&whole), &arena, &job, &e), ERR_OK);
        assert_false(job.by_reference);
        assert_sv_equal(job.payload, "page");
        assert_sv_equal(job.url, "http://a.test/");
        arena_clear(&arena);
    }
    struct err e;
    pack("file", 2, 4, right, &wire);
    assert_int_equal(payload_inline(-1, sbuf_view(&wire), &whole, &e), ERR_NOT_FOUND);
    assert_non_null(strstr(e.msg, "--payload-root"));
    sbuf_clear(&wire);
    sbuf_clear(&whole);
}

struct seen {
    struct payload_store *store;
    unsigned read, failed;
    enum err_code code;
};

static void on_read(void *user, void *item, const struct err *e) {
    struct seen *seen = user;
    seen->read += e == NULL;
    seen->failed += e != NULL;
    if (e) seen->code = e->code;
    if (e) payload_store_drop(seen->store, item);
}

static void store_reads_forgets_and_frees(void **state) {
    (void)state;
    uv_loop_t loop;
    struct sbuf wire;
    struct err e;
    struct seen seen = {0};
    int items[4];
    sbuf_init(&wire, 0);
    uv_loop_init(&loop);
    assert_int_equal(payload_store_new(&seen.store, &loop, "none", on_read, &seen, &e), ERR_USAGE);
    assert_int_equal(payload_store_new(&seen.store, &loop, ".", on_read, &seen, &e), ERR_OK);
    const struct job inline_job = {.kind = PAYLOAD_HTML, .payload = SV("<p>")};
    assert_int_equal(job_pack(&inline_job, &wire, &e), ERR_OK);
    assert_false(payload_store_take(seen.store, &items[3], sbuf_view(&wire)));
    assert_true(sv_eq(payload_store_wire(seen.store, &items[3], sbuf_view(&wire)), sbuf_view(&wire)));
    payload_store_drop(seen.store, &items[3]);
    for (int i = 0; i < 3; i++) {
        pack(i == 1 ? "none" : "file", 2, 4, 0, &wire);
        assert_true(payload_store_take(seen.store, &items[i], sbuf_view(&wire)));
    }
    assert_non_null(payload_store_reading(seen.store));
    payload_store_drop(seen.store, &items[2]); /* while it is being read */
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_null(payload_store_reading(seen.store));
    assert_int_equal(seen.read, 1);
    assert_int_equal(seen.failed, 1);
    assert_int_equal(seen.code, ERR_NOT_FOUND);
    assert_true(sv_has(payload_store_wire(seen.store, &items[0], SV_NONE), SV("page")));
    payload_store_free(&seen.store); /* with items[0] in it */
    assert_int_equal(uv_loop_close(&loop), 0);
    sbuf_clear(&wire);
}

static int in_a_root_of_its_own(void **state) {
    static char folder[] = "/tmp/thresher-payload-XXXXXX";
    *state = mkdtemp(folder);
    if (!*state || chdir(folder) != 0 || mkdir("root", 0700) != 0 || chdir("root") != 0) return -1;
    put("../outside", "secret");
    put("file", "a page b");
    if (mkdir("sub", 0700) != 0 || mkfifo("pipe", 0600) != 0 || symlink("file", "link") != 0 || symlink("../outside", "out") != 0 || symlink("/etc", "out_folder") != 0) return -1;
    root = open(".", O_RDONLY | O_DIRECTORY);
    return root >= 0 ? 0 : -1;
}

static int leave(void **state) {
    static const char *const names[] = {"file", "pipe", "link", "out", "out_folder", "../outside"};
    close(root);
    for (size_t i = 0; i < COUNT_OF(names); i++) unlink(names[i]);
    rmdir("sub");
    if (chdir("/") != 0) return -1;
    char path[64];
    snprintf(path, sizeof path, "%s/root", (char *)*state);
    rmdir(path);
    return rmdir(*state);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(payload_is_read_below_the_root_only), cmocka_unit_test(store_reads_forgets_and_frees)};
    return cmocka_run_group_tests(tests, in_a_root_of_its_own, leave);
}
