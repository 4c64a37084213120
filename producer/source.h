/* One input of the producer -- a WARC file, a page, a folder of pages -- into a feed, with the count of what became of it. */
#pragma once

#include <stdio.h>

#include "feed.h"
#include "queue/checkpoint.h"

enum { SKIP_REASONS_MAX = 48 };

struct source_report {
    uint64_t records, jobs, skipped, damaged; /* records: jobs + skipped */
    struct {
        const char *reason;
        uint64_t count;
    } skips[SKIP_REASONS_MAX];
    size_t skip_kinds;
    struct feed_counts counts;
    uint64_t end; /* position behind the last record */
};

struct source_cfg {
    const char *crawl_id;
    FILE *list; /* one line a record, for --dry-run; NULL: none */
    size_t max_record;
    const struct checkpoint *start_at; /* where each input is begun; NULL: at its beginning */
    bool (*should_stop)(void *);
    void *user;
};

/* What the groups of this input are known by in the queue. It changes when a position in the input may no longer mean the same. O(4 KiB),
 * for a folder O(files). */
uint64_t source_id(const char *crawl_id, const char *path);
/* Reads the input from where cfg->start_at says. ERR_OK however much was skipped; errors of the input itself:
 * ERR_INPUT, ERR_NOT_FOUND, ERR_DENIED, ERR_IO with what and where; ERR_CANCELLED; e->msg tells; errors of the queue set *queue_failed.
 * Positions: byte offsets (in a stream that is compressed as a whole, of what it decodes to), or numbers of files in a folder. */
MUST_USE enum err_code source_read(const char *path, const struct source_cfg *, struct feed *, struct source_report *, bool *queue_failed, struct err *);
