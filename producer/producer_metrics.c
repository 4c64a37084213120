#include "producer_metrics.h"

#include "producer_figures.h"

static const char *skip_word(const void *figures, size_t i) {
    const struct producer_figures *f = figures;
    return f->reason[i];
}

#define COUNTS(member, help, ...) METRIC_COUNT, offsetof(struct producer_figures, member), help, __VA_ARGS__
#define COUNT(member, help) COUNTS(member, help, NULL, NULL, 0)
const struct metric producer_metrics[] = {
    {"thresher_producer_records_total", COUNT(records, "Records that were read.")},
    {"thresher_producer_jobs_enqueued_total", COUNT(enqueued, "Jobs that the queue accepted.")},
    {"thresher_producer_jobs_duplicate_total", COUNT(duplicates, "Jobs whose id it had seen.")},
    {"thresher_producer_job_bytes_total", COUNT(job_bytes, "Both, packed.")},
    {"thresher_producer_records_skipped_total", COUNTS(skipped, "Records that were skipped, by reason.", "reason", skip_word, SKIP_REASONS_MAX)},
    {"thresher_producer_batches_refused_total", COUNT(refused, "Batches of jobs that met a full queue; they are sent again.")},
    {"thresher_producer_inputs_read_total", COUNT(inputs, "Inputs that were read to their end, or given up.")},
    {"thresher_producer_input_position", COUNT(position, "Behind the last record of the input that is read: a byte of a file, the number of a file in a folder.")},
};
const size_t producer_metric_count = COUNT_OF(producer_metrics);
