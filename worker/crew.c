#define _GNU_SOURCE
#include "crew.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <uv.h>

#include "base/sbuf.h"
#include "frame.h"
#include "stderr_log.h"

enum {
    GOODBYE_MS = 2000,      /* for a process that was told to end */
    RSS_EVERY = 8,          /* items between two looks at a process' memory */
    BROKEN_AFTER = 8,       /* starts that failed in a row, over all seats */
    READ_BYTES = 64 * 1024, /* least room for one read */
    KEPT_BYTES = 1024 * 1024, /* of a child's read buffer, between replies */
    LAST_LOOK_MS = 50,      /* after a deadline: an answer may lie unread, since timers run before sockets are read */
    STALL_MS = 1000,        /* a timer that late means that this process did not run: the deadline begins anew */
    CPU_SLACK_SECONDS = 2,  /* above an item's deadline */
    PATIENCE = 2            /* processes that may die without having answered anything before a pause is made */
};

/* One item on its way. Its memory lives until it is answered and libuv has let go of the write. */
struct flight {
    struct flight *next;
    void *item;
    sv body;
    uint32_t timeout_ms, sequence;
    uint64_t end_offset;         /* in the bytes given to the child's pipe */
    bool writing, ended;         /* see flight_release */
    bool forgotten;
    bool failed;                 /* in crew->handing: on_failed, else on_returned */
    struct crew_failure failure;
    uv_write_t req;
    size_t head_bytes;
    char head[FRAME_HEAD_BYTES + FRAME_META_MAX];
};

struct flights {
    struct flight *first, *last;
    unsigned count;
};

/* One process. Freed when its four handles are closed. */
struct child {
    struct crew *crew;
    struct seat *seat; /* NULL: let go or abandoned; nothing of it counts any more */
    uv_process_t process;
    uv_pipe_t pipe, said; /* its socket, and its stderr */
    uv_timer_t timer;
    unsigned open_handles;
    bool ready, eof, exited, retiring;
    struct crew_failure end; /* signal and exit_code, when exited */
    struct flights flights;  /* in the order they were sent */
    uint64_t queued_bytes;   /* given to the pipe */
    uint64_t done;
    uint64_t due_ms; /* the deadline, on the loop's clock */
    rlim_t cpu_seconds; /* its limit now */
    bool last_look;  /* it has passed once */
    struct sbuf in;
    struct stderr_log stderr_log;
    char said_bytes[4096];
};

/* The place of one process after another. */
struct seat {
    struct crew *crew;
    struct child *child; /* NULL: waits for its timer */
    uv_timer_t restart;
    unsigned barren; /* processes in a row that ended without an answer */
};

struct crew {
    uv_loop_t *loop;
    struct crew_cfg cfg;
    struct crew_cbs cbs;
    void *user;
    struct seat *seats;
    struct flights waiting; /* not sent yet */
    struct flights handing; /* on their way back to the caller */
    bool is_handing;
    unsigned held; /* accepted and not yet back */
    uint32_t next_sequence;
    unsigned start_failures_in_a_row;
    bool broken, draining, closing;
    unsigned children, open_timers;
    void (*on_drained)(void *user);
    struct crew_stats stats;
};

static void seat_schedule(struct seat *seat, uint64_t delay_ms);
static void crew_dispatch(struct crew *crew);
static void crew_check_drained(struct crew *crew);

/* -- flights ---------------------------------------------------------------------------------------------------------------- */

static void flights_push(struct flights *list, struct flight *f) {
    f->next = NULL;
    if (list->last) list->last->next = f;
    else list->first = f;
    list->last = f;
    list->count++;
}

static struct flight *flights_pop(struct flights *list) {
    struct flight *f = list->first;
    if (!f) return NULL;
    list->first = f->next;
    if (!list->first) list->last = NULL;
    list->count--;
    f->next = NULL;
    return f;
}

