#include "frame.h"

enum {
    MAGIC = 0x31725468, /* "hTr1" */
    JOB_META_FIXED = FRAME_JOB_ID_BYTES + 4 + 4 + 8 + 4 + 4,
    RESULT_META_BYTES = 4
};
_Static_assert(JOB_META_FIXED + FRAME_WORKER_MAX <= FRAME_META_MAX, "a job's meta must fit");

static char *put_u32(char *p, uint32_t v) {
    for (int i = 0; i < 4; i++) p[i] = (char)(unsigned char)(v >> (8 * i));
    return p + 4;
}

static char *put_u64(char *p, uint64_t v) {
    return put_u32(put_u32(p, (uint32_t)v), (uint32_t)(v >> 32));
}

static uint32_t get_u32(const char *p) {
    uint32_t v = 0;
    for (int i = 3; i >= 0; i--) v = v << 8 | (unsigned char)p[i];
    return v;
}

static uint64_t get_u64(const char *p) {
    return (uint64_t)get_u32(p + 4) << 32 | get_u32(p);
}

/* Not against forgery: it tells a head from bytes in the middle of a frame. */
static uint32_t head_check(uint32_t type, uint32_t sequence, uint32_t meta_bytes, uint32_t body_bytes) {
    uint32_t v = (uint32_t)MAGIC;
    v = (v ^ type) * 0x9E3779B1u;
    v = (v ^ sequence) * 0x85EBCA77u;
    v = (v ^ meta_bytes) * 0xC2B2AE3Du;
    return (v ^ body_bytes) * 0x27D4EB2Fu;
}

enum err_code frame_head_encode(const struct frame_head *h, char out[FRAME_HEAD_BYTES], struct err *e) {
    if (h->meta_bytes > FRAME_META_MAX || h->body_bytes > FRAME_BODY_MAX)
        return err_set(e, ERR_LIMIT, "a frame of %u and %u bytes is above the limit of %d and %d", h->meta_bytes, h->body_bytes,
                       FRAME_META_MAX, FRAME_BODY_MAX);
    char *p = put_u32(out, (uint32_t)MAGIC);
    p = put_u32(p, (uint32_t)h->type);
    p = put_u32(p, h->sequence);
    p = put_u32(p, h->meta_bytes);
    p = put_u32(p, h->body_bytes);
    put_u32(p, head_check((uint32_t)h->type, h->sequence, h->meta_bytes, h->body_bytes));
    return ERR_OK;
}

enum err_code frame_head_decode(const char in[FRAME_HEAD_BYTES], size_t body_max, struct frame_head *out, struct err *e) {
    uint32_t magic = get_u32(in), type = get_u32(in + 4), sequence = get_u32(in + 8);
    uint32_t meta_bytes = get_u32(in + 12), body_bytes = get_u32(in + 16), check = get_u32(in + 20);
    if (magic != (uint32_t)MAGIC || check != head_check(type, sequence, meta_bytes, body_bytes))
        return err_set(e, ERR_INPUT, "not a frame");
    if (type < FRAME_HELLO || type >= FRAME_TYPE_END) return err_set(e, ERR_INPUT, "unknown type %u of a frame", type);
    if (meta_bytes > FRAME_META_MAX || body_bytes > body_max)
        return err_set(e, ERR_LIMIT, "a frame of %u and %u bytes is above the limit of %d and %zu", meta_bytes, body_bytes, FRAME_META_MAX,
                       body_max);
    *out = (struct frame_head){(enum frame_type)type, sequence, meta_bytes, body_bytes};
    return ERR_OK;
}

size_t frame_job_encode(const struct frame_job *j, char out[FRAME_META_MAX]) {
    sv worker = sv_take(j->worker, FRAME_WORKER_MAX);
    memcpy(out, j->id, sizeof j->id);
    char *p = put_u32(out + sizeof j->id, j->attempts);
    p = put_u32(p, j->crashes);
    p = put_u64(p, j->queue_us);
    p = put_u32(p, j->deadline_ms);
    p = put_u32(p, (uint32_t)worker.n);
    if (worker.n) memcpy(p, worker.p, worker.n);
    return (size_t)(p - out) + worker.n;
}

enum err_code frame_job_decode(sv meta, struct frame_job *out, struct err *e) {
    if (meta.n < JOB_META_FIXED) return err_set(e, ERR_INPUT, "a job frame's meta has %zu bytes, %d at least", meta.n, JOB_META_FIXED);
    const char *p = meta.p + sizeof out->id;
    memcpy(out->id, meta.p, sizeof out->id);
    out->attempts = get_u32(p);
    out->crashes = get_u32(p + 4);
    out->queue_us = get_u64(p + 8);
    out->deadline_ms = get_u32(p + 16);
    out->worker = sv_skip(meta, JOB_META_FIXED);
    if (get_u32(p + 20) != out->worker.n || out->worker.n > FRAME_WORKER_MAX)
        return err_set(e, ERR_INPUT, "a job frame's worker name has %zu bytes, not %u", out->worker.n, get_u32(p + 20));
    return ERR_OK;
}

size_t frame_result_encode(const struct frame_result *r, char out[FRAME_META_MAX]) {
    put_u32(out, r->status);
    return RESULT_META_BYTES;
}

enum err_code frame_result_decode(sv meta, struct frame_result *out, struct err *e) {
    if (meta.n != RESULT_META_BYTES) return err_set(e, ERR_INPUT, "a result frame's meta has %zu bytes, not %d", meta.n, RESULT_META_BYTES);
    out->status = get_u32(meta.p);
    return ERR_OK;
}
