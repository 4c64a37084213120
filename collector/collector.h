/* The collector's loop: take results and dead letters from the queue, write them to the folder, sync, acknowledge. */
#pragma once

#include "base/figure.h"
#include "base/log.h"
#include "base/pulse.h"
#include "schema/result_format.h"
#include "output.h"

/* Of this process, but for the segments, which are the folder's. */
struct collector_figures {
    figure written_as[STATUS_END], dead_written, record_bytes, commits;
    figure committed_ms; /* by clock_mono_ms */
    figure lag_ms, segments, holds_lease;
};

struct collector_cfg {
    const char *redis, *queue;
    struct output_cfg output;
    enum result_format format;
    enum result_preset preset;
    uint64_t disk_wait_ms; /* how long a disk that is full is waited for */
    uint64_t lease_ms;     /* after which another collector may take over from one that is silent */
    bool drain;            /* end when the queue holds nothing more */
    const struct log_ctx *log;
    struct pulse *pulse;
    struct collector_figures *figures; /* kept for whoever watches */
    bool (*should_stop)(void *user); /* asked between rounds and while Redis or the disk is waited for */
    void *user;
};

enum collector_end { COLLECTOR_DONE, COLLECTOR_USAGE = 2, COLLECTOR_REDIS = 3, COLLECTOR_DISK = 5, COLLECTOR_LOST = 6 };

/* Waits for the lease of the queue's results first. Until it should stop, is drained, or cannot go on: then *e says why (LOST: another
 * collector took over while this one was silent, and what was not acknowledged was taken back). Whatever is on disk and not acknowledged is known again at the next start. */
enum collector_end collector_run(const struct collector_cfg *, struct err *);
