/* JSON lines: an object a line with a page or flattened text in it. Positions are byte offsets of lines, in what the file decodes to. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <yyjson.h>

#include "base/arena.h"
#include "byte_source.h"
#include "fetch_date.h"
#include "source_ops.h"

enum { LINE_EXTRA_BYTES = 64 * 1024, MAGIC_BYTES = 4 };

struct jsonl {
    struct source_input input;
    struct byte_source bytes;
    struct arena arena; /* of one line */
    yyjson_doc *doc;
    size_t used; /* of the window by the line that was given last */
};

static void close_jsonl(void **self) {
    struct jsonl *j = *self;
    if (j) {
        byte_source_close(&j->bytes);
        yyjson_doc_free(j->doc);
        arena_clear(&j->arena);
    }
    free(j);
    *self = NULL;
}

static enum err_code open_jsonl(void **self, const struct source_input *in, struct err *e) {
    struct jsonl *j = calloc(1, sizeof *j);
    *self = j;
    if (!j) return err_set(e, ERR_MEMORY, "no memory to read %s", in->path);
    j->input = *in;
    arena_init(&j->arena, 0);
    enum err_code code = byte_source_open(&j->bytes, in->path, e);
    enum payload_codec codec = CODEC_NONE;
    if (!code && byte_source_have(&j->bytes, MAGIC_BYTES)) codec = input_kind_of(SV(""), byte_source_view(&j->bytes), true).codec;
    if (codec != CODEC_NONE) code = byte_source_decode(&j->bytes, codec == CODEC_ZSTD ? INFLATE_ZSTD : INFLATE_GZIP, SV_NONE, e);
    if (!code && !byte_source_seek(&j->bytes, in->from)) code = err_set(e, ERR_INPUT, "%s: ends before position %" PRIu64 ", where reading should go on", in->path, in->from);
    if (code) close_jsonl(self);
    return code;
}

/* The whole of the next line in the window. False: *reason says why there is none, NULL at the end. */
static bool next_line(struct jsonl *j, sv *line, const char **reason) {
    struct byte_source *b = &j->bytes;
    size_t looked = 0, end, most = 2 * j->input.max_record + LINE_EXTRA_BYTES;
    *reason = NULL;
    while ((end = sv_find_char(byte_source_view(b), '\n', looked)) == SIZE_MAX) {
        looked = byte_source_view(b).n;
        if (looked > most) *reason = "too_large";
        if (looked > most || !byte_source_fill(b)) break;
    }
    if (end == SIZE_MAX && b->damage) *reason = byte_source_take_damage(b);
    if (*reason) {
        /* What is left of the line goes too. */
        while (end == SIZE_MAX) {
            byte_source_consume(b, byte_source_view(b).n);
            if (!byte_source_fill(b)) return false;
            end = sv_find_char(byte_source_view(b), '\n', 0);
        }
        byte_source_consume(b, end + 1);
        return false;
    }
    *line = sv_take(byte_source_view(b), end);
    j->used = line->n + (end != SIZE_MAX);
    return j->used > 0;
}

static sv string_of(yyjson_val *value) { return yyjson_is_str(value) ? sv_from(yyjson_get_str(value), yyjson_get_len(value)) : SV_NONE; }

static sv field(struct jsonl *j, const char *name, const char *otherwise) { return string_of(yyjson_obj_get(yyjson_doc_get_root(j->doc), name ? name : otherwise)); }

static bool is_in(sv list, sv name) {
    while (list.n)
        if (sv_eq(sv_trim(sv_cut(&list, ',')), name)) return true;
    return false;
}

/* A scalar as text in the arena; absent for what is none. */
static sv text_of(struct jsonl *j, yyjson_val *value) {
    char number[40];
    if (yyjson_is_str(value)) return string_of(value);
    if (yyjson_is_bool(value)) return yyjson_get_bool(value) ? SV("true") : SV("false");
    if (yyjson_is_uint(value)) snprintf(number, sizeof number, "%" PRIu64, yyjson_get_uint(value));
    else if (yyjson_is_sint(value)) snprintf(number, sizeof number, "%" PRId64, yyjson_get_sint(value));
    else if (yyjson_is_real(value)) snprintf(number, sizeof number, "%.15g", yyjson_get_real(value));
    else return SV_NONE;
    return arena_dup(&j->arena, sv_cstr(number));
}

