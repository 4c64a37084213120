#define _DEFAULT_SOURCE
#include "source.h"

#include <errno.h>
#include <fts.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"
#include "warc_filter.h"
#include "warc_reader.h"

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

static void note_skip(struct run *r, const char *reason, bool damage, uint64_t offset, const char *path) {
    struct source_report *report = r->report;
    size_t i = 0;
    report->records++;
    report->skipped++;
    report->damaged += damage;
    while (i < report->skip_kinds && strcmp(report->skips[i].reason, reason) != 0) i++;
    if (i == report->skip_kinds && i < SKIP_REASONS_MAX) report->skips[report->skip_kinds++].reason = reason;
    if (i < SKIP_REASONS_MAX) report->skips[i].count++;
    if (r->cfg->list) fprintf(r->cfg->list, "skip\t%s\t%s\t%" PRIu64 "\n", reason, path, offset);
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

static enum err_code add(struct run *r, const struct job *job, uint64_t position, struct err *e) {
    if (r->in_group >= GROUP_RECORDS || (r->in_group && position - r->group_start >= GROUP_BYTES)) {
        enum err_code code = enter(r, position, e);
        if (code) return code;
    }
    enum err_code code = feed_add(r->feed, job, e);
    if (code == ERR_INPUT && !*r->queue_failed) {
        note_skip(r, "bad_record", true, position, r->path);
        return ERR_OK;
    }
    if (code) return queue_result(r, code);
    r->in_group++;
    r->report->records++;
    r->report->jobs++;
    if (r->cfg->list) fprintf(r->cfg->list, "job\t%.*s\t%s\t%" PRIu64 "\n", SV_ARG(job->url), r->path, position);
    return ERR_OK;
}

static struct job begin_job(const struct run *r, const char *path, sv position) {
    return (struct job){.id = job_make_id(sv_cstr(r->cfg->crawl_id), sv_cstr(path), position), .crawl_id = sv_cstr(r->cfg->crawl_id),
                        .warc_file = sv_cstr(path), .enqueued_ms = clock_unix_ms()};
}

static enum err_code add_record(struct run *r, const struct warc_item *item, struct err *e) {
    struct warc_page page = warc_filter(item->head);
    if (page.skip) {
        note_skip(r, page.skip, false, item->offset, r->path);
        return ERR_OK;
    }
    char position[24];
    int n = snprintf(position, sizeof position, "%" PRIu64, item->offset);
    struct job job = begin_job(r, r->path, sv_from(position, (size_t)n));
    job.url = page.url;
    job.payload = item->payload;
    job.kind = PAYLOAD_WARC_RECORD;
    job.codec = item->gzip ? CODEC_GZIP : CODEC_NONE;
    job.content_type = sv_take(page.content_type, 256);
    job.http_status = page.http_status;
    job.warc_offset = item->offset;
    job.warc_record_id = page.record_id;
    job.truncated = page.truncated;
    return add(r, &job, item->offset, e);
}

static bool stopped(const struct run *r) { return r->cfg->should_stop && r->cfg->should_stop(r->cfg->user); }

static enum err_code read_warc(struct run *r, struct err *e) {
    struct warc_reader *reader;
    struct warc_item item;
    enum err_code code = warc_reader_open(&reader, r->path, r->cfg->max_record, 0, e);
    if (!code) code = enter(r, 0, e);
    while (!code) {
        enum warc_step step = warc_reader_next(reader, &item, e);
        if (step == WARC_END) break;
        if (step == WARC_ERROR) code = e->code;
        else if (step == WARC_SKIP) note_skip(r, item.reason, true, item.offset, r->path);
        else code = add_record(r, &item, e);
        r->report->end = item.offset + item.length;
        if (!code && stopped(r)) code = err_set(e, ERR_CANCELLED, "%s: stopped at %" PRIu64, r->path, r->report->end);
    }
    warc_reader_close(&reader);
    return code;
}

static bool has_suffix(const char *path, const char *const *suffixes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        size_t n = strlen(path), m = strlen(suffixes[i]);
        if (n > m && sv_eq_nocase(sv_from(path + n - m, m), sv_cstr(suffixes[i]))) return true;
    }
    return false;
}

