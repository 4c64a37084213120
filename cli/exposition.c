#include "exposition.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

#include "base/utf8.h"
#include "monitor/series.h"

/* -- lines ----------------------------------------------------------------------------------------------------------------- */

/* name{queue="...",label="..."} and a space; `label` may be NULL. */
static void add_series(struct sbuf *out, const char *name, const struct queue_figures *q, const char *label, sv value) {
    sbuf_add(out, sv_cstr(name));
    series_add_label(out, '{', "queue", sv_cstr(q->name));
    if (label) series_add_label(out, ',', label, value);
    sbuf_add(out, SV("} "));
}

/* -- a queue's figures ------------------------------------------------------------------------------------------------------ */

enum unit { UNIT_COUNT, UNIT_SIGNED, UNIT_FLAG, UNIT_MS };

#define STAT(member) offsetof(struct queue_stats, member)
static const struct {
    const char *name;
    enum unit unit;
    size_t at;
    const char *help;
} of_queue[] = {
    {"thresher_jobs_enqueued_total", UNIT_COUNT, STAT(enqueued), "Jobs that the queue accepted."},
    {"thresher_jobs_duplicate_total", UNIT_COUNT, STAT(duplicates), "Jobs that were not accepted because the queue had seen their id."},
    {"thresher_batches_refused_total", UNIT_COUNT, STAT(rejected_full), "Batches of jobs that met a full queue."},
    {"thresher_jobs_done_total", UNIT_COUNT, STAT(done), "Jobs that ended in a result."},
    {"thresher_jobs_dropped_total", UNIT_COUNT, STAT(dropped), "Jobs and dead letters that an operator removed."},
    {"thresher_jobs_dead", UNIT_COUNT, STAT(dead), "Jobs that are dead letters: neither put back nor dropped since."},
    {"thresher_jobs_ready", UNIT_COUNT, STAT(ready), "Jobs that wait for a worker."},
    {"thresher_jobs_in_flight", UNIT_COUNT, STAT(in_flight), "Jobs that a worker holds."},
    {"thresher_jobs_delayed", UNIT_COUNT, STAT(delayed), "Jobs that wait for their next try."},
    {"thresher_jobs_unaccounted", UNIT_SIGNED, STAT(conservation_error), "enqueued - (done + dead + dropped + ready + in flight + delayed): 0 when all is well."},
    {"thresher_jobs_payload_bytes", UNIT_COUNT, STAT(job_bytes), "Packed jobs that are ready, in flight or delayed."},
    {"thresher_oldest_ready_job_age_seconds", UNIT_MS, STAT(oldest_ready_ms), "How long the oldest ready job has waited; 0 when there is none."},
    {"thresher_jobs_retried_total", UNIT_COUNT, STAT(retried), "Tries that failed and were followed by another."},
    {"thresher_jobs_reclaimed_total", UNIT_COUNT, STAT(reclaimed), "Jobs that went back to the queue because their worker's lease ran out."},
    {"thresher_results_late_total", UNIT_COUNT, STAT(late), "Ends of a job that another worker had ended before; they changed nothing."},
    {"thresher_results_waiting", UNIT_COUNT, STAT(results_waiting), "Results that are not on disk yet."},
    {"thresher_results_payload_bytes", UNIT_COUNT, STAT(result_bytes), "Packed results that are not on disk yet."},
    {"thresher_oldest_result_age_seconds", UNIT_MS, STAT(oldest_result_ms), "How long the oldest result has waited for the collector; 0 when there is none."},
    {"thresher_dead_letters_kept", UNIT_COUNT, STAT(dead_kept), "Dead letters that are still in Redis."},
    {"thresher_dead_letters_exported", UNIT_COUNT, STAT(dead_exported), "Of thresher_jobs_dead, those that a collector has on disk."},
    {"thresher_dead_letters_retried_total", UNIT_COUNT, STAT(dead_retried), "Dead letters that an operator put back."},
    {"thresher_queue_limit_jobs", UNIT_COUNT, STAT(limit_jobs), "The queue's own limit of waiting jobs; 0: none of its own, and producers take 1000000."},
    {"thresher_queue_limit_bytes", UNIT_COUNT, STAT(limit_bytes), "The queue's own limit of waiting payload; 0: none of its own, and producers take 1 GiB."},
    {"thresher_queue_paused", UNIT_FLAG, STAT(paused), "1 while an operator has paused the queue."},
    {"thresher_workers", UNIT_COUNT, STAT(workers), "Workers heard of within the last minute."},
    {"thresher_workers_no_sandbox", UNIT_COUNT, STAT(workers_bare), "Of these, those whose extractors run without the sandbox."},
};

