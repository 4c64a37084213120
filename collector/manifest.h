/* The files that are closed, with what they hold: kept in .thresher/closed as they close, shown in manifest.json for those who read the folder. */
#pragma once

#include <stdlib.h>

#include "base/err.h"
#include "base/hash.h"
#include "line_file.h"

struct manifest_file {
    char name[48]; /* in the folder */
    bool dead;     /* dead letters, else results */
    uint64_t number, bytes, records;
    struct sha256 sum; /* of the file as it lies there */
};

struct manifest {
    struct manifest_file *files;
    size_t count, cap;
    struct line_file closed;
    char closed_path[4096], path[4096];
};

/* What manifest.json says beside the files. */
struct manifest_facts {
    const char *crawl_id, *format, *preset, *compress;
    uint64_t ids;  /* that are on disk: the sum of all records, of closed files and open ones */
    bool finished; /* no file is open */
};

/* Reads .thresher/closed; forgets files whose number is not below `open`: {results, dead letters}, which are open again. */
MUST_USE enum err_code manifest_open(struct manifest *, const char *dir, const uint64_t open[2], struct err *);
void manifest_close(struct manifest *);
/* On disk when it returns ERR_OK; a file that is listed already is not listed again. */
MUST_USE enum err_code manifest_add(struct manifest *, const struct manifest_file *, struct err *);
/* Replaces manifest.json. O(files). */
MUST_USE enum err_code manifest_write(struct manifest *, const struct manifest_facts *, struct err *);
