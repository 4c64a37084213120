#include "schema/job.h"

#include "job.pb-c.h"
#include "schema/wire.h"

_Static_assert((int)PAYLOAD_HTML == THRESHER__V1__PAYLOAD_KIND__PAYLOAD_KIND_HTML, "enum agrees with the wire");
_Static_assert((int)PAYLOAD_WARC_RECORD == THRESHER__V1__PAYLOAD_KIND__PAYLOAD_KIND_WARC_RECORD, "enum agrees with the wire");
_Static_assert((int)CODEC_ZSTD == THRESHER__V1__CODEC__CODEC_ZSTD, "enum agrees with the wire");

static Thresher__V1__Job__MetadataEntry **pack_metadata(struct wire *w, const struct job *job) {
    size_t n = job->metadata_count;
    if (n > JOB_METADATA_MAX) {
        wire_fail(w, ERR_INPUT, "metadata", "too many entries");
        return NULL;
    }
    Thresher__V1__Job__MetadataEntry *entries = ARENA_ARRAY(w->arena, Thresher__V1__Job__MetadataEntry, n);
    Thresher__V1__Job__MetadataEntry **list = ARENA_ARRAY(w->arena, Thresher__V1__Job__MetadataEntry *, n);
    if (!entries || !list) {
        wire_fail(w, ERR_MEMORY, "metadata", "no memory");
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        thresher__v1__job__metadata_entry__init(&entries[i]);
        entries[i].key = wire_string(w, "metadata key", job->metadata[i].key, JOB_FIELD_MAX);
        entries[i].value = wire_string(w, "metadata value", job->metadata[i].value, JOB_FIELD_MAX);
        list[i] = &entries[i];
    }
    return list;
}

enum err_code job_pack(const struct job *job, struct sbuf *out, struct err *e) {
    struct arena scratch;
    arena_init(&scratch, 4 * 1024 * 1024);
    struct wire w = {&scratch, e, ERR_OK};
    Thresher__V1__Job m;
    thresher__v1__job__init(&m);
    Thresher__V1__PayloadRef ref;
    thresher__v1__payload_ref__init(&ref);
    Thresher__V1__ExtractOptions options;
    thresher__v1__extract_options__init(&options);

    wire_check_enum(&w, "payload_kind", (int)job->kind, PAYLOAD_HTML, PAYLOAD_KIND_END);
    wire_check_enum(&w, "codec", (int)job->codec, CODEC_NONE, CODEC_END);
    m.schema_version = SCHEMA_VERSION;
    m.job_id = wire_bytes(sv_from((const char *)job->id.b, JOB_ID_BYTES));
    m.crawl_id = wire_string(&w, "crawl_id", job->crawl_id, JOB_FIELD_MAX);
    m.url = wire_string(&w, "url", job->url, JOB_URL_MAX);
    m.final_url = wire_string(&w, "final_url", job->final_url, JOB_URL_MAX);
    if (job->by_reference) {
        ref.uri = wire_string(&w, "ref.uri", job->ref.uri, JOB_FIELD_MAX);
        ref.offset = job->ref.offset;
        ref.length = job->ref.length;
        ref.xxh3 = job->ref.hash;
        m.payload_case = THRESHER__V1__JOB__PAYLOAD_REF;
        m.ref = &ref;
    } else {
        if (job->payload.n > JOB_PAYLOAD_MAX) wire_fail(&w, ERR_LIMIT, "payload", "too large");
        m.payload_case = THRESHER__V1__JOB__PAYLOAD_INLINE;
        m.inline_ = wire_bytes(job->payload);
    }
    m.payload_kind = (Thresher__V1__PayloadKind)job->kind;
    m.codec = (Thresher__V1__Codec)job->codec;
    m.content_type = wire_string(&w, "content_type", job->content_type, JOB_FIELD_MAX);
    m.charset = wire_string(&w, "charset", job->charset, JOB_FIELD_MAX);
    m.http_status = job->http_status;
    m.fetch_time_ms = job->fetch_time_ms;
    m.warc_file = wire_string(&w, "warc_file", job->warc_file, JOB_FIELD_MAX);
    m.warc_offset = job->warc_offset;
    m.warc_record_id = wire_string(&w, "warc_record_id", job->warc_record_id, JOB_FIELD_MAX);
    m.truncated = job->truncated;
    m.enqueued_ms = job->enqueued_ms;
    options.deadline_ms = job->deadline_ms;
    options.max_decoded_bytes = job->max_decoded_bytes;
    options.language_hint = wire_string(&w, "language_hint", job->language_hint, JOB_FIELD_MAX);
    m.options = &options;
    m.metadata = pack_metadata(&w, job);
    m.n_metadata = job->metadata_count;

    if (!w.code) w.code = wire_append(&m.base, out, e);
    arena_clear(&scratch);
    return w.code;
}

