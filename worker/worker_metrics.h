/* What thresher-worker says on --listen of `struct worker_figures`. */
#pragma once

#include "monitor/monitor.h"

extern const struct metric worker_metrics[];
extern const size_t worker_metric_count;
