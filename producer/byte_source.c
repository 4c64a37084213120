#include "byte_source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"

enum { READ_BYTES = 128 * 1024, SLICE_BYTES = 16 * 1024, STREAM_ID_BYTES = 4096, BOMB_RATIO = 100 };
static const uint64_t bomb_bytes = UINT64_C(1) << 30;

bool byte_source_is_bomb(uint64_t fed_bytes, uint64_t came_bytes) { return came_bytes > bomb_bytes && came_bytes / BOMB_RATIO > fed_bytes; }

void byte_source_mark(struct byte_source *b) { b->fed_bytes = b->came_bytes = 0; }

enum err_code byte_source_open(struct byte_source *b, const char *path, struct err *e) {
    *b = (struct byte_source){.fd = -1};
    sbuf_init(&b->window, 0);
    sbuf_init(&b->raw, 0);
    b->path = strdup(path);
    b->fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    enum err_code code = ERR_OK;
    if (b->fd < 0 || fstat(b->fd, &st) != 0) code = err_set(e, err_from_errno(errno), "%s: cannot be opened: %s", path, strerror(errno));
    else if (S_ISDIR(st.st_mode)) code = err_set(e, ERR_INPUT, "%s: is a folder, not a file", path);
    else if (st.st_size == 0 && S_ISREG(st.st_mode)) code = err_set(e, ERR_INPUT, "%s: is empty", path);
    else if (!b->path) code = err_set(e, ERR_MEMORY, "no memory to read %s", path);
    if (code) byte_source_close(b);
    /* Two pipes have the same name, and /dev/stdin may be any file. */
    else if (!S_ISREG(st.st_mode) || strncmp(path, "/dev/", 5) == 0) {
        (void)byte_source_have(b, STREAM_ID_BYTES);
        b->stream_id = hash64(sv_take(byte_source_view(b), STREAM_ID_BYTES)) | 1;
    }
    return code;
}

void byte_source_close(struct byte_source *b) {
    if (b->fd >= 0) close(b->fd);
    b->fd = -1;
    inflate_member_free(&b->member);
    sbuf_clear(&b->window);
    sbuf_clear(&b->raw);
    free(b->path);
    b->path = NULL;
}

uint64_t byte_source_end(const struct byte_source *b) {
    struct stat st;
    return !b->member && fstat(b->fd, &st) == 0 && S_ISREG(st.st_mode) ? (uint64_t)st.st_size : UINT64_MAX;
}

static bool read_into(struct byte_source *b, struct sbuf *to) {
    if (b->last || b->failed) return false;
    char *room = sbuf_reserve(to, READ_BYTES);
    ssize_t n = -1;
    while (room && (n = read(b->fd, room, READ_BYTES)) < 0 && errno == EINTR) continue;
    if (!room) (void)err_set(&b->err, ERR_MEMORY, "%s: no memory to read on", b->path);
    else if (n < 0) (void)err_set(&b->err, err_from_errno(errno), "%s: cannot be read on: %s", b->path, strerror(errno));
    b->failed = n < 0;
    b->last = n == 0;
    if (n > 0) sbuf_commit(to, (size_t)n);
    return n > 0;
}

enum err_code byte_source_decode(struct byte_source *b, enum inflate_kind kind, sv dictionary, struct err *e) {
    enum err_code code = inflate_member_new(&b->member, kind, dictionary, e);
    if (code) return code;
    sbuf_consume(&b->window, b->start);
    b->start = 0;
    struct sbuf empty = b->raw;
    b->raw = b->window;
    b->window = empty;
    b->kind = kind;
    b->base = 0;
    b->eof = b->in_member = false;
    byte_source_mark(b);
    return ERR_OK;
}

