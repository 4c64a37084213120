#include "output.h"

#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/inflate.h"
#include "cmocka_all.h"
#include "tool.h"

static char dir[64];
static struct output_cfg cfg;

static int setup(void **state) {
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/thresher-output-XXXXXX");
    if (!mkdtemp(dir)) return -1;
    cfg = (struct output_cfg){.dir = dir, .crawl_id = "c", .format = "jsonl", .preset = "native", .suffix = "jsonl", .segment_bytes = 1 << 20};
    return 0;
}

static int teardown(void **state) {
    (void)state;
    return tool_remove(dir);
}

static struct output *open_it(void) {
    struct output *o;
    struct err e = {0};
    if (output_open(&o, &cfg, &e) != ERR_OK) fail_msg("%s", e.msg);
    return o;
}

static struct hash128 id_of(unsigned n) { return (struct hash128){{(uint8_t)(n >> 8), (uint8_t)n, 1}}; }

static void add(struct output *o, unsigned n, bool dead) {
    char line[64];
    struct hash128 id = id_of(n);
    snprintf(line, sizeof line, "{\"n\":%u,\"padding\":\"................\"}\n", n);
    assert_true(output_add(o, &id, sv_cstr(line), dead));
}

static void must(enum err_code code) { assert_int_equal(code, ERR_OK); }

static void commit(struct output *o, unsigned from, unsigned to) {
    struct err e = {0};
    for (unsigned n = from; n < to; n++) add(o, n, false);
    if (output_commit(o, 1, &e) != ERR_OK) fail_msg("%s", e.msg);
}

static void finish(struct output *o) {
    struct err e = {0};
    output_settle(o);
    must(output_finish(o, &e));
}

/* All files of the pattern, decoded, one after another. */
static const char *content(const char *pattern) {
    static struct sbuf all;
    char path[128];
    glob_t found;
    struct err e = {0};
    sbuf_clear(&all);
    snprintf(path, sizeof path, "%s/%s", dir, pattern);
    if (glob(path, 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++) {
            struct sbuf raw;
            sbuf_init(&raw, 0);
            must(file_read(found.gl_pathv[i], &raw, &e));
            if (strstr(found.gl_pathv[i], ".gz")) must(inflate_all(INFLATE_GZIP, sbuf_view(&raw), 1 << 20, &all, &e));
            else if (strstr(found.gl_pathv[i], ".zst")) must(inflate_all(INFLATE_ZSTD, sbuf_view(&raw), 1 << 20, &all, &e));
            else sbuf_add(&all, sbuf_view(&raw));
            sbuf_clear(&raw);
        }
        globfree(&found);
    }
    return sbuf_cstr(&all);
}

static void rotate(struct output *o) {
    struct err e = {0};
    output_settle(o);
    must(output_rotate(o, &e));
}

static unsigned lines_of(const char *text) {
    unsigned count = 0;
    for (; *text; text++) count += *text == '\n';
    return count;
}

static void output_cuts_what_is_not_committed_in_every_compression(void **state) {
    (void)state;
    for (int kind = 0; kind < COMPRESS_END; kind++) {
        cfg.compress = (enum compress_kind)kind;
        struct output *o = open_it();
        commit(o, 0, 10);
        commit(o, 10, 20);
        output_close(&o);
        char path[96];
        snprintf(path, sizeof path, "%s/articles-00001.jsonl%s.part", dir, compress_suffix(cfg.compress));
        int fd = open(path, O_WRONLY | O_APPEND);
        assert_int_equal(write(fd, "half a record", 13), 13);
        close(fd);
        o = open_it();
        struct hash128 last = id_of(19), next = id_of(20);
        assert_true(output_has(o, &last) && !output_has(o, &next));
        commit(o, 20, 25);
        finish(o);
        output_close(&o);
        assert_int_equal(lines_of(content("articles-*")), 25);
        teardown(NULL);
        setup(NULL);
    }
}

static void output_revert_takes_the_last_commit_back(void **state) {
    (void)state;
    struct err e = {0};
    struct output *o = open_it();
    commit(o, 0, 10);
    commit(o, 10, 15);
    must(output_revert(o, &e));
    struct hash128 kept = id_of(9), gone = id_of(10);
    assert_true(output_has(o, &kept) && !output_has(o, &gone)); /* somebody may give it back to us */
    output_close(&o);
    o = open_it();
    assert_int_equal(output_commit_number(o), 1);
    assert_true(output_has(o, &kept) && !output_has(o, &gone));
    commit(o, 10, 12);
    output_close(&o);
    o = open_it(); /* killed before the queue answered, and told so at the next start */
    must(output_revert(o, &e));
    must(output_revert(o, &e));
    must(output_finish(o, &e));
    output_close(&o);
    assert_int_equal(lines_of(content("articles-*")), 10);
}

