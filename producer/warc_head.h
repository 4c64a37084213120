/* What the head of an archive's record says: what kind of record it is, and of a page, what is known before it is read. */
#pragma once

#include "base/sv.h"

struct warc_head {
    const char *other; /* NULL: a page. Else a word to count by: the record's type, "filedesc", "dns", "no_url", "bad_record" */
    sv url, record_id, content_type, language; /* views into the head; content_type and language those of the HTTP head where there is one */
    int64_t fetch_ms;                          /* 0: not said */
    unsigned http_status;                      /* 0: no HTTP */
    uint64_t size;                             /* of the page, without its heads, as it lies there */
    bool is_text;                              /* a conversion: flattened text */
    bool truncated;                            /* by the crawler, who says so */
};

/* The decoded beginning of a WARC or ARC record. */
struct warc_head warc_head_read(sv record);
