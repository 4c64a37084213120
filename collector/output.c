#define _GNU_SOURCE
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json_out.h"

enum { PATH_BYTES = 4096, LINE_MAX_BYTES = 256 };

enum part { PART_SEGMENT, PART_DEAD, PART_IDS, PART_COUNT };

/* What the last journal line says is on disk. */
struct committed {
    uint64_t segment; /* number, from 1 */
    uint64_t records; /* in it */
    uint64_t bytes[PART_COUNT];
};

struct output {
    struct output_cfg cfg;
    int lock, journal, fd[PART_COUNT];
    struct committed at;
    struct sbuf waiting[PART_COUNT];
    uint64_t waiting_records;
    struct hash128 *slots; /* open addressing; the zero id stands for none */
    size_t slot_count, id_count;
};

/* -- names ----------------------------------------------------------------------------------------------------------------- */

static const char *name(const struct output *o, char path[PATH_BYTES], const char *file) {
    snprintf(path, PATH_BYTES, "%s/%s", o->cfg.dir, file);
    return path;
}

static const char *segment_name(const struct output *o, char path[PATH_BYTES], uint64_t number, bool open) {
    char file[64];
    snprintf(file, sizeof file, "articles-%05" PRIu64 ".jsonl%s", number, open ? ".part" : "");
    return name(o, path, file);
}

static enum err_code fail(const char *what, const char *path, struct err *e) {
    int error = errno;
    return err_set(e, err_from_errno(error), "%s: %s: %s", path, what, strerror(error));
}

/* -- ids ------------------------------------------------------------------------------------------------------------------- */

static size_t slot_of(const struct output *o, const struct hash128 *id) {
    uint64_t h;
    memcpy(&h, id->b, sizeof h);
    size_t i = (size_t)h & (o->slot_count - 1);
    static const struct hash128 none;
    while (memcmp(&o->slots[i], &none, sizeof none) != 0 && memcmp(&o->slots[i], id, sizeof *id) != 0) i = (i + 1) & (o->slot_count - 1);
    return i;
}

bool output_has(const struct output *o, const struct hash128 *id) { return memcmp(&o->slots[slot_of(o, id)], id, sizeof *id) == 0; }

static bool remember(struct output *o, const struct hash128 *id) {
    if ((o->id_count + 1) * 2 > o->slot_count) {
        struct hash128 *old = o->slots;
        size_t old_count = o->slot_count;
        o->slots = calloc(old_count * 2, sizeof *old);
        if (!o->slots) {
            o->slots = old;
            return false;
        }
        o->slot_count = old_count * 2;
        static const struct hash128 none;
        for (size_t i = 0; i < old_count; i++)
            if (memcmp(&old[i], &none, sizeof none) != 0) o->slots[slot_of(o, &old[i])] = old[i];
        free(old);
    }
    struct hash128 *slot = &o->slots[slot_of(o, id)];
    o->id_count += memcmp(slot, id, sizeof *id) != 0;
    *slot = *id;
    return true;
}

static enum err_code load_ids(struct output *o, struct err *e) {
    struct hash128 ids[4096];
    for (uint64_t at = 0; at < o->at.bytes[PART_IDS];) {
        ssize_t n = pread(o->fd[PART_IDS], ids, sizeof ids, (off_t)at);
        if (n < (ssize_t)sizeof *ids) return err_set(e, ERR_IO, "%s/.thresher/ids: shorter than the journal says: the folder was changed by hand", o->cfg.dir);
        size_t count = (size_t)n / sizeof *ids;
        for (size_t i = 0; i < count; i++)
            if (!remember(o, &ids[i])) return err_set(e, ERR_MEMORY, "no memory for %zu ids", o->id_count);
        at += count * sizeof *ids;
    }
    return ERR_OK;
}

/* -- journal --------------------------------------------------------------------------------------------------------------- */

static size_t format_line(const struct committed *c, char line[LINE_MAX_BYTES]) {
    int n = snprintf(line, LINE_MAX_BYTES, "%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64, c->segment, c->records, c->bytes[PART_SEGMENT],
                     c->bytes[PART_DEAD], c->bytes[PART_IDS]);
    return (size_t)n + (size_t)snprintf(line + n, LINE_MAX_BYTES - (size_t)n, " %016" PRIx64 "\n", hash64(sv_from(line, (size_t)n)));
}

/* A line counts when its hash agrees. */
static bool parse_line(sv line, struct committed *out) {
    struct committed c = {0};
    char again[LINE_MAX_BYTES];
    sv rest = line;
    uint64_t *const fields[] = {&c.segment, &c.records, &c.bytes[PART_SEGMENT], &c.bytes[PART_DEAD], &c.bytes[PART_IDS]};
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        if (!sv_to_u64(sv_cut(&rest, ' '), fields[i])) return false;
    size_t n = format_line(&c, again);
    if (!sv_eq(line, sv_from(again, n - 1))) return false;
    *out = c;
    return true;
}

