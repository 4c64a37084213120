#include "worker_metrics.h"

#include "worker.h"

static const char *status_word(const void *figures, size_t i) {
    (void)figures;
    return i ? status_name((enum status)i) : NULL;
}

static const char *reason_word(const void *figures, size_t i) {
    (void)figures;
    return dead_reason_name((enum dead_reason)i);
}

#define COUNTS(member, help, ...) METRIC_COUNT, offsetof(struct worker_figures, member), help, __VA_ARGS__
#define COUNT(member, help) COUNTS(member, help, NULL, NULL, 0)
const struct metric worker_metrics[] = {
    {"thresher_worker_jobs_pulled_total", COUNT(pulled, "Jobs that came from the queue.")},
    {"thresher_worker_job_bytes_total", COUNT(job_bytes, "These, packed.")},
    {"thresher_worker_jobs_held", COUNT(held, "Jobs that were pulled and are not settled.")},
    {"thresher_worker_jobs_finished_total", COUNTS(finished_as, "Jobs that ended in a result, by its status.", "status", status_word, STATUS_END)},
    {"thresher_worker_result_bytes_total", COUNT(result_bytes, "These results, packed.")},
    {"thresher_worker_job_failures_total", COUNTS(failed_for, "Tries that failed, by reason; the job is tried again, or is a dead letter.", "reason", reason_word, DEAD_REASON_END)},
    {"thresher_worker_jobs_released_total", COUNT(released, "Jobs that were given back untouched.")},
    {"thresher_worker_jobs_lost_total", COUNT(lost, "Jobs whose lease went to another worker.")},
    {"thresher_worker_extractors", COUNT(extractors, "Extractor processes that there shall be.")},
    {"thresher_worker_extractors_alive", COUNT(alive, "Those that take pages.")},
    {"thresher_worker_extractors_busy", COUNT(busy, "Those that are in a page.")},
    {"thresher_worker_extractor_starts_total", COUNT(started, "Processes that were started.")},
    {"thresher_worker_extractor_start_failures_total", COUNT(start_failures, "Of these, those that ended before they took a page.")},
    {"thresher_worker_extractor_recycled_total", COUNT(recycled, "Processes that were replaced, having served long or grown fat.")},
};
const size_t worker_metric_count = COUNT_OF(worker_metrics);
