/* What thresher-producer says on --listen of `struct producer_figures`. */
#pragma once

#include "monitor/monitor.h"

extern const struct metric producer_metrics[];
extern const size_t producer_metric_count;
