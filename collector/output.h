/* The collector's folder: results in segments, dead letters, the ids that are written, and the journal that says how much of each file
 * counts. A commit is: data and ids on disk (fdatasync), then one journal line on disk; only then may the queue be told. Opening cuts every
 * file back to the last whole journal line, so whatever died in between, each record is there once.
 *
 *   articles-NNNNN.jsonl[.gz|.zst] (or .txt .md .pb)   dead-NNNNN.jsonl   both .part while they grow   manifest.json
 *   .thresher/{lock,id,crawl,format,journal,closed,ids}
 *
 * A segment is closed (output_rotate) above its bytes or records, or when it is old enough; dead letters have the same limits and are never
 * compressed. */
#pragma once

#include "base/err.h"
#include "base/hash.h"
#include "base/sbuf.h"
#include "compress.h"

struct output;

struct output_cfg {
    const char *dir, *crawl_id;
    const char *format, *preset, *suffix; /* what the records are; the suffix ends a segment's name: "jsonl" */
    enum compress_kind compress;
    uint64_t segment_bytes;   /* as they lie on disk; a segment may pass it by one commit */
    uint64_t segment_records; /* 0: no limit */
    uint64_t segment_age_ms;  /* 0: no limit; counted from the first commit to it, or from the start */
};

/* ERR_CONFLICT: the folder is in use, or holds another crawl's output or format; ERR_DENIED, ERR_IO: it cannot be written. */
MUST_USE enum err_code output_open(struct output **out, const struct output_cfg *, struct err *);
/* What is not committed is forgotten. */
void output_close(struct output **);

/* A name for this folder that no other has: 32 hex digits, made once. */
const char *output_folder_id(const struct output *);
/* The number of the last commit, which only rises; 0 before the first. */
uint64_t output_commit_number(const struct output *);
/* The token under which it was made. */
uint64_t output_commit_token(const struct output *);

/* How many segments have been closed, of results and of dead letters. */
uint64_t output_closed_segments(const struct output *);

/* Whether a record of this id is written or waiting. O(1). */
bool output_has(const struct output *, const struct hash128 *id);
/* One record; false without memory. */
MUST_USE bool output_add(struct output *, const struct hash128 *id, sv record, bool dead);
/* A segment has reached its limit with what waits: commit and rotate before more is added. */
bool output_is_full(const struct output *);
/* Everything added is on disk when this returns ERR_OK. `token`: of the lease under which this is written; the journal keeps it. ERR_IO (disk
 * full...) leaves it to be tried again by calling once more. */
MUST_USE enum err_code output_commit(struct output *, uint64_t token, struct err *);
/* The queue has acknowledged the last commit: it stays. Until then no segment is closed, so that what has its final name is in no other
 * collector's folder. After opening, a last commit of which the journal does not say so is not settled. */
void output_settle(struct output *);
bool output_is_settled(const struct output *);
/* Takes a last commit back that is not settled, when the queue refused its acknowledgement: somebody else has its entries. What waits is
 * forgotten. Settled, it does nothing. O(ids). */
MUST_USE enum err_code output_revert(struct output *, struct err *);
/* Closes the segments that are at a limit, and writes the manifest now and then. Nothing, while the last commit is not settled. */
MUST_USE enum err_code output_rotate(struct output *, struct err *);
/* Closes every open segment and writes the manifest: no .part is left, unless the last commit is not settled; then the manifest is not
 * finished either. After a commit. */
MUST_USE enum err_code output_finish(struct output *, struct err *);
