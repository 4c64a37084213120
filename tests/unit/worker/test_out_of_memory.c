/* Runs the same work again and again, the first, second, third ... allocation failing, until a run meets none that fails: each ends with
 * ERR_MEMORY or with all that it gives otherwise, never with a crash or a leak. Reached are our own allocations and those of yyjson,
 * libcrypto, CLD2, uchardet, protobuf-c and lexbor. */
#define _DEFAULT_SOURCE
#include <unistd.h>

#include "alloc_fault.h"
#include "base/compiler.h"
#include "cmocka_all.h"
#include "extract.h"
#include "runtime/options.h"
#include "schema/result.h"

enum { RUNS_MAX = 20000 };

/* Which allocation fails, and whether it came to that. */
struct fault {
    size_t nth;
    enum alloc_fault kind;
    bool met;
};

static void begin(const struct fault *f) { alloc_fault_set(f->nth, f->kind); }
static void end(struct fault *f) { f->met = alloc_fault_clear(); }

/* What is repeated, with the part that has no memory between begin and end. ERR_OK only where all came out as it does with memory. */
typedef enum err_code work(void *user, struct fault *);

static void repeat(const char *name, work *run, void *user, size_t faults_min) {
    for (int kind = 0; kind < ALLOC_FAULT_END; kind++) {
        struct fault fault = {0, (enum alloc_fault)kind, true};
        while (fault.met && ++fault.nth < RUNS_MAX) {
            enum err_code code = run(user, &fault);
            bool good = code == ERR_OK || (fault.met && code == ERR_MEMORY);
            if (!good) print_error("%s, allocation %zu: %s\n", name, fault.nth, err_code_name(code));
            assert_true(good);
        }
        assert_false(fault.met);
        if (fault.nth <= faults_min) print_error("%s: %zu allocations\n", name, fault.nth - 1);
        assert_true(fault.nth > faults_min);
    }
}

/* -- extraction -- */

#define BODY                                                                                                                              \
    "<article><h1>The old mill turns again</h1><p class=byline>By Anna Holm</p><p>After forty years of silence the mill at the river has begun to "  \
    "grind corn again, to the joy of the children who watch it.</p><p>The wheel was made by hand, of oak from the hill behind it, and "   \
    "took two carpenters the whole of the winter.</p><p>Visitors are <b>welcome</b> on <a href=/sunday>Sundays</a>, when the miller shows how flour is made and "   \
    "sells bread from his own oven.</p><ul><li><a href=/a>One</a></ul><figure><img src=/mill.png><figcaption>The mill</figcaption></figure></article>"
#define HEAD "<!doctype html><meta charset=utf-8><title>The old mill turns again</title>"

static const struct {
    enum extract_kind kind;
    const char *bytes;
} pages[] = {
    {EXTRACT_HTML, HEAD BODY},
    {EXTRACT_HTML, "<!doctype html><title>The old mill turns again</title><p>M\xfchle, stra\xdf" "e, gr\xfc\xdf" "e, sch\xf6n</p>" BODY}, /* in an encoding to be guessed */
    {EXTRACT_HTTP, "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n4a\r\n" HEAD "\r\n1000\r\n" BODY}, /* cut off */
    {EXTRACT_TEXT, "The old mill turns again\nBy Anna Holm\nAfter forty years of silence the mill at the river has begun to grind corn again, to the joy of the "
                   "children who watch it.\nThe wheel was made by hand, of oak\x01 from the hill behind it, and took two carpenters the whole of the winter.\n"},
    {EXTRACT_HTML, HEAD "<script type='application/ld+json'>{\"@type\": \"Article\", \"headline\": \"The old mill turns again\", \"author\": {\"@type\": \"Person\", "
         "\"name\": \"Anna Holm\"}, \"datePublished\": \"2024-07-03\", \"articleBody\": \"After forty years of silence the mill grinds corn.\"}</script>" BODY},
    {EXTRACT_HTML, HEAD "<meta name=author content='Anna Holm'><p>The wheel was made by hand, of oak from the hill behind it.<script>var state = {\"body\": [{\"text\": \"The wheel was made by hand, of oak from the "
         "hill behind it.\"}, {\"text\": \"It took two carpenters the whole of the winter, and the miller shows how flour is made and sells bread from his own oven. "
         "Visitors are welcome on Sundays. " "After forty years of silence the mill at the river has begun to grind corn again, to the joy of the children who watch "
         "it. The keeper counts its turns by the wheel and not by the clock, and so did his father before him, and the dogs of the farm know it.\"}, {\"text\": "
         "\"The end.\"}]}</script>"},
};

