/* A file that is one page: HTML, or flattened text. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "byte_source.h"
#include "source_ops.h"

struct page {
    struct source_input input;
    bool given;
    struct sbuf bytes;
};

static enum source_step skip(struct source_item *out, const char *reason, bool damage) {
    out->reason = reason;
    out->damage = damage;
    return SOURCE_SKIP;
}

/* hash64 of a file that is too large to be held. False: it cannot be read. */
static bool hash_file(const char *path, uint64_t length, uint64_t *out) {
    struct byte_source bytes;
    struct hash64_stream *hash = hash64_stream_new();
    uint64_t read = 0;
    bool open = hash && byte_source_open(&bytes, path, NULL) == ERR_OK;
    while (open && byte_source_have(&bytes, 1)) {
        sv part = byte_source_view(&bytes);
        hash64_stream_add(hash, part);
        read += part.n;
        byte_source_consume(&bytes, part.n);
    }
    if (open) byte_source_close(&bytes);
    if (hash) *out = hash64_stream_value(hash);
    hash64_stream_free(&hash);
    return open && read == length;
}

static enum source_step load(const char *path, struct input_look look, const struct source_input *in, struct sbuf *bytes, struct source_item *out) {
    struct err why;
    struct stat st;
    if (stat(path, &st) != 0) return skip(out, "unreadable", true);
    if (!S_ISREG(st.st_mode)) return skip(out, "not_a_file", true);
    if (st.st_size == 0) return skip(out, "empty_file", false);
    out->size = (uint64_t)st.st_size;
    out->in_file = true;
    out->is_large = out->size > in->max_record;
    if (out->is_large && out->size > in->max_large) return skip(out, "too_large", false);
    sbuf_reset(bytes);
    sbuf_add(bytes, SV("file:"));
    sbuf_add(bytes, sv_cstr(path));
    size_t url = bytes->n;
    out->stored = (struct payload_ref){.length = out->size};
    if (out->is_large ? !hash_file(path, out->size, &out->stored.hash) : file_read(path, bytes, &why) != ERR_OK) return skip(out, "unreadable", true);
    snprintf(out->identity, sizeof out->identity, "%jd:%jd", (intmax_t)st.st_size, (intmax_t)st.st_mtime);
    out->job = (struct job){.url = sv_take(sbuf_view(bytes), url),
                            .payload = sv_skip(sbuf_view(bytes), url),
                            .kind = look.kind == INPUT_TEXT ? PAYLOAD_TEXT : PAYLOAD_HTML,
                            .codec = look.codec};
    if (!out->is_large && in->hash_stored) out->stored.hash = hash64(out->job.payload);
    return SOURCE_PAGE;
}

enum source_step source_page_look(const char *path, const struct source_input *in, bool is_named, uint64_t position, struct sbuf *bytes, struct source_item *out) {
    struct input_look look;
    *out = (struct source_item){.position = position, .next = position + 1, .path = path};
    if (input_kind_look(path, is_named, &look, NULL) != ERR_OK) return is_named ? SOURCE_NESTED : skip(out, "unreadable", true);
    if (in->kind != INPUT_UNKNOWN && look.kind != INPUT_FOLDER) look.kind = in->kind;
    if (look.kind == INPUT_HTML || look.kind == INPUT_TEXT) return load(path, look, in, bytes, out);
    return look.kind == INPUT_UNKNOWN && !is_named ? skip(out, "other_file", false) : SOURCE_NESTED;
}

static enum err_code open_page(void **self, const struct source_input *in, struct err *e) {
    struct page *p = calloc(1, sizeof *p);
    *self = p;
    if (!p) return err_set(e, ERR_MEMORY, "no memory to read %s", in->path);
    *p = (struct page){.input = *in, .given = in->from > 0};
    sbuf_init(&p->bytes, 0);
    return ERR_OK;
}

static void close_page(void **self) {
    struct page *p = *self;
    if (p) sbuf_clear(&p->bytes);
    free(p);
    *self = NULL;
}

static enum source_step next_page(void *self, struct source_item *out, struct err *e) {
    struct page *p = self;
    (void)e;
    *out = (struct source_item){.path = p->input.path, .next = 1};
    if (p->given) return SOURCE_END;
    p->given = true;
    return load(p->input.path, p->input.look, &p->input, &p->bytes, out);
}

const struct source_ops source_page = {open_page, next_page, close_page};
