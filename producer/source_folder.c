/* The pages of a folder and of those in it, by name, and the archives there as inputs of their own. Positions number the files of the walk, so
 * they hold as long as no file comes or goes. */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <fnmatch.h>
#include <fts.h>
#include <stdlib.h>

#include "source_ops.h"

struct folder {
    struct source_input input;
    char *path;
    FTS *walk;
    uint64_t number; /* of the next file */
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
    f->input = *in;
    f->path = strdup(in->path);
    char *const roots[] = {f->path, NULL};
    f->walk = f->path ? fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name) : NULL;
    if (f->walk) return ERR_OK;
    enum err_code code = err_set(e, err_from_errno(errno), "%s: cannot be read: %s", in->path, strerror(errno));
    close_folder(self);
    return code;
}

/* A pattern is held against the name, or, when it has a slash, against the path below the folder. */
static bool fits(const struct folder *f, const FTSENT *entry) {
    const struct option_list *globs = &f->input.options->globs;
    const char *below = entry->fts_path + strlen(f->path);
    while (*below == '/') below++;
    for (size_t i = 0; i < globs->count; i++)
        if (fnmatch(globs->items[i], strchr(globs->items[i], '/') ? below : entry->fts_name, 0) == 0) return true;
    return globs->count == 0;
}

static enum source_step next_file(void *self, struct source_item *out, struct err *e) {
    struct folder *f = self;
    FTSENT *entry;
    while (errno = 0, (entry = fts_read(f->walk))) {
        bool unreadable = entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR || entry->fts_info == FTS_NS;
        bool other = entry->fts_info == FTS_SL || entry->fts_info == FTS_SLNONE || entry->fts_info == FTS_DEFAULT;
        if (!unreadable && !other && entry->fts_info != FTS_F) continue;
        uint64_t number = f->number++;
        *out = (struct source_item){.position = number, .next = number + 1, .path = entry->fts_path, .damage = unreadable};
        out->reason = unreadable ? "unreadable" : other ? "not_a_file" : "glob";
        bool below = number < f->input.from, fitting = !unreadable && !other && fits(f, entry);
        if (fitting) {
            enum source_step step = source_page_look(entry->fts_path, &f->input, false, number, &f->bytes, out);
            /* Inputs of their own have their own positions. */
            if (!below || step == SOURCE_NESTED) return step;
        } else if (!below)
            return SOURCE_SKIP;
    }
    *out = (struct source_item){.path = f->path, .next = f->number};
    if (errno == 0) return SOURCE_END;
    (void)err_set(e, err_from_errno(errno), "%s: cannot be read on: %s", f->path, strerror(errno));
    return SOURCE_FAILED;
}

const struct source_ops source_folder = {open_folder, next_file, close_folder};