/* What has its final name is in no other collector's folder: until the queue has answered, nothing is closed, not at the start either. */
static void output_closes_nothing_until_the_last_commit_is_settled(void **state) {
    (void)state;
    struct err e = {0};
    cfg.segment_records = 5;
    struct output *o = open_it();
    assert_true(output_is_settled(o));
    commit(o, 0, 5);
    for (int again = 0; again < 2; again++) {
        assert_false(output_is_settled(o));
        must(output_rotate(o, &e));
        must(output_finish(o, &e));
        assert_non_null(strstr(content("manifest.json"), "\"finished\":false"));
        assert_int_equal(lines_of(content("articles-*.jsonl")), 0);
        assert_int_equal(lines_of(content("articles-*.part")), 5);
        output_close(&o);
        o = open_it();
    }
    output_settle(o);
    must(output_revert(o, &e)); /* too late: nothing happens */
    must(output_rotate(o, &e));
    assert_int_equal(lines_of(content("articles-00001.jsonl")), 5);
    output_close(&o);
    o = open_it();
    assert_true(output_is_settled(o));
    must(output_finish(o, &e));
    assert_non_null(strstr(content("manifest.json"), "\"finished\":true"));
    output_close(&o);
}

static void output_closes_segments_by_count_bytes_and_age(void **state) {
    (void)state;
    struct err e = {0};
    cfg.segment_records = 10;
    struct output *o = open_it();
    for (unsigned n = 0; n < 35; n++) {
        add(o, n, false);
        if (!output_is_full(o)) continue;
        must(output_commit(o, 1, &e));
        rotate(o);
    }
    must(output_commit(o, 1, &e));
    output_close(&o);
    assert_int_equal(lines_of(content("articles-00003.jsonl")), 10);
    assert_int_equal(lines_of(content("articles-00004.jsonl.part")), 5);
    cfg.segment_records = 0;
    cfg.segment_bytes = 100;
    o = open_it();
    commit(o, 35, 36);
    rotate(o);
    assert_int_equal(lines_of(content("articles-00004.jsonl")), 6);
    cfg.segment_bytes = 1 << 20;
    cfg.segment_age_ms = 3600 * 1000;
    output_close(&o);
    o = open_it();
    commit(o, 36, 37);
    rotate(o);
    assert_int_equal(lines_of(content("articles-00005.jsonl")), 0);
    output_close(&o);
    cfg.segment_age_ms = 1;
    o = open_it();
    nanosleep(&(struct timespec){.tv_nsec = 2 * 1000000}, NULL);
    rotate(o);
    assert_int_equal(lines_of(content("articles-00005.jsonl")), 1);
    add(o, 40, true);
    must(output_commit(o, 1, &e));
    finish(o);
    output_close(&o);
    assert_int_equal(lines_of(content("dead-00001.jsonl")), 1);
    const char *manifest = content("manifest.json");
    assert_non_null(strstr(manifest, "\"finished\":true,\"ids\":38"));
    assert_non_null(strstr(manifest, "articles-00005.jsonl"));
    assert_non_null(strstr(manifest, "\"dead\":[{\"file\":\"dead-00001.jsonl\""));
}

/* A limit of the process on file sizes stands for the full disk: everything fails half-way, then is done again. */
static void output_full_disk_leaves_the_commit_to_be_tried_again(void **state) {
    (void)state;
    struct err e = {0};
    struct rlimit before, small;
    struct output *o = open_it();
    signal(SIGXFSZ, SIG_IGN);
    commit(o, 0, 10);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    for (unsigned limit = 0; limit < 1000; limit += 53) {
        small = before;
        small.rlim_cur = limit;
        add(o, 10 + limit, false);
        add(o, 11 + limit, true);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        enum err_code code = output_commit(o, 1, &e);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        if (code) {
            assert_int_equal(code, ERR_IO);
            assert_non_null(strstr(e.msg, "File too large"));
        }
        if (code) must(output_commit(o, 1, &e));
    }
    output_close(&o);
    o = open_it();
    finish(o);
    output_close(&o);
    assert_int_equal(lines_of(content("articles-*")), 10 + 19);
    assert_int_equal(lines_of(content("dead-*")), 19);
}

