#include "manifest.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/file.h"
#include "base/json_out.h"

enum { LINE_BYTES = 256, MANIFEST_VERSION = 1 };

static size_t format_line(const struct manifest_file *f, char line[LINE_BYTES]) {
    char hex[2 * sizeof f->sum.b + 1];
    hex_encode(f->sum.b, sizeof f->sum.b, hex);
    return (size_t)snprintf(line, LINE_BYTES, "%s %s %" PRIu64 " %" PRIu64 " %" PRIu64 " %s", f->dead ? "dead" : "articles", f->name, f->number, f->records, f->bytes, hex);
}

static bool parse_line(sv line, struct manifest_file *out) {
    struct manifest_file f = {.dead = sv_eq(sv_cut(&line, ' '), SV("dead"))};
    sv name = sv_cut(&line, ' ');
    if (!name.n || name.n >= sizeof f.name) return false;
    memcpy(f.name, name.p, name.n);
    if (!sv_to_u64(sv_cut(&line, ' '), &f.number) || !sv_to_u64(sv_cut(&line, ' '), &f.records) || !sv_to_u64(sv_cut(&line, ' '), &f.bytes)) return false;
    if (!hex_decode(line, f.sum.b, sizeof f.sum.b)) return false;
    *out = f;
    return true;
}

static enum err_code keep(struct manifest *m, const struct manifest_file *f, struct err *e) {
    if (m->count == m->cap) {
        size_t cap = m->cap ? m->cap * 2 : 64;
        struct manifest_file *more = realloc(m->files, cap * sizeof *more);
        if (!more) return err_set(e, ERR_MEMORY, "no memory for a manifest of %zu files", m->count);
        m->files = more;
        m->cap = cap;
    }
    m->files[m->count++] = *f;
    return ERR_OK;
}

enum err_code manifest_open(struct manifest *m, const char *dir, const uint64_t open_numbers[2], struct err *e) {
    char line[LINE_BYTES];
    struct sbuf text, again;
    *m = (struct manifest){.closed = {.fd = -1}};
    snprintf(m->closed_path, sizeof m->closed_path, "%s/.thresher/closed", dir);
    snprintf(m->path, sizeof m->path, "%s/manifest.json", dir);
    sbuf_init(&text, 0);
    sbuf_init(&again, 0);
    enum err_code code = line_file_read(m->closed_path, &text, e);
    for (sv rest = sbuf_view(&text); !code && rest.n;) {
        struct manifest_file f;
        if (!parse_line(sv_cut(&rest, '\n'), &f)) code = err_set(e, ERR_CONFLICT, "%s: has a line that is not ours: the folder was changed by hand", m->closed_path);
        else if (f.number < open_numbers[f.dead]) {
            code = keep(m, &f, e);
            sbuf_add(&again, sv_from(line, format_line(&f, line)));
            sbuf_add_char(&again, '\n');
        }
    }
    if (!code) code = line_file_open(&m->closed, m->closed_path, sbuf_view(&again), e);
    sbuf_clear(&text);
    sbuf_clear(&again);
    return code;
}

void manifest_close(struct manifest *m) {
    line_file_close(&m->closed);
    free(m->files);
    m->files = NULL;
    m->count = m->cap = 0;
}

enum err_code manifest_add(struct manifest *m, const struct manifest_file *f, struct err *e) {
    char line[LINE_BYTES];
    for (size_t i = m->count; i > 0; i--)
        if (m->files[i - 1].dead == f->dead && m->files[i - 1].number == f->number) return ERR_OK;
    enum err_code code = line_file_append(&m->closed, sv_from(line, format_line(f, line)), e);
    return code ? code : keep(m, f, e);
}

static void write_files(struct json_out *j, const struct manifest *m, bool dead) {
    json_out_key(j, dead ? "dead" : "segments");
    json_out_open(j, '[');
    for (size_t i = 0; i < m->count; i++) {
        const struct manifest_file *f = &m->files[i];
        char hex[2 * sizeof f->sum.b + 1];
        if (f->dead != dead) continue;
        hex_encode(f->sum.b, sizeof f->sum.b, hex);
        json_out_open(j, '{');
        json_out_kv(j, "file", sv_cstr(f->name));
        json_out_kv_u64(j, "bytes", f->bytes);
        json_out_kv_u64(j, "records", f->records);
        json_out_kv(j, "sha256", sv_cstr(hex));
        json_out_close(j, '}');
    }
    json_out_close(j, ']');
}

enum err_code manifest_write(struct manifest *m, const struct manifest_facts *facts, struct err *e) {
    struct sbuf text;
    struct json_out j;
    sbuf_init(&text, 0);
    json_out_init(&j, &text);
    json_out_open(&j, '{');
    json_out_kv_u64(&j, "version", MANIFEST_VERSION);
    json_out_kv(&j, "crawl_id", sv_cstr(facts->crawl_id));
    json_out_kv(&j, "format", sv_cstr(facts->format));
    json_out_kv(&j, "preset", sv_cstr(facts->preset));
    json_out_kv(&j, "compress", sv_cstr(facts->compress));
    json_out_key(&j, "finished");
    json_out_bool(&j, facts->finished);
    json_out_kv_u64(&j, "ids", facts->ids);
    write_files(&j, m, false);
    write_files(&j, m, true);
    json_out_close(&j, '}');
    sbuf_add_char(&text, '\n');
    enum err_code code = text.err ? err_set(e, text.err, "no memory for the manifest") : file_replace(m->path, sbuf_view(&text), e);
    sbuf_clear(&text);
    return code;
}
