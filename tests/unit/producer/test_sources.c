/* Every kind of source gives the same rest when it starts at any position that it gave before. */
#include "source_ops.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zdict.h>
#include <zlib.h>
#include <zstd.h>

#include "cmocka_all.h"
#include "tool.h"
#include "warc_reader.h"

enum { ITEMS_MAX = 32 };

struct seen {
    size_t count, nested;
    enum source_step step[ITEMS_MAX];
    uint64_t position[ITEMS_MAX], next[ITEMS_MAX], end;
    char text[ITEMS_MAX][256]; /* of a page: identity, url; of a skip: the reason */
};

static void read_all(const struct source_ops *ops, const char *path, uint64_t from, struct seen *out) {
    static const struct input_options options;
    struct source_input input = {.path = path, .max_record = 1 << 20, .options = &options, .from = from};
    struct err e;
    assert_int_equal(input_kind_look(path, true, &input.look, &e), ERR_OK);
    struct source_item item;
    void *self;
    *out = (struct seen){0};
    assert_int_equal(ops->open(&self, &input, &e), ERR_OK);
    for (enum source_step step; (step = ops->next(self, &item, &e)) != SOURCE_END;) {
        if (step == SOURCE_NESTED) {
            out->nested++;
            continue;
        }
        size_t i = out->count++;
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
        assert_int_equal(rest.nested, all.nested);
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

/* Appends one zstd frame. */
static void put_zstd(const char *name, const char *bytes, size_t n, sv dictionary) {
    char frame[16000];
    ZSTD_CCtx *context = ZSTD_createCCtx();
    size_t size = ZSTD_compress_usingDict(context, frame, sizeof frame, bytes, n, dictionary.p, dictionary.n, 3);
    assert_false(ZSTD_isError(size));
    put(name, frame, size);
    ZSTD_freeCCtx(context);
}

/* A skippable frame. */
static void put_skippable(const char *name, char magic, const char *bytes, size_t n) {
    const char head[] = {magic, 0x2a, 0x4d, 0x18, (char)(n & 255), (char)(n >> 8), 0, 0};
    put(name, head, sizeof head);
    put(name, bytes, n);
}

enum { RECORDS = 6 };

struct records {
    char bytes[8000];
    size_t start[RECORDS + 1];
};

static sv record_of(const struct records *r, int i) { return sv_from(r->bytes + r->start[i], r->start[i + 1] - r->start[i]); }

/* WARC: a request, two pages, a request, two pages. ARC: the file's own record, five pages. */
static void make_records(struct records *r, bool arc) {
    r->start[0] = 0;
    for (int i = 0; i < RECORDS; i++) {
        char block[200], *out = r->bytes + r->start[i];
        size_t room = sizeof r->bytes - r->start[i];
        int n = snprintf(block, sizeof block, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>page %d of some length</p>", i);
        if (!arc)
            n = snprintf(out, room, "WARC/1.0\r\nWARC-Type: %s\r\nWARC-Target-URI: http://site.example/%d\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n",
                         i % 3 ? "response" : "request", i, n, block);
        else if (i == 0) n = snprintf(out, room, "filedesc://f.arc 0.0.0.0 20240102030405 text/plain 9\n1 0 Test\n\n");
        else n = snprintf(out, room, "http://site.example/a page %d 10.0.0.1 20240102030405 text/html %d\n%s\n", i, n, block);
        r->start[i + 1] = r->start[i] + (size_t)n;
    }
}

static void warc_resumes_at_every_record(void **state) {
    struct records r;
    char path[4096];
    (void)state;
    make_records(&r, false);
    for (int i = 0; i < RECORDS; i++) {
        sv bytes = record_of(&r, i);
        put("plain.warc", bytes.p, bytes.n);
        put_gzip("members.warc.gz", bytes.p, bytes.n);
        if (i == 3) put("plain.warc", "noise\r\n", 7);
    }
    put_gzip("whole.warc.gz", r.bytes, r.start[RECORDS]);
    check_resume(&source_warc, path_of("plain.warc", path), 4, 3);
    check_resume(&source_warc, path_of("members.warc.gz", path), 4, 2);
    check_resume(&source_warc, path_of("whole.warc.gz", path), 4, 2);
}

static sv train_dictionary(const struct records *r, char *room, size_t n) {
    size_t sizes[RECORDS * 20], samples = 0;
    struct sbuf text;
    sbuf_init(&text, 0);
    for (; samples < COUNT_OF(sizes); samples++) {
        sv bytes = record_of(r, (int)(samples % RECORDS));
        sizes[samples] = bytes.n;
        sbuf_add(&text, bytes);
    }
    size_t size = ZDICT_trainFromBuffer(room, n, text.p, sizes, (unsigned)samples);
    assert_false(ZDICT_isError(size));
    sbuf_clear(&text);
    return sv_from(room, size);
}

static void warc_zst_resumes_at_every_record(void **state) {
    struct records r;
    char path[4096], room[8000];
    (void)state;
    make_records(&r, false);
    sv dictionary = train_dictionary(&r, room, sizeof room);
    put_skippable("dict.warc.zst", 0x5d, dictionary.p, dictionary.n);
    char packed[8000];
    size_t packed_size = ZSTD_compress(packed, sizeof packed, dictionary.p, dictionary.n, 3);
    put_skippable("packed_dict.warc.zst", 0x5d, packed, packed_size);
    for (int i = 0; i < RECORDS; i++) {
        sv bytes = record_of(&r, i), half = sv_take(bytes, bytes.n / 2), rest = sv_skip(bytes, half.n);
        put_zstd("frames.warc.zst", bytes.p, bytes.n, SV_NONE);
        put_zstd("dict.warc.zst", bytes.p, bytes.n, dictionary);
        put_zstd("packed_dict.warc.zst", bytes.p, bytes.n, dictionary);
        put_skippable("frames.warc.zst", 0x50, "for others", 10);
        put_zstd("frames.warc.zst", "", 0, SV_NONE);
        /* A record may lie in several frames. */
        put_zstd("parts.warc.zst", half.p, half.n, SV_NONE);
        put_zstd("parts.warc.zst", "", 0, SV_NONE);
        put_zstd("parts.warc.zst", rest.p, rest.n, SV_NONE);
    }
    put_zstd("whole.warc.zst", r.bytes, r.start[RECORDS], SV_NONE);
    check_resume(&source_warc, path_of("frames.warc.zst", path), 4, 2);
    check_resume(&source_warc, path_of("dict.warc.zst", path), 4, 2);
    check_resume(&source_warc, path_of("packed_dict.warc.zst", path), 4, 2);
    check_resume(&source_warc, path_of("parts.warc.zst", path), 4, 2);
    check_resume(&source_warc, path_of("whole.warc.zst", path), 4, 2);
}

static void arc_resumes_at_every_record(void **state) {
    struct records r;
    char path[4096];
    (void)state;
    make_records(&r, true);
    for (int i = 0; i < RECORDS; i++) {
        sv bytes = record_of(&r, i);
        put("plain.arc", bytes.p, bytes.n);
        put_gzip("members.arc.gz", bytes.p, bytes.n);
        if (i == 3) put("plain.arc", "noise\n", 6);
    }
    put_gzip("whole.arc.gz", r.bytes, r.start[RECORDS]);
    check_resume(&source_warc, path_of("plain.arc", path), 5, 2);
    check_resume(&source_warc, path_of("members.arc.gz", path), 5, 1);
    check_resume(&source_warc, path_of("whole.arc.gz", path), 5, 1);
}

/* Of a file with a record a member, then a member of all records, then a member for each of two: nothing is lost, and reading on gives what is left, if
 * with what was there before. */
static void check_mixed(const char *name) {
    struct seen all, rest;
    char path[4096];
    read_all(&source_warc, path_of(name, path), 0, &all);
    assert_int_equal(all.count, 2 * RECORDS + 2);
    for (size_t i = 1; i < all.count; i++) assert_true(all.position[i] > all.position[i - 1]);
    for (size_t i = 0; i < all.count; i++) {
        read_all(&source_warc, path, all.next[i], &rest);
        size_t left = all.count - i - 1;
        assert_true(rest.count >= left);
        for (size_t k = 0; k < left; k++) assert_string_equal(rest.text[rest.count - left + k], all.text[i + 1 + k]);
    }
}

static void mixed_members_lose_nothing(void **state) {
    struct records r;
    char room[8000];
    (void)state;
    make_records(&r, false);
    sv dictionary = train_dictionary(&r, room, sizeof room), all = sv_from(r.bytes, r.start[RECORDS]);
    put_skippable("mixed_dict.warc.zst", 0x5d, dictionary.p, dictionary.n);
    for (int i = 0; i < RECORDS + 3; i++) {
        sv bytes = i == RECORDS ? all : record_of(&r, i % (RECORDS + 1));
        put_gzip("mixed.warc.gz", bytes.p, bytes.n);
        put_zstd("mixed.warc.zst", bytes.p, bytes.n, SV_NONE);
        put_zstd("mixed_dict.warc.zst", bytes.p, bytes.n, dictionary);
    }
    check_mixed("mixed.warc.gz");
    check_mixed("mixed.warc.zst");
    check_mixed("mixed_dict.warc.zst");
}

/* Of a pipe, what was let go of cannot be read again: a member that is too long to be held, and turns out to hold many records, is one skip. */
static void a_pipe_says_which_member_it_could_not_take_apart(void **state) {
    static const enum warc_step steps[] = {WARC_RECORD, WARC_SKIP, WARC_RECORD, WARC_END};
    const struct warc_reader_cfg cfg = {.max_record = 4096, .max_large = 1 << 20};
    struct records r;
    struct warc_reader *reader;
    struct warc_item item;
    struct err e;
    char path[4096], command[4200];
    (void)state;
    make_records(&r, false);
    struct sbuf two;
    sbuf_init(&two, 0);
    sbuf_add(&two, SV("WARC/1.0\r\nWARC-Type: resource\r\nContent-Length: 300000\r\n\r\n"));
    uint64_t seed = 1;
    for (size_t i = 0; i < 300000; i++) sbuf_add_char(&two, (char)((seed = seed * 6364136223846793005u + 1) >> 56));
    sbuf_add(&two, SV("\r\n\r\n"));
    sv first = record_of(&r, 1), last = record_of(&r, 2);
    sbuf_add(&two, first);
    put_gzip("piped.warc.gz", first.p, first.n);
    put_gzip("piped.warc.gz", two.p, two.n);
    put_gzip("piped.warc.gz", last.p, last.n);
    sbuf_clear(&two);
    snprintf(command, sizeof command, "cat '%s'", path_of("piped.warc.gz", path));
    FILE *cat = popen(command, "r");
    assert_non_null(cat);
    snprintf(path, sizeof path, "/dev/fd/%d", fileno(cat));
    assert_int_equal(warc_reader_open(&reader, path, &cfg, &e), ERR_OK);
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        assert_int_equal(warc_reader_next(reader, &item, &e), steps[i]);
        if (steps[i] == WARC_SKIP) assert_string_equal(item.reason, "many_records");
    }
    warc_reader_close(&reader);
    assert_int_equal(pclose(cat), 0);
}

/* What a damaged record of a file costs, and that reading can begin behind it. */
static void damage_costs_one_record(void **state) {
    struct records r;
    char path[4096], member[2000];
    (void)state;
    make_records(&r, false);
    for (int i = 0; i < RECORDS; i++) {
        sv bytes = record_of(&r, i);
        put_zstd("member", bytes.p, bytes.n, SV_NONE);
        FILE *f = fopen(path_of("member", path), "rb");
        assert_non_null(f);
        size_t n = fread(member, 1, sizeof member, f);
        fclose(f);
        unlink(path);
        if (i == 2) memset(member + n / 2, 0x55, 20);
        put("damaged.warc.zst", member, n);
        put_gzip("member", bytes.p, bytes.n);
        f = fopen(path_of("member", path), "rb");
        assert_non_null(f);
        n = fread(member, 1, sizeof member, f);
        fclose(f);
        unlink(path);
        if (i == 2) memset(member + n / 2, 0x55, 20);
        put("damaged.warc.gz", member, n);
    }
    check_resume(&source_warc, path_of("damaged.warc.gz", path), 3, 3);
    check_resume(&source_warc, path_of("damaged.warc.zst", path), 3, 3);
}

static void folder_resumes_at_every_file(void **state) {
    (void)state;
    char path[4096];
    put("a.html", "<p>a</p>", 8);
    put("b.txt", "b", 1);
    put("c.png", "\x89PNG", 4);
    put("d.htm", "", 0);
    put_gzip("e.html.gz", "<p>e</p>", 8);
    put("f", "<!doctype html><p>f", 19);
    check_resume(&source_folder, folder, 4, 2);
    check_resume(&source_page, path_of("a.html", path), 1, 0);
    check_resume(&source_page, path_of("d.htm", path), 0, 1);
}

static void jsonl_resumes_at_every_line(void **state) {
    (void)state;
    static const char *const lines[] = {
        "\xef\xbb\xbf{\"url\":\"http://site.example/1\",\"html\":\"<p>one</p>\"}\n", "\n",
        "{\"url\":\"http://site.example/2\",\"text\":\"two\",\"lang\":\"en\"}\r\n", "{\"url\":\"http://site.example/3\",\"html\":\"<p>thr\n", "[1]\n", "{\"text\":5}\n",
        "{\"html\":\"<p>no address</p>\"}"};
    char all[1000] = "", path[4096];
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        put("lines.jsonl", lines[i], strlen(lines[i]));
        put_gzip("members.jsonl.gz", lines[i], strlen(lines[i]));
        strncat(all, lines[i], sizeof all - strlen(all) - 1);
    }
    put_zstd("whole.jsonl.zst", all, strlen(all), SV_NONE);
    check_resume(&source_jsonl, path_of("lines.jsonl", path), 3, 3);
    check_resume(&source_jsonl, path_of("members.jsonl.gz", path), 3, 3);
    check_resume(&source_jsonl, path_of("whole.jsonl.zst", path), 3, 3);
}

static void list_resumes_at_every_line(void **state) {
    (void)state;
    static const char *const names[] = {"a.html", "b.txt", "plain.warc", "none.html", "f"};
    char path[4096];
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        path_of(names[i], path);
        put("names", path, strlen(path));
        put("names", i == 1 ? "\r\n\n" : "\n", i == 1 ? 3 : 1);
    }
    check_resume(&source_list, path_of("names", path), 3, 0);
}

int main(void) {
    char name[] = "/tmp/thresher-sources-XXXXXX";
    folder = mkdtemp(name);
    if (!folder) return 1;
    const struct CMUnitTest tests[] = {cmocka_unit_test(warc_resumes_at_every_record), cmocka_unit_test(warc_zst_resumes_at_every_record),
                                        cmocka_unit_test(arc_resumes_at_every_record),  cmocka_unit_test(damage_costs_one_record),
                                        cmocka_unit_test(mixed_members_lose_nothing), cmocka_unit_test(a_pipe_says_which_member_it_could_not_take_apart),
                                        cmocka_unit_test(folder_resumes_at_every_file),
                                        cmocka_unit_test(jsonl_resumes_at_every_line),  cmocka_unit_test(list_resumes_at_every_line)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    return failed || tool_remove(folder);
}