struct extraction {
    struct extract *extract;
    struct extract_input input;
    struct document want; /* in arena */
    struct arena arena;
};

static bool is_same(const struct article *a, const struct article *b) {
    bool same = sv_eq(a->text, b->text) && sv_eq(a->title, b->title) && sv_eq(a->published.value, b->published.value) && sv_eq(a->language, b->language);
    same = same && a->block_count == b->block_count && a->image_count == b->image_count && a->link_count == b->link_count && a->author_count == b->author_count;
    for (size_t i = 0; same && i < a->author_count; i++) same = sv_eq(a->authors[i], b->authors[i]);
    return same && memcmp(a->text_sha256, b->text_sha256, sizeof a->text_sha256) == 0;
}

static enum err_code extract_page(struct extraction *x, struct fault *fault) {
    struct arena arena;
    struct document got;
    struct err e;
    arena_init(&arena, 0);
    if (fault) begin(fault);
    enum err_code code = extract_run(x->extract, &x->input, &arena, &got, &e);
    if (fault) end(fault);
    if (!code && (got.status != EXTRACT_OK || !is_same(&got.article, &x->want.article))) code = ERR_CONFLICT;
    arena_clear(&arena);
    return code;
}

/* An extractor at the beginning of its life, so that no buffer of an earlier page hides an allocation; it must be as good as new behind it. */
static enum err_code extract_twice(void *user, struct fault *fault) {
    struct extraction *x = user;
    struct err e;
    assert_int_equal(extract_new(&x->extract, NULL, &e), ERR_OK);
    enum err_code code = extract_page(x, fault);
    assert_int_equal(extract_page(x, NULL), ERR_OK);
    extract_free(&x->extract);
    return code;
}

static enum err_code extractor_new(void *user, struct fault *fault) {
    struct extraction *x = user;
    struct err e;
    begin(fault);
    enum err_code code = extract_new(&x->extract, NULL, &e);
    end(fault);
    if (!code) assert_int_equal(extract_page(x, NULL), ERR_OK);
    extract_free(&x->extract);
    return code;
}

static void extract_without_memory(work *run, enum extract_kind kind, sv bytes) {
    struct extraction x = {.input = {.kind = kind, .bytes = bytes, .url = SV("https://example.com/mill")}};
    struct err e;
    arena_init(&x.arena, 0);
    assert_int_equal(extract_new(&x.extract, NULL, &e), ERR_OK);
    assert_int_equal(extract_run(x.extract, &x.input, &x.arena, &x.want, &e), ERR_OK);
    assert_int_equal(x.want.status, EXTRACT_OK);
    assert_sv_equal(x.want.article.title, "The old mill turns again");
    assert_int_equal(x.want.article.author_count, 1);
    extract_free(&x.extract);
    repeat("extraction", run, &x, 5);
    arena_clear(&x.arena);
}

static void extractor_says_that_memory_is_out(void **state) {
    (void)state;
    extract_without_memory(extractor_new, pages[0].kind, sv_cstr(pages[0].bytes));
}

static void extraction_says_that_memory_is_out(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(pages); i++) extract_without_memory(extract_twice, pages[i].kind, sv_cstr(pages[i].bytes));
}

/* More elements, names, depth, attributes and text than the parser has room for at the start; and more words in short blocks than a chunk of the arena. */
static void extraction_of_a_large_page_says_that_memory_is_out(void **state) {
    (void)state;
    struct sbuf html;
    sbuf_init(&html, 0);
    sbuf_add(&html, sv_cstr(pages[0].bytes));
    for (int i = 0; i < 200; i++) sbuf_addf(&html, "<div class=c%d x-name%d=1><b><x-tag%d>Some words of line %d, which is said once.</x-tag%d>", i, i, i, i, i);
    for (int i = 0; i < 400; i++) {
        sbuf_addf(&html, "<p title='%0500d' y%d><x-y%d></x-y%d>", i, i, i, i);
        for (int word = 0; word < 55; word++) sbuf_add(&html, SV("a "));
    }
    sbuf_add(&html, SV("<p>"));
    for (int i = 0; i < 1000; i++) sbuf_addf(&html, "word%d ", i);
    assert_int_equal(html.err, ERR_OK);
    extract_without_memory(extract_twice, EXTRACT_HTML, sbuf_view(&html));
    sbuf_clear(&html);
}