static struct flight *flights_find(const struct flights *list, const void *item) {
    struct flight *f = list->first;
    while (f && (f->item != item || f->forgotten)) f = f->next;
    return f;
}

static void flight_release(struct flight *f) {
    f->ended = true;
    if (!f->writing) free(f);
}

static void flight_on_written(uv_write_t *req, int status) {
    (void)status; /* a failed write shows as the end of the process */
    struct flight *f = req->data;
    f->writing = false;
    if (f->ended) free(f);
}

/* Gives back what is in crew->handing. A callback may add to it; the outermost call goes on until it is empty. */
static void crew_hand_back(struct crew *crew) {
    if (crew->is_handing) return;
    crew->is_handing = true;
    for (struct flight *f; (f = flights_pop(&crew->handing));) {
        void *item = f->item;
        bool forgotten = f->forgotten, failed = f->failed;
        struct crew_failure failure = f->failure;
        crew->held--;
        flight_release(f);
        if (forgotten) continue;
        if (failed) {
            crew->cbs.on_failed(crew->user, item, &failure);
        } else {
            crew->stats.returned++;
            crew->cbs.on_returned(crew->user, item);
        }
    }
    crew->is_handing = false;
    crew_check_drained(crew);
}

/* -- a process' end --------------------------------------------------------------------------------------------------------- */

static void child_on_closed(uv_handle_t *handle) {
    struct child *c = handle->data;
    if (--c->open_handles > 0) return;
    struct crew *crew = c->crew;
    sbuf_clear(&c->in);
    free(c);
    crew->children--;
    crew_check_drained(crew);
}

static void child_on_goodbye_late(uv_timer_t *timer) {
    struct child *c = timer->data;
    if (!c->exited) uv_process_kill(&c->process, SIGKILL);
}

/* Takes the process off its seat. The pipe closes, which tells it to end; the timer stays until it has, to kill one that does not. */
static void child_leave_seat(struct child *c, bool kill_now) {
    c->seat->child = NULL;
    c->seat = NULL;
    uv_close((uv_handle_t *)&c->pipe, child_on_closed);
    if (c->exited) {
        uv_close((uv_handle_t *)&c->timer, child_on_closed);
        return;
    }
    if (kill_now) uv_process_kill(&c->process, SIGKILL);
    uv_timer_start(&c->timer, child_on_goodbye_late, GOODBYE_MS, 0);
}

/* A process that holds nothing ends in peace, and its seat is filled again. */
static void child_retire(struct child *c) {
    struct seat *seat = c->seat;
    child_leave_seat(c, false);
    if (!c->crew->draining) seat_schedule(seat, 0);
}

static uint64_t seat_delay_ms(const struct seat *seat) {
    const struct crew_cfg *cfg = &seat->crew->cfg;
    if (seat->barren <= PATIENCE) return 0;
    unsigned doublings = seat->barren - PATIENCE - 1;
    uint64_t delay = doublings > 20 ? cfg->backoff_max_ms : (uint64_t)cfg->backoff_ms << doublings;
    return delay < cfg->backoff_max_ms ? delay : cfg->backoff_max_ms;
}

static void crew_note_start_failure(struct crew *crew, const struct crew_failure *end) {
    crew->stats.start_failures++;
    crew->start_failures_in_a_row++;
    log_msg(crew->cfg.log, LOG_WARN, "extractor_start", "an extractor ended before it was ready (signal %d, exit %d), %u in a row", end->signal,
            end->exit_code, crew->start_failures_in_a_row);
    bool no_sandbox = end->signal == 0 && end->exit_code == FRAME_EXIT_NO_SANDBOX;
    if ((crew->start_failures_in_a_row < BROKEN_AFTER && !no_sandbox) || crew->broken || crew->draining) return;
    crew->broken = true;
    struct err e;
    if (no_sandbox)
        err_set(&e, ERR_IO, "the sandbox cannot be set up: this kernel has no seccomp filters, or something around this program forbids them. "
                            "Allow them, or use --no-sandbox if you trust every page");
    else
        err_set(&e, ERR_IO, "no extractor process can be started: %u ended before they were ready, the last with signal %d, exit status %d",
                crew->start_failures_in_a_row, end->signal, end->exit_code);
    crew->cbs.on_broken(crew->user, &e);
}

