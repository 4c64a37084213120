/* The collector's folder: segments of JSON lines, dead letters, the ids that are written, and the journal that says how much of each file
 * counts. A commit is: data and ids on disk (fdatasync), then one journal line on disk; only then may the queue be told. Opening cuts every
 * file back to the last whole journal line, so whatever died in between, each line is there once.
 *
 *   articles-NNNNN.jsonl (.part while it grows)   dead-00001.jsonl   manifest.json   .thresher/{journal,ids,lock,crawl} */
#pragma once

#include "base/err.h"
#include "base/hash.h"
#include "base/sbuf.h"

struct output;

struct output_cfg {
    const char *dir, *crawl_id;
    uint64_t segment_bytes; /* a segment is closed above this */
};

/* ERR_CONFLICT: the folder is in use, or holds another crawl's output; ERR_DENIED, ERR_IO: it cannot be written. */
MUST_USE enum err_code output_open(struct output **out, const struct output_cfg *, struct err *);
/* What is not committed is forgotten. */
void output_close(struct output **);
/* Whether a line for this id is written or waiting. O(1). */
bool output_has(const struct output *, const struct hash128 *id);
/* A line of JSON with its newline; false without memory. */
MUST_USE bool output_add(struct output *, const struct hash128 *id, sv line, bool dead);
/* Everything added is on disk when this returns ERR_OK. ERR_IO (disk full...) leaves it to be tried again by calling once more. */
MUST_USE enum err_code output_commit(struct output *, struct err *);
/* Closes the open segment, so that no .part is left. After a commit. */
MUST_USE enum err_code output_finish(struct output *, struct err *);
