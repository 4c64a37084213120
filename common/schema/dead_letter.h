/* A job that will not be tried again, as the queue keeps it and as files show it. Views are the caller's. */
#pragma once

#include "base/arena.h"
#include "base/sbuf.h"
#include "schema/job.h"

/* The words that stand in `reason` and by which failed tries are counted. OTHER stands for what is none of them. */
enum dead_reason {
    DEAD_OTHER,
    DEAD_TIMEOUT, /* its extractor: past the deadline, ended, out of memory */
    DEAD_CRASHED,
    DEAD_OUT_OF_MEMORY,
    DEAD_LOST, /* its workers vanished */
    DEAD_PAYLOAD_MISSING, /* the payload that it refers to */
    DEAD_PAYLOAD_CHANGED,
    DEAD_NOT_FOUND,
    DEAD_DENIED,
    DEAD_CONFLICT,
    DEAD_IO,
    DEAD_LIMIT, /* a result that could not be packed */
    DEAD_INPUT,
    DEAD_REASON_END
};
const char *dead_reason_name(enum dead_reason);
enum dead_reason dead_reason_parse(sv);

struct dead_letter {
    struct hash128 id;                         /* of the job */
    sv entry_id;                               /* in the stream of dead letters: "ms-seq" */
    sv reason, detail;                         /* "crashed" "timeout" "out_of_memory" "lost" ...; a text for a person */
    sv worker;                                 /* that gave it up */
    sv crawl;
    sv history;                                /* lines "unix_ms TAB what TAB reason TAB worker", oldest first */
    sv wire;                                   /* the packed job; absent when it was not asked for */
    uint32_t attempts, crashes, lost, suspect; /* as DESIGN has them; suspect: losses of a worker that was in this very job */
    int64_t dead_ms;                           /* Unix time */
};

/* Appends {"job_id","status":"dead","url","reason","detail","attempts","crashes","lost","suspect","dead_ms","worker","crawl_id",
 * "warc_file","warc_offset","warc_record_id","payload":{...},"history":[...]} and a newline. The payload's bytes are not in it: it says how
 * many there were, or where they lie. A job that cannot be read has null for what would come from it. */
void dead_letter_write_json(const struct dead_letter *, struct arena *, struct sbuf *out);