static void add_value(struct sbuf *out, enum unit unit, const struct queue_stats *stats, size_t at) {
    union {
        const char *byte;
        const uint64_t *count;
        const int64_t *number;
        const bool *flag;
    } place;
    place.byte = (const char *)stats + at;
    switch (unit) {
    case UNIT_COUNT: series_add_count(out, *place.count); break;
    case UNIT_SIGNED: sbuf_addf(out, "%" PRId64 "\n", *place.number); break;
    case UNIT_FLAG: sbuf_addf(out, "%d\n", *place.flag); break;
    case UNIT_MS: series_add_seconds(out, *place.count * 1000); break;
    }
}

static const char *name_of_status(size_t i) { return status_name((enum status)i); }
static const char *name_of_reason(size_t i) { return dead_reason_name((enum dead_reason)i); }

/* Counters with a word as label: each word of a fixed list, so that a series is there before it is needed. */
static const struct {
    const char *name, *label, *help;
    const char *(*word)(size_t);
    size_t count, at;
} by_word[] = {
    {"thresher_results_written_total", "status", "Results that a collector has on disk, by status.", name_of_status, STATUS_END, STAT(collected_as)},
    {"thresher_job_failures_total", "reason", "Tries that failed, by reason; for lost workers see thresher_jobs_reclaimed_total.",
     name_of_reason, DEAD_REASON_END, STAT(failed_for)},
    {"thresher_dead_letters_total", "reason", "Jobs that became dead letters, by the reason of their last try.", name_of_reason, DEAD_REASON_END, STAT(died_for)},
};

static void add_took(struct sbuf *out, const struct queue_figures *q) {
    uint64_t sum = 0;
    for (size_t i = 0; i < QUEUE_TOOK_BUCKETS; i++) {
        char bound[32];
        uint64_t us = queue_took_bounds_us[i];
        size_t n = (size_t)snprintf(bound, sizeof bound, "%" PRIu64 ".%06" PRIu64, us / 1000000, us % 1000000);
        while (bound[n - 1] == '0' && bound[n - 2] != '.') n--;
        sum += q->stats.took[i];
        add_series(out, "thresher_extraction_duration_seconds_bucket", q, "le", us == UINT64_MAX ? SV("+Inf") : sv_from(bound, n));
        series_add_count(out, sum);
    }
    add_series(out, "thresher_extraction_duration_seconds_sum", q, NULL, SV_NONE);
    series_add_seconds(out, q->stats.took_us);
    add_series(out, "thresher_extraction_duration_seconds_count", q, NULL, SV_NONE);
    series_add_count(out, sum);
}

void exposition_write_queues(const struct figures *f, struct sbuf *out) {
    for (size_t m = 0; m < COUNT_OF(of_queue); m++) {
        series_add_head(out, of_queue[m].name, NULL, of_queue[m].help);
        for (size_t i = 0; i < f->count; i++) {
            add_series(out, of_queue[m].name, &f->queues[i], NULL, SV_NONE);
            add_value(out, of_queue[m].unit, &f->queues[i].stats, of_queue[m].at);
        }
    }
    for (size_t m = 0; m < COUNT_OF(by_word); m++) {
        series_add_head(out, by_word[m].name, NULL, by_word[m].help);
        for (size_t i = 0; i < f->count; i++)
            for (size_t w = 0; w < by_word[m].count; w++) {
                add_series(out, by_word[m].name, &f->queues[i], by_word[m].label, sv_cstr(by_word[m].word(w)));
                add_value(out, UNIT_COUNT, &f->queues[i].stats, by_word[m].at + w * sizeof(uint64_t));
            }
    }
    series_add_head(out, "thresher_extraction_duration_seconds", "histogram", "How long extraction took, of the results that a collector has on disk.");
    for (size_t i = 0; i < f->count; i++) add_took(out, &f->queues[i]);
}

