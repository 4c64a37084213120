/* A file that is one page: HTML, or text by its name. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "source_ops.h"

struct page {
    const char *path;
    size_t max_record;
    bool given;
    struct sbuf bytes;
};

static bool has_suffix(const char *path, const char *const *suffixes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        size_t n = strlen(path), m = strlen(suffixes[i]);
        if (n > m && sv_eq_nocase(sv_from(path + n - m, m), sv_cstr(suffixes[i]))) return true;
    }
    return false;
}

static const char *const html_suffixes[] = {".html", ".htm", ".xhtml"}, *const text_suffixes[] = {".txt"};

bool source_page_has_name(const char *path) {
    return has_suffix(path, html_suffixes, COUNT_OF(html_suffixes)) || has_suffix(path, text_suffixes, COUNT_OF(text_suffixes));
}

static enum source_step skip(struct source_item *out, const char *reason, bool damage) {
    out->reason = reason;
    out->damage = damage;
    return SOURCE_SKIP;
}

enum source_step source_page_load(const char *path, const struct stat *st, size_t max_record, uint64_t position, struct sbuf *bytes, struct source_item *out) {
    struct err why;
    *out = (struct source_item){.position = position, .next = position + 1, .path = path};
    if (st->st_size == 0) return skip(out, "empty_file", false);
    if ((uint64_t)st->st_size > max_record) return skip(out, "too_large", false);
    sbuf_reset(bytes);
    sbuf_add(bytes, SV("file:"));
    sbuf_add(bytes, sv_cstr(path));
    size_t url = bytes->n;
    if (file_read(path, bytes, &why) != ERR_OK) return skip(out, "unreadable", true);
    snprintf(out->identity, sizeof out->identity, "%jd:%jd", (intmax_t)st->st_size, (intmax_t)st->st_mtime);
    out->job = (struct job){.url = sv_take(sbuf_view(bytes), url),
                            .payload = sv_skip(sbuf_view(bytes), url),
                            .kind = has_suffix(path, text_suffixes, COUNT_OF(text_suffixes)) ? PAYLOAD_TEXT : PAYLOAD_HTML,
                            .codec = CODEC_NONE};
    return SOURCE_PAGE;
}

static enum err_code open_page(void **self, const struct source_input *in, struct err *e) {
    struct page *p = calloc(1, sizeof *p);
    *self = p;
    if (!p) return err_set(e, ERR_MEMORY, "no memory to read %s", in->path);
    *p = (struct page){.path = in->path, .max_record = in->max_record, .given = in->from > 0};
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
    struct stat st;
    *out = (struct source_item){.path = p->path, .next = 1};
    if (p->given) return SOURCE_END;
    p->given = true;
    if (stat(p->path, &st) == 0) return source_page_load(p->path, &st, p->max_record, 0, &p->bytes, out);
    (void)err_set(e, err_from_errno(errno), "%s: %s", p->path, strerror(errno));
    return SOURCE_FAILED;
}

const struct source_ops source_page = {open_page, next_page, close_page};
