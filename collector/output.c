#define _GNU_SOURCE
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "id_set.h"
#include "line_file.h"
#include "manifest.h"

enum { PATH_BYTES = 4096, LINE_BYTES = 512, JOURNAL_MAX = 1 << 14, MANIFEST_EVERY_MS = 5000 };

enum stream_kind { STREAM_ARTICLES, STREAM_DEAD, STREAM_COUNT };

struct segment {
    uint64_t number; /* from 1 */
    uint64_t records, bytes;
};

/* What a journal line says is on disk. */
struct committed {
    uint64_t token, commit;
    struct segment at[STREAM_COUNT];
    uint64_t id_bytes;
};

/* One sequence of segments. */
struct stream {
    int fd; /* of the open segment, or -1 */
    struct sbuf waiting;
    uint64_t waiting_records;
    struct sbuf encoded; /* what the last commit wrote */
    struct sha256_sum *sum;
    uint64_t begun_ms; /* the open segment, by clock_mono_ms */
};

struct output {
    struct output_cfg cfg;
    char folder_id[33], journal_path[PATH_BYTES];
    int lock, ids_fd;
    struct line_file journal;
    struct committed at, before; /* the last commit, and the one before it while that can still be gone back to */
    bool has_before;             /* the last commit is not settled */
    struct stream stream[STREAM_COUNT];
    struct sbuf waiting_ids;
    struct id_set ids;
    struct manifest manifest;
    uint64_t manifest_ms;
};

/* -- names ----------------------------------------------------------------------------------------------------------------- */

static const char *name(const struct output *o, char path[PATH_BYTES], const char *file) {
    snprintf(path, PATH_BYTES, "%s/%s", o->cfg.dir, file);
    return path;
}

static void segment_file(const struct output *o, enum stream_kind kind, uint64_t number, char file[48]) {
    if (kind == STREAM_DEAD) snprintf(file, 48, "dead-%05" PRIu64 ".jsonl", number);
    else snprintf(file, 48, "articles-%05" PRIu64 ".%.8s%s", number, o->cfg.suffix, compress_suffix(o->cfg.compress));
}

static const char *segment_path(const struct output *o, enum stream_kind kind, bool open_one, char path[PATH_BYTES]) {
    char file[48];
    segment_file(o, kind, o->at.at[kind].number, file);
    snprintf(path, PATH_BYTES, "%s/%s%s", o->cfg.dir, file, open_one ? ".part" : "");
    return path;
}

static enum err_code fail(const char *what, const char *path, struct err *e) {
    int error = errno;
    return err_set(e, err_from_errno(error), "%s: %s: %s", path, what, strerror(error));
}

/* -- journal --------------------------------------------------------------------------------------------------------------- */

static size_t format_line(const struct committed *c, char line[LINE_BYTES]) {
    const struct segment *a = &c->at[STREAM_ARTICLES], *d = &c->at[STREAM_DEAD];
    return (size_t)snprintf(line, LINE_BYTES, "%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64, c->token, c->commit,
                            a->number, a->records, a->bytes, d->number, d->records, d->bytes, c->id_bytes);
}

static bool parse_line(sv line, struct committed *out) {
    struct committed c = {0};
    struct segment *a = &c.at[STREAM_ARTICLES], *d = &c.at[STREAM_DEAD];
    uint64_t *const fields[] = {&c.token, &c.commit, &a->number, &a->records, &a->bytes, &d->number, &d->records, &d->bytes, &c.id_bytes};
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        if (!sv_to_u64(sv_cut(&line, ' '), fields[i])) return false;
    *out = c;
    return true;
}

static bool same_segments(const struct committed *a, const struct committed *b) {
    return a->at[STREAM_ARTICLES].number == b->at[STREAM_ARTICLES].number && a->at[STREAM_DEAD].number == b->at[STREAM_DEAD].number;
}

/* The lines that still matter, so that the journal does not grow for ever. When it fails no journal is open, and the next line tries again. */
static enum err_code renew_journal(struct output *o, struct err *e) {
    char line[LINE_BYTES];
    struct sbuf lines;
    sbuf_init(&lines, 0);
    if (o->has_before) {
        sbuf_add(&lines, sv_from(line, format_line(&o->before, line)));
        sbuf_add_char(&lines, '\n');
    }
    sbuf_add(&lines, sv_from(line, format_line(&o->at, line)));
    line_file_close(&o->journal);
    enum err_code code = line_file_open(&o->journal, o->journal_path, sbuf_view(&lines), e);
    sbuf_clear(&lines);
    return code;
}

