/* What a program says of itself on --listen: its own figures, those of the process, and whether it is ready, which is a write to Redis that succeeded
 * within MONITOR_READY_MS and no failure since. Nothing is asked of Redis for it. docs/METRICS.md has each metric. */
#pragma once

#include "base/pulse.h"
#include "monitor/http_server.h"

/* Three times as long as an idle collector, and six times as long as an idle worker goes without a write. */
enum { MONITOR_READY_MS = 30000 };

#define MONITOR_OPTION(place) \
    {"listen", 0, OPTION_TEXT, "HOST:PORT", "THRESHER_LISTEN", "answer /metrics, /healthz and /readyz there; no HOST: 127.0.0.1 (no)", place}

enum metric_unit {
    METRIC_COUNT,
    METRIC_MS,      /* said in seconds */
    METRIC_SINCE_MS /* a moment of clock_mono_ms; said is how long ago it was, in seconds, and no series where it is 0 */
};

/* A counter, where the name ends in _total, or a gauge. */
struct metric {
    const char *name;
    enum metric_unit unit;
    size_t at; /* of a figure in the program's figures, or of `words` of them, each a series under its word */
    const char *help;
    const char *label; /* NULL: one series without */
    const char *(*word)(const void *figures, size_t i); /* NULL: no such series */
    size_t words;
};

struct monitor {
    const char *listen; /* as http_server_cfg has it */
    const struct metric *metrics;
    size_t metric_count;
    const void *(*figures)(void *user); /* where they are now; on the thread that answers */
    void *user;
    const struct pulse *pulse;
    int64_t begun_ms; /* the process, in Unix time */
    const struct log_ctx *log;
};

/* How a server answers for this monitor, which has to outlive it. */
struct http_server_cfg monitor_http(struct monitor *);