/* Drops raw bytes up to what may be the next member, which is not at the beginning. */
static void find_member(struct byte_source *b) {
    sv magic = b->kind == INFLATE_ZSTD ? SV("\x28\xb5\x2f\xfd") : SV("\x1f\x8b\x08");
    size_t from = 1, at;
    while ((at = sv_find(sbuf_view(&b->raw), magic, from)) == SIZE_MAX) {
        size_t keep = b->raw.n < magic.n ? b->raw.n : magic.n - 1;
        sbuf_consume(&b->raw, b->raw.n - keep);
        from = 0;
        if (!read_into(b, &b->raw)) break;
    }
    sbuf_consume(&b->raw, at == SIZE_MAX ? b->raw.n : at);
}

/* One step of decoding. False: the raw bytes have run out. */
static bool decode(struct byte_source *b) {
    if (b->raw.n == 0 && !read_into(b, &b->raw) && !b->in_member) return false;
    sv in = sv_take(sbuf_view(&b->raw), SLICE_BYTES), out;
    size_t offered = in.n;
    enum inflate_step step = inflate_member_step(b->member, &in, &out);
    size_t taken = offered - in.n;
    b->fed_bytes += taken;
    b->came_bytes += out.n;
    sbuf_add(&b->window, out);
    b->in_member = step == INFLATE_MORE;
    bool early = step == INFLATE_MORE && b->last && b->raw.n == 0 && out.n == 0;
    bool bomb = byte_source_is_bomb(b->fed_bytes, b->came_bytes);
    /* The next member may lie in what a damaged one has swallowed, so the slice is looked through from its beginning. */
    if (step != INFLATE_BAD) sbuf_consume(&b->raw, taken);
    if (step == INFLATE_MORE && !early && !bomb) return true;
    inflate_member_reset(b->member);
    b->in_member = false;
    if (step == INFLATE_END) return true;
    b->damage = bomb ? "bomb" : early ? "truncated" : b->kind == INFLATE_ZSTD ? "bad_zstd" : "bad_gzip";
    if (!early) find_member(b);
    byte_source_mark(b);
    return true;
}

bool byte_source_fill(struct byte_source *b) {
    if (b->eof || b->failed || b->damage) return false;
    sbuf_consume(&b->window, b->start);
    b->start = 0;
    if (!b->member) {
        b->eof = !read_into(b, &b->window);
        return !b->eof;
    }
    size_t before = b->window.n;
    while (b->window.n == before && !b->damage && !b->failed && !b->eof) b->eof = !decode(b);
    if (b->window.err && !b->failed) {
        b->failed = true;
        (void)err_set(&b->err, b->window.err, "%s: no memory to read on", b->path);
    }
    return b->window.n > before;
}

bool byte_source_have(struct byte_source *b, size_t n) {
    while (byte_source_view(b).n < n)
        if (!byte_source_fill(b)) return false;
    return true;
}

void byte_source_consume(struct byte_source *b, size_t n) {
    b->start += n;
    b->base += n;
}

bool byte_source_skip(struct byte_source *b, uint64_t n) {
    while (n > 0 && byte_source_have(b, 1)) {
        sv view = sv_take(byte_source_view(b), n);
        byte_source_consume(b, view.n);
        n -= view.n;
    }
    return n == 0;
}

const char *byte_source_take_damage(struct byte_source *b) {
    const char *damage = b->damage;
    b->damage = NULL;
    return damage;
}

bool byte_source_seek(struct byte_source *b, uint64_t position) {
    bool decoded = b->member != NULL;
    bool ahead = position >= b->base && (decoded || position <= b->base + byte_source_view(b).n);
    if (!ahead && lseek(b->fd, decoded ? 0 : (off_t)position, SEEK_SET) < 0) {
        if (position < b->base) return false;
        ahead = true;
    }
    if (!ahead) {
        sbuf_reset(&b->window);
        sbuf_reset(&b->raw);
        b->start = 0;
        b->eof = b->last = b->in_member = false;
        b->damage = NULL;
        b->base = decoded ? 0 : position;
        if (decoded) inflate_member_reset(b->member);
        byte_source_mark(b);
    }
    while (b->base < position && (byte_source_skip(b, position - b->base) || byte_source_take_damage(b))) byte_source_mark(b);
    return b->base == position;
}
