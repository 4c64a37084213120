#define _DEFAULT_SOURCE
#include "source.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "source_ops.h"

enum { GROUP_RECORDS = 256, GROUP_BYTES = 8 << 20 };

struct run {
    const char *path;
    const struct source_cfg *cfg;
    struct feed *feed;
    struct source_report report;
    struct sbuf *nested; /* paths of inputs found in this one, each with its NUL */
    bool queue_failed;
    struct arena arena;   /* of one job */
    char *real_of, *real; /* the last path that was looked for below the payload root, and without its links */
    uint64_t source, group_start;
    unsigned in_group;
};

static void count_skip(struct producer_figures *f, const char *reason) {
    size_t i = 0;
    while (i < SKIP_REASONS_MAX && f->reason[i] && strcmp(f->reason[i], reason) != 0) i++;
    if (i == SKIP_REASONS_MAX) return;
    f->reason[i] = reason;
    f->skipped[i]++;
}

static void note_skip(struct run *r, const char *reason, bool damage, uint64_t position, const char *path) {
    struct source_report *report = &r->report;
    size_t i = 0;
    report->records++;
    report->skipped++;
    report->damaged += damage;
    r->cfg->figures->records++;
    count_skip(r->cfg->figures, reason);
    while (i < report->skip_kinds && strcmp(report->skips[i].reason, reason) != 0) i++;
    if (i == report->skip_kinds && i < SKIP_REASONS_MAX) report->skips[report->skip_kinds++].reason = reason;
    if (i < SKIP_REASONS_MAX) report->skips[i].count++;
    if (r->cfg->list) fprintf(r->cfg->list, "skip\t%s\t%s\t%" PRIu64 "\n", reason, path, position);
}

/* A queue's error, told apart from an input's. */
static enum err_code queue_result(struct run *r, enum err_code code) {
    if (code) r->queue_failed = true;
    return code;
}

static enum err_code enter(struct run *r, uint64_t position, struct err *e) {
    r->group_start = position;
    r->in_group = 0;
    return queue_result(r, feed_enter(r->feed, (struct queue_group){r->source, position}, e));
}

/* The path below the payload root by which a worker finds the file; absent when it lies elsewhere. */
static sv find_below_root(struct run *r, const char *path) {
    const char *root = r->cfg->payload_root;
    if (!root) return SV_NONE;
    char *real = r->real_of && strcmp(r->real_of, path) == 0 ? r->real : NULL;
    if (!real) {
        free(r->real);
        free(r->real_of);
        real = r->real = realpath(path, NULL);
        r->real_of = strdup(path);
    }
    size_t n = strlen(root);
    if (n == 1) n = 0; /* "/" */
    if (!real || strncmp(real, root, n) != 0 || real[n] != '/') return SV_NONE;
    return sv_cstr(real + n + 1);
}

/* Puts a reference in place of the payload where that is asked for or must be. NULL, or why it cannot. */
static const char *refer(struct run *r, struct source_item *item) {
    bool wanted = r->cfg->options->by_reference && item->in_file;
    if (!wanted && !item->is_large) return NULL;
    sv uri = find_below_root(r, item->path);
    if (!uri.n) return item->is_large ? "too_large" : "outside_root";
    item->job.by_reference = true;
    item->job.ref = item->stored;
    item->job.ref.uri = uri;
    return NULL;
}

/* Bytes that are no UTF-8 must not cost the page: in a URL they are escaped, elsewhere replaced. */
static void make_utf8(struct run *r, struct job *job) {
    sv *const fields[] = {&job->url, &job->content_type, &job->warc_record_id, &job->warc_file};
    arena_reset(&r->arena);
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        struct sbuf text;
        if (utf8_is_valid(*fields[i]) && sv_find_char(*fields[i], '\0', 0) == SIZE_MAX) continue;
        sbuf_init(&text, 3 * JOB_URL_MAX);
        for (size_t k = 0; i == 0 && k < fields[i]->n; k++) {
            uint8_t byte = (uint8_t)fields[i]->p[k];
            if (byte == 0 || byte >= 0x80) sbuf_addf(&text, "%%%02X", byte);
            else sbuf_add_char(&text, (char)byte);
        }
        if (i > 0) utf8_repair(*fields[i], &text);
        for (size_t k = 0; k < text.n; k++)
            if (text.p[k] == '\0') text.p[k] = ' ';
        *fields[i] = arena_dup(&r->arena, sbuf_view(&text));
        sbuf_clear(&text);
    }
}

