#include "warc_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/inflate.h"

enum { READ_BYTES = 128 * 1024, SLICE_BYTES = 16 * 1024, HEAD_MAX = 64 * 1024 };

enum form { FORM_MEMBERS, FORM_PLAIN, FORM_STREAM };

struct warc_reader {
    char *path;
    int fd;
    enum form form;
    struct sbuf window; /* what is read and not yet consumed */
    uint64_t base;      /* position of the window's first byte */
    struct sbuf raw;    /* STREAM: compressed bytes not yet inflated */
    struct inflate_member *member;
    struct sbuf head;
    size_t used; /* of the window by the item that was given last */
    size_t max_record;
    bool eof, failed, lost; /* lost: what follows must be searched for */
    struct err err;
};

/* -- bytes ----------------------------------------------------------------------------------------------------------------- */

static bool read_into(struct warc_reader *r, struct sbuf *to) {
    char *room = sbuf_reserve(to, READ_BYTES);
    ssize_t n = room ? read(r->fd, room, READ_BYTES) : -1;
    if (!room) (void)err_set(&r->err, ERR_MEMORY, "%s: no memory to read on", r->path);
    else if (n < 0) (void)err_set(&r->err, err_from_errno(errno), "%s: cannot read at %llu: %s", r->path, (unsigned long long)(r->base + r->window.n), strerror(errno));
    r->failed |= n < 0;
    if (n > 0) sbuf_commit(to, (size_t)n);
    return n > 0;
}

/* More bytes at the window's end; false at the end of the file or of what can be decoded. */
static bool fill(struct warc_reader *r) {
    if (r->eof || r->failed) return false;
    if (r->form != FORM_STREAM) {
        r->eof = !read_into(r, &r->window);
        return !r->eof;
    }
    size_t before = r->window.n;
    while (r->window.n == before) {
        if (r->raw.n == 0 && !read_into(r, &r->raw)) break;
        sv in = sv_take(sbuf_view(&r->raw), SLICE_BYTES);
        size_t offered = in.n;
        uint64_t decoded;
        enum inflate_step step = inflate_member_feed(r->member, &in, SIZE_MAX, &r->window, &decoded);
        sbuf_consume(&r->raw, offered - in.n);
        if (step == INFLATE_END) inflate_member_reset(r->member);
        if (step == INFLATE_BAD) break;
    }
    r->eof = r->window.n == before;
    return !r->eof;
}

static bool have(struct warc_reader *r, size_t n) {
    while (r->window.n < n)
        if (!fill(r)) return false;
    return true;
}

static void consume(struct warc_reader *r, size_t n) {
    sbuf_consume(&r->window, n);
    r->base += n;
}

static enum warc_step skip(struct warc_reader *r, struct warc_item *out, const char *reason, uint64_t offset) {
    out->reason = reason;
    out->offset = offset;
    out->length = r->base > offset ? r->base - offset : 0;
    return WARC_SKIP;
}

/* -- plain records --------------------------------------------------------------------------------------------------------- */

/* Throws bytes away up to the next beginning of a record; false at the end. */
static bool find_record(struct warc_reader *r, const char *magic, size_t from) {
    size_t length = strlen(magic);
    while (true) {
        size_t at = sv_find(sbuf_view(&r->window), sv_cstr(magic), from);
        if (at != SIZE_MAX) {
            consume(r, at);
            return true;
        }
        size_t keep = r->window.n < length ? r->window.n : length - 1;
        consume(r, r->window.n - keep);
        from = 0;
        if (!fill(r)) {
            consume(r, r->window.n);
            return false;
        }
    }
}

sv warc_field(sv head, sv name, sv *block) {
    sv rest = head, found = SV_NONE;
    while (rest.n) {
        sv line = sv_cut(&rest, '\n'), value = line;
        if (sv_ends(value, SV("\r"))) value.n--;
        if (value.n == 0) break;
        sv key = sv_trim(sv_cut(&value, ':'));
        if (!found.p && value.p && sv_eq_nocase(key, name)) found = sv_trim(value);
    }
    if (block) *block = rest;
    return found;
}

/* Length of the head with its empty line, 0 when there is none within HEAD_MAX. */
static size_t head_length(struct warc_reader *r) {
    for (size_t looked = 0;;) {
        sv window = sv_take(sbuf_view(&r->window), HEAD_MAX);
        size_t at = sv_find(window, SV("\r\n\r\n"), looked > 3 ? looked - 3 : 0), lf = sv_find(window, SV("\n\n"), looked > 1 ? looked - 1 : 0);
        if (at != SIZE_MAX && (lf == SIZE_MAX || at < lf)) return at + 4;
        if (lf != SIZE_MAX) return lf + 2;
        looked = window.n;
        if (window.n == HEAD_MAX || !fill(r)) return 0;
    }
}