static void output_torn_journal_line_is_written_over(void **state) {
    (void)state;
    struct output *o = open_it();
    commit(o, 0, 10);
    output_close(&o);
    char path[96];
    snprintf(path, sizeof path, "%s/.thresher/journal", dir);
    int fd = open(path, O_WRONLY | O_APPEND);
    assert_int_equal(write(fd, "1 2 1 20", 8), 8);
    close(fd);
    o = open_it();
    commit(o, 10, 20);
    output_close(&o);
    o = open_it();
    struct hash128 last = id_of(19);
    assert_true(output_has(o, &last));
    output_close(&o);
    must(file_replace(path, SV("1 100 20 0 30 0123456789abcdef\n"), &(struct err){0}));
    struct err e = {0};
    assert_int_equal(output_open(&o, &cfg, &e), ERR_CONFLICT);
    assert_non_null(strstr(e.msg, "journal"));
}

static void output_journal_stays_small_also_when_it_cannot_be_renewed_at_once(void **state) {
    (void)state;
    char tmp[96], path[96];
    struct stat st;
    struct err e = {0};
    unsigned n = 0, refused = 0;
    snprintf(path, sizeof path, "%s/.thresher/journal", dir);
    snprintf(tmp, sizeof tmp, "%s/.thresher/journal.tmp", dir);
    struct output *o = open_it();
    assert_int_equal(mkdir(tmp, 0755), 0);
    for (; n < 2000 && !refused; n++) {
        add(o, n, false);
        refused = output_commit(o, 1, &e) != ERR_OK;
    }
    assert_true(refused && n > 100); /* the one behind the commit that could not renew it */
    assert_int_equal(rmdir(tmp), 0);
    must(output_commit(o, 1, &e));
    assert_int_equal(stat(path, &st), 0);
    assert_true(st.st_size < 1000);
    output_close(&o);
    o = open_it();
    finish(o);
    output_close(&o);
    assert_int_equal(lines_of(content("articles-*")), n);
}

static void output_renamed_segment_whose_journal_line_is_missing_goes_on(void **state) {
    (void)state;
    struct output *o = open_it();
    commit(o, 0, 10);
    output_close(&o);
    char part[96], closed[96];
    snprintf(part, sizeof part, "%s/articles-00001.jsonl.part", dir);
    snprintf(closed, sizeof closed, "%s/articles-00001.jsonl", dir);
    assert_int_equal(rename(part, closed), 0);
    o = open_it();
    commit(o, 10, 12);
    finish(o);
    output_close(&o);
    assert_int_equal(lines_of(content("articles-00001.jsonl")), 12);
}

static void output_of_another_is_refused(void **state) {
    (void)state;
    struct err e = {0};
    struct output *o = open_it(), *second;
    assert_int_equal(output_open(&second, &cfg, &e), ERR_CONFLICT);
    char id[40];
    snprintf(id, sizeof id, "%s", output_folder_id(o));
    output_close(&o);
    cfg.format = "text";
    assert_int_equal(output_open(&o, &cfg, &e), ERR_CONFLICT);
    assert_non_null(strstr(e.msg, "jsonl native none"));
    cfg.format = "jsonl";
    cfg.crawl_id = "d";
    assert_int_equal(output_open(&o, &cfg, &e), ERR_CONFLICT);
    cfg.crawl_id = "c";
    o = open_it();
    assert_string_equal(id, output_folder_id(o));
    output_close(&o);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(output_cuts_what_is_not_committed_in_every_compression, setup, teardown),
        cmocka_unit_test_setup_teardown(output_revert_takes_the_last_commit_back, setup, teardown),
        cmocka_unit_test_setup_teardown(output_closes_nothing_until_the_last_commit_is_settled, setup, teardown),
        cmocka_unit_test_setup_teardown(output_closes_segments_by_count_bytes_and_age, setup, teardown),
        cmocka_unit_test_setup_teardown(output_full_disk_leaves_the_commit_to_be_tried_again, setup, teardown),
        cmocka_unit_test_setup_teardown(output_torn_journal_line_is_written_over, setup, teardown),
        cmocka_unit_test_setup_teardown(output_journal_stays_small_also_when_it_cannot_be_renewed_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(output_renamed_segment_whose_journal_line_is_missing_goes_on, setup, teardown),
        cmocka_unit_test_setup_teardown(output_of_another_is_refused, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