static enum err_code write_journal(struct output *o, const struct committed *next, struct err *e) {
    char line[LINE_BYTES];
    enum err_code code = o->journal.fd < 0 ? renew_journal(o, e) : ERR_OK;
    return code ? code : line_file_append(&o->journal, sv_from(line, format_line(next, line)), e);
}

static enum err_code open_journal(struct output *o, struct err *e) {
    struct sbuf lines;
    sbuf_init(&lines, 0);
    name(o, o->journal_path, ".thresher/journal");
    o->at = (struct committed){.at = {{.number = 1}, {.number = 1}}};
    enum err_code code = line_file_read(o->journal_path, &lines, e);
    for (sv rest = sbuf_view(&lines); !code && rest.n;) {
        struct committed next;
        if (!parse_line(sv_cut(&rest, '\n'), &next)) code = err_set(e, ERR_CONFLICT, "%s: has a line that is not ours: the folder was changed by hand", o->journal_path);
        else {
            o->has_before = next.commit == o->at.commit + 1 && same_segments(&next, &o->at);
            o->before = o->at;
            o->at = next;
        }
    }
    sbuf_clear(&lines);
    return code ? code : renew_journal(o, e);
}

/* -- opening --------------------------------------------------------------------------------------------------------------- */

/* What the folder says of itself, written at its first use. */
static enum err_code check_label(const struct output *o, const char *file, const char *what, const char *option, sv mine, struct err *e) {
    char path[PATH_BYTES];
    struct sbuf text;
    struct err why;
    sbuf_init(&text, 0);
    enum err_code code = file_read(name(o, path, file), &text, &why);
    sv there = sbuf_view(&text);
    if (code == ERR_NOT_FOUND) code = file_replace(path, mine, e);
    else if (code && e) *e = why;
    else if (!code && !sv_eq(there, mine))
        code = err_set(e, ERR_CONFLICT, "%s: holds %s '%.*s', not '%.*s': choose another folder or that %s", o->cfg.dir, what, SV_ARG(sv_take(there, 60)), SV_ARG(sv_take(mine, 60)), option);
    sbuf_clear(&text);
    return code;
}

static enum err_code read_folder_id(struct output *o, struct err *e) {
    char path[PATH_BYTES];
    struct sbuf text;
    uint8_t random[16];
    sbuf_init(&text, 0);
    enum err_code code = file_read(name(o, path, ".thresher/id"), &text, e);
    if (!code && text.n == sizeof o->folder_id - 1) memcpy(o->folder_id, text.p, text.n);
    else if (!code || code == ERR_NOT_FOUND) {
        if (getrandom(random, sizeof random, 0) != sizeof random) return fail("no random bytes", path, e);
        hex_encode(random, sizeof random, o->folder_id);
        code = file_replace(path, sv_cstr(o->folder_id), e);
    }
    sbuf_clear(&text);
    return code;
}