/* Ends a process for a reason. `blame`: what the first unanswered item is charged with; NULL: nobody is to blame. */
static void child_abandon(struct child *c, const struct crew_failure *blame) {
    if (!c->seat) return;
    struct crew *crew = c->crew;
    struct seat *seat = c->seat;
    bool was_ready = c->ready;
    struct crew_failure end = c->end;
    seat->barren = c->done > 0 ? 0 : seat->barren + 1;
    child_leave_seat(c, true);
    for (struct flight *f; (f = flights_pop(&c->flights));) {
        f->failed = blame != NULL;
        if (blame) f->failure = *blame;
        blame = NULL;
        flights_push(&crew->handing, f);
    }
    if (!crew->draining) seat_schedule(seat, seat_delay_ms(seat));
    crew_hand_back(crew);
    if (!was_ready) crew_note_start_failure(crew, &end);
}

static void child_fail(struct child *c, enum crew_fate fate, const char *why) {
    struct crew_failure blame = {fate, c->end.signal, c->end.exit_code};
    bool in_item = c->ready && c->flights.first;
    if (in_item && fate == CREW_TIMEOUT) c->crew->stats.timeouts++;
    else if (in_item) c->crew->stats.crashes++;
    log_msg(c->crew->cfg.log, in_item ? LOG_WARN : LOG_DEBUG, "extractor_end", "%s (pid %d, signal %d, exit %d, after %llu items)", why,
            (int)c->process.pid, blame.signal, blame.exit_code, (unsigned long long)c->done);
    child_abandon(c, in_item ? &blame : NULL);
}

/* The end counts when both the exit status and the last bytes of the socket have been seen. */
static void child_judge(struct child *c) {
    if (!c->seat) return;
    if (c->eof && !c->exited) uv_process_kill(&c->process, SIGKILL); /* it closed its socket and lives on; no effect on one that exits */
    if (!c->eof || !c->exited) return;
    if (c->end.signal == SIGXCPU || c->end.signal == SIGALRM) child_fail(c, CREW_TIMEOUT, "the extractor passed its own deadline");
    else if (c->end.signal == 0 && c->end.exit_code == FRAME_EXIT_MEMORY) child_fail(c, CREW_OUT_OF_MEMORY, "the extractor ran out of memory");
    else child_fail(c, CREW_SIGNALLED, "the extractor died");
}

/* What it said last is read now: somebody whom it started may have its stderr still, and hold it open. */
static void child_stop_listening(struct child *c) {
    int fd;
    if (uv_is_closing((uv_handle_t *)&c->said)) return;
    for (int i = 0; i < STDERR_LOG_MAX / (int)sizeof c->said_bytes && uv_fileno((uv_handle_t *)&c->said, &fd) == 0; i++) {
        ssize_t n = read(fd, c->said_bytes, sizeof c->said_bytes);
        if (n <= 0) break;
        stderr_log_feed(&c->stderr_log, sv_from(c->said_bytes, (size_t)n));
    }
    stderr_log_end(&c->stderr_log);
    uv_close((uv_handle_t *)&c->said, child_on_closed);
}

static void child_on_said_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf) {
    (void)suggested;
    struct child *c = handle->data;
    *buf = uv_buf_init(c->said_bytes, sizeof c->said_bytes);
}

/* What is over the bound is read all the same: a process must not wait for it. */
static void child_on_said(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf) {
    struct child *c = stream->data;
    if (n > 0) stderr_log_feed(&c->stderr_log, sv_from(buf->base, (size_t)n));
    else if (n < 0) child_stop_listening(c);
}

