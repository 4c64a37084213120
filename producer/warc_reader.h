/* Records of a WARC file, in order, whatever the file's size: a window over the file holds one record at most. By-member gzip gives each
 * member's bytes as they are; plain WARC and gzip with many records in a member give decoded records. Damage costs what it hits: one skip
 * says what and where, and reading goes on at the next record. One object a file; not for threads. WARC 1.1 (ISO 28500:2017), RFC 1952. */
#pragma once

#include "base/err.h"
#include "base/sbuf.h"

struct warc_reader;

enum warc_step { WARC_RECORD, WARC_SKIP, WARC_END, WARC_ERROR };

struct warc_item {
    uint64_t offset, length; /* in the file; with many records in a member, of the decoded stream */
    bool gzip;               /* payload is a gzip member */
    sv payload;              /* RECORD: valid until the next call */
    sv head;                 /* RECORD: the decoded beginning: WARC head, then what fits of the block; 64 KiB at most */
    const char *reason;      /* SKIP: a word to count by: "garbage" "bad_gzip" "bad_record" "truncated" "too_large" "arc" */
};

/* max_record: bytes of one payload, above which it is skipped. The file begins at `from` (a position that an item had), 0 for all. */
MUST_USE enum err_code warc_reader_open(struct warc_reader **out, const char *path, size_t max_record, uint64_t from, struct err *);
void warc_reader_close(struct warc_reader **);
/* ERROR: reading failed (err says what and where); nothing follows. O(bytes) over the whole file. */
enum warc_step warc_reader_next(struct warc_reader *, struct warc_item *out, struct err *);

/* A field of a WARC or HTTP head; the absent view when it is not there. `block` (may be NULL) is what follows the head. */
sv warc_field(sv head, sv name, sv *block);
