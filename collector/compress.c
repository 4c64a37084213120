#include "compress.h"

#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>

/* zlib's and zstd's own defaults: a page's JSON shrinks to about a third, at 30 and 300 MB a second. */
enum { GZIP_LEVEL = 6, ZSTD_LEVEL = 3, GZIP_WINDOW = 15 + 16, PIECE_MAX = 1 << 30 };

static const char *const names[] = {"none", "gz", "zst"};
_Static_assert(COUNT_OF(names) == COMPRESS_END, "a name for every kind");

bool compress_parse(sv name, enum compress_kind *out) {
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (!sv_eq(name, sv_cstr(names[i]))) continue;
        *out = (enum compress_kind)i;
        return true;
    }
    return false;
}

const char *compress_name(enum compress_kind kind) { return names[kind < COMPRESS_END ? kind : COMPRESS_NONE]; }

const char *compress_suffix(enum compress_kind kind) { return kind == COMPRESS_GZ ? ".gz" : kind == COMPRESS_ZST ? ".zst" : ""; }

static enum err_code append_gzip(sv in, struct sbuf *out, struct err *e) {
    z_stream z = {0};
    if (deflateInit2(&z, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK) return err_set(e, ERR_MEMORY, "no memory for gzip");
    enum err_code code = ERR_OK;
    int rc = Z_OK;
    size_t at = 0;
    while (!code && rc != Z_STREAM_END) {
        if (z.avail_in == 0 && at < in.n) {
            size_t piece = in.n - at < PIECE_MAX ? in.n - at : PIECE_MAX;
            z.next_in = (const Bytef *)(in.p + at);
            z.avail_in = (uInt)piece;
            at += piece;
        }
        enum { ROOM = 65536 };
        char *to = sbuf_reserve(out, ROOM);
        if (!to) {
            code = err_set(e, ERR_MEMORY, "no memory for %zu bytes as gzip", in.n);
            break;
        }
        z.next_out = (Bytef *)to;
        z.avail_out = ROOM;
        rc = deflate(&z, at == in.n ? Z_FINISH : Z_NO_FLUSH);
        sbuf_commit(out, ROOM - z.avail_out);
        if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR) code = err_set(e, ERR_MEMORY, "gzip failed: %s", z.msg ? z.msg : "no reason given");
    }
    deflateEnd(&z);
    return code;
}

static enum err_code append_zstd(sv in, struct sbuf *out, struct err *e) {
    size_t room = ZSTD_compressBound(in.n);
    char *to = sbuf_reserve(out, room);
    ZSTD_CCtx *context = to ? ZSTD_createCCtx() : NULL;
    if (!context) return err_set(e, ERR_MEMORY, "no memory for %zu bytes as zstd", in.n);
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, ZSTD_LEVEL);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    size_t n = ZSTD_compress2(context, to, room, in.p, in.n);
    ZSTD_freeCCtx(context);
    if (ZSTD_isError(n)) return err_set(e, ERR_MEMORY, "zstd failed: %s", ZSTD_getErrorName(n));
    sbuf_commit(out, n);
    return ERR_OK;
}

enum err_code compress_append(enum compress_kind kind, sv in, struct sbuf *out, struct err *e) {
    switch (kind) {
    case COMPRESS_GZ: return append_gzip(in, out, e);
    case COMPRESS_ZST: return append_zstd(in, out, e);
    case COMPRESS_NONE:
    case COMPRESS_END:
    default: sbuf_add(out, in); return out->err ? err_set(e, out->err, "no memory for %zu bytes", in.n) : ERR_OK;
    }
}
