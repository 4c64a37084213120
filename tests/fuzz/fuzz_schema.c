/* Job and result messages: the first byte chooses. What unpacks must pack again and unpack to the same bytes. */
#include "base/utf8.h"
#include "fuzz_target.h"
#include "schema/article_markdown.h"
#include "schema/result.h"
#include "schema/result_json.h"

static void check_job(sv wire, struct arena *arena, struct sbuf *first, struct sbuf *second) {
    struct job job;
    struct err e;
    if (job_unpack(wire, arena, &job, &e)) return;
    BUG_IF(job_pack(&job, first, &e) != ERR_OK);
    BUG_IF(job_unpack(sbuf_view(first), arena, &job, &e) != ERR_OK);
    BUG_IF(job_pack(&job, second, &e) != ERR_OK);
}

static void check_result(sv wire, enum markdown_content content, struct arena *arena, struct sbuf *first, struct sbuf *second) {
    struct result result;
    struct err e;
    struct sbuf json;
    if (result_unpack(wire, arena, &result, &e)) return;
    sbuf_init(&json, 0);
    result_write_json(&result, SV_NONE, &json);
    BUG_IF(json.n < 2 || memchr(json.p, '\n', json.n - 1) || json.p[json.n - 1] != '\n');
    sbuf_reset(&json);
    article_write_markdown(&result.article, content, &json);
    BUG_IF(!utf8_is_valid(sbuf_view(&json)));
    sbuf_clear(&json);
    BUG_IF(result_pack(&result, first, &e) != ERR_OK);
    BUG_IF(result_unpack(sbuf_view(first), arena, &result, &e) != ERR_OK);
    BUG_IF(result_pack(&result, second, &e) != ERR_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1) return 0;
    struct arena arena;
    struct sbuf first, second;
    arena_init(&arena, 64 * 1024 * 1024);
    sbuf_init(&first, 0);
    sbuf_init(&second, 0);
    sv wire = sv_from((const char *)data + 1, size - 1);
    if (data[0] & 1) check_result(wire, data[0] & 2 ? MARKDOWN_TEXT : MARKDOWN_ALL, &arena, &first, &second);
    else check_job(wire, &arena, &first, &second);
    BUG_IF(!sv_eq(sbuf_view(&first), sbuf_view(&second)));
    sbuf_clear(&first);
    sbuf_clear(&second);
    arena_clear(&arena);
    return 0;
}