static enum err_code write_journal(struct output *o, const struct committed *next, struct err *e) {
    char line[LINE_MAX_BYTES], path[PATH_BYTES];
    size_t n = format_line(next, line);
    name(o, path, ".thresher/journal");
    enum err_code code = file_write_all(o->journal, sv_from(line, n), path, e);
    if (!code && fdatasync(o->journal) != 0) code = fail("cannot be synced", path, e);
    if (!code) o->at = *next;
    return code;
}

static enum err_code open_journal(struct output *o, struct err *e) {
    char path[PATH_BYTES], line[LINE_MAX_BYTES];
    struct sbuf text;
    struct err why;
    sbuf_init(&text, 0);
    o->at = (struct committed){.segment = 1};
    name(o, path, ".thresher/journal");
    enum err_code code = file_read(path, &text, &why);
    sv rest = code ? SV_NONE : sbuf_view(&text);
    while (rest.n) {
        sv one = sv_cut(&rest, '\n');
        if (!parse_line(one, &o->at)) break;
    }
    sbuf_clear(&text);
    if (code && code != ERR_NOT_FOUND) {
        if (e) *e = why;
        return code;
    }
    /* One line again, so that the journal does not grow from start to start. */
    size_t n = format_line(&o->at, line);
    code = file_replace(path, sv_from(line, n), e);
    if (code) return code;
    o->journal = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    return o->journal < 0 ? fail("cannot be opened", path, e) : ERR_OK;
}

/* -- files ----------------------------------------------------------------------------------------------------------------- */

static enum err_code open_part(struct output *o, enum part part, const char *path, struct err *e) {
    o->fd[part] = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (o->fd[part] < 0) return fail("cannot be opened for writing", path, e);
    struct stat st;
    if (fstat(o->fd[part], &st) != 0) return fail("cannot be looked at", path, e);
    if ((uint64_t)st.st_size < o->at.bytes[part]) return err_set(e, ERR_CONFLICT, "%s: shorter than the journal says: the folder was changed by hand", path);
    if (ftruncate(o->fd[part], (off_t)o->at.bytes[part]) != 0) return fail("cannot be cut back", path, e);
    return ERR_OK;
}

static enum err_code open_segment(struct output *o, struct err *e) {
    char part[PATH_BYTES], closed[PATH_BYTES];
    segment_name(o, part, o->at.segment, true);
    segment_name(o, closed, o->at.segment, false);
    /* Renamed, and then killed before the journal knew. */
    if (access(part, F_OK) != 0 && access(closed, F_OK) == 0 && rename(closed, part) != 0) return fail("cannot be renamed", closed, e);
    return open_part(o, PART_SEGMENT, part, e);
}

