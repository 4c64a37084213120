/* Which records are pages: by WARC type, HTTP status and media type, from a record's decoded beginning. */
#pragma once

#include "base/sv.h"

struct warc_page {
    sv url, record_id, date, content_type; /* views into the head */
    unsigned http_status;                  /* 0: no HTTP */
    bool is_text;                          /* a conversion: flattened text */
    bool truncated;
    const char *skip; /* NULL: a page. Else a word to count by: the record's type, "http_status", "content_type", "no_url" */
};
struct warc_page warc_filter(sv head);
