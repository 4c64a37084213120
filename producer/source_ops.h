/* What a kind of input does: gives its pages in order, from any position that it has given before. source.c does the rest -- which kind an
 * input is, the identity of jobs, groups, counts. Private to the producer. */
#pragma once

#include <sys/stat.h>

#include "base/sbuf.h"
#include "schema/job.h"

enum source_step { SOURCE_PAGE, SOURCE_SKIP, SOURCE_END, SOURCE_FAILED };

struct source_item {
    uint64_t position, next; /* where it begins, and where reading goes on behind it */
    const char *path;        /* of the file that it is in */
    const char *reason;      /* SKIP: a word to count by, a constant */
    bool damage;             /* SKIP: the input is not what it should be */
    struct job job;          /* PAGE: url, payload, kind, codec and what else the source knows; views valid until the next call */
    char identity[64];       /* PAGE: what tells it from others in `path`; ends in NUL */
};

struct source_input {
    const char *path; /* borrowed until close */
    size_t max_record;
    uint64_t from; /* 0, or a position or `next` of an item */
};

struct source_ops {
    enum err_code (*open)(void **self, const struct source_input *, struct err *);
    /* FAILED: nothing follows. END and FAILED fill item->next: what lies below it has been read. */
    enum source_step (*next)(void *self, struct source_item *, struct err *);
    void (*close)(void **self);
};

extern const struct source_ops source_warc, source_folder, source_page;

/* One file as one page at `position`, its bytes in *bytes; SKIP where it is not one that can be. */
bool source_page_has_name(const char *path);
enum source_step source_page_load(const char *path, const struct stat *, size_t max_record, uint64_t position, struct sbuf *bytes, struct source_item *);
