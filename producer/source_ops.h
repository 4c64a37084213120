/* What a kind of input does: gives its pages in order, from any position that it has given before. source.c does the rest -- which kind an
 * input is, the identity of jobs, groups, counts. Private to the producer. */
#pragma once

#include "base/sbuf.h"
#include "input_kind.h"
#include "runtime/input_options.h"
#include "schema/job.h"

enum source_step {
    SOURCE_PAGE,
    SOURCE_SKIP,
    SOURCE_NESTED, /* item->path is an input of its own, with its own positions: an archive in a folder, a name in a list */
    SOURCE_END,
    SOURCE_FAILED,
};

struct source_item {
    uint64_t position, next; /* where it begins, and where reading goes on behind it */
    const char *path;        /* of the file that it is in */
    const char *reason;      /* SKIP: a word to count by, a constant */
    bool damage;             /* SKIP: the input is not what it should be */
    struct job job;          /* PAGE: url, payload, kind, codec and what else the source knows; views valid until the next call */
    sv language;             /* PAGE: what the source says of it, or absent */
    uint64_t size;           /* PAGE: bytes of the page without what is around it */
    uint64_t stream_id;      /* PAGE: of what lies in a pipe, which `path` does not tell from another; else 0 */
    bool in_file;            /* PAGE: the payload is stored.length bytes of the file at stored.offset, with this hash if that was asked for */
    bool is_large;           /* PAGE: it is too large to be held: there is no payload, only `stored` */
    struct payload_ref stored;
    char identity[64];       /* PAGE: what tells it from others in `path`; ends in NUL */
};

struct source_input {
    const char *path; /* borrowed until close */
    struct input_look look;
    enum input_kind kind; /* that all files have; INPUT_UNKNOWN: what a look into them says */
    size_t max_record;   /* bytes of a payload, above which it is not held */
    uint64_t max_large;  /* and up to here can be given as large; 0: not at all */
    bool hash_stored;    /* of all that lie in a file, not of large ones only */
    const struct input_options *options;
    uint64_t from; /* 0, or a position or `next` of an item */
};

struct source_ops {
    enum err_code (*open)(void **self, const struct source_input *, struct err *);
    /* FAILED: nothing follows. END and FAILED fill item->next: what lies below it has been read. */
    enum source_step (*next)(void *self, struct source_item *, struct err *);
    void (*close)(void **self);
};

extern const struct source_ops source_warc, source_folder, source_list, source_page, source_jsonl;

/* One file that a folder or a list holds, at `position`: a page with its bytes in *bytes, an input of its own, or a SKIP. */
enum source_step source_page_look(const char *path, const struct source_input *, bool is_named, uint64_t position, struct sbuf *bytes, struct source_item *);