static enum err_code claim(struct output *o, struct err *e) {
    char path[PATH_BYTES];
    struct sbuf owner;
    struct err why;
    enum err_code code = file_make_dirs(name(o, path, ".thresher"), e);
    if (code) return code;
    o->lock = open(name(o, path, ".thresher/lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (o->lock < 0) return fail("cannot be opened", path, e);
    if (flock(o->lock, LOCK_EX | LOCK_NB) != 0) return err_set(e, ERR_CONFLICT, "%s: another collector writes here: stop it, or choose another folder", o->cfg.dir);
    sbuf_init(&owner, 0);
    name(o, path, ".thresher/crawl");
    if (file_read(path, &owner, &why) == ERR_NOT_FOUND) code = file_replace(path, sv_cstr(o->cfg.crawl_id), e);
    else if (!sv_eq(sbuf_view(&owner), sv_cstr(o->cfg.crawl_id)))
        code = err_set(e, ERR_CONFLICT, "%s: holds the output of crawl '%.*s', not of '%s': choose another folder or that --crawl-id", o->cfg.dir, SV_ARG(sbuf_view(&owner)), o->cfg.crawl_id);
    sbuf_clear(&owner);
    return code;
}

enum err_code output_open(struct output **out, const struct output_cfg *cfg, struct err *e) {
    struct output *o = calloc(1, sizeof *o);
    char path[PATH_BYTES];
    *out = NULL;
    if (!o) return err_set(e, ERR_MEMORY, "no memory for the output");
    o->cfg = *cfg;
    o->lock = o->journal = -1;
    for (int i = 0; i < PART_COUNT; i++) {
        o->fd[i] = -1;
        sbuf_init(&o->waiting[i], 0);
    }
    o->slot_count = 1024;
    o->slots = calloc(o->slot_count, sizeof *o->slots);
    enum err_code code = o->slots ? claim(o, e) : err_set(e, ERR_MEMORY, "no memory for the output");
    if (!code) code = open_journal(o, e);
    if (!code) code = open_segment(o, e);
    if (!code) code = open_part(o, PART_DEAD, name(o, path, "dead-00001.jsonl"), e);
    if (!code) code = open_part(o, PART_IDS, name(o, path, ".thresher/ids"), e);
    if (!code) code = load_ids(o, e);
    if (code) output_close(&o);
    *out = o;
    return code;
}

void output_close(struct output **po) {
    struct output *o = *po;
    if (!o) return;
    for (int i = 0; i < PART_COUNT; i++) {
        if (o->fd[i] >= 0) close(o->fd[i]);
        sbuf_clear(&o->waiting[i]);
    }
    if (o->journal >= 0) close(o->journal);
    if (o->lock >= 0) close(o->lock);
    free(o->slots);
    free(o);
    *po = NULL;
}

/* -- writing --------------------------------------------------------------------------------------------------------------- */

bool output_add(struct output *o, const struct hash128 *id, sv line, bool dead) {
    struct sbuf *to = &o->waiting[dead ? PART_DEAD : PART_SEGMENT];
    sbuf_add(to, line);
    sbuf_add(&o->waiting[PART_IDS], sv_from((const char *)id->b, sizeof id->b));
    o->waiting_records += !dead;
    return !to->err && !o->waiting[PART_IDS].err && remember(o, id);
}

static enum err_code write_part(struct output *o, enum part part, struct err *e) {
    static const char *const names[PART_COUNT] = {"the segment", "dead-00001.jsonl", ".thresher/ids"};
    char path[PATH_BYTES];
    if (o->waiting[part].n == 0) return ERR_OK;
    name(o, path, names[part]);
    /* From the committed end, also after a write that failed half-way. */
    if (lseek(o->fd[part], (off_t)o->at.bytes[part], SEEK_SET) < 0) return fail("cannot be written", path, e);
    enum err_code code = file_write_all(o->fd[part], sbuf_view(&o->waiting[part]), path, e);
    if (!code && fdatasync(o->fd[part]) != 0) code = fail("cannot be synced", path, e);
    return code;
}

static enum err_code write_manifest(const struct output *o, struct err *e) {
    char path[PATH_BYTES];
    struct sbuf text;
    struct json_out j;
    sbuf_init(&text, 0);
    json_out_init(&j, &text);
    json_out_open(&j, '{');
    json_out_kv(&j, "crawl_id", sv_cstr(o->cfg.crawl_id));
    json_out_key(&j, "segments");
    json_out_open(&j, '[');
    for (uint64_t i = 1; i <= o->at.segment; i++) {
        struct stat st;
        if (stat(segment_name(o, path, i, false), &st) != 0) continue;
        json_out_open(&j, '{');
        json_out_kv(&j, "file", sv_cstr(strrchr(path, '/') + 1));
        json_out_kv_u64(&j, "bytes", (uint64_t)st.st_size);
        json_out_close(&j, '}');
    }
    json_out_close(&j, ']');
    json_out_close(&j, '}');
    sbuf_add_char(&text, '\n');
    enum err_code code = file_replace(name(o, path, "manifest.json"), sbuf_view(&text), e);
    sbuf_clear(&text);
    return code;
}

enum err_code output_finish(struct output *o, struct err *e) {
    char part[PATH_BYTES], closed[PATH_BYTES];
    if (o->at.bytes[PART_SEGMENT] == 0) {
        if (unlink(segment_name(o, part, o->at.segment, true)) != 0 && errno != ENOENT) return fail("cannot be removed", part, e);
        return write_manifest(o, e);
    }
    if (rename(segment_name(o, part, o->at.segment, true), segment_name(o, closed, o->at.segment, false)) != 0) return fail("cannot be renamed", part, e);
    enum err_code code = file_sync_dir_of(closed, e);
    if (!code) code = write_manifest(o, e);
    struct committed next = o->at;
    next.segment++;
    next.records = next.bytes[PART_SEGMENT] = 0;
    if (!code) code = write_journal(o, &next, e);
    close(o->fd[PART_SEGMENT]);
    o->fd[PART_SEGMENT] = -1;
    return code;
}

enum err_code output_commit(struct output *o, struct err *e) {
    struct committed next = o->at;
    enum err_code code = o->fd[PART_SEGMENT] < 0 ? open_segment(o, e) : ERR_OK;
    for (int i = 0; !code && i < PART_COUNT; i++) {
        code = write_part(o, (enum part)i, e);
        next.bytes[i] += o->waiting[i].n;
    }
    next.records += o->waiting_records;
    if (!code) code = write_journal(o, &next, e);
    if (code) return code;
    for (int i = 0; i < PART_COUNT; i++) sbuf_reset(&o->waiting[i]);
    o->waiting_records = 0;
    return o->at.bytes[PART_SEGMENT] >= o->cfg.segment_bytes ? output_finish(o, e) : ERR_OK;
}
