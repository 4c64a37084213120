/* Records of a WARC or ARC file, in order, whatever the file's size: a window over the file holds one record at most. Of a file with a gzip
 * member or a zstd frame for each record these are given as they are; plain files, files compressed as a whole and zstd files with a
 * dictionary give decoded records. Damage costs what it hits: one skip says what and where, and reading goes on at the next record.
 * One object a file; not for threads. WARC 1.1 (ISO 28500:2017), ARC 1.0, RFC 1952, "Zstandard Compression for WARC Files" 1.0 (IIPC). */
#pragma once

#include "base/err.h"
#include "base/sbuf.h"
#include "schema/job.h"

struct warc_reader;

enum warc_step { WARC_RECORD, WARC_SKIP, WARC_END, WARC_ERROR };

struct warc_item {
    uint64_t offset, length;   /* in the file; compressed as a whole: of the decoded stream; above 2^52: decoded, behind a member with many records */
    enum payload_codec codec;  /* of the payload */
    bool in_file;              /* the payload's bytes are those of the file at offset */
    bool is_large;             /* RECORD: longer than max_record: no payload, but a hash */
    sv payload;                /* RECORD: valid until the next call */
    uint64_t hash;             /* RECORD: hash64 of the payload's bytes, when it was asked for or the record is large */
    sv head;                   /* RECORD: the decoded beginning: the record's head, then what fits of the block; 64 KiB at most */
    const char *reason;        /* SKIP: "many_records" (of a pipe, in a member too long to be held) "garbage" "bad_gzip" "bad_zstd" "bomb" "bad_record" "truncated" "too_large" */
};

struct warc_reader_cfg {
    size_t max_record;      /* bytes of one payload, above which it is not held */
    uint64_t max_large;     /* above max_record and up to here a record that lies in the file is given as large; else it is skipped */
    bool hash;              /* of every record */
    uint64_t from;          /* where reading begins: 0, or a position that an item had */
};

MUST_USE enum err_code warc_reader_open(struct warc_reader **out, const char *path, const struct warc_reader_cfg *, struct err *);
void warc_reader_close(struct warc_reader **);
/* ERROR: reading failed (err says what and where); nothing follows. O(bytes) over the whole file. */
enum warc_step warc_reader_next(struct warc_reader *, struct warc_item *out, struct err *);

/* As byte_source.h has it. */
uint64_t warc_reader_stream_id(const struct warc_reader *);

/* A field of a WARC or HTTP head; the absent view when it is not there. `block` (may be NULL) is what follows the head. */
sv warc_field(sv head, sv name, sv *block);