static enum warc_step next_plain(struct warc_reader *r, struct warc_item *out) {
    while (have(r, 1) && ascii_is_space(r->window.p[0])) consume(r, 1);
    uint64_t offset = r->base;
    if (!have(r, 1)) return WARC_END;
    if (!have(r, 5) || !sv_starts(sbuf_view(&r->window), SV("WARC/"))) {
        bool arc = sv_starts(sbuf_view(&r->window), SV("filedesc:"));
        (void)find_record(r, "WARC/1.", 1);
        return skip(r, out, arc ? "arc" : "garbage", offset);
    }
    size_t head = head_length(r);
    uint64_t length;
    if (head == 0 || !sv_to_u64(warc_field(sv_take(sbuf_view(&r->window), head), SV("Content-Length"), NULL), &length)) {
        bool cut = head == 0 && r->eof;
        (void)find_record(r, "WARC/1.", 5);
        return skip(r, out, cut ? "truncated" : "bad_record", offset);
    }
    if (length > r->max_record) {
        /* A length that leads beyond the file is a lie: then the next record is looked for instead. */
        struct stat st;
        bool beyond = r->form == FORM_PLAIN && fstat(r->fd, &st) == 0 && length > (uint64_t)st.st_size - offset;
        if (beyond) (void)find_record(r, "WARC/1.", 5);
        for (uint64_t left = head + length; !beyond && left > 0 && have(r, 1);) {
            size_t n = r->window.n < left ? r->window.n : (size_t)left;
            consume(r, n);
            left -= n;
        }
        return skip(r, out, beyond ? "bad_record" : "too_large", offset);
    }
    if (!have(r, head + length)) {
        bool next = find_record(r, "WARC/1.", 5);
        return skip(r, out, next ? "bad_record" : "truncated", offset);
    }
    r->used = head + length;
    *out = (struct warc_item){.offset = offset, .length = r->used, .payload = sv_take(sbuf_view(&r->window), r->used)};
    out->head = sv_take(out->payload, HEAD_MAX);
    return WARC_RECORD;
}

/* -- gzip members ---------------------------------------------------------------------------------------------------------- */

/* Feeds the member at the window's beginning. *size: its bytes, when they were all kept. */
static enum inflate_step feed_member(struct warc_reader *r, size_t *size, bool *oversize) {
    size_t fed = 0;
    inflate_member_reset(r->member);
    sbuf_reset(&r->head);
    *oversize = false;
    while (true) {
        sv in = sv_skip(sbuf_view(&r->window), fed);
        size_t offered = in.n;
        uint64_t decoded;
        enum inflate_step step = offered ? inflate_member_feed(r->member, &in, HEAD_MAX, &r->head, &decoded) : INFLATE_MORE;
        fed += offered - in.n;
        if (step != INFLATE_MORE) {
            *size = fed;
            return step;
        }
        if (fed > r->max_record) {
            *oversize = true;
            consume(r, fed);
            fed = 0;
        }
        if (!fill(r)) return INFLATE_MORE;
    }
}

static enum warc_step next_member(struct warc_reader *r, struct warc_item *out) {
    if (!have(r, 1)) return WARC_END;
    uint64_t offset = r->base;
    if (r->lost || !have(r, 3) || !sv_starts(sbuf_view(&r->window), SV("\x1f\x8b\x08"))) {
        bool was_lost = r->lost;
        r->lost = false;
        bool found = find_record(r, "\x1f\x8b\x08", was_lost);
        if (!was_lost) return skip(r, out, "garbage", offset);
        if (!found) return WARC_END;
        offset = r->base;
    }
    size_t size = 0;
    bool oversize;
    enum inflate_step step = feed_member(r, &size, &oversize);
    if (step == INFLATE_MORE) {
        consume(r, r->window.n);
        return skip(r, out, "truncated", offset);
    }
    if (step == INFLATE_BAD) {
        r->lost = true;
        return skip(r, out, "bad_gzip", offset);
    }
    if (oversize || r->head.n == 0 || !sv_starts(sbuf_view(&r->head), SV("WARC/"))) {
        consume(r, size);
        bool arc = sv_starts(sbuf_view(&r->head), SV("filedesc:")) || sv_starts(sbuf_view(&r->head), SV("http"));
        return skip(r, out, oversize ? "too_large" : arc ? "arc" : "bad_record", offset);
    }
    r->used = size;
    *out = (struct warc_item){.offset = offset, .length = size, .gzip = true, .payload = sv_take(sbuf_view(&r->window), size), .head = sbuf_view(&r->head)};
    return WARC_RECORD;
}

