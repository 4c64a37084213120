#include "source.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "source_ops.h"

enum { GROUP_RECORDS = 256, GROUP_BYTES = 8 << 20 };

struct run {
    const char *path;
    const struct source_cfg *cfg;
    struct feed *feed;
    struct source_report *report;
    bool *queue_failed;
    uint64_t source, group_start;
    unsigned in_group;
};

static void note_skip(struct run *r, const char *reason, bool damage, uint64_t position, const char *path) {
    struct source_report *report = r->report;
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
    if (code) *r->queue_failed = true;
    return code;
}

static enum err_code enter(struct run *r, uint64_t position, struct err *e) {
    r->group_start = position;
    r->in_group = 0;
    return queue_result(r, feed_enter(r->feed, (struct queue_group){r->source, position}, e));
}

static enum err_code add(struct run *r, struct source_item *item, struct err *e) {
    struct job *job = &item->job;
    if (r->in_group >= GROUP_RECORDS || (r->in_group && item->position - r->group_start >= GROUP_BYTES)) {
        enum err_code code = enter(r, item->position, e);
        if (code) return code;
    }
    job->id = job_make_id(sv_cstr(r->cfg->crawl_id), sv_cstr(item->path), sv_cstr(item->identity));
    job->crawl_id = sv_cstr(r->cfg->crawl_id);
    job->warc_file = sv_cstr(item->path);
    job->enqueued_ms = clock_unix_ms();
    enum err_code code = feed_add(r->feed, job, e);
    if (code == ERR_INPUT && !*r->queue_failed) {
        note_skip(r, "bad_record", true, item->position, item->path);
        return ERR_OK;
    }
    if (code) return queue_result(r, code);
    r->in_group++;
    r->report->records++;
    r->report->jobs++;
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
        r->report->end = cut_off ? item.position : item.next;
        if (step == SOURCE_END) break;
        if (step == SOURCE_FAILED) code = e->code;
        else if (step == SOURCE_SKIP) note_skip(r, item.reason, item.damage, item.position, item.path);
        else code = add(r, &item, e);
        if (!code && stopped(r)) code = err_set(e, ERR_CANCELLED, "%s: stopped at %" PRIu64, r->path, r->report->end);
    }
    return code;
}

static enum err_code find_kind(const char *path, const struct source_ops **out, struct err *e) {
    struct stat st;
    if (stat(path, &st) != 0) return err_set(e, err_from_errno(errno), "%s: %s: check the path", path, strerror(errno));
    *out = S_ISDIR(st.st_mode) ? &source_folder : source_page_has_name(path) ? &source_page : &source_warc;
    return ERR_OK;
}

enum err_code source_read(const char *path, const struct source_cfg *cfg, struct feed *feed, struct source_report *report, bool *queue_failed, struct err *e) {
    struct run r = {.path = path, .cfg = cfg, .feed = feed, .report = report, .queue_failed = queue_failed, .source = source_id(cfg->crawl_id, path)};
    const uint64_t from = cfg->start_at ? checkpoint_position(cfg->start_at, r.source) : 0;
    const struct source_input input = {.path = path, .max_record = cfg->max_record, .from = from};
    const struct source_ops *ops = NULL;
    void *self = NULL;
    *report = (struct source_report){.end = from};
    *queue_failed = false;
    enum err_code code = find_kind(path, &ops, e);
    if (!code) code = ops->open(&self, &input, e);
    if (!code) code = enter(&r, from, e);
    if (!code) code = read_items(&r, ops, self, e);
    if (self) ops->close(&self);
    /* The group at the end stays open: a source that has nothing below it is finished. */
    if (!code) code = enter(&r, report->end, e);
    if (!code) code = queue_result(&r, feed_flush(feed, e));
    report->counts = feed_take_counts(feed);
    return code;
}