static void child_on_exit(uv_process_t *process, int64_t exit_code, int signal) {
    struct child *c = process->data;
    child_stop_listening(c);
    c->exited = true;
    c->end.exit_code = (int)exit_code;
    c->end.signal = signal;
    uv_close((uv_handle_t *)&c->process, child_on_closed);
    if (c->seat) child_judge(c);
    else uv_close((uv_handle_t *)&c->timer, child_on_closed);
}

static void child_on_deadline(uv_timer_t *timer) {
    struct child *c = timer->data;
    if (!c->seat) return;
    if (c->ready && c->flights.first && !c->last_look) {
        bool stalled = uv_now(c->crew->loop) > c->due_ms + STALL_MS;
        c->last_look = true;
        uv_timer_start(timer, child_on_deadline, stalled ? c->flights.first->timeout_ms : LAST_LOOK_MS, 0);
        return;
    }
    child_fail(c, CREW_TIMEOUT, c->ready ? "the extractor missed the deadline" : "the extractor did not become ready");
}

/* -- frames ----------------------------------------------------------------------------------------------------------------- */

static uint64_t child_written_bytes(const struct child *c) {
    return c->queued_bytes - uv_stream_get_write_queue_size((const uv_stream_t *)&c->pipe);
}

/* The deadline is on the wall clock, and kills; this limit holds even if this process hangs. By prlimit, since the child may not. */
static void child_limit_cpu(struct child *c, uint32_t timeout_ms) {
    struct timespec used;
    clockid_t clock;
    if (clock_getcpuclockid(c->process.pid, &clock) != 0 || clock_gettime(clock, &used) != 0) return;
    rlim_t until = (rlim_t)used.tv_sec + timeout_ms / 1000 + CPU_SLACK_SECONDS;
    if (until == c->cpu_seconds) return;
    struct rlimit limit;
    if (prlimit(c->process.pid, RLIMIT_CPU, NULL, &limit) != 0 || until > limit.rlim_max) return;
    limit.rlim_cur = until;
    if (prlimit(c->process.pid, RLIMIT_CPU, &limit, NULL) == 0) c->cpu_seconds = until;
}

static void child_arm_deadline(struct child *c) {
    c->last_look = false;
    if (!c->flights.first) {
        uv_timer_stop(&c->timer);
        return;
    }
    c->due_ms = uv_now(c->crew->loop) + c->flights.first->timeout_ms;
    uv_timer_start(&c->timer, child_on_deadline, c->flights.first->timeout_ms, 0);
    child_limit_cpu(c, c->flights.first->timeout_ms);
}