/* The other fields, as far as they are scalars that a job can carry. */
static void take_metadata(struct jsonl *j, struct job *job) {
    const struct input_options *o = j->input.options;
    const char *const own[] = {o->field_html ? o->field_html : "html", o->field_text ? o->field_text : "text", o->field_url ? o->field_url : "url"};
    sv wanted = o->field_metadata ? sv_cstr(o->field_metadata) : SV("*");
    job->metadata = ARENA_ARRAY(&j->arena, struct kv, JOB_METADATA_MAX);
    if (!job->metadata || sv_eq(wanted, SV("none"))) return;
    yyjson_obj_iter fields = yyjson_obj_iter_with(yyjson_doc_get_root(j->doc));
    for (yyjson_val *key; (key = yyjson_obj_iter_next(&fields)) && job->metadata_count < JOB_METADATA_MAX;) {
        sv name = string_of(key), value = text_of(j, yyjson_obj_iter_get_val(key));
        bool take = sv_eq(wanted, SV("*")) || is_in(wanted, name);
        for (size_t i = 0; i < COUNT_OF(own); i++) take &= !sv_eq(name, sv_cstr(own[i]));
        bool fits = value.p && name.n <= JOB_FIELD_MAX && value.n <= JOB_FIELD_MAX && sv_find_char(value, '\0', 0) == SIZE_MAX && sv_find_char(name, '\0', 0) == SIZE_MAX;
        if (take && fits) job->metadata[job->metadata_count++] = (struct kv){name, value};
    }
}

static const char *read_object(struct jsonl *j, sv line, struct source_item *out) {
    const struct input_options *o = j->input.options;
    arena_reset(&j->arena);
    j->doc = yyjson_read(line.p, line.n, 0);
    if (!yyjson_is_obj(yyjson_doc_get_root(j->doc))) return "bad_json";
    sv html = field(j, o->field_html, "html"), text = field(j, o->field_text, "text"), url = field(j, o->field_url, "url"), page = html.n ? html : text;
    if (page.n == 0) return "no_page";
    if (page.n > j->input.max_record) return "too_large";
    if (url.n == 0) {
        char name[4200];
        snprintf(name, sizeof name, "file:%.4000s#%" PRIu64, j->input.path, out->position);
        url = arena_dup(&j->arena, sv_cstr(name));
    }
    snprintf(out->identity, sizeof out->identity, "%" PRIu64, out->position);
    out->size = page.n;
    out->language = field(j, o->field_language, "language");
    out->job = (struct job){.url = url, .payload = page, .kind = html.n ? PAYLOAD_HTML : PAYLOAD_TEXT, .codec = CODEC_NONE, .charset = SV("utf-8"), .warc_offset = out->position};
    (void)fetch_date_parse(field(j, o->field_date, "date"), &out->job.fetch_time_ms);
    take_metadata(j, &out->job);
    return NULL;
}

static enum source_step next_object(void *self, struct source_item *out, struct err *e) {
    struct jsonl *j = self;
    sv line;
    while (true) {
        byte_source_consume(&j->bytes, j->used);
        byte_source_mark(&j->bytes);
        j->used = 0;
        yyjson_doc_free(j->doc);
        j->doc = NULL;
        *out = (struct source_item){.position = j->bytes.base, .next = j->bytes.base, .path = j->input.path, .damage = true, .stream_id = j->bytes.stream_id};
        bool whole = next_line(j, &line, &out->reason);
        if (j->bytes.failed) {
            *e = j->bytes.err;
            return SOURCE_FAILED;
        }
        out->next = j->bytes.base + j->used;
        if (!whole) return out->reason ? SOURCE_SKIP : SOURCE_END;
        if (out->position == 0 && sv_starts(line, SV("\xef\xbb\xbf"))) line = sv_skip(line, 3);
        if (sv_trim(line).n == 0) continue;
        out->reason = read_object(j, line, out);
        return out->reason ? SOURCE_SKIP : SOURCE_PAGE;
    }
}

const struct source_ops source_jsonl = {open_jsonl, next_object, close_jsonl};