static void unpack_payload(struct wire *w, const Thresher__V1__Job *m, struct job *out) {
    switch (m->payload_case) {
    case THRESHER__V1__JOB__PAYLOAD_INLINE:
        out->payload = sv_from((const char *)m->inline_.data, m->inline_.len);
        if (!out->payload.p) out->payload.p = "";
        if (out->payload.n > JOB_PAYLOAD_MAX) wire_fail(w, ERR_LIMIT, "payload", "too large");
        break;
    case THRESHER__V1__JOB__PAYLOAD_REF:
        out->by_reference = true;
        out->ref.uri = wire_view(w, "ref.uri", m->ref->uri, JOB_FIELD_MAX);
        out->ref.offset = m->ref->offset;
        out->ref.length = m->ref->length;
        out->ref.hash = m->ref->xxh3;
        break;
    case THRESHER__V1__JOB__PAYLOAD__NOT_SET:
    default: wire_fail(w, ERR_INPUT, "payload", "missing");
    }
}

static void unpack_metadata(struct wire *w, const Thresher__V1__Job *m, struct job *out) {
    if (m->n_metadata > JOB_METADATA_MAX) {
        wire_fail(w, ERR_INPUT, "metadata", "too many entries");
        return;
    }
    out->metadata = ARENA_ARRAY(w->arena, struct kv, m->n_metadata);
    if (!out->metadata) {
        wire_fail(w, ERR_MEMORY, "metadata", "no memory");
        return;
    }
    out->metadata_count = m->n_metadata;
    for (size_t i = 0; i < m->n_metadata; i++) {
        out->metadata[i].key = wire_view(w, "metadata key", m->metadata[i]->key, JOB_FIELD_MAX);
        out->metadata[i].value = wire_view(w, "metadata value", m->metadata[i]->value, JOB_FIELD_MAX);
    }
}

enum err_code job_unpack(sv wire, struct arena *arena, struct job *out, struct err *e) {
    *out = (struct job){0};
    ProtobufCAllocator allocator = wire_allocator(arena);
    Thresher__V1__Job *m = thresher__v1__job__unpack(&allocator, wire.n, (const uint8_t *)wire.p);
    if (!m) return arena->failed ? err_set(e, ERR_MEMORY, "no memory for a job of %zu bytes", wire.n) : err_set(e, ERR_INPUT, "not a job message");
    struct wire w = {arena, e, ERR_OK};
    if (m->schema_version != SCHEMA_VERSION) wire_fail(&w, ERR_INPUT, "schema_version", "a version that this program does not know");
    if (m->job_id.len != JOB_ID_BYTES) wire_fail(&w, ERR_INPUT, "job_id", "not 16 bytes");
    else memcpy(out->id.b, m->job_id.data, JOB_ID_BYTES);
    wire_check_enum(&w, "payload_kind", (int)m->payload_kind, PAYLOAD_HTML, PAYLOAD_KIND_END);
    wire_check_enum(&w, "codec", (int)m->codec, CODEC_NONE, CODEC_END);
    out->kind = (enum payload_kind)m->payload_kind;
    out->codec = (enum payload_codec)m->codec;
    out->crawl_id = wire_view(&w, "crawl_id", m->crawl_id, JOB_FIELD_MAX);
    out->url = wire_view(&w, "url", m->url, JOB_URL_MAX);
    out->final_url = wire_view(&w, "final_url", m->final_url, JOB_URL_MAX);
    unpack_payload(&w, m, out);
    out->content_type = wire_view(&w, "content_type", m->content_type, JOB_FIELD_MAX);
    out->charset = wire_view(&w, "charset", m->charset, JOB_FIELD_MAX);
    out->http_status = m->http_status;
    out->fetch_time_ms = m->fetch_time_ms;
    out->warc_file = wire_view(&w, "warc_file", m->warc_file, JOB_FIELD_MAX);
    out->warc_offset = m->warc_offset;
    out->warc_record_id = wire_view(&w, "warc_record_id", m->warc_record_id, JOB_FIELD_MAX);
    out->truncated = m->truncated;
    out->enqueued_ms = m->enqueued_ms;
    if (m->options) {
        out->deadline_ms = m->options->deadline_ms;
        out->max_decoded_bytes = m->options->max_decoded_bytes;
        out->language_hint = wire_view(&w, "language_hint", m->options->language_hint, JOB_FIELD_MAX);
    }
    unpack_metadata(&w, m, out);
    return w.code;
}

static bool take_varint(sv *v, uint64_t *out) {
    *out = 0;
    for (unsigned shift = 0; v->n && shift < 64; shift += 7) {
        uint8_t byte = (uint8_t)*v->p;
        *v = sv_skip(*v, 1);
        *out |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) return true;
    }
    return false;
}

bool job_is_reference(sv wire) {
    enum { FIELD_INLINE = 6, FIELD_REF = 7, TYPE_VARINT = 0, TYPE_64 = 1, TYPE_BYTES = 2, TYPE_32 = 5 };
    uint64_t tag, n;
    while (take_varint(&wire, &tag)) {
        if (tag >> 3 == FIELD_REF) return true;
        if (tag >> 3 == FIELD_INLINE) return false;
        switch (tag & 7) {
        case TYPE_VARINT:
            if (!take_varint(&wire, &n)) return false;
            continue;
        case TYPE_64: n = 8; break;
        case TYPE_32: n = 4; break;
        case TYPE_BYTES:
            if (!take_varint(&wire, &n)) return false;
            break;
        default: return false;
        }
        if (n > wire.n) return false;
        wire = sv_skip(wire, (size_t)n);
    }
    return false;
}

struct hash128 job_make_id(sv crawl_id, sv source, sv position) {
    const sv parts[] = {crawl_id, source, position};
    return hash128_parts(parts, COUNT_OF(parts));
}
