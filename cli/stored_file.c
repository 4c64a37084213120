#include "stored_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

enum { PIECE = 256 * 1024, GZIP_WINDOW = 15 + 16 };

struct stored_file {
    int fd;
    enum { CODING_NONE, CODING_GZIP, CODING_ZSTD } coding;
    z_stream z;
    ZSTD_DStream *zstd;
    bool inside; /* a member or frame has begun and not ended */
    char in[PIECE];
    size_t at, n;
};

static enum err_code fail(struct err *e) { return err_set(e, err_from_errno(errno), "cannot be read: %s", strerror(errno)); }

static ssize_t read_some(int fd, char *to, size_t room) {
    ssize_t n;
    do n = read(fd, to, room);
    while (n < 0 && errno == EINTR);
    return n;
}

enum err_code stored_file_sum(const char *path, uint64_t *bytes, struct sha256 *sum, struct err *e) {
    char piece[65536];
    struct sha256_sum *state = sha256_sum_new();
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    enum err_code code = fd < 0 ? fail(e) : state ? ERR_OK : err_set(e, ERR_MEMORY, "no memory for a hash");
    *bytes = 0;
    while (!code) {
        ssize_t n = read_some(fd, piece, sizeof piece);
        if (n < 0) code = fail(e);
        if (n <= 0) break;
        sha256_sum_add(state, sv_from(piece, (size_t)n));
        *bytes += (uint64_t)n;
    }
    if (!code && !sha256_sum_view(state, sum)) code = err_set(e, ERR_MEMORY, "no memory for a hash");
    if (fd >= 0) close(fd);
    sha256_sum_free(&state);
    return code;
}

enum err_code stored_file_open(struct stored_file **out, const char *path, struct err *e) {
    struct stored_file *f = calloc(1, sizeof *f);
    *out = f;
    if (!f) return err_set(e, ERR_MEMORY, "no memory");
    f->fd = open(path, O_RDONLY | O_CLOEXEC);
    enum err_code code = f->fd < 0 ? fail(e) : ERR_OK;
    f->coding = sv_ends(sv_cstr(path), SV(".gz")) ? CODING_GZIP : sv_ends(sv_cstr(path), SV(".zst")) ? CODING_ZSTD : CODING_NONE;
    if (!code && f->coding == CODING_GZIP && inflateInit2(&f->z, GZIP_WINDOW) != Z_OK) code = err_set(e, ERR_MEMORY, "no memory for gzip");
    if (!code && f->coding == CODING_ZSTD && !(f->zstd = ZSTD_createDStream())) code = err_set(e, ERR_MEMORY, "no memory for zstd");
    if (code) stored_file_close(out);
    return code;
}

void stored_file_close(struct stored_file **pf) {
    struct stored_file *f = *pf;
    if (!f) return;
    if (f->coding == CODING_GZIP) inflateEnd(&f->z);
    ZSTD_freeDStream(f->zstd);
    if (f->fd >= 0) close(f->fd);
    free(f);
    *pf = NULL;
}

static enum err_code inflate_some(struct stored_file *f, char *to, size_t room, size_t *made, struct err *e) {
    f->z.next_in = (Bytef *)f->in + f->at;
    f->z.avail_in = (uInt)(f->n - f->at);
    f->z.next_out = (Bytef *)to;
    f->z.avail_out = (uInt)room;
    int rc = inflate(&f->z, Z_NO_FLUSH);
    f->at = f->n - f->z.avail_in;
    *made = room - f->z.avail_out;
    f->inside = rc != Z_STREAM_END;
    if (rc == Z_STREAM_END) inflateReset(&f->z);
    return rc == Z_OK || rc == Z_STREAM_END || rc == Z_BUF_ERROR ? ERR_OK : err_set(e, ERR_INPUT, "damaged gzip: %s", f->z.msg ? f->z.msg : "no reason given");
}

static enum err_code unzstd_some(struct stored_file *f, char *to, size_t room, size_t *made, struct err *e) {
    ZSTD_inBuffer in = {f->in, f->n, f->at};
    ZSTD_outBuffer out = {to, room, 0};
    size_t left = ZSTD_decompressStream(f->zstd, &out, &in);
    f->at = in.pos;
    *made = out.pos;
    f->inside = left != 0;
    return ZSTD_isError(left) ? err_set(e, ERR_INPUT, "damaged zstd: %s", ZSTD_getErrorName(left)) : ERR_OK;
}

enum err_code stored_file_read(struct stored_file *f, struct sbuf *out, bool *end, struct err *e) {
    *end = false;
    if (f->at == f->n) {
        ssize_t n = read_some(f->fd, f->in, sizeof f->in);
        if (n < 0) return fail(e);
        f->at = 0;
        f->n = (size_t)n;
        if (n == 0) {
            *end = true;
            return f->inside ? err_set(e, ERR_INPUT, "ends within a %s", f->coding == CODING_GZIP ? "gzip member" : "zstd frame") : ERR_OK;
        }
    }
    char *to = sbuf_reserve(out, PIECE);
    size_t made = 0;
    if (!to) return err_set(e, out->err, "no memory for a record");
    enum err_code code = ERR_OK;
    if (f->coding == CODING_GZIP) code = inflate_some(f, to, PIECE, &made, e);
    else if (f->coding == CODING_ZSTD) code = unzstd_some(f, to, PIECE, &made, e);
    else {
        made = f->n - f->at;
        memcpy(to, f->in + f->at, made);
        f->at = f->n;
    }
    sbuf_commit(out, made);
    return code;
}
