/* isa-l decodes deflate and its wrappers at about twice zlib's speed; zstd and brotli have their own libraries. Every decoder writes
 * into a fixed window that is appended to the caller's buffer, so a bomb costs no more than its limit. */
#include "base/inflate.h"

#include <brotli/decode.h>
#include <isa-l/igzip_lib.h>
#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

enum { WINDOW_BYTES = 64 * 1024, REPEAT_BYTES_MAX = 258 /* RFC 1951, 3.2.5 */ };

struct inflate_member {
    enum inflate_kind kind;
    struct inflate_state state;
    ZSTD_DStream *zstd;
    bool done;
    uint8_t window[WINDOW_BYTES];
};

/* Where decoded bytes go, and how many may. */
struct sink {
    struct sbuf *out;
    size_t start, in_bytes, max_bytes;
};

static enum err_code append(const struct sink *s, const void *p, size_t n, struct err *e) {
    size_t before = s->out->n - s->start;
    if (n > s->max_bytes - before) return err_set(e, ERR_LIMIT, "decodes to more than %zu bytes", s->max_bytes);
    if (before + n > INFLATE_RATIO_FREE && (before + n) / INFLATE_RATIO_MAX > s->in_bytes)
        return err_set(e, ERR_LIMIT, "decodes to more than %d times its %zu bytes", INFLATE_RATIO_MAX, s->in_bytes);
    sbuf_add(s->out, sv_from(p, n));
    return s->out->err ? err_set(e, s->out->err, "no room for the decoded bytes") : ERR_OK;
}

static void begin_isal(struct inflate_state *state, enum inflate_kind kind) {
    isal_inflate_init(state);
    state->crc_flag = kind == INFLATE_GZIP ? ISAL_GZIP : kind == INFLATE_ZLIB ? ISAL_ZLIB : ISAL_DEFLATE;
}

/* One step over `in`, whose rest stays; false: damaged. *got bytes lie in the window. Where the fast loop of isa-l (2.30 to 2.32) meets damage, its counts
 * of what is left lack the loop's margins (274 bytes of output, 8 of input), so its pointers say how far it came; and the last repeat may be counted
 * though it was not written, so that much is given up: what would stand there is memory of an earlier page. */
static bool run_isal(struct inflate_member *m, sv *in, size_t *got) {
    m->state.next_in = (uint8_t *)(uintptr_t)in->p;
    m->state.avail_in = in->n < UINT32_MAX ? (uint32_t)in->n : UINT32_MAX;
    m->state.next_out = m->window;
    m->state.avail_out = WINDOW_BYTES;
    int rc = isal_inflate(&m->state);
    *in = sv_skip(*in, (size_t)(m->state.next_in - (const uint8_t *)in->p));
    *got = (size_t)(m->state.next_out - m->window);
    if (rc == ISAL_INVALID_LOOKBACK || rc == ISAL_INVALID_SYMBOL) *got -= *got < REPEAT_BYTES_MAX ? *got : REPEAT_BYTES_MAX;
    return rc == ISAL_DECOMP_OK;
}

static enum err_code inflate_isal(enum inflate_kind kind, sv in, size_t max_bytes, struct sbuf *out, struct err *e) {
    struct inflate_member *m = malloc(sizeof *m);
    if (!m) return err_set(e, ERR_MEMORY, "no memory for a decoder");
    enum err_code code = ERR_OK;
    struct sink sink = {out, out->n, in.n, max_bytes};
    size_t at = 0;
    while (!code && at < in.n) {
        begin_isal(&m->state, kind);
        size_t members_start = at;
        do {
            sv rest = sv_skip(in, at);
            size_t got;
            bool good = run_isal(m, &rest, &got);
            at = in.n - rest.n;
            if (!good)
                code = err_set_at(e, ERR_INPUT, at, "damaged compressed data");
            else if (m->state.block_state != ISAL_BLOCK_FINISH && at == in.n && got == 0)
                code = err_set_at(e, ERR_INPUT, at, "compressed data ends early");
            enum err_code full = append(&sink, m->window, got, e);
            if (full) code = full;
        } while (!code && m->state.block_state != ISAL_BLOCK_FINISH);
        if (kind != INFLATE_GZIP) break;
        /* Bytes behind the last member that are no member are padding, as gzip(1) sees them. */
        if (code == ERR_INPUT && members_start > 0 && (in.n - members_start < 2 || memcmp(in.p + members_start, "\x1f\x8b", 2) != 0)) code = ERR_OK, at = in.n;
    }
    free(m);
    if (!code && in.n == 0) code = err_set(e, ERR_INPUT, "no compressed data");
    return code;
}

