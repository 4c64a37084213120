/* A job as plain data, and its wire form (proto/job.proto). Unpacking checks lengths, UTF-8, the version and every enum value:
 * what it returns is safe to use. Not for threads; no globals. */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/sbuf.h"

enum {
    SCHEMA_VERSION = 1,
    JOB_ID_BYTES = 16,
    JOB_URL_MAX = 16 * 1024,
    JOB_FIELD_MAX = 4 * 1024,
    JOB_METADATA_MAX = 64,
    JOB_PAYLOAD_MAX = 64 * 1024 * 1024
};

enum payload_kind { PAYLOAD_HTML = 1, PAYLOAD_TEXT, PAYLOAD_WARC_RECORD, PAYLOAD_KIND_END };
enum payload_codec { CODEC_NONE, CODEC_GZIP, CODEC_ZSTD, CODEC_END };

struct kv {
    sv key, value;
};

struct payload_ref {
    sv uri; /* path below the worker's payload root */
    uint64_t offset, length;
    uint64_t hash; /* hash64 of the bytes; 0: not known */
};

struct job {
    struct hash128 id;
    sv crawl_id, url, final_url;
    bool by_reference; /* then ref, else payload */
    sv payload;
    struct payload_ref ref;
    enum payload_kind kind;
    enum payload_codec codec;
    sv content_type, charset;
    uint32_t http_status;
    int64_t fetch_time_ms;
    sv warc_file; /* source path as given, whatever the kind of source */
    uint64_t warc_offset;
    sv warc_record_id;
    bool truncated;
    int64_t enqueued_ms;
    uint32_t deadline_ms;       /* 0: the worker's own */
    uint64_t max_decoded_bytes; /* 0: the worker's own */
    sv language_hint;
    struct kv *metadata;
    size_t metadata_count;
};

/* Appends the wire form. ERR_INPUT names the field that breaks a rule, ERR_MEMORY as the buffer says. */
MUST_USE enum err_code job_pack(const struct job *, struct sbuf *out, struct err *);
/* Views point into the arena. Unknown newer schema versions and enum values are ERR_INPUT. */
MUST_USE enum err_code job_unpack(sv wire, struct arena *, struct job *out, struct err *);

/* Whether a packed job refers to its payload, without unpacking it. Malformed: false, unpacking will say so. O(fields). */
bool job_is_reference(sv wire);

/* Identity of a job: hash of crawl id, source path as given, and position ("12345" for an offset, "size:mtime" for a plain file). */
struct hash128 job_make_id(sv crawl_id, sv source, sv position);
