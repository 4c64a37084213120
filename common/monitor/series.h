/* Lines of Prometheus' text format 0.0.4: the one that Prometheus, its textfile collector and every other scraper reads. Pure. */
#pragma once

#include "base/sbuf.h"

#define SERIES_MEDIA_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* HELP and TYPE; the type may be NULL: a counter when its name says so, else a gauge. */
void series_add_head(struct sbuf *out, const char *name, const char *type, const char *help);
/* `before` is '{' or ','. The value is escaped. */
void series_add_label(struct sbuf *out, char before, const char *name, sv value);
/* A value, and the line's end. */
void series_add_count(struct sbuf *out, uint64_t);
void series_add_seconds(struct sbuf *out, uint64_t us);
/* All of one metric with one series. */
void series_add_gauge(struct sbuf *out, const char *name, uint64_t value, const char *help);
void series_add_build_info(struct sbuf *out);