/* A frame asks for its window before it shows what it holds. */
static int window_log(size_t max_bytes) {
    int log = 23;
    while (log < 27 && (size_t)1 << log < max_bytes) log++;
    return log;
}

static enum err_code inflate_zstd(sv in, size_t max_bytes, struct sbuf *out, struct err *e) {
    ZSTD_DStream *stream = ZSTD_createDStream();
    char *window = malloc(WINDOW_BYTES);
    enum err_code code = stream && window ? ERR_OK : err_set(e, ERR_MEMORY, "no memory for a decoder");
    struct sink sink = {out, out->n, in.n, max_bytes};
    size_t left = 1;
    if (!code && ZSTD_isError(ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, window_log(max_bytes)))) code = err_set(e, ERR_MEMORY, "no such window");
    ZSTD_inBuffer input = {in.p, in.n, 0};
    while (!code && (input.pos < input.size || left)) {
        ZSTD_outBuffer output = {window, WINDOW_BYTES, 0};
        size_t before = input.pos;
        left = ZSTD_decompressStream(stream, &output, &input);
        if (ZSTD_isError(left) && ZSTD_getErrorCode(left) == ZSTD_error_frameParameter_windowTooLarge)
            code = err_set(e, ERR_LIMIT, "a zstd frame asks for a larger window than a page may have");
        else if (ZSTD_isError(left) && ZSTD_getErrorCode(left) == ZSTD_error_memory_allocation)
            code = err_set(e, ERR_MEMORY, "no memory for a decoder");
        else if (ZSTD_isError(left))
            code = err_set_at(e, ERR_INPUT, input.pos, "damaged zstd data: %s", ZSTD_getErrorName(left));
        else if (left && output.pos == 0 && input.pos == before)
            code = err_set_at(e, ERR_INPUT, input.pos, "zstd data ends early");
        enum err_code full = append(&sink, window, output.pos, e);
        if (full) code = full;
    }
    ZSTD_freeDStream(stream);
    free(window);
    return code;
}

static enum err_code inflate_brotli(sv in, size_t max_bytes, struct sbuf *out, struct err *e) {
    BrotliDecoderState *state = BrotliDecoderCreateInstance(NULL, NULL, NULL);
    if (!state) return err_set(e, ERR_MEMORY, "no memory for a decoder");
    enum err_code code = ERR_OK;
    struct sink sink = {out, out->n, in.n, max_bytes};
    size_t avail_in = in.n;
    const uint8_t *next_in = (const uint8_t *)in.p;
    BrotliDecoderResult rc = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
    while (!code && rc == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) {
        size_t avail_out = 0;
        rc = BrotliDecoderDecompressStream(state, &avail_in, &next_in, &avail_out, NULL, NULL);
        while (!code && BrotliDecoderHasMoreOutput(state)) {
            size_t n = 0;
            const uint8_t *p = BrotliDecoderTakeOutput(state, &n);
            code = append(&sink, p, n, e);
        }
        bool no_memory = rc == BROTLI_DECODER_RESULT_ERROR && BrotliDecoderGetErrorCode(state) <= BROTLI_DECODER_ERROR_ALLOC_CONTEXT_MODES &&
                         BrotliDecoderGetErrorCode(state) >= BROTLI_DECODER_ERROR_ALLOC_BLOCK_TYPE_TREES;
        bool empty = rc == BROTLI_DECODER_RESULT_SUCCESS && out->n == sink.start && avail_in > 0; /* one byte of text can be a whole stream */
        if (!code && no_memory) code = err_set(e, ERR_MEMORY, "no memory for a decoder");
        else if (!code && (rc == BROTLI_DECODER_RESULT_ERROR || empty)) code = err_set_at(e, ERR_INPUT, in.n - avail_in, "damaged brotli data");
        if (!code && rc == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT) code = err_set_at(e, ERR_INPUT, in.n, "brotli data ends early");
    }
    BrotliDecoderDestroyInstance(state);
    return code;
}