static enum err_code add(struct run *r, struct source_item *item, struct err *e) {
    struct job *job = &item->job;
    const struct page_facts facts = {job->url, job->content_type, item->language, job->http_status, job->fetch_time_ms, item->size};
    const char *reason = page_filter_check(r->cfg->filter, &facts);
    bool damage = false;
    if (!reason) {
        reason = refer(r, item);
        damage = reason != NULL;
    }
    if (reason) {
        note_skip(r, reason, damage, item->position, item->path);
        return ERR_OK;
    }
    if (r->in_group >= GROUP_RECORDS || (r->in_group && item->position - r->group_start >= GROUP_BYTES)) {
        enum err_code code = enter(r, item->position, e);
        if (code) return code;
    }
    char position[sizeof item->identity + 20];
    if (item->stream_id) snprintf(position, sizeof position, "%s~%016" PRIx64, item->identity, item->stream_id);
    else snprintf(position, sizeof position, "%s", item->identity);
    job->id = job_make_id(sv_cstr(r->cfg->crawl_id), sv_cstr(item->path), sv_cstr(position));
    job->crawl_id = sv_cstr(r->cfg->crawl_id);
    job->warc_file = sv_cstr(item->path);
    make_utf8(r, job);
    job->enqueued_ms = clock_unix_ms();
    enum err_code code = feed_add(r->feed, job, e);
    if (code == ERR_INPUT && !feed_has_failed(r->feed)) {
        note_skip(r, "bad_record", true, item->position, item->path);
        return ERR_OK;
    }
    if (code) return queue_result(r, code);
    r->in_group++;
    r->report.records++;
    r->report.jobs++;
    r->cfg->figures->records++;
    if (r->cfg->list) fprintf(r->cfg->list, "job\t%.*s\t%s\t%" PRIu64 "\n", SV_ARG(job->url), item->path, item->position);
    return ERR_OK;
}

static bool stopped(const struct run *r) { return r->cfg->should_stop && r->cfg->should_stop(r->cfg->user); }

/* A position below which all is in the queue is one that may be kept. */
static enum err_code tell_fed(struct run *r, struct err *e) {
    if (!r->cfg->on_fed || !feed_is_empty(r->feed)) return ERR_OK;
    return queue_result(r, r->cfg->on_fed(r->cfg->user, (struct queue_group){r->source, r->report.end}, e));
}

static enum err_code read_items(struct run *r, const struct source_ops *ops, void *self, struct err *e) {
    enum err_code code = ERR_OK;
    while (!code) {
        struct source_item item;
        enum source_step step = ops->next(self, &item, e);
        /* A file that is cut off may be whole next time. */
        bool cut_off = step == SOURCE_SKIP && strcmp(item.reason, "truncated") == 0;
        r->report.end = cut_off ? item.position : item.next;
        r->cfg->figures->position = r->report.end;
        if (step == SOURCE_END) break;
        if (step == SOURCE_FAILED) code = e->code;
        else if (step == SOURCE_NESTED) sbuf_add(r->nested, sv_from(item.path, strlen(item.path) + 1));
        else if (step == SOURCE_SKIP) note_skip(r, item.reason, item.damage, item.position, item.path);
        else code = add(r, &item, e);
        if (!code) code = tell_fed(r, e);
        if (!code && r->nested->err) code = err_set(e, r->nested->err, "no memory for the names of inputs");
        if (!code && stopped(r)) code = err_set(e, ERR_CANCELLED, "%s: stopped at %" PRIu64, r->path, r->report.end);
    }
    return code;
}

static const struct source_ops *ops_of(enum input_kind kind) {
    switch (kind) {
    case INPUT_FOLDER: return &source_folder;
    case INPUT_ARCHIVE: return &source_warc;
    case INPUT_JSONL: return &source_jsonl;
    case INPUT_HTML:
    case INPUT_TEXT: return &source_page;
    case INPUT_UNKNOWN: break;
    }
    return NULL;
}

static enum err_code find_kind(struct source_input *input, const struct source_ops **ops, struct err *e) {
    const char *kind = input->options->kind;
    if (kind) (void)input_kind_parse(sv_cstr(kind), &input->kind);
    if (*ops) return ERR_OK;
    enum err_code code = input_kind_look(input->path, true, &input->look, e);
    if (code) return code;
    if (input->kind != INPUT_UNKNOWN && input->look.kind != INPUT_FOLDER) input->look.kind = input->kind;
    *ops = ops_of(input->look.kind);
    return *ops ? ERR_OK : err_set(e, ERR_INPUT, "%s: is no archive, JSON lines or HTML by its first bytes, and no text by its name: say with --kind what it is", input->path);
}

