#include "collector_metrics.h"

#include "collector.h"

static const char *status_word(const void *figures, size_t i) {
    (void)figures;
    return i ? status_name((enum status)i) : NULL;
}

#define FIGURE(unit, member, help) unit, offsetof(struct collector_figures, member), help, NULL, NULL, 0
const struct metric collector_metrics[] = {
    {"thresher_collector_results_written_total", METRIC_COUNT, offsetof(struct collector_figures, written_as), "Results on disk, and acknowledged, by status.",
     "status", status_word, STATUS_END},
    {"thresher_collector_dead_letters_written_total", FIGURE(METRIC_COUNT, dead_written, "Dead letters on disk, and acknowledged.")},
    {"thresher_collector_record_bytes_total", FIGURE(METRIC_COUNT, record_bytes, "Records of both, before compression.")},
    {"thresher_collector_commits_total", FIGURE(METRIC_COUNT, commits, "Commits that were acknowledged.")},
    {"thresher_collector_commit_age_seconds", FIGURE(METRIC_SINCE_MS, committed_ms, "How long ago the last of them was.")},
    {"thresher_collector_lag_seconds", FIGURE(METRIC_MS, lag_ms, "How long the last result of that commit had waited, by this machine's clock against that of Redis.")},
    {"thresher_collector_segments_closed", FIGURE(METRIC_COUNT, segments, "Files of the folder that have their final name.")},
    {"thresher_collector_holds_lease", FIGURE(METRIC_COUNT, holds_lease, "1 while the results are this collector's to write, 0 while another writes them.")},
};
const size_t collector_metric_count = COUNT_OF(collector_metrics);