static enum err_code claim(struct output *o, struct err *e) {
    char path[PATH_BYTES], format[64];
    enum err_code code = file_make_dirs(name(o, path, ".thresher"), e);
    if (code) return code;
    o->lock = open(name(o, path, ".thresher/lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (o->lock < 0) return fail("cannot be opened", path, e);
    if (flock(o->lock, LOCK_EX | LOCK_NB) != 0) return err_set(e, ERR_CONFLICT, "%s: another collector writes here: stop it, or choose another folder", o->cfg.dir);
    snprintf(format, sizeof format, "%s %s %s", o->cfg.format, o->cfg.preset, compress_name(o->cfg.compress));
    code = check_label(o, ".thresher/crawl", "the output of crawl", "--crawl-id", sv_cstr(o->cfg.crawl_id), e);
    if (!code) code = check_label(o, ".thresher/format", "records as", "--format, --preset and --compress", sv_cstr(format), e);
    return code ? code : read_folder_id(o, e);
}

static enum err_code open_segment(struct output *o, enum stream_kind kind, struct err *e) {
    char part[PATH_BYTES];
    struct stream *s = &o->stream[kind];
    s->fd = open(segment_path(o, kind, true, part), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (s->fd < 0) return fail("cannot be opened for writing", part, e);
    struct stat st;
    if (fstat(s->fd, &st) != 0) return fail("cannot be looked at", part, e);
    if ((uint64_t)st.st_size < o->at.at[kind].bytes) return err_set(e, ERR_CONFLICT, "%s: shorter than the journal says: the folder was changed by hand", part);
    if (ftruncate(s->fd, (off_t)o->at.at[kind].bytes) != 0) return fail("cannot be cut back", part, e);
    s->begun_ms = clock_mono_ms();
    return ERR_OK;
}

/* The hash of what lies there already. */
static enum err_code read_sum(struct output *o, enum stream_kind kind, struct err *e) {
    char piece[65536];
    struct stream *s = &o->stream[kind];
    sha256_sum_reset(s->sum);
    for (uint64_t at = 0; at < o->at.at[kind].bytes;) {
        ssize_t n = pread(s->fd, piece, sizeof piece, (off_t)at);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return fail("cannot be read back", o->cfg.dir, e);
        sha256_sum_add(s->sum, sv_from(piece, (size_t)n));
        at += (uint64_t)n;
    }
    return ERR_OK;
}

/* A segment that has begun is opened again; it may have been renamed, and then its collector died before the journal knew. */
static enum err_code open_stream(struct output *o, enum stream_kind kind, struct err *e) {
    char part[PATH_BYTES], closed[PATH_BYTES];
    struct stream *s = &o->stream[kind];
    s->sum = sha256_sum_new();
    if (!s->sum) return err_set(e, ERR_MEMORY, "no memory for the output");
    segment_path(o, kind, true, part);
    segment_path(o, kind, false, closed);
    if (o->at.at[kind].bytes == 0) return unlink(part) != 0 && errno != ENOENT ? fail("cannot be removed", part, e) : ERR_OK;
    if (access(part, F_OK) != 0 && access(closed, F_OK) == 0 && rename(closed, part) != 0) return fail("cannot be renamed", closed, e);
    enum err_code code = open_segment(o, kind, e);
    return code ? code : read_sum(o, kind, e);
}

/* The set is what the journal says, whatever it was before. */
static enum err_code load_ids(struct output *o, struct err *e) {
    struct hash128 ids[4096];
    id_set_clear(&o->ids);
    if (!id_set_init(&o->ids)) return err_set(e, ERR_MEMORY, "no memory for the output");
    for (uint64_t at = 0; at < o->at.id_bytes;) {
        uint64_t left = o->at.id_bytes - at;
        ssize_t n = pread(o->ids_fd, ids, left < sizeof ids ? (size_t)left : sizeof ids, (off_t)at);
        if (n < (ssize_t)sizeof *ids) return err_set(e, ERR_CONFLICT, "%s/.thresher/ids: shorter than the journal says: the folder was changed by hand", o->cfg.dir);
        size_t count = (size_t)n / sizeof *ids;
        for (size_t i = 0; i < count; i++)
            if (!id_set_add(&o->ids, &ids[i])) return err_set(e, ERR_MEMORY, "no memory for %zu ids", o->ids.count);
        at += count * sizeof *ids;
    }
    return ftruncate(o->ids_fd, (off_t)o->at.id_bytes) != 0 ? fail("cannot be cut back", o->cfg.dir, e) : ERR_OK;
}

static enum err_code open_ids(struct output *o, struct err *e) {
    char path[PATH_BYTES];
    o->ids_fd = open(name(o, path, ".thresher/ids"), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    return o->ids_fd < 0 ? fail("cannot be opened for writing", path, e) : load_ids(o, e);
}

enum err_code output_open(struct output **out, const struct output_cfg *cfg, struct err *e) {
    struct output *o = calloc(1, sizeof *o);
    *out = NULL;
    if (!o) return err_set(e, ERR_MEMORY, "no memory for the output");
    o->cfg = *cfg;
    o->lock = o->ids_fd = o->journal.fd = o->manifest.closed.fd = -1;
    sbuf_init(&o->waiting_ids, 0);
    for (int i = 0; i < STREAM_COUNT; i++) {
        o->stream[i].fd = -1;
        sbuf_init(&o->stream[i].waiting, 0);
        sbuf_init(&o->stream[i].encoded, 0);
    }
    enum err_code code = claim(o, e);
    if (!code) code = open_journal(o, e);
    const uint64_t numbers[] = {o->at.at[STREAM_ARTICLES].number, o->at.at[STREAM_DEAD].number};
    if (!code) code = manifest_open(&o->manifest, cfg->dir, numbers, e);
    for (int i = 0; !code && i < STREAM_COUNT; i++) code = open_stream(o, (enum stream_kind)i, e);
    if (!code) code = open_ids(o, e);
    if (code) output_close(&o);
    *out = o;
    return code;
}

void output_close(struct output **po) {
    struct output *o = *po;
    if (!o) return;
    for (int i = 0; i < STREAM_COUNT; i++) {
        struct stream *s = &o->stream[i];
        if (s->fd >= 0) close(s->fd);
        sbuf_clear(&s->waiting);
        sbuf_clear(&s->encoded);
        sha256_sum_free(&s->sum);
    }
    if (o->ids_fd >= 0) close(o->ids_fd);
    if (o->lock >= 0) close(o->lock);
    line_file_close(&o->journal);
    manifest_close(&o->manifest);
    sbuf_clear(&o->waiting_ids);
    id_set_clear(&o->ids);
    free(o);
    *po = NULL;
}

const char *output_folder_id(const struct output *o) { return o->folder_id; }

uint64_t output_commit_number(const struct output *o) { return o->at.commit; }

uint64_t output_commit_token(const struct output *o) { return o->at.token; }

uint64_t output_closed_segments(const struct output *o) {
    uint64_t closed = 0;
    for (size_t i = 0; i < STREAM_COUNT; i++) closed += o->at.at[i].number - 1;
    return closed;
}

/* -- writing --------------------------------------------------------------------------------------------------------------- */

bool output_has(const struct output *o, const struct hash128 *id) { return id_set_has(&o->ids, id); }

bool output_add(struct output *o, const struct hash128 *id, sv record, bool dead) {
    struct stream *s = &o->stream[dead ? STREAM_DEAD : STREAM_ARTICLES];
    sbuf_add(&s->waiting, record);
    sbuf_add(&o->waiting_ids, sv_from((const char *)id->b, sizeof id->b));
    s->waiting_records++;
    return !s->waiting.err && !o->waiting_ids.err && id_set_add(&o->ids, id);
}

static enum compress_kind compress_of(const struct output *o, enum stream_kind kind) { return kind == STREAM_DEAD ? COMPRESS_NONE : o->cfg.compress; }

bool output_is_full(const struct output *o) {
    for (int i = 0; i < STREAM_COUNT; i++) {
        const struct stream *s = &o->stream[i];
        const struct segment *at = &o->at.at[i];
        if (o->cfg.segment_records && at->records + s->waiting_records >= o->cfg.segment_records) return true;
        if (compress_of(o, (enum stream_kind)i) == COMPRESS_NONE && at->bytes + s->waiting.n >= o->cfg.segment_bytes) return true;
    }
    return false;
}

/* At `from`, also after a write that failed half-way. */
static enum err_code write_at(int fd, uint64_t from, sv bytes, const char *path, struct err *e) {
    if (lseek(fd, (off_t)from, SEEK_SET) < 0) return fail("cannot be written", path, e);
    enum err_code code = file_write_all(fd, bytes, path, e);
    if (!code && fdatasync(fd) != 0) code = fail("cannot be synced", path, e);
    return code;
}

static enum err_code write_stream(struct output *o, enum stream_kind kind, struct committed *next, struct err *e) {
    char path[PATH_BYTES];
    struct stream *s = &o->stream[kind];
    sbuf_reset(&s->encoded);
    if (s->waiting_records == 0) return ERR_OK;
    enum err_code code = compress_append(compress_of(o, kind), sbuf_view(&s->waiting), &s->encoded, e);
    if (!code && s->fd < 0) code = open_segment(o, kind, e);
    if (!code) code = write_at(s->fd, o->at.at[kind].bytes, sbuf_view(&s->encoded), segment_path(o, kind, true, path), e);
    next->at[kind].bytes += s->encoded.n;
    next->at[kind].records += s->waiting_records;
    return code;
}

enum err_code output_commit(struct output *o, uint64_t token, struct err *e) {
    char path[PATH_BYTES];
    struct committed next = o->at;
    enum err_code code = ERR_OK;
    if (o->waiting_ids.n == 0) return ERR_OK;
    next.token = token;
    next.commit++;
    for (int i = 0; !code && i < STREAM_COUNT; i++) code = write_stream(o, (enum stream_kind)i, &next, e);
    if (!code) code = write_at(o->ids_fd, o->at.id_bytes, sbuf_view(&o->waiting_ids), name(o, path, ".thresher/ids"), e);
    next.id_bytes += o->waiting_ids.n;
    if (!code) code = write_journal(o, &next, e);
    if (code) return code;
    o->before = o->at;
    o->has_before = true;
    o->at = next;
    for (int i = 0; i < STREAM_COUNT; i++) {
        struct stream *s = &o->stream[i];
        sha256_sum_add(s->sum, sbuf_view(&s->encoded));
        sbuf_reset(&s->waiting);
        s->waiting_records = 0;
    }
    sbuf_reset(&o->waiting_ids);
    /* What is committed is committed, also when this fails. */
    if (o->journal.bytes > JOURNAL_MAX) (void)!renew_journal(o, NULL);
    return ERR_OK;
}

void output_settle(struct output *o) { o->has_before = false; }

bool output_is_settled(const struct output *o) { return !o->has_before; }

enum err_code output_revert(struct output *o, struct err *e) {
    char path[PATH_BYTES];
    if (!o->has_before) return ERR_OK;
    for (int i = 0; i < STREAM_COUNT; i++) {
        sbuf_reset(&o->stream[i].waiting);
        o->stream[i].waiting_records = 0;
    }
    sbuf_reset(&o->waiting_ids);
    enum err_code code = write_journal(o, &o->before, e);
    if (code) return code;
    o->at = o->before;
    o->has_before = false;
    for (int i = 0; !code && i < STREAM_COUNT; i++) {
        struct stream *s = &o->stream[i];
        if (s->fd < 0) continue;
        if (ftruncate(s->fd, (off_t)o->at.at[i].bytes) != 0) return fail("cannot be cut back", segment_path(o, (enum stream_kind)i, true, path), e);
        code = read_sum(o, (enum stream_kind)i, e);
    }
    return code ? code : load_ids(o, e);
}

/* -- closing --------------------------------------------------------------------------------------------------------------- */

/* Rename, list, journal: each step may be found done already when a full disk stopped the one before. */
static enum err_code close_segment(struct output *o, enum stream_kind kind, struct err *e) {
    char part[PATH_BYTES], closed[PATH_BYTES];
    struct stream *s = &o->stream[kind];
    const struct segment *at = &o->at.at[kind];
    struct manifest_file file = {.dead = kind == STREAM_DEAD, .number = at->number, .bytes = at->bytes, .records = at->records};
    segment_file(o, kind, at->number, file.name);
    segment_path(o, kind, true, part);
    segment_path(o, kind, false, closed);
    if (at->bytes == 0) {
        if (s->fd >= 0) close(s->fd);
        s->fd = -1;
        return unlink(part) != 0 && errno != ENOENT ? fail("cannot be removed", part, e) : ERR_OK;
    }
    if (!sha256_sum_view(s->sum, &file.sum)) return err_set(e, ERR_MEMORY, "no memory for a hash");
    if (ftruncate(s->fd, (off_t)at->bytes) != 0) return fail("cannot be cut back", part, e);
    if (rename(part, closed) != 0 && !(errno == ENOENT && access(closed, F_OK) == 0)) return fail("cannot be renamed", part, e);
    enum err_code code = file_sync_dir_of(closed, e);
    if (!code) code = manifest_add(&o->manifest, &file, e);
    struct committed next = o->at;
    next.at[kind] = (struct segment){.number = at->number + 1};
    if (!code) code = write_journal(o, &next, e);
    if (code) return code;
    o->at = next;
    o->has_before = false;
    close(s->fd);
    s->fd = -1;
    sha256_sum_reset(s->sum);
    return ERR_OK;
}

static enum err_code write_manifest(struct output *o, bool finished, struct err *e) {
    const struct manifest_facts facts = {.crawl_id = o->cfg.crawl_id, .format = o->cfg.format, .preset = o->cfg.preset, .compress = compress_name(o->cfg.compress),
                                         .ids = o->at.id_bytes / sizeof(struct hash128), .finished = finished};
    o->manifest_ms = clock_mono_ms();
    return manifest_write(&o->manifest, &facts, e);
}

static bool is_due(const struct output *o, enum stream_kind kind) {
    const struct segment *at = &o->at.at[kind];
    if (at->records == 0) return false;
    return at->bytes >= o->cfg.segment_bytes || (o->cfg.segment_records && at->records >= o->cfg.segment_records) ||
           (o->cfg.segment_age_ms && clock_mono_ms() - o->stream[kind].begun_ms >= o->cfg.segment_age_ms);
}

enum err_code output_rotate(struct output *o, struct err *e) {
    enum err_code code = ERR_OK;
    bool closed = false;
    for (int i = 0; !code && i < STREAM_COUNT && output_is_settled(o); i++) {
        if (!is_due(o, (enum stream_kind)i)) continue;
        code = close_segment(o, (enum stream_kind)i, e);
        closed = true;
    }
    return !code && closed && clock_mono_ms() - o->manifest_ms >= MANIFEST_EVERY_MS ? write_manifest(o, false, e) : code;
}

enum err_code output_finish(struct output *o, struct err *e) {
    enum err_code code = ERR_OK;
    bool settled = output_is_settled(o);
    for (int i = 0; !code && i < STREAM_COUNT && settled; i++) code = close_segment(o, (enum stream_kind)i, e);
    return code ? code : write_manifest(o, settled, e);
}
