#include "output_folder.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <yyjson.h>

#include "base/file.h"
#include "stored_file.h"
#include "stored_record.h"

enum { PATH_BYTES = 4096, MANIFEST_MAX = 256 << 20, RECORD_MAX = 512 << 20, TOLD_A_FILE = 10 };

struct listed {
    const char *name;
    bool dead;
    uint64_t bytes, records;
    struct sha256 sum;
};

struct seen_id {
    struct hash128 id;
    uint32_t file; /* index in listed */
};

struct check {
    const char *dir;
    struct arena *arena;
    struct arena scratch;
    struct output_report *report;
    size_t problem_cap;
    enum result_format format;
    bool finished;
    uint64_t ids; /* as the manifest says */
    struct listed *files;
    size_t file_count, file_cap;
    struct seen_id *seen;
    size_t seen_count, seen_cap;
};

static void PRINTF_LIKE(3, 4) tell(struct check *c, const char *file, const char *format, ...) {
    struct output_report *r = c->report;
    if (r->problem_count++ >= PROBLEMS_KEPT) return;
    size_t at = r->problem_count - 1;
    if (!arena_grow(c->arena, (void **)&r->problems, at, &c->problem_cap, sizeof *r->problems)) return;
    va_list args;
    va_start(args, format);
    r->problems[at].file = file;
    vsnprintf(r->problems[at].text, sizeof r->problems[at].text, format, args);
    va_end(args);
}

/* -- manifest -------------------------------------------------------------------------------------------------------------- */

static sv text_of(yyjson_val *object, const char *key) {
    yyjson_val *v = yyjson_obj_get(object, key);
    return sv_from(yyjson_get_str(v), yyjson_get_len(v));
}

/* A name of the collector's, so that a manifest cannot lead out of the folder. */
static bool is_plain_name(sv name, bool dead) {
    return name.n < 100 && sv_starts(name, dead ? SV("dead-") : SV("articles-")) && !sv_has(name, SV("/")) && memchr(name.p, '\0', name.n) == NULL;
}

static enum err_code read_list(struct check *c, yyjson_val *list, bool dead, struct err *e) {
    size_t i, count;
    yyjson_val *item;
    yyjson_arr_foreach(list, i, count, item) {
        sv name = text_of(item, "file"), sum = text_of(item, "sha256");
        struct listed f = {.dead = dead, .bytes = yyjson_get_uint(yyjson_obj_get(item, "bytes")), .records = yyjson_get_uint(yyjson_obj_get(item, "records"))};
        if (!is_plain_name(name, dead) || !hex_decode(sum, f.sum.b, sizeof f.sum.b)) {
            tell(c, NULL, "manifest.json: entry %zu of %s is not one of a collector's", i + 1, dead ? "dead" : "segments");
            continue;
        }
        f.name = arena_dup(c->arena, name).p;
        if (!f.name || !arena_grow(c->arena, (void **)&c->files, c->file_count, &c->file_cap, sizeof *c->files)) return err_set(e, ERR_MEMORY, "no memory for the manifest");
        c->files[c->file_count++] = f;
    }
    return ERR_OK;
}

static enum err_code read_manifest(struct check *c, struct err *e) {
    char path[PATH_BYTES];
    struct sbuf text;
    snprintf(path, sizeof path, "%s/manifest.json", c->dir);
    sbuf_init(&text, MANIFEST_MAX);
    enum err_code code = file_read(path, &text, e);
    yyjson_doc *doc = code ? NULL : yyjson_read(text.p, text.n, YYJSON_READ_NOFLAG);
    yyjson_val *root = yyjson_doc_get_root(doc);
    if (!code && yyjson_get_uint(yyjson_obj_get(root, "version")) != 1)
        code = err_set(e, ERR_INPUT, "%s: is not a manifest that this version knows", path);
    if (!code && !result_format_parse(text_of(root, "format"), &c->format)) code = err_set(e, ERR_INPUT, "%s: names no format", path);
    c->finished = yyjson_get_bool(yyjson_obj_get(root, "finished"));
    c->ids = yyjson_get_uint(yyjson_obj_get(root, "ids"));
    if (!code) code = read_list(c, yyjson_obj_get(root, "segments"), false, e);
    if (!code) code = read_list(c, yyjson_obj_get(root, "dead"), true, e);
    yyjson_doc_free(doc);
    sbuf_clear(&text);
    return code;
}

static bool is_listed(const struct check *c, const char *name) {
    for (size_t i = 0; i < c->file_count; i++)
        if (strcmp(c->files[i].name, name) == 0) return true;
    return false;
}

/* Files of a collector that the manifest does not know. */
static enum err_code look_around(struct check *c, struct err *e) {
    DIR *dir = opendir(c->dir);
    if (!dir) return err_set(e, err_from_errno(errno), "%s: cannot be read: %s", c->dir, strerror(errno));
    for (struct dirent *d; (d = readdir(dir));) {
        sv name = sv_cstr(d->d_name);
        if (!sv_starts(name, SV("articles-")) && !sv_starts(name, SV("dead-"))) continue;
        const char *kept = arena_dup(c->arena, name).p;
        if (sv_ends(name, SV(".part"))) tell(c, kept, "is not finished, and its end may lie in another collector's folder: a collector writes it, or died: start a collector on the folder again, and stop it");
        else if (!is_listed(c, d->d_name)) tell(c, kept, "is not in the manifest");
    }
    closedir(dir);
    if (!c->finished) tell(c, NULL, "manifest.json: says that the folder is not finished");
    return ERR_OK;
}

/* -- files ----------------------------------------------------------------------------------------------------------------- */

