/* The figures of queues as Prometheus reads them (monitor/series.h). docs/METRICS.md has each metric. Pure. */
#pragma once

#include "figures.h"

/* Crawls of a queue that have series of their own; the others, and those whose name is not UTF-8 or has control characters, are added up as "*". */
enum { EXPOSITION_CRAWLS_MAX = 1000 };

/* Those of the queues alone. */
void exposition_write_queues(const struct figures *, struct sbuf *out);
/* All. */
void exposition_write(const struct figures *, struct sbuf *out);
