/* The one final answer to a job, and its wire form (proto/result.proto). Same rules as job.h. */
#pragma once

#include "schema/article.h"
#include "schema/job.h"

enum status {
    STATUS_OK = 1,
    STATUS_EMPTY,
    STATUS_NOT_HTML,
    STATUS_UNSUPPORTED_ENCODING,
    STATUS_TOO_LARGE,
    STATUS_TIMEOUT,
    STATUS_OUT_OF_MEMORY,
    STATUS_CRASHED,
    STATUS_BAD_PAYLOAD,
    STATUS_REJECTED,
    STATUS_END
};

struct provenance {
    sv worker, extractor_version;
    uint32_t attempts, crashes;
    uint64_t queue_us, parse_us, extract_us, html_bytes;
    sv warc_file;
    uint64_t warc_offset;
    sv warc_record_id;
};

struct result {
    struct hash128 id;
    enum status status;
    sv url, crawl_id;
    struct article article;             /* when status is OK or EMPTY */
    sv failure_class, failure_detail;   /* otherwise */
    struct kv *metadata;
    size_t metadata_count;
    struct provenance provenance;
    int64_t fetch_time_ms;
};

/* The lower-case word that every program uses: "ok", "not_html", ... */
const char *status_name(enum status);
bool status_parse(sv name, enum status *out);
static inline bool status_has_article(enum status s) { return s == STATUS_OK || s == STATUS_EMPTY; }

MUST_USE enum err_code result_pack(const struct result *, struct sbuf *out, struct err *);
MUST_USE enum err_code result_unpack(sv wire, struct arena *, struct result *out, struct err *);