/* -- crawls ----------------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    size_t at;
    const char *help;
} of_crawl[] = {
    {"thresher_crawl_jobs_enqueued_total", offsetof(struct queue_crawl, enqueued), "Jobs of a crawl that the queue accepted."},
    {"thresher_crawl_jobs_done_total", offsetof(struct queue_crawl, done), "Jobs of a crawl that ended in a result."},
    {"thresher_crawl_jobs_dead", offsetof(struct queue_crawl, dead), "Jobs of a crawl that are dead letters."},
    {"thresher_crawl_jobs_dropped_total", offsetof(struct queue_crawl, dropped), "Jobs and dead letters of a crawl that an operator removed."},
};

static uint64_t crawl_figure(const struct queue_crawl *crawl, size_t at) {
    union {
        const char *byte;
        const uint64_t *count;
    } place;
    place.byte = (const char *)crawl + at;
    return *place.count;
}

/* Whoever feeds the queue chooses the name, and one that a reader stumbles over would cost the whole exposition. A line end can be escaped. */
static bool has_series(sv name) {
    for (size_t i = 0; i < name.n; i++)
        if ((uint8_t)name.p[i] < ' ' && name.p[i] != '\n') return false;
    return !sv_eq(name, SV("*")) && utf8_is_valid(name);
}

static void add_crawls(struct sbuf *out, const struct queue_figures *q, const char *name, size_t at) {
    uint64_t others = 0;
    size_t shown = 0;
    bool has_others = false;
    for (size_t i = 0; i < q->crawl_count; i++) {
        const struct queue_crawl *crawl = &q->crawls[i];
        if (!has_series(crawl->name) || shown == EXPOSITION_CRAWLS_MAX) {
            others += crawl_figure(crawl, at);
            has_others = true;
            continue;
        }
        shown++;
        add_series(out, name, q, "crawl", crawl->name);
        series_add_count(out, crawl_figure(crawl, at));
    }
    if (!has_others) return;
    add_series(out, name, q, "crawl", SV("*"));
    series_add_count(out, others);
}

static void write_crawls(const struct figures *f, struct sbuf *out) {
    for (size_t m = 0; m < COUNT_OF(of_crawl); m++) {
        series_add_head(out, of_crawl[m].name, NULL, of_crawl[m].help);
        for (size_t i = 0; i < f->count; i++) add_crawls(out, &f->queues[i], of_crawl[m].name, of_crawl[m].at);
    }
}

/* -- all of it -------------------------------------------------------------------------------------------------------------- */

void exposition_write(const struct figures *f, struct sbuf *out) {
    bool up = f->why.code == ERR_OK, crawls = false;
    series_add_gauge(out, "thresher_up", up, "1 when Redis answered and every queue could be read; else nothing is known but what follows here.");
    series_add_build_info(out);
    series_add_head(out, "thresher_read_duration_seconds", NULL, "How long the reading of these figures took.");
    sbuf_add(out, SV("thresher_read_duration_seconds "));
    series_add_seconds(out, f->took_us);
    if (!up) return;
    series_add_gauge(out, "thresher_redis_memory_used_bytes", f->memory.used_bytes, "Memory that Redis uses (used_memory).");
    series_add_gauge(out, "thresher_redis_memory_max_bytes", f->memory.max_bytes, "Memory that Redis may use (maxmemory); 0: no limit.");
    series_add_gauge(out, "thresher_queues", f->count, "Queues that have series here.");
    _Static_assert(FIGURES_QUEUES_MAX == 100, "the next line, and docs/METRICS.md");
    series_add_gauge(out, "thresher_queues_left_out", f->left_out, "Queues beyond the first 100 by name, which have none.");
    exposition_write_queues(f, out);
    for (size_t i = 0; i < f->count; i++) crawls |= f->queues[i].crawls != NULL;
    if (crawls) write_crawls(f, out);
}
