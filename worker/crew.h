/* N extractor processes behind one bounded list, with a deadline for each item. The crew starts the processes, feeds each of them up to
 * `in_flight` items so that none waits for the loop, kills one that is late, starts another for one that died, and replaces those that
 * have served long or grown fat. It says of which item a process died (the first unanswered one: they answer in order), and gives back
 * the ones behind it without blame. It knows frames, not jobs, and settles nothing. Callbacks run on the loop's thread, when the crew
 * is consistent: they may call any function below but crew_free. */
#pragma once

#include "base/err.h"
#include "base/log.h"

struct uv_loop_s;
struct crew;

enum crew_fate { CREW_TIMEOUT, CREW_SIGNALLED, CREW_OUT_OF_MEMORY, CREW_BAD_FRAME, CREW_FATE_COUNT };

struct crew_failure {
    enum crew_fate fate;
    int signal;    /* that ended the process; 0 for an exit */
    int exit_code; /* when signal is 0 */
};

struct crew_cfg {
    unsigned extractors;          /* 0: 1 */
    unsigned in_flight;           /* items sent to one process; 0: 2 */
    const char *program;          /* NULL: this program itself; started as `program --extractor PARENT-PID MEMORY-BYTES locked|unlocked` */
    const char *const *env;       /* its environment; NULL: nothing but a sanitizer's options and LD_LIBRARY_PATH */
    bool no_sandbox;              /* unlocked: seccomp and Landlock are left out, the limits are not */
    uint64_t address_space_bytes; /* MEMORY-BYTES; 0: 1 GiB */
    size_t reply_max_bytes;       /* 0: FRAME_BODY_MAX */
    unsigned recycle_after;       /* items; 0: 5,000 */
    uint64_t max_memory_bytes;    /* resident; 0: 512 MiB */
    uint32_t start_timeout_ms;    /* until a process says hello; 0: 10,000 */
    uint32_t backoff_ms, backoff_max_ms; /* between starts when they die at once; 0: 50, 5,000 */
    const struct log_ctx *log;    /* may be NULL */
};

struct crew_cbs {
    void (*on_done)(void *user, void *item, sv meta, sv body); /* the item is the caller's again; views are valid during the call */
    void (*on_failed)(void *user, void *item, const struct crew_failure *); /* a process died of this item */
    void (*on_returned)(void *user, void *item); /* unblamed: it was behind a failed one, or never started. May be sent again */
    void (*on_broken)(void *user, const struct err *); /* no process can be started; said once. Items stay until crew_drain */
};

struct crew_stats {
    uint64_t done, timeouts, crashes, returned, started, start_failures, recycled;
    unsigned alive, busy; /* processes now: that take items; that have some */
};

/* Starts the processes. `user` goes to the callbacks. Several crews may share a loop. */
MUST_USE enum err_code crew_new(struct crew **out, struct uv_loop_s *, const struct crew_cfg *, const struct crew_cbs *, void *user,
                                struct err *);
/* After on_drained only. Accepts NULL inside. */
void crew_free(struct crew **);
/* How many items may be with the crew: extractors * in_flight. */
unsigned crew_capacity(const struct crew *);
/* False: full, draining, or memory is out; the caller still owns the item. `meta` (at most FRAME_META_MAX bytes) is copied; `body` is
 * borrowed, and written from where it lies, until the item comes back. timeout_ms runs from when a process can begin with the item. */
MUST_USE bool crew_try_send(struct crew *, void *item, sv meta, sv body, uint32_t timeout_ms);
/* Forgets an item: no callback will name it, its body is not touched any more. */
void crew_forget(struct crew *, const void *item);
/* The items that processes are in now; returns how many were written to `out`. */
size_t crew_current(const struct crew *, void **out, size_t max);
/* No intake from now on; what was not sent to a process comes back, the rest is finished, then the processes end and on_drained is
 * called. Once. */
void crew_drain(struct crew *, void (*on_drained)(void *user));
/* While draining: kills the processes, everything comes back without blame. */
void crew_kill(struct crew *);
void crew_read_stats(const struct crew *, struct crew_stats *);
