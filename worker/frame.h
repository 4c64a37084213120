/* Frames between the worker and an extractor process, over a socket pair: a fixed head, then `meta` (a small fixed record), then
 * `body` (a packed Job or Result). Either side may be confused or hostile, so every length is checked against a limit before anything
 * is read for it. Little-endian, although both ends are on one machine. Pure: no file, no memory of its own. */
#pragma once

#include "base/err.h"

enum {
    FRAME_HEAD_BYTES = 24,
    FRAME_META_MAX = 512,
    FRAME_WORKER_MAX = 255,
    FRAME_JOB_ID_BYTES = 16,
    FRAME_BODY_MAX = 96 * 1024 * 1024, /* above any packed job or result */
    FRAME_EXIT_NO_SANDBOX = 96, /* exit status of an extractor that was to lock itself in, on a kernel that cannot */
    FRAME_EXIT_MEMORY = 97      /* of one that ran out of memory and could not say so in a frame */
};
#define FRAME_ARG_LOCKED "locked"
#define FRAME_ARG_UNLOCKED "unlocked"

enum frame_type {
    FRAME_HELLO = 1, /* extractor: ready; once, before anything else */
    FRAME_JOB,       /* worker: meta is a frame_job, body a packed Job */
    FRAME_RESULT,    /* extractor: meta is a frame_result, body a packed Result; same sequence as its job, in order */
    FRAME_TYPE_END
};

struct frame_head {
    enum frame_type type;
    uint32_t sequence;
    uint32_t meta_bytes, body_bytes;
};

/* ERR_LIMIT when a length is above its limit. */
MUST_USE enum err_code frame_head_encode(const struct frame_head *, char out[FRAME_HEAD_BYTES], struct err *);
/* ERR_INPUT: not a frame; ERR_LIMIT: more meta than FRAME_META_MAX, or more body than body_max. */
MUST_USE enum err_code frame_head_decode(const char in[FRAME_HEAD_BYTES], size_t body_max, struct frame_head *out, struct err *);
static inline size_t frame_bytes(const struct frame_head *h) { return (size_t)FRAME_HEAD_BYTES + h->meta_bytes + h->body_bytes; }

/* What the extractor must know of a job beside its packed form. */
struct frame_job {
    uint8_t id[FRAME_JOB_ID_BYTES]; /* for a result to a job that cannot be unpacked */
    uint32_t attempts, crashes;
    uint64_t queue_us;
    uint32_t deadline_ms;
    sv worker; /* name; cut to FRAME_WORKER_MAX */
};

/* Returns the length written. */
size_t frame_job_encode(const struct frame_job *, char out[FRAME_META_MAX]);
MUST_USE enum err_code frame_job_decode(sv meta, struct frame_job *out, struct err *); /* out->worker points into meta */

/* What the worker wants to know of a result without unpacking it. */
struct frame_result {
    uint32_t status; /* enum status */
};

size_t frame_result_encode(const struct frame_result *, char out[FRAME_META_MAX]);
MUST_USE enum err_code frame_result_decode(sv meta, struct frame_result *out, struct err *);