static bool note_id(struct check *c, const struct hash128 *id, bool dead, size_t file) {
    if (c->seen_count == c->seen_cap) {
        size_t cap = c->seen_cap ? 2 * c->seen_cap : 4096;
        struct seen_id *more = realloc(c->seen, cap * sizeof *more);
        if (!more) return false;
        c->seen = more;
        c->seen_cap = cap;
    }
    c->seen[c->seen_count] = (struct seen_id){*id, (uint32_t)file};
    /* A dead letter may have a result too, when an operator retried it. */
    if (dead) c->seen[c->seen_count].id.b[0] ^= 0xFF;
    c->seen_count++;
    return true;
}

/* All whole records at the front of the buffer. */
static enum err_code take_records(struct check *c, size_t file, struct sbuf *data, uint64_t *records, unsigned *told, struct err *e) {
    const struct listed *f = &c->files[file];
    enum result_format format = f->dead ? RESULT_JSONL : c->format;
    sv rest = sbuf_view(data), record;
    for (size_t size; stored_record_cut(format, rest, &record, &size); rest = sv_skip(rest, size)) {
        struct hash128 id;
        struct err why;
        ++*records;
        arena_reset(&c->scratch);
        if (stored_record_id(format, record, &c->scratch, &id, &why) != ERR_OK) {
            if ((*told)++ < TOLD_A_FILE) tell(c, f->name, "record %" PRIu64 " %s", *records, why.msg);
        } else if (!note_id(c, &id, f->dead, file))
            return err_set(e, ERR_MEMORY, "no memory for %zu ids", c->seen_count);
    }
    sbuf_consume(data, data->n - rest.n);
    return ERR_OK;
}

static enum err_code read_records(struct check *c, size_t file, const char *path, uint64_t *records, struct err *e) {
    struct stored_file *in = NULL;
    struct sbuf data;
    struct err why;
    unsigned told = 0;
    bool end = false;
    sbuf_init(&data, RECORD_MAX);
    enum err_code code = ERR_OK, broken = stored_file_open(&in, path, &why);
    /* A record that is not whole yet is looked for again when there is twice as much of it. */
    for (size_t wanted = 1; !code && !broken && !end;) {
        while (!broken && !end && data.n < wanted) broken = stored_file_read(in, &data, &end, &why);
        code = take_records(c, file, &data, records, &told, e);
        wanted = data.n ? 2 * data.n : 1;
    }
    if (broken) tell(c, c->files[file].name, "%s", why.msg);
    else if (!code && data.n) tell(c, c->files[file].name, "ends in %zu bytes that are no record", data.n);
    if (told > TOLD_A_FILE) tell(c, c->files[file].name, "%u more records like these", told - TOLD_A_FILE);
    stored_file_close(&in);
    sbuf_clear(&data);
    return code;
}

static enum err_code check_file(struct check *c, size_t file, struct err *e) {
    const struct listed *f = &c->files[file];
    char path[PATH_BYTES];
    struct sha256 sum;
    struct err why;
    uint64_t bytes, records = 0;
    snprintf(path, sizeof path, "%s/%s", c->dir, f->name);
    enum err_code code = stored_file_sum(path, &bytes, &sum, &why);
    if (code == ERR_NOT_FOUND) tell(c, f->name, "is missing");
    else if (code) tell(c, f->name, "%s", why.msg);
    if (code) return ERR_OK;
    if (bytes != f->bytes) tell(c, f->name, "has %" PRIu64 " bytes, the manifest says %" PRIu64, bytes, f->bytes);
    else if (memcmp(sum.b, f->sum.b, sizeof sum.b) != 0) tell(c, f->name, "has another SHA-256 than the manifest says");
    code = read_records(c, file, path, &records, e);
    if (!code && records != f->records) tell(c, f->name, "has %" PRIu64 " records, the manifest says %" PRIu64, records, f->records);
    c->report->files++;
    c->report->bytes += bytes;
    c->report->records += records;
    return code;
}

static int by_id(const void *a, const void *b) { return memcmp(((const struct seen_id *)a)->id.b, ((const struct seen_id *)b)->id.b, sizeof(struct hash128)); }

static void check_ids(struct check *c) {
    if (c->seen_count) qsort(c->seen, c->seen_count, sizeof *c->seen, by_id);
    for (size_t i = 0; i < c->seen_count; i++) {
        if (i && memcmp(c->seen[i].id.b, c->seen[i - 1].id.b, sizeof c->seen[i].id.b) == 0) {
            const char *file = c->files[c->seen[i].file].name, *other = c->files[c->seen[i - 1].file].name;
            struct hash128 id = c->seen[i].id;
            char hex[2 * sizeof id.b + 1];
            if (c->files[c->seen[i].file].dead) id.b[0] ^= 0xFF;
            hex_encode(id.b, sizeof id.b, hex);
            tell(c, file, "holds id %s, which %s holds too", hex, file == other ? "another of its records" : other);
        } else
            c->report->ids++;
    }
    if (c->ids != c->report->ids) tell(c, NULL, "%" PRIu64 " ids were found, the manifest says %" PRIu64, c->report->ids, c->ids);
}

enum err_code output_folder_check(const char *dir, struct arena *arena, struct output_report *report, struct err *e) {
    struct check c = {.dir = dir, .arena = arena, .report = report};
    *report = (struct output_report){0};
    arena_init(&c.scratch, 0);
    enum err_code code = read_manifest(&c, e);
    if (!code) code = look_around(&c, e);
    for (size_t i = 0; !code && i < c.file_count; i++) code = check_file(&c, i, e);
    if (!code) check_ids(&c);
    if (!code && arena->failed) code = err_set(e, ERR_MEMORY, "no memory for the report");
    free(c.seen);
    arena_clear(&c.scratch);
    return code;
}