static uint64_t process_rss_bytes(int pid) {
    char path[64], text[128];
    snprintf(path, sizeof path, "/proc/%d/statm", pid);
    FILE *f = fopen(path, "re");
    if (!f) return 0;
    sv rest = sv_from(text, fread(text, 1, sizeof text, f));
    fclose(f);
    uint64_t pages;
    sv_cut(&rest, ' '); /* all of it; then what is in memory */
    return sv_to_u64(sv_cut(&rest, ' '), &pages) ? pages * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

static bool child_has_served_enough(const struct child *c) {
    const struct crew_cfg *cfg = &c->crew->cfg;
    if (c->done >= cfg->recycle_after) return true;
    return c->done % RSS_EVERY == 0 && process_rss_bytes((int)c->process.pid) > cfg->max_memory_bytes;
}

static void child_on_hello(struct child *c) {
    c->ready = true;
    c->crew->start_failures_in_a_row = 0;
    uv_timer_stop(&c->timer);
    crew_dispatch(c->crew);
}

static void child_on_result(struct child *c, sv meta, sv body) {
    struct crew *crew = c->crew;
    struct flight *f = flights_pop(&c->flights);
    void *item = f->item;
    bool forgotten = f->forgotten;
    flight_release(f);
    crew->held--;
    crew->stats.done++;
    c->done++;
    c->seat->barren = 0;
    child_arm_deadline(c);
    if (!c->retiring && child_has_served_enough(c)) {
        c->retiring = true;
        crew->stats.recycled++;
    }
    if (!forgotten) crew->cbs.on_done(crew->user, item, meta, body);
    if (c->seat && !c->flights.first && (c->retiring || crew->draining)) child_retire(c);
    crew_dispatch(crew);
}

/* False: this frame is not what may come now. `behind`: bytes that came behind it. */
static bool child_take_frame(struct child *c, const struct frame_head *head, sv meta, sv body, size_t behind) {
    if (head->type == FRAME_HELLO && !c->ready) {
        child_on_hello(c);
        return true;
    }
    struct flight *f = c->flights.first;
    if (head->type != FRAME_RESULT || !c->ready || !f || f->sequence != head->sequence) return false;
    if (f->end_offset > child_written_bytes(c)) return false; /* an answer to what it cannot have read */
    if (behind > 0 && c->flights.count == 1) return false;    /* more than was asked for: it would be charged to the next item */
    child_on_result(c, meta, body);
    return true;
}

static void child_take_frames(struct child *c) {
    size_t at = 0;
    while (c->seat && c->in.n - at >= FRAME_HEAD_BYTES) {
        struct frame_head head;
        const char *p = c->in.p + at;
        if (frame_head_decode(p, c->crew->cfg.reply_max_bytes, &head, NULL) != ERR_OK) {
            child_fail(c, CREW_BAD_FRAME, "the extractor sent a bad frame");
            return;
        }
        if (c->in.n - at < frame_bytes(&head)) break;
        sv meta = {p + FRAME_HEAD_BYTES, head.meta_bytes}, body = {p + FRAME_HEAD_BYTES + head.meta_bytes, head.body_bytes};
        at += frame_bytes(&head);
        if (!child_take_frame(c, &head, meta, body, c->in.n - at)) {
            child_fail(c, CREW_BAD_FRAME, "the extractor sent a frame out of order");
            return;
        }
    }
    if (!c->seat) return;
    sbuf_consume(&c->in, at);
    if (c->in.n > 0 && !c->flights.first && c->ready) {
        child_fail(c, CREW_BAD_FRAME, "the extractor sent what nobody asked for");
        return;
    }
    if (c->in.n == 0 && c->in.cap > KEPT_BYTES) sbuf_clear(&c->in);
}

static void child_on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf) {
    (void)suggested;
    struct child *c = handle->data;
    size_t want = READ_BYTES;
    struct frame_head head;
    if (c->in.n >= FRAME_HEAD_BYTES && frame_head_decode(c->in.p, c->crew->cfg.reply_max_bytes, &head, NULL) == ERR_OK &&
        frame_bytes(&head) > c->in.n + want)
        want = frame_bytes(&head) - c->in.n;
    char *room = sbuf_reserve(&c->in, want);
    *buf = uv_buf_init(room, room ? (unsigned)want : 0);
}

static void child_on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf) {
    (void)buf;
    struct child *c = stream->data;
    if (!c->seat || n == 0) return;
    if (n > 0) {
        sbuf_commit(&c->in, (size_t)n);
        child_take_frames(c);
    } else if (n == UV_ENOBUFS) {
        log_line(c->crew->cfg.log, LOG_ERROR, "no-memory-for-reply", NULL);
        child_abandon(c, NULL);
    } else {
        c->eof = true;
        uv_read_stop(stream);
        child_judge(c);
    }
}

static bool child_send(struct child *c, struct flight *f) {
    uv_buf_t bufs[2] = {uv_buf_init(f->head, (unsigned)f->head_bytes), {.base = NULL}};
    union {
        const char *in;
        char *out;
    } body = {.in = f->body.p}; /* libuv only reads it */
    bufs[1] = uv_buf_init(body.out, (unsigned)f->body.n);
    f->req.data = f;
    if (uv_write(&f->req, (uv_stream_t *)&c->pipe, bufs, f->body.n ? 2 : 1, flight_on_written) != 0) return false;
    f->writing = true;
    c->queued_bytes += f->head_bytes + f->body.n;
    f->end_offset = c->queued_bytes;
    flights_push(&c->flights, f);
    if (c->flights.count == 1) child_arm_deadline(c);
    return true;
}