static const char *const html_suffixes[] = {".html", ".htm", ".xhtml"}, *const text_suffixes[] = {".txt"};

static enum err_code add_page(struct run *r, const char *path, uint64_t number, const struct stat *st, struct err *e) {
    struct sbuf bytes;
    struct err why;
    char position[64], url[4200];
    if (st->st_size == 0 || (uint64_t)st->st_size > r->cfg->max_record) {
        note_skip(r, st->st_size ? "too_large" : "empty_file", false, number, path);
        return ERR_OK;
    }
    sbuf_init(&bytes, 0);
    if (file_read(path, &bytes, &why) != ERR_OK) {
        note_skip(r, "unreadable", true, number, path);
        sbuf_clear(&bytes);
        return ERR_OK;
    }
    int n = snprintf(position, sizeof position, "%jd:%jd", (intmax_t)st->st_size, (intmax_t)st->st_mtime);
    struct job job = begin_job(r, path, sv_from(position, (size_t)n));
    snprintf(url, sizeof url, "file:%.4096s", path);
    job.url = sv_cstr(url);
    job.payload = sbuf_view(&bytes);
    job.kind = has_suffix(path, text_suffixes, COUNT_OF(text_suffixes)) ? PAYLOAD_TEXT : PAYLOAD_HTML;
    job.codec = CODEC_NONE;
    enum err_code code = add(r, &job, number, e);
    sbuf_clear(&bytes);
    return code;
}

static int by_name(const FTSENT **a, const FTSENT **b) { return strcmp((*a)->fts_name, (*b)->fts_name); }

static enum err_code read_folder(struct run *r, struct err *e) {
    char *path = strdup(r->path), *const roots[] = {path, NULL};
    FTS *walk = path ? fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name) : NULL;
    enum err_code code = walk ? enter(r, 0, e) : err_set(e, err_from_errno(errno), "%s: cannot be read: %s", r->path, strerror(errno));
    FTSENT *entry;
    while (!code && (entry = fts_read(walk))) {
        bool page = has_suffix(entry->fts_path, html_suffixes, COUNT_OF(html_suffixes)) || has_suffix(entry->fts_path, text_suffixes, COUNT_OF(text_suffixes));
        if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR) note_skip(r, "unreadable", true, r->report->end, entry->fts_path);
        else if (entry->fts_info == FTS_F && page) code = add_page(r, entry->fts_path, r->report->end++, entry->fts_statp, e);
        else if (entry->fts_info == FTS_F) note_skip(r, "other_file", false, r->report->end, entry->fts_path);
        if (!code && stopped(r)) code = err_set(e, ERR_CANCELLED, "%s: stopped at file %" PRIu64, r->path, r->report->end);
    }
    if (walk) fts_close(walk);
    free(path);
    return code;
}

enum err_code source_read(const char *path, const struct source_cfg *cfg, struct feed *feed, struct source_report *report, bool *queue_failed, struct err *e) {
    const sv parts[] = {sv_cstr(cfg->crawl_id), sv_cstr(path)};
    struct hash128 hash = hash128_parts(parts, COUNT_OF(parts));
    struct run r = {.path = path, .cfg = cfg, .feed = feed, .report = report, .queue_failed = queue_failed};
    memcpy(&r.source, hash.b, sizeof r.source);
    *report = (struct source_report){0};
    *queue_failed = false;
    struct stat st;
    enum err_code code;
    if (stat(path, &st) != 0) return err_set(e, err_from_errno(errno), "%s: %s: check the path", path, strerror(errno));
    bool page = has_suffix(path, html_suffixes, COUNT_OF(html_suffixes)) || has_suffix(path, text_suffixes, COUNT_OF(text_suffixes));
    if (S_ISDIR(st.st_mode)) code = read_folder(&r, e);
    else if (page) {
        code = enter(&r, 0, e);
        if (!code) code = add_page(&r, path, 0, &st, e);
        report->end = 1;
    } else
        code = read_warc(&r, e);
    /* The group at the end stays open: a source that has nothing below it is finished. */
    if (!code) code = enter(&r, report->end, e);
    if (!code) code = queue_result(&r, feed_flush(feed, e));
    report->counts = feed_take_counts(feed);
    return code;
}
