/* Every kind of source gives the same rest when it starts at any position that it gave before. */
#include "source_ops.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "cmocka_all.h"

enum { ITEMS_MAX = 16 };

struct seen {
    size_t count;
    enum source_step step[ITEMS_MAX];
    uint64_t position[ITEMS_MAX], next[ITEMS_MAX], end;
    char text[ITEMS_MAX][256]; /* of a page: identity, url; of a skip: the reason */
};

static void read_all(const struct source_ops *ops, const char *path, uint64_t from, struct seen *out) {
    const struct source_input input = {.path = path, .max_record = 1 << 20, .from = from};
    struct err e;
    struct source_item item;
    void *self;
    *out = (struct seen){0};
    assert_int_equal(ops->open(&self, &input, &e), ERR_OK);
    for (enum source_step step; (step = ops->next(self, &item, &e)) != SOURCE_END; out->count++) {
        size_t i = out->count;
        assert_true(i < ITEMS_MAX);
        assert_int_not_equal(step, SOURCE_FAILED);
        out->step[i] = step;
        out->position[i] = item.position;
        out->next[i] = item.next;
        if (step == SOURCE_SKIP) snprintf(out->text[i], sizeof out->text[i], "%s", item.reason);
        else snprintf(out->text[i], sizeof out->text[i], "%s %.*s %zu", item.identity, SV_ARG(item.job.url), item.job.payload.n);
    }
    out->end = item.next;
    ops->close(&self);
    assert_null(self);
}

static void check_resume(const struct source_ops *ops, const char *path, size_t pages, size_t skips) {
    struct seen all, rest;
    read_all(ops, path, 0, &all);
    size_t found = 0;
    for (size_t i = 0; i < all.count; i++) found += all.step[i] == SOURCE_PAGE;
    assert_int_equal(found, pages);
    assert_int_equal(all.count - found, skips);
    for (size_t i = 0; i <= all.count; i++) {
        read_all(ops, path, i ? all.next[i - 1] : 0, &rest);
        assert_int_equal(rest.count, all.count - i);
        assert_int_equal(rest.end, all.end);
        for (size_t k = 0; k < rest.count; k++) {
            assert_string_equal(rest.text[k], all.text[i + k]);
            assert_int_equal(rest.position[k], all.position[i + k]);
            assert_int_equal(rest.next[k], all.next[i + k]);
        }
    }
}

static const char *folder;

static char *path_of(const char *name, char *out) {
    snprintf(out, 4096, "%s/%s", folder, name);
    return out;
}

static void put(const char *name, const char *bytes, size_t n) {
    char path[4096];
    FILE *f = fopen(path_of(name, path), "ab");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

/* Appends one gzip member. */
static void put_gzip(const char *name, const char *bytes, size_t n) {
    char path[4096];
    gzFile f = gzopen(path_of(name, path), "ab");
    assert_non_null(f);
    assert_int_equal(gzwrite(f, bytes, (unsigned)n), n);
    assert_int_equal(gzclose(f), Z_OK);
}

static size_t record(int number, char *out) {
    char block[200];
    int n = snprintf(block, sizeof block, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>page %d of some length</p>", number);
    return (size_t)snprintf(out, 1000, "WARC/1.0\r\nWARC-Type: %s\r\nWARC-Target-URI: http://site.example/%d\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n",
                            number % 3 ? "response" : "request", number, n, block);
}

static void warc_resumes_at_every_record(void **state) {
    char bytes[1000], all[8000], path[4096];
    size_t used = 0;
    (void)state;
    for (int i = 0; i < 6; i++) {
        size_t n = record(i, bytes);
        put("plain.warc", bytes, n);
        put_gzip("members.warc.gz", bytes, n);
        memcpy(all + used, bytes, n);
        used += n;
        if (i == 3) put("plain.warc", "noise\r\n", 7);
    }
    put_gzip("whole.warc.gz", all, used);
    check_resume(&source_warc, path_of("plain.warc", path), 4, 3);
    check_resume(&source_warc, path_of("members.warc.gz", path), 4, 2);
    check_resume(&source_warc, path_of("whole.warc.gz", path), 4, 2);
}

static void folder_resumes_at_every_file(void **state) {
    (void)state;
    char path[4096];
    put("a.html", "<p>a</p>", 8);
    put("b.txt", "b", 1);
    put("c.png", "\x89PNG", 4);
    put("d.htm", "", 0);
    put("e.html", "<p>e</p>", 8);
    check_resume(&source_folder, folder, 3, 5);
    check_resume(&source_page, path_of("a.html", path), 1, 0);
    check_resume(&source_page, path_of("d.htm", path), 0, 1);
}

int main(void) {
    char name[] = "/tmp/thresher-sources-XXXXXX", command[128];
    folder = mkdtemp(name);
    if (!folder) return 1;
    const struct CMUnitTest tests[] = {cmocka_unit_test(warc_resumes_at_every_record), cmocka_unit_test(folder_resumes_at_every_file)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return failed || system(command);
}
