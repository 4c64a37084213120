/* What thresher-collector says on --listen of `struct collector_figures`. */
#pragma once

#include "monitor/monitor.h"

extern const struct metric collector_metrics[];
extern const size_t collector_metric_count;