enum warc_step warc_reader_next(struct warc_reader *r, struct warc_item *out, struct err *e) {
    *out = (struct warc_item){0};
    consume(r, r->used);
    r->used = 0;
    enum warc_step step = r->form == FORM_MEMBERS ? next_member(r, out) : next_plain(r, out);
    if (!r->failed) return step;
    if (e) *e = r->err;
    return WARC_ERROR;
}

/* -- open and close -------------------------------------------------------------------------------------------------------- */

/* Whether the first member holds more than the first record. */
static bool is_stream(struct warc_reader *r) {
    uint64_t length, decoded = 0;
    if (!have(r, 3) || !sv_starts(sbuf_view(&r->window), SV("\x1f\x8b\x08"))) return false;
    sbuf_reset(&r->head);
    inflate_member_reset(r->member);
    for (size_t fed = 0; r->head.n < HEAD_MAX || decoded < r->max_record;) {
        sv in = sv_skip(sbuf_view(&r->window), fed);
        if (in.n == 0 && !fill(r)) break;
        in = sv_take(sv_skip(sbuf_view(&r->window), fed), SLICE_BYTES);
        size_t offered = in.n;
        enum inflate_step step = inflate_member_feed(r->member, &in, HEAD_MAX, &r->head, &decoded);
        fed += offered - in.n;
        if (step != INFLATE_MORE) break;
    }
    sv head = sbuf_view(&r->head), block;
    if (!sv_starts(head, SV("WARC/")) || !sv_to_u64(warc_field(head, SV("Content-Length"), &block), &length)) return false;
    return decoded > (uint64_t)(block.p - head.p) + length + 64;
}

enum err_code warc_reader_open(struct warc_reader **out, const char *path, size_t max_record, uint64_t from, struct err *e) {
    struct warc_reader *r = calloc(1, sizeof *r);
    *out = NULL;
    if (!r) return err_set(e, ERR_MEMORY, "no memory to read %s", path);
    r->max_record = max_record;
    r->path = strdup(path);
    r->fd = open(path, O_RDONLY | O_CLOEXEC);
    sbuf_init(&r->window, 0);
    sbuf_init(&r->raw, 0);
    sbuf_init(&r->head, 0);
    struct stat st;
    enum err_code code = ERR_OK;
    if (r->fd < 0 || fstat(r->fd, &st) != 0) code = err_set(e, err_from_errno(errno), "%s: cannot be opened: %s", path, strerror(errno));
    else if (S_ISDIR(st.st_mode)) code = err_set(e, ERR_INPUT, "%s: is a folder, not a file", path);
    else if (st.st_size == 0 && S_ISREG(st.st_mode)) code = err_set(e, ERR_INPUT, "%s: is empty", path);
    if (!code) code = inflate_member_new(&r->member, e);
    if (!code && !r->path) code = err_set(e, ERR_MEMORY, "no memory to read %s", path);
    if (code) {
        warc_reader_close(&r);
        return code;
    }
    r->form = FORM_PLAIN;
    if (have(r, 2) && sv_starts(sbuf_view(&r->window), SV("\x1f\x8b"))) r->form = is_stream(r) ? FORM_STREAM : FORM_MEMBERS;
    /* A place in a decoded stream is found by decoding up to it. */
    bool seeks = r->form != FORM_STREAM && from > 0;
    if ((seeks || r->form == FORM_STREAM) && lseek(r->fd, seeks ? (off_t)from : 0, SEEK_SET) >= 0) {
        sbuf_reset(&r->window);
        r->eof = false;
        r->base = seeks ? from : 0;
    }
    inflate_member_reset(r->member);
    while (r->base < from && have(r, 1)) consume(r, r->window.n < from - r->base ? r->window.n : (size_t)(from - r->base));
    *out = r;
    return ERR_OK;
}

void warc_reader_close(struct warc_reader **pr) {
    struct warc_reader *r = *pr;
    if (!r) return;
    if (r->fd >= 0) close(r->fd);
    inflate_member_free(&r->member);
    sbuf_clear(&r->window);
    sbuf_clear(&r->raw);
    sbuf_clear(&r->head);
    free(r->path);
    free(r);
    *pr = NULL;
}