/* -- messages -- */

static enum err_code job_there_and_back(void *user, struct fault *fault) {
    static struct kv metadata[] = {{{"k", 1}, {"v", 1}}};
    const struct job job = {.url = SV("https://example.com/"), .crawl_id = SV("c"), .payload = SV("<p>text"), .kind = PAYLOAD_HTML, .metadata = metadata, .metadata_count = 1};
    struct arena arena;
    struct sbuf wire;
    struct job got = {0};
    struct err e;
    (void)user;
    arena_init(&arena, 0);
    sbuf_init(&wire, 0);
    begin(fault);
    enum err_code code = job_pack(&job, &wire, &e);
    if (!code) code = job_unpack(sbuf_view(&wire), &arena, &got, &e);
    end(fault);
    if (!code && !(sv_eq(got.url, job.url) && sv_eq(got.payload, job.payload) && got.metadata_count == 1 && sv_eq(got.metadata[0].value, SV("v")))) code = ERR_CONFLICT;
    arena_clear(&arena);
    sbuf_clear(&wire);
    return code;
}

static enum err_code result_there_and_back(void *user, struct fault *fault) {
    static sv authors[] = {{"A. One", 6}, {"B. Two", 6}};
    static struct article_block blocks[] = {{.kind = BLOCK_PARAGRAPH, .start = 0, .length = 5, .level = 0}};
    const struct result result = {.status = STATUS_OK, .url = SV("https://example.com/"),
                                  .article = {.title = SV("Title"), .text = SV("Text."), .authors = authors, .author_count = 2, .blocks = blocks, .block_count = 1}};
    struct arena arena;
    struct sbuf wire;
    struct result got = {0};
    struct err e;
    (void)user;
    arena_init(&arena, 0);
    sbuf_init(&wire, 0);
    begin(fault);
    enum err_code code = result_pack(&result, &wire, &e);
    if (!code) code = result_unpack(sbuf_view(&wire), &arena, &got, &e);
    end(fault);
    if (!code && !(sv_eq(got.article.title, SV("Title")) && sv_eq(got.article.text, SV("Text.")) && got.article.author_count == 2 &&
                   sv_eq(got.article.authors[1], SV("B. Two")) && got.article.block_count == 1))
        code = ERR_CONFLICT;
    arena_clear(&arena);
    sbuf_clear(&wire);
    return code;
}

static void messages_say_that_memory_is_out(void **state) {
    (void)state;
    repeat("job", job_there_and_back, NULL, 2);
    repeat("result", result_there_and_back, NULL, 2);
}

/* -- options -- */

static enum err_code parse_options(void *user, struct fault *fault) {
    char *argv[] = {(char[]){"test"}, (char[]){"--config"}, user, (char[]){"--also=one"}, (char[]){"--also"}, (char[]){"two"}, (char[]){"file"}, NULL};
    const char *url = NULL, *args[COUNT_OF(argv)];
    struct option_list also = {0};
    const struct option table[] = {{"url", 0, OPTION_URL, "URL", "TEST_OUT_OF_MEMORY_URL", "the server", &url}, {"also", 0, OPTION_LIST, "NAME", NULL, "one more", &also}};
    const struct options options = {table, COUNT_OF(table), "test FILE", "A test.", NULL};
    size_t count = 0;
    enum options_outcome outcome;
    struct arena strings;
    struct err e;
    arena_init(&strings, 0);
    begin(fault);
    enum err_code code = options_parse(&options, COUNT_OF(argv) - 1, argv, &strings, args, &count, &outcome, &e);
    end(fault);
    if (!code && !(url && strcmp(url, "unix:///x") == 0 && also.count == 2 && count == 1)) code = ERR_CONFLICT;
    arena_clear(&strings);
    return code;
}

static void options_say_that_memory_is_out(void **state) {
    (void)state;
    char path[] = "/tmp/thresher-test-XXXXXX";
    const char text[] = "url = unix:///x\n";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, sizeof text - 1), sizeof text - 1);
    close(fd);
    repeat("options", parse_options, path, 1);
    unlink(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(extractor_says_that_memory_is_out), cmocka_unit_test(extraction_says_that_memory_is_out),
                                       cmocka_unit_test(extraction_of_a_large_page_says_that_memory_is_out), cmocka_unit_test(messages_say_that_memory_is_out),
                                       cmocka_unit_test(options_say_that_memory_is_out)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