/* A pipe cannot be read again, and standard input may be another file next time: they are read from their beginning. */
static bool is_steady(const char *path) {
    struct stat st;
    return strncmp(path, "/dev/", 5) != 0 && stat(path, &st) == 0 && (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode));
}

/* Reads one input. What is wrong with it is told to on_read; errors of the queue, and ERR_CANCELLED, are the caller's too. */
static enum err_code read_input(const char *path, const struct source_ops *ops, const struct source_cfg *cfg, struct feed *feed, struct sbuf *nested, struct err *e) {
    struct run r = {.path = path, .cfg = cfg, .feed = feed, .nested = nested, .source = source_id(cfg->crawl_id, page_filter_selection(cfg->filter), path)};
    struct source_input input = {.path = path, .max_record = cfg->max_record, .max_large = cfg->payload_root ? JOB_PAYLOAD_MAX : 0, .hash_stored = cfg->options->by_reference, .options = cfg->options};
    void *self = NULL;
    arena_init(&r.arena, 0);
    enum err_code code = find_kind(&input, &ops, e);
    if (!code && cfg->start_at && is_steady(path)) input.from = checkpoint_position(cfg->start_at, r.source);
    r.report.end = input.from;
    if (!code) code = ops->open(&self, &input, e);
    if (!code) code = enter(&r, input.from, e);
    if (!code) code = read_items(&r, ops, self, e);
    if (self) ops->close(&self);
    arena_clear(&r.arena);
    free(r.real_of);
    free(r.real);
    /* The group at the end stays open: a source that has nothing below it is finished. */
    if (!code) code = enter(&r, r.report.end, e);
    if (!code) code = queue_result(&r, feed_flush(feed, e));
    if (!code) code = tell_fed(&r, e);
    r.report.counts = feed_take_counts(feed);
    cfg->figures->inputs++;
    cfg->on_read(cfg->user, path, &r.report, code ? e : NULL);
    return r.queue_failed || code == ERR_CANCELLED || code == ERR_MEMORY ? code : ERR_OK;
}

static enum err_code read_all(const char *path, const struct source_ops *ops, const struct source_cfg *cfg, struct feed *feed, struct err *e) {
    struct sbuf nested;
    sbuf_init(&nested, 0);
    enum err_code code = read_input(path, ops, cfg, feed, &nested, e);
    for (size_t at = 0; !code && at < nested.n;) {
        /* The list may move while it grows. */
        char *name = strdup(nested.p + at);
        at += strlen(nested.p + at) + 1;
        code = name ? read_input(name, NULL, cfg, feed, &nested, e) : err_set(e, ERR_MEMORY, "no memory for the name of an input");
        free(name);
    }
    sbuf_clear(&nested);
    return code;
}

enum err_code source_read(const char *path, const struct source_cfg *cfg, struct feed *feed, struct err *e) {
    return read_all(strcmp(path, "-") == 0 ? "/dev/stdin" : path, NULL, cfg, feed, e);
}

enum err_code source_read_list(const char *path, const struct source_cfg *cfg, struct feed *feed, struct err *e) {
    return read_all(path, &source_list, cfg, feed, e);
}

enum err_code source_check_options(const struct input_options *o, struct arena *strings, const char **payload_root, struct err *e) {
    enum input_kind kind;
    *payload_root = NULL;
    if (o->kind && !input_kind_parse(sv_cstr(o->kind), &kind)) return err_set(e, ERR_USAGE, "--kind takes archive, jsonl, html or text, not '%s'", o->kind);
    if (o->by_reference && !o->payload_root) return err_set(e, ERR_USAGE, "--by-reference needs --payload-root: the folder that workers see too");
    if (!o->payload_root) return ERR_OK;
    char *real = realpath(o->payload_root, NULL);
    if (!real) return err_set(e, ERR_USAGE, "--payload-root %s: %s", o->payload_root, strerror(errno));
    *payload_root = arena_dup(strings, sv_cstr(real)).p;
    free(real);
    return *payload_root ? ERR_OK : err_set(e, ERR_MEMORY, "no memory for the options");
}
