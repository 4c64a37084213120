/* A file that is one page: HTML, or flattened text. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
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

static enum source_step load(const char *path, struct input_look look, size_t max_record, struct sbuf *bytes, struct source_item *out) {
    struct err why;
    struct stat st;
    if (stat(path, &st) != 0) return skip(out, "unreadable", true);
    if (st.st_size == 0) return skip(out, "empty_file", false);
    if ((uint64_t)st.st_size > max_record) return skip(out, "too_large", false);
    sbuf_reset(bytes);
    sbuf_add(bytes, SV("file:"));
    sbuf_add(bytes, sv_cstr(path));
    size_t url = bytes->n;
    if (file_read(path, bytes, &why) != ERR_OK) return skip(out, "unreadable", true);
    snprintf(out->identity, sizeof out->identity, "%jd:%jd", (intmax_t)st.st_size, (intmax_t)st.st_mtime);
    out->size = (uint64_t)st.st_size;
    out->job = (struct job){.url = sv_take(sbuf_view(bytes), url),
                            .payload = sv_skip(sbuf_view(bytes), url),
                            .kind = look.kind == INPUT_TEXT ? PAYLOAD_TEXT : PAYLOAD_HTML,
                            .codec = look.codec};
    return SOURCE_PAGE;
}

enum source_step source_page_look(const char *path, const struct source_input *in, bool is_named, uint64_t position, struct sbuf *bytes, struct source_item *out) {
    struct input_look look;
    *out = (struct source_item){.position = position, .next = position + 1, .path = path};
    if (input_kind_look(path, is_named, &look, NULL) != ERR_OK) return is_named ? SOURCE_NESTED : skip(out, "unreadable", true);
    if (in->kind != INPUT_UNKNOWN && look.kind != INPUT_FOLDER) look.kind = in->kind;
    if (look.kind == INPUT_HTML || look.kind == INPUT_TEXT) return load(path, look, in->max_record, bytes, out);
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
    return load(p->input.path, p->input.look, p->input.max_record, &p->bytes, out);
}

const struct source_ops source_page = {open_page, next_page, close_page};