/* -- seats ------------------------------------------------------------------------------------------------------------------ */

/* What a parser needs of the environment: nothing. Passwords and tokens lie there, and exec would copy them into the process. */
static void child_environment(char **out, size_t max) {
    static const char *const kept[] = {"ASAN_OPTIONS=", "LSAN_OPTIONS=", "UBSAN_OPTIONS=", "LD_LIBRARY_PATH="};
    size_t count = 0;
    for (char **at = environ; at && *at; at++)
        for (size_t i = 0; i < COUNT_OF(kept) && count + 1 < max; i++)
            if (sv_starts(sv_cstr(*at), sv_cstr(kept[i]))) out[count++] = *at;
    out[count] = NULL;
}

static int child_spawn(struct child *c) {
    const struct crew_cfg *cfg = &c->crew->cfg;
    char parent[24], memory[24];
    snprintf(parent, sizeof parent, "%ld", (long)getpid());
    snprintf(memory, sizeof memory, "%llu", (unsigned long long)cfg->address_space_bytes);
    char name[] = "thresher-extractor", flag[] = "--extractor", locked[] = FRAME_ARG_LOCKED, unlocked[] = FRAME_ARG_UNLOCKED;
    char *args[] = {name, flag, parent, memory, cfg->no_sandbox ? unlocked : locked, NULL}, *env[8];
    union {
        const char *const *in;
        char **out;
    } given = {.in = cfg->env}; /* libuv only reads it */
    child_environment(env, COUNT_OF(env));
    uv_stdio_container_t stdio[3] = {
        {.flags = UV_CREATE_PIPE | UV_READABLE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&c->pipe},
        {.flags = UV_IGNORE},
        {.flags = UV_CREATE_PIPE | UV_READABLE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&c->said},
    };
    uv_process_options_t options = {.exit_cb = child_on_exit, .file = cfg->program, .args = args, .env = cfg->env ? given.out : env, .stdio_count = 3,
                                    .stdio = stdio};
    return uv_spawn(c->crew->loop, &c->process, &options);
}

static void seat_on_restart(uv_timer_t *timer) {
    struct seat *seat = timer->data;
    struct crew *crew = seat->crew;
    if (crew->draining || seat->child) return;
    struct child *c = calloc(1, sizeof *c);
    if (!c) {
        seat_schedule(seat, crew->cfg.backoff_max_ms);
        return;
    }
    c->crew = crew;
    c->seat = seat;
    seat->child = c;
    sbuf_init(&c->in, crew->cfg.reply_max_bytes + FRAME_HEAD_BYTES + FRAME_META_MAX + READ_BYTES);
    c->process.data = c->pipe.data = c->said.data = c->timer.data = c;
    uv_pipe_init(crew->loop, &c->pipe, 0);
    uv_pipe_init(crew->loop, &c->said, 0);
    uv_timer_init(crew->loop, &c->timer);
    c->open_handles = 4;
    crew->children++;
    crew->stats.started++;
    int rc = child_spawn(c);
    stderr_log_init(&c->stderr_log, crew->cfg.log, rc == 0 ? (long)c->process.pid : 0);
    if (rc == 0) rc = uv_read_start((uv_stream_t *)&c->pipe, child_on_alloc, child_on_read);
    else c->exited = true;
    if (rc == 0) rc = uv_read_start((uv_stream_t *)&c->said, child_on_said_alloc, child_on_said);
    if (rc == 0) {
        uv_timer_start(&c->timer, child_on_deadline, crew->cfg.start_timeout_ms, 0);
        return;
    }
    log_msg(crew->cfg.log, LOG_ERROR, "extractor_start", "cannot start %s: %s", crew->cfg.program, uv_strerror(rc));
    if (c->exited) {
        uv_close((uv_handle_t *)&c->process, child_on_closed);
        uv_close((uv_handle_t *)&c->said, child_on_closed);
    }
    child_abandon(c, NULL);
}

