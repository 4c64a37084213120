/* Figures in Prometheus' text format 0.0.4: the one that Prometheus, its textfile collector and every other scraper reads. docs/METRICS.md has each metric.
 * Pure. */
#pragma once

#include "figures.h"

#define EXPOSITION_MEDIA_TYPE "text/plain; version=0.0.4; charset=utf-8"
/* Crawls of a queue that have series of their own; the others, and those whose name is not UTF-8 or has control characters, are added up as "*". */
enum { EXPOSITION_CRAWLS_MAX = 1000 };

void exposition_write(const struct figures *, struct sbuf *out);
