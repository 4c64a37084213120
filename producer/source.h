/* One input of the producer -- an archive, JSON lines, a page, a folder or list of these -- into a feed, with the count of what became of it. */
#pragma once

#include <stdio.h>

#include "feed.h"
#include "page_filter.h"
#include "queue/checkpoint.h"
#include "runtime/input_options.h"

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
    struct producer_figures *figures; /* counted in as reading goes on */
    FILE *list; /* one line a record, for --dry-run; NULL: none */
    size_t max_record;
    const struct input_options *options;
    const struct page_filter *filter;
    const char *payload_root; /* an absolute path without links, or NULL */
    const struct checkpoint *start_at; /* where each input is begun; NULL: at its beginning */
    bool (*should_stop)(void *);
    /* Every job of the source below the position is in the queue; may be NULL. An error ends the reading. */
    enum err_code (*on_fed)(void *user, struct queue_group, struct err *);
    /* Once an input, when it has been read or could not be: what became of it, and the error, or NULL. */
    void (*on_read)(void *user, const char *path, const struct source_report *, const struct err *);
    void *user;
};

/* What the groups of this input are known by in the queue. It changes with the selection of pages, and when a position in the input may no longer mean the same. O(4 KiB),
 * for a folder O(files). */
uint64_t source_id(const char *crawl_id, uint64_t selection, const char *path);
/* Reads the input ("-": standard input), and those that it holds (archives in a folder), from where cfg->start_at says. ERR_OK however much was skipped or could
 * not be read, which on_read is told: ERR_INPUT, ERR_NOT_FOUND, ERR_DENIED, ERR_IO with what and where. Returns ERR_CANCELLED, and errors of
 * the queue. Positions: byte offsets (in a stream that is compressed as a whole, of what it decodes to), numbers of files in a folder, of
 * lines in a list. */
MUST_USE enum err_code source_read(const char *path, const struct source_cfg *, struct feed *, struct err *);
/* The inputs that a file names, one a line; "-" is standard input. */
MUST_USE enum err_code source_read_list(const char *path, const struct source_cfg *, struct feed *, struct err *);
/* ERR_USAGE for options that cannot be; to be called before the others. *payload_root as source_cfg has it, in `strings`. */
MUST_USE enum err_code source_check_options(const struct input_options *, struct arena *strings, const char **payload_root, struct err *);