static void seat_schedule(struct seat *seat, uint64_t delay_ms) {
    uv_timer_start(&seat->restart, seat_on_restart, delay_ms, 0);
}

/* -- the crew --------------------------------------------------------------------------------------------------------------- */

static struct child *crew_least_busy(const struct crew *crew) {
    struct child *best = NULL;
    for (unsigned i = 0; i < crew->cfg.extractors; i++) {
        struct child *c = crew->seats[i].child;
        if (!c || !c->ready || c->eof || c->exited || c->retiring || c->flights.count >= crew->cfg.in_flight) continue;
        if (!best || c->flights.count < best->flights.count) best = c;
    }
    return best;
}

static void crew_dispatch(struct crew *crew) {
    while (crew->waiting.first) {
        struct child *c = crew_least_busy(crew);
        if (!c) return;
        struct flight *f = flights_pop(&crew->waiting);
        if (child_send(c, f)) continue;
        flights_push(&crew->handing, f);
        child_abandon(c, NULL); /* hands back the flight too */
    }
}

static void crew_on_timer_closed(uv_handle_t *handle) {
    struct seat *seat = handle->data;
    struct crew *crew = seat->crew;
    if (--crew->open_timers == 0) crew->on_drained(crew->user);
}

static void crew_check_drained(struct crew *crew) {
    if (!crew->draining || crew->closing || crew->children > 0 || crew->held > 0) return;
    crew->closing = true;
    crew->open_timers = crew->cfg.extractors;
    for (unsigned i = 0; i < crew->cfg.extractors; i++) uv_close((uv_handle_t *)&crew->seats[i].restart, crew_on_timer_closed);
}

static void set_defaults(struct crew_cfg *cfg) {
    if (!cfg->extractors) cfg->extractors = 1;
    if (!cfg->in_flight) cfg->in_flight = 2;
    if (!cfg->program) cfg->program = "/proc/self/exe";
    if (!cfg->address_space_bytes) cfg->address_space_bytes = 1024ull * 1024 * 1024;
    if (!cfg->reply_max_bytes || cfg->reply_max_bytes > FRAME_BODY_MAX) cfg->reply_max_bytes = FRAME_BODY_MAX;
    if (!cfg->recycle_after) cfg->recycle_after = 5000;
    if (!cfg->max_memory_bytes) cfg->max_memory_bytes = 512ull * 1024 * 1024;
    if (!cfg->start_timeout_ms) cfg->start_timeout_ms = 10000;
    if (!cfg->backoff_ms) cfg->backoff_ms = 50;
    if (!cfg->backoff_max_ms) cfg->backoff_max_ms = 5000;
}

enum err_code crew_new(struct crew **out, struct uv_loop_s *loop, const struct crew_cfg *cfg, const struct crew_cbs *cbs, void *user,
                       struct err *e) {
    *out = NULL;
    struct crew *crew = calloc(1, sizeof *crew);
    if (!crew) return err_set(e, ERR_MEMORY, "no memory for the crew");
    crew->loop = loop;
    crew->cfg = *cfg;
    crew->cbs = *cbs;
    crew->user = user;
    set_defaults(&crew->cfg);
    crew->seats = calloc(crew->cfg.extractors, sizeof *crew->seats);
    if (!crew->seats) {
        free(crew);
        return err_set(e, ERR_MEMORY, "no memory for %u extractors", cfg->extractors);
    }
    for (unsigned i = 0; i < crew->cfg.extractors; i++) {
        struct seat *seat = &crew->seats[i];
        seat->crew = crew;
        uv_timer_init(loop, &seat->restart);
        seat->restart.data = seat;
        seat_schedule(seat, 0);
    }
    *out = crew;
    return ERR_OK;
}

