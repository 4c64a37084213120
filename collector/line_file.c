#include "line_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"

static void add_line(struct sbuf *out, sv line) {
    sbuf_add(out, line);
    sbuf_addf(out, " %016" PRIx64 "\n", hash64(line));
}

/* The line without its hash, when that agrees. */
static bool check_line(sv whole, sv *line) {
    enum { HASH_BYTES = 17 };
    uint8_t bytes[8];
    if (whole.n < HASH_BYTES || !hex_decode(sv_skip(whole, whole.n - 16), bytes, sizeof bytes)) return false;
    *line = sv_take(whole, whole.n - HASH_BYTES);
    uint64_t said = 0;
    for (size_t i = 0; i < sizeof bytes; i++) said = said << 8 | bytes[i];
    return said == hash64(*line);
}

enum err_code line_file_read(const char *path, struct sbuf *lines, struct err *e) {
    struct sbuf text;
    struct err why;
    sbuf_init(&text, 0);
    enum err_code code = file_read(path, &text, &why);
    if (code == ERR_NOT_FOUND) code = ERR_OK;
    else if (code && e) *e = why;
    sv rest = sbuf_view(&text), line;
    for (size_t count = 0; !code && rest.n; count++) {
        if (!check_line(sv_cut(&rest, '\n'), &line)) {
            if (count == 0) code = err_set(e, ERR_CONFLICT, "%s: is not a file of this version, or was changed by hand: choose another folder", path);
            break;
        }
        sbuf_add(lines, line);
        sbuf_add_char(lines, '\n');
    }
    if (!code && lines->err) code = err_set(e, lines->err, "no memory for %s", path);
    sbuf_clear(&text);
    return code;
}

enum err_code line_file_open(struct line_file *f, const char *path, sv lines, struct err *e) {
    struct sbuf text;
    *f = (struct line_file){.path = path, .fd = -1};
    sbuf_init(&text, 0);
    while (lines.n) add_line(&text, sv_cut(&lines, '\n'));
    enum err_code code = text.err ? err_set(e, text.err, "no memory for %s", path) : file_replace(path, sbuf_view(&text), e);
    f->bytes = text.n;
    sbuf_clear(&text);
    if (code) return code;
    f->fd = open(path, O_WRONLY | O_CLOEXEC);
    return f->fd < 0 ? err_set(e, err_from_errno(errno), "%s: cannot be opened: %s", path, strerror(errno)) : ERR_OK;
}

void line_file_close(struct line_file *f) {
    if (f->fd >= 0) close(f->fd);
    f->fd = -1;
}

enum err_code line_file_append(struct line_file *f, sv line, struct err *e) {
    struct sbuf text;
    sbuf_init(&text, 1100);
    add_line(&text, line);
    enum err_code code = text.err ? err_set(e, text.err, "%s: a line too long", f->path) : ERR_OK;
    if (!code && (ftruncate(f->fd, (off_t)f->bytes) != 0 || lseek(f->fd, (off_t)f->bytes, SEEK_SET) < 0))
        code = err_set(e, err_from_errno(errno), "%s: cannot be cut back: %s", f->path, strerror(errno));
    if (!code) code = file_write_all(f->fd, sbuf_view(&text), f->path, e);
    if (!code && fdatasync(f->fd) != 0) code = err_set(e, err_from_errno(errno), "%s: cannot be synced: %s", f->path, strerror(errno));
    if (!code) f->bytes += text.n;
    sbuf_clear(&text);
    return code;
}
