/* The pages of a folder and of those in it, by name. Positions number the files of the walk, so they hold as long as no file comes or goes. */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <fts.h>
#include <stdlib.h>

#include "source_ops.h"

struct folder {
    char *path;
    FTS *walk;
    size_t max_record;
    uint64_t from, number; /* of the next file */
    struct sbuf bytes;
};

static int by_name(const FTSENT **a, const FTSENT **b) { return strcmp((*a)->fts_name, (*b)->fts_name); }

static void close_folder(void **self) {
    struct folder *f = *self;
    if (!f) return;
    if (f->walk) fts_close(f->walk);
    sbuf_clear(&f->bytes);
    free(f->path);
    free(f);
    *self = NULL;
}

static enum err_code open_folder(void **self, const struct source_input *in, struct err *e) {
    struct folder *f = calloc(1, sizeof *f);
    *self = f;
    if (!f) return err_set(e, ERR_MEMORY, "no memory to read %s", in->path);
    sbuf_init(&f->bytes, 0);
    f->max_record = in->max_record;
    f->from = in->from;
    f->path = strdup(in->path);
    char *const roots[] = {f->path, NULL};
    f->walk = f->path ? fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name) : NULL;
    if (f->walk) return ERR_OK;
    enum err_code code = err_set(e, err_from_errno(errno), "%s: cannot be read: %s", in->path, strerror(errno));
    close_folder(self);
    return code;
}

static enum source_step next_file(void *self, struct source_item *out, struct err *e) {
    struct folder *f = self;
    FTSENT *entry;
    while (errno = 0, (entry = fts_read(f->walk))) {
        bool unreadable = entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR || entry->fts_info == FTS_NS;
        if (!unreadable && entry->fts_info != FTS_F) continue;
        uint64_t number = f->number++;
        if (number < f->from) continue;
        if (!unreadable && source_page_has_name(entry->fts_path))
            return source_page_load(entry->fts_path, entry->fts_statp, f->max_record, number, &f->bytes, out);
        *out = (struct source_item){.position = number, .next = number + 1, .path = entry->fts_path, .reason = unreadable ? "unreadable" : "other_file", .damage = unreadable};
        return SOURCE_SKIP;
    }
    *out = (struct source_item){.path = f->path, .next = f->number};
    if (errno == 0) return SOURCE_END;
    (void)err_set(e, err_from_errno(errno), "%s: cannot be read on: %s", f->path, strerror(errno));
    return SOURCE_FAILED;
}

const struct source_ops source_folder = {open_folder, next_file, close_folder};
