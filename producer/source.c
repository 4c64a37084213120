#include "source.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "source_ops.h"

enum { GROUP_RECORDS = 256, GROUP_BYTES = 8 << 20 };

struct run {
    const char *path;
    const struct source_cfg *cfg;
    struct feed *feed;
    struct source_report report;
    struct sbuf *nested; /* paths of inputs found in this one, each with its NUL */
    bool queue_failed;
    uint64_t source, group_start;
    unsigned in_group;
};

static void note_skip(struct run *r, const char *reason, bool damage, uint64_t position, const char *path) {
    struct source_report *report = &r->report;
    size_t i = 0;
    report->records++;
    report->skipped++;
    report->damaged += damage;
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

static enum err_code add(struct run *r, struct source_item *item, struct err *e) {
    struct job *job = &item->job;
    const struct page_facts facts = {job->url, job->content_type, item->language, job->http_status, job->fetch_time_ms, item->size};
    const char *reason = page_filter_check(r->cfg->filter, &facts);
    if (reason) {
        note_skip(r, reason, false, item->position, item->path);
        return ERR_OK;
    }
    if (r->in_group >= GROUP_RECORDS || (r->in_group && item->position - r->group_start >= GROUP_BYTES)) {
        enum err_code code = enter(r, item->position, e);
        if (code) return code;
    }
    job->id = job_make_id(sv_cstr(r->cfg->crawl_id), sv_cstr(item->path), sv_cstr(item->identity));
    job->crawl_id = sv_cstr(r->cfg->crawl_id);
    job->warc_file = sv_cstr(item->path);
    job->enqueued_ms = clock_unix_ms();
    enum err_code code = feed_add(r->feed, job, e);
    if (code == ERR_INPUT && !r->queue_failed) {
        note_skip(r, "bad_record", true, item->position, item->path);
        return ERR_OK;
    }
    if (code) return queue_result(r, code);
    r->in_group++;
    r->report.records++;
    r->report.jobs++;
    if (r->cfg->list) fprintf(r->cfg->list, "job\t%.*s\t%s\t%" PRIu64 "\n", SV_ARG(job->url), item->path, item->position);
    return ERR_OK;
}

static bool stopped(const struct run *r) { return r->cfg->should_stop && r->cfg->should_stop(r->cfg->user); }

static enum err_code read_items(struct run *r, const struct source_ops *ops, void *self, struct err *e) {
    enum err_code code = ERR_OK;
    while (!code) {
        struct source_item item;
        enum source_step step = ops->next(self, &item, e);
        /* A file that is cut off may be whole next time. */
        bool cut_off = step == SOURCE_SKIP && strcmp(item.reason, "truncated") == 0;
        r->report.end = cut_off ? item.position : item.next;
        if (step == SOURCE_END) break;
        if (step == SOURCE_FAILED) code = e->code;
        else if (step == SOURCE_NESTED) sbuf_add(r->nested, sv_from(item.path, strlen(item.path) + 1));
        else if (step == SOURCE_SKIP) note_skip(r, item.reason, item.damage, item.position, item.path);
        else code = add(r, &item, e);
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

/* Reads one input. What is wrong with it is told to on_read; errors of the queue, and ERR_CANCELLED, are the caller's too. */
static enum err_code read_input(const char *path, const struct source_ops *ops, const struct source_cfg *cfg, struct feed *feed, struct sbuf *nested, struct err *e) {
    struct run r = {.path = path, .cfg = cfg, .feed = feed, .nested = nested, .source = source_id(cfg->crawl_id, page_filter_selection(cfg->filter), path)};
    struct source_input input = {.path = path, .max_record = cfg->max_record, .options = cfg->options};
    void *self = NULL;
    enum err_code code = find_kind(&input, &ops, e);
    if (!code && cfg->start_at) input.from = checkpoint_position(cfg->start_at, r.source);
    r.report.end = input.from;
    if (!code) code = ops->open(&self, &input, e);
    if (!code) code = enter(&r, input.from, e);
    if (!code) code = read_items(&r, ops, self, e);
    if (self) ops->close(&self);
    /* The group at the end stays open: a source that has nothing below it is finished. */
    if (!code) code = enter(&r, r.report.end, e);
    if (!code) code = queue_result(&r, feed_flush(feed, e));
    r.report.counts = feed_take_counts(feed);
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

enum err_code source_read(const char *path, const struct source_cfg *cfg, struct feed *feed, struct err *e) { return read_all(path, NULL, cfg, feed, e); }

enum err_code source_read_list(const char *path, const struct source_cfg *cfg, struct feed *feed, struct err *e) {
    return read_all(path, &source_list, cfg, feed, e);
}

enum err_code source_check_options(const struct input_options *o, struct err *e) {
    enum input_kind kind;
    if (o->kind && !input_kind_parse(sv_cstr(o->kind), &kind)) return err_set(e, ERR_USAGE, "--kind takes archive, jsonl, html or text, not '%s'", o->kind);
    return ERR_OK;
}