enum err_code inflate_all(enum inflate_kind kind, sv in, size_t max_bytes, struct sbuf *out, struct err *e) {
    switch (kind) {
    case INFLATE_ZSTD: return inflate_zstd(in, max_bytes, out, e);
    case INFLATE_BROTLI: return inflate_brotli(in, max_bytes, out, e);
    case INFLATE_GZIP:
    case INFLATE_ZLIB:
    case INFLATE_DEFLATE: break;
    }
    return inflate_isal(kind, in, max_bytes, out, e);
}

/* -- one member or frame, piece by piece ------------------------------------------------------------------------------------ */

enum err_code inflate_member_new(struct inflate_member **out, enum inflate_kind kind, sv dictionary, struct err *e) {
    struct inflate_member *m = calloc(1, sizeof *m);
    *out = m;
    if (!m) return err_set(e, ERR_MEMORY, "no memory for a decoder");
    m->kind = kind;
    if (kind == INFLATE_ZSTD) {
        m->zstd = ZSTD_createDStream();
        size_t rc = m->zstd ? ZSTD_DCtx_loadDictionary(m->zstd, dictionary.p, dictionary.n) : 0;
        bool bad = m->zstd && ZSTD_isError(rc);
        if (!m->zstd || bad) {
            inflate_member_free(out);
            return bad ? err_set(e, ERR_INPUT, "not a zstd dictionary: %s", ZSTD_getErrorName(rc)) : err_set(e, ERR_MEMORY, "no memory for a decoder");
        }
    }
    inflate_member_reset(m);
    return ERR_OK;
}

void inflate_member_free(struct inflate_member **m) {
    if (*m) ZSTD_freeDStream((*m)->zstd);
    free(*m);
    *m = NULL;
}

void inflate_member_reset(struct inflate_member *m) {
    if (m->kind == INFLATE_ZSTD) ZSTD_DCtx_reset(m->zstd, ZSTD_reset_session_only);
    else begin_isal(&m->state, m->kind);
    m->done = false;
}

static enum inflate_step step_zstd(struct inflate_member *m, sv *in, sv *out) {
    ZSTD_inBuffer input = {in->p, in->n, 0};
    ZSTD_outBuffer output = {m->window, WINDOW_BYTES, 0};
    size_t left = 1;
    do left = ZSTD_decompressStream(m->zstd, &output, &input);
    while (left && !ZSTD_isError(left) && input.pos < input.size && output.pos < output.size);
    *in = sv_skip(*in, input.pos);
    *out = sv_from((const char *)m->window, output.pos);
    m->done = left == 0;
    return ZSTD_isError(left) ? INFLATE_BAD : m->done ? INFLATE_END : INFLATE_MORE;
}

static enum inflate_step step_isal(struct inflate_member *m, sv *in, sv *out) {
    size_t got;
    bool good = run_isal(m, in, &got);
    *out = sv_from((const char *)m->window, got);
    m->done = good && m->state.block_state == ISAL_BLOCK_FINISH;
    return !good ? INFLATE_BAD : m->done ? INFLATE_END : INFLATE_MORE;
}

enum inflate_step inflate_member_step(struct inflate_member *m, sv *in, sv *out) {
    *out = SV("");
    if (m->done) return INFLATE_END;
    return m->kind == INFLATE_ZSTD ? step_zstd(m, in, out) : step_isal(m, in, out);
}

enum inflate_step inflate_member_feed(struct inflate_member *m, sv *in, size_t keep_bytes, struct sbuf *head, uint64_t *decoded_bytes) {
    while (true) {
        sv out;
        enum inflate_step step = inflate_member_step(m, in, &out);
        *decoded_bytes += out.n;
        if (head->n < keep_bytes) sbuf_add(head, sv_take(out, keep_bytes - head->n));
        if (step != INFLATE_MORE || (in->n == 0 && out.n < WINDOW_BYTES)) return step;
    }
}