void crew_free(struct crew **p) {
    struct crew *crew = *p;
    *p = NULL;
    if (!crew) return;
    BUG_IF(!crew->closing || crew->open_timers > 0 || crew->held > 0);
    free(crew->seats);
    free(crew);
}

unsigned crew_capacity(const struct crew *crew) {
    return crew->cfg.extractors * crew->cfg.in_flight;
}

bool crew_try_send(struct crew *crew, void *item, sv meta, sv body, uint32_t timeout_ms) {
    if (crew->draining || crew->held >= crew_capacity(crew) || meta.n > FRAME_META_MAX || body.n > FRAME_BODY_MAX) return false;
    struct flight *f = calloc(1, sizeof *f);
    if (!f) return false;
    f->item = item;
    f->body = body;
    f->timeout_ms = timeout_ms;
    f->sequence = crew->next_sequence++;
    struct frame_head head = {FRAME_JOB, f->sequence, (uint32_t)meta.n, (uint32_t)body.n};
    if (frame_head_encode(&head, f->head, NULL) != ERR_OK) {
        free(f);
        return false;
    }
    if (meta.n) memcpy(f->head + FRAME_HEAD_BYTES, meta.p, meta.n);
    f->head_bytes = FRAME_HEAD_BYTES + meta.n;
    crew->held++;
    flights_push(&crew->waiting, f);
    crew_dispatch(crew);
    return true;
}

static void crew_forget_waiting(struct crew *crew, struct flight *gone) {
    struct flights kept = {0};
    for (struct flight *f; (f = flights_pop(&crew->waiting));) {
        if (f != gone) flights_push(&kept, f);
    }
    crew->waiting = kept;
    crew->held--;
    flight_release(gone);
}

void crew_forget(struct crew *crew, const void *item) {
    struct flight *f = flights_find(&crew->waiting, item);
    if (f) {
        crew_forget_waiting(crew, f);
        crew_check_drained(crew);
        return;
    }
    f = flights_find(&crew->handing, item);
    if (f) {
        f->forgotten = true;
        return;
    }
    for (unsigned i = 0; i < crew->cfg.extractors; i++) {
        struct child *c = crew->seats[i].child;
        f = c ? flights_find(&c->flights, item) : NULL;
        if (!f) continue;
        f->forgotten = true;
        if (f->end_offset > child_written_bytes(c)) child_abandon(c, NULL); /* its body must not be read any more */
        return;
    }
}

size_t crew_current(const struct crew *crew, void **out, size_t max) {
    size_t count = 0;
    for (unsigned i = 0; i < crew->cfg.extractors && count < max; i++) {
        const struct child *c = crew->seats[i].child;
        if (c && c->flights.first && !c->flights.first->forgotten) out[count++] = c->flights.first->item;
    }
    return count;
}

void crew_drain(struct crew *crew, void (*on_drained)(void *user)) {
    if (crew->draining) return;
    crew->draining = true;
    crew->on_drained = on_drained;
    for (struct flight *f; (f = flights_pop(&crew->waiting));) flights_push(&crew->handing, f);
    for (unsigned i = 0; i < crew->cfg.extractors; i++) {
        struct child *c = crew->seats[i].child;
        uv_timer_stop(&crew->seats[i].restart);
        if (c && !c->flights.first) child_retire(c);
    }
    crew_hand_back(crew);
    crew_check_drained(crew);
}

void crew_kill(struct crew *crew) {
    if (!crew->draining) return;
    for (unsigned i = 0; i < crew->cfg.extractors; i++) {
        if (crew->seats[i].child) child_abandon(crew->seats[i].child, NULL);
    }
    crew_check_drained(crew);
}

void crew_read_stats(const struct crew *crew, struct crew_stats *out) {
    *out = crew->stats;
    for (unsigned i = 0; i < crew->cfg.extractors; i++) {
        const struct child *c = crew->seats[i].child;
        if (!c || !c->ready || c->exited) continue;
        out->alive++;
        out->busy += c->flights.first != NULL;
    }
}
