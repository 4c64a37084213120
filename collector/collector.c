#include "collector.h"

#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "queue/checkpoint.h"
#include "queue/queue.h"
#include "schema/dead_letter.h"

enum { TAKE_COUNT = 512, TAKE_BYTES = 32 << 20, BLOCK_MS = 200, DISK_PAUSE_MS = 100, SAY_EVERY_MS = 5000, CHECKPOINT_MS = 1000, STANDBY_MS = 200, RENEW_MAX_MS = 10000, SETTLE_COUNT = 1 << 16 };

struct collector {
    const struct collector_cfg *cfg;
    struct queue *queue;
    struct output *output;
    struct arena arena;
    struct sbuf record;
    struct checkpoint checkpoint; /* below which positions of the sources every result is on disk */
    char checkpoint_path[4096];
    bool checkpoint_risen;  /* since it was last written */
    uint64_t checkpoint_ms; /* when it was last looked at */
    size_t take;            /* how many to ask for, so that they come to about TAKE_BYTES */
    bool pending;           /* what was taken before and never acknowledged comes first */
    bool disk;              /* whose the last error is: the disk's or the queue's */
    uint64_t added_bytes;   /* of records that are not acknowledged */
    uint64_t token;         /* of the lease */
    uint64_t renewed_ms;    /* when the lease was last known to be ours, by clock_mono_ms */
};

static bool must_stop(const struct collector *c) { return c->cfg->should_stop && c->cfg->should_stop(c->cfg->user); }

static void write_dead(struct collector *c, const struct queue_entry *entry) {
    struct dead_letter letter = entry->dead;
    letter.entry_id = sv_cstr(entry->entry_id);
    dead_letter_write_json(&letter, &c->arena, &c->record);
}

/* A result that cannot be read is somebody else's writing into our stream: its record says so. */
static enum err_code write_result(struct collector *c, struct queue_entry *entry, struct err *e) {
    struct result result;
    struct err why;
    if (result_unpack(entry->payload, &c->arena, &result, &why) != ERR_OK)
        result = (struct result){.status = STATUS_BAD_PAYLOAD, .failure_class = SV("schema"), .failure_detail = sv_cstr(why.msg)};
    result.id = entry->id;
    entry->status = sv_cstr(status_name(result.status));
    entry->extract_us = result.provenance.extract_us;
    return result_write(&result, c->cfg->format, c->cfg->preset, &c->record, e);
}

/* A dead letter that is retried may still get a result: the two are told apart. */
static struct hash128 key_of(const struct queue_entry *entry) {
    struct hash128 key = entry->id;
    if (entry->stream == QUEUE_DEAD) key.b[0] ^= 0xFF;
    return key;
}

static enum err_code add(struct collector *c, struct queue_entry *entry, struct err *e) {
    struct hash128 key = key_of(entry);
    bool dead = entry->stream == QUEUE_DEAD;
    if (entry->payload.p == NULL) return ERR_OK;
    sbuf_reset(&c->record);
    enum err_code code = ERR_OK;
    if (dead) write_dead(c, entry);
    else code = write_result(c, entry, e);
    if (code || output_has(c->output, &key)) return code;
    c->added_bytes += c->record.n;
    return !c->record.err && output_add(c->output, &key, sbuf_view(&c->record), dead) ? ERR_OK : err_set(e, ERR_MEMORY, "no memory for a result");
}

/* Does one step of the output; a full disk may be emptied by somebody, and nothing is acknowledged meanwhile. */
static enum err_code persist(struct collector *c, enum err_code (*step)(struct collector *, struct err *), struct err *e) {
    uint64_t until = clock_mono_ms() + c->cfg->disk_wait_ms, said = 0;
    for (;;) {
        enum err_code code = step(c, e);
        uint64_t now = clock_mono_ms();
        c->disk = code != ERR_OK;
        if (code != ERR_IO || now >= until || must_stop(c)) return code;
        if (!said || now - said >= SAY_EVERY_MS) {
            said = now;
            log_msg(c->cfg->log, LOG_ERROR, "disk", "%s; nothing is acknowledged, trying again for %llu s", e->msg, (unsigned long long)(until - now) / 1000);
        }
        nanosleep(&(struct timespec){.tv_nsec = DISK_PAUSE_MS * 1000000L}, NULL);
    }
}

static enum err_code commit(struct collector *c, struct err *e) { return output_commit(c->output, c->token, e); }
static enum err_code rotate(struct collector *c, struct err *e) {
    enum err_code code = output_rotate(c->output, e);
    c->cfg->figures->segments = output_closed_segments(c->output);
    return code;
}
static enum err_code finish(struct collector *c, struct err *e) { return output_finish(c->output, e); }
static enum err_code revert(struct collector *c, struct err *e) { return output_revert(c->output, e); }

/* -- the lease ------------------------------------------------------------------------------------------------------------- */

static enum err_code ask_lease(struct collector *c, uint64_t lease_ms, struct queue_lease *out, struct err *e) {
    enum err_code code = queue_lease_results(c->queue, output_folder_id(c->output), lease_ms, output_commit_token(c->output), out, e);
    if (!code) c->cfg->figures->holds_lease = lease_ms && out->token;
    return code;
}

/* What the queue knows of the commit that this folder made last, before anything else is done with it. Never acknowledged, and others have held
 * the lease since: they have its entries, and it is taken back. Never acknowledged, and the lease is ours: its entries are pending (settle). */
static enum err_code judge_last_commit(struct collector *c, const struct queue_lease *lease, struct err *e) {
    uint64_t acknowledged = lease->commit > 0 ? (uint64_t)lease->commit : 0;
    bool open = lease->made_here && output_commit_number(c->output) == acknowledged + 1;
    if (open && lease->overtaken) return persist(c, revert, e);
    if (lease->made_here && !open) output_settle(c->output);
    return ERR_OK;
}

/* Waits for the lease; the folder is put in order at once, since the wait may be long: it holds nothing then that another has too. */
static enum err_code take_lease(struct collector *c, struct err *e) {
    struct queue_lease lease;
    uint64_t said = 0;
    for (;;) {
        uint64_t asked = clock_mono_ms();
        enum err_code code = ask_lease(c, c->cfg->lease_ms, &lease, e);
        if (code) return code;
        c->renewed_ms = asked;
        c->token = lease.token;
        if (lease.token || !said) code = judge_last_commit(c, &lease, e);
        if (lease.token || code) return code;
        if (!said) code = persist(c, finish, e);
        if (code) return code;
        if (!said || clock_mono_ms() - said >= SAY_EVERY_MS) {
            said = clock_mono_ms();
            log_msg(c->cfg->log, LOG_INFO, "standby", "another collector (folder %.*s) writes the results of this queue; its lease ends in %llu ms", SV_ARG(lease.holder),
                    (unsigned long long)lease.left_ms);
        }
        if (must_stop(c)) return err_set(e, ERR_CANCELLED, "stopped while another collector had the results");
        nanosleep(&(struct timespec){.tv_nsec = STANDBY_MS * 1000000L}, NULL);
    }
}

/* Before anything is written: when the lease was not renewed for a third of its time, or for ten seconds, it is asked whether it is still ours. */
static enum err_code keep_lease(struct collector *c, struct err *e) {
    struct queue_lease lease;
    uint64_t asked = clock_mono_ms(), age_ms = asked - c->renewed_ms;
    if (age_ms < c->cfg->lease_ms / 3 && age_ms < RENEW_MAX_MS) return ERR_OK;
    enum err_code code = ask_lease(c, c->cfg->lease_ms, &lease, e);
    if (code) return code;
    c->renewed_ms = asked;
    return lease.token ? ERR_OK : err_set(e, ERR_CONFLICT, "another collector (folder %.*s) has taken over the results of this queue", SV_ARG(lease.holder));
}

static void give_lease_back(struct collector *c) {
    struct queue_lease lease;
    struct err e;
    if (c->token && ask_lease(c, 0, &lease, &e) != ERR_OK)
        log_line(c->cfg->log, LOG_WARN, "lease", "msg", e.msg, NULL);
}

/* -- rounds ---------------------------------------------------------------------------------------------------------------- */

/* Moves the checkpoint on to what the queue says is finished. Redis away, or a disk that is full for the moment: the old one stays true. */
static void move_checkpoint(struct collector *c, bool now) {
    struct queue_group *positions;
    struct err e;
    size_t count;
    if (!now && clock_mono_ms() - c->checkpoint_ms < CHECKPOINT_MS) return;
    c->checkpoint_ms = clock_mono_ms();
    enum err_code code = queue_progress(c->queue, &c->arena, &positions, &count, &e);
    if (code == ERR_CANCELLED) return;
    if (!code) code = checkpoint_raise(&c->checkpoint, positions, count, &c->checkpoint_risen, &e);
    if (code) log_line(c->cfg->log, LOG_WARN, "checkpoint", "msg", e.msg, NULL);
    if (!c->checkpoint_risen) return;
    code = checkpoint_write(&c->checkpoint, c->checkpoint_path, &e);
    c->checkpoint_risen = code != ERR_OK;
    if (code) log_line(c->cfg->log, LOG_WARN, "checkpoint", "msg", e.msg, NULL);
}

static bool is_drained(struct collector *c) {
    struct queue_stats s;
    struct err e;
    return queue_read_stats(c->queue, &s, &e) == ERR_OK && s.ready + s.in_flight + s.delayed + s.results_waiting == 0 && s.dead == s.dead_exported;
}

static void count_written(struct collector *c, const struct queue_entry *entries, size_t count) {
    struct collector_figures *f = c->cfg->figures;
    sv stamp = sv_cstr(entries[count - 1].entry_id);
    uint64_t now_ms = (uint64_t)clock_unix_ms(), added_ms = now_ms;
    (void)sv_to_u64(sv_cut(&stamp, '-'), &added_ms);
    f->lag_ms = now_ms > added_ms ? now_ms - added_ms : 0;
    for (size_t i = 0; i < count; i++) {
        enum status status;
        if (entries[i].stream == QUEUE_DEAD) f->dead_written++;
        else if (status_parse(entries[i].status, &status)) f->written_as[status]++;
    }
    f->record_bytes += c->added_bytes;
    f->commits++;
    f->committed_ms = clock_mono_ms();
    c->added_bytes = 0;
}

/* A refusal means that somebody else has the entries: the commit that they are in goes. */
static enum err_code acknowledge(struct collector *c, const struct queue_entry *entries, size_t count, struct err *e) {
    uint64_t asked = clock_mono_ms();
    enum err_code code = queue_ack_results(c->queue, entries, count, output_commit_number(c->output), e);
    if (!code) {
        c->renewed_ms = asked;
        output_settle(c->output);
        count_written(c, entries, count);
    }
    if (code != ERR_CONFLICT) return code;
    struct err why;
    enum err_code undone = persist(c, revert, &why);
    if (undone) *e = why;
    return undone ? undone : code;
}

/* Some of the entries, as many as the open segment takes: written, synced, acknowledged. *taken says how many. */
static enum err_code write_some(struct collector *c, struct queue_entry *entries, size_t count, size_t *taken, struct err *e) {
    size_t n = 0;
    enum err_code code = ERR_OK;
    while (!code && n < count && (n == 0 || !output_is_full(c->output))) code = add(c, &entries[n++], e);
    if (!code) code = keep_lease(c, e);
    if (!code) code = persist(c, commit, e);
    if (!code) code = acknowledge(c, entries, n, e);
    if (!code) code = persist(c, rotate, e);
    *taken = n;
    return code;
}

static bool is_written(const struct collector *c, const struct queue_entry *entry) {
    struct hash128 key = key_of(entry);
    return output_has(c->output, &key);
}

/* Of a last commit that was not acknowledged the entries are pending, perhaps among others: they are acknowledged together, so that it is settled or,
 * when another has taken over meanwhile, taken back as a whole. Those that the server does not know any more have nobody to be settled with. */
static enum err_code settle(struct collector *c, struct err *e) {
    struct queue_entry *entries;
    size_t count, written = 0;
    if (output_is_settled(c->output)) return ERR_OK;
    enum err_code code = queue_take_results(c->queue, true, SETTLE_COUNT, 0, &c->arena, &entries, &count, e);
    for (size_t i = 0; !code && i < count; i++) {
        if (!is_written(c, &entries[i])) continue;
        code = add(c, &entries[i], e); /* finds its status */
        entries[written++] = entries[i];
    }
    if (!code && written) code = acknowledge(c, entries, written, e);
    if (!code) output_settle(c->output);
    return code;
}

static enum err_code collect(struct collector *c, size_t *count, struct err *e) {
    struct queue_entry *entries;
    arena_reset(&c->arena);
    enum err_code code = queue_take_results(c->queue, c->pending, c->take, BLOCK_MS, &c->arena, &entries, count, e);
    if (code == ERR_LIMIT && c->take > 1) {
        /* Fewer at a time. They were handed out by that answer, and are pending. */
        log_line(c->cfg->log, LOG_WARN, "answer", "msg", e->msg, NULL);
        *count = c->take /= 2;
        c->pending = true;
        return ERR_OK;
    }
    if (code) return code;
    if (*count == 0) {
        /* A collector that lost its lease may have taken entries before it knew: they are pending, and looked for whenever nothing is new. */
        c->pending = !c->pending;
        code = persist(c, rotate, e);
        return code ? code : keep_lease(c, e);
    }
    uint64_t bytes = 1;
    for (size_t i = 0; i < *count; i++) bytes += entries[i].payload.n;
    uint64_t next = TAKE_BYTES / (bytes / *count + 1) + 1;
    c->take = next < TAKE_COUNT ? (size_t)next : TAKE_COUNT;
    for (size_t at = 0, taken = 0; !code && at < *count; at += taken) code = write_some(c, entries + at, *count - at, &taken, e);
    if (!code) move_checkpoint(c, false);
    return code;
}

static enum collector_end loop(struct collector *c, struct err *e) {
    enum err_code code = take_lease(c, e);
    if (!code) code = settle(c, e);
    if (!code) code = persist(c, rotate, e);
    while (!code && !must_stop(c)) {
        size_t count;
        code = collect(c, &count, e);
        if (!code && count == 0 && c->cfg->drain && is_drained(c)) break;
    }
    bool lost = code == ERR_CONFLICT && !c->disk;
    if (code == ERR_CANCELLED) code = ERR_OK;
    if (!code) move_checkpoint(c, true);
    if (!code || lost) {
        struct err why;
        enum err_code finished = persist(c, finish, &why);
        if (finished) {
            *e = why;
            return COLLECTOR_DISK;
        }
    }
    if (!code && !output_is_settled(c->output))
        code = err_set(e, ERR_IO, "stopped before Redis acknowledged the last commit: %s is not finished until a collector has been started on it again", c->cfg->output.dir);
    if (!code) give_lease_back(c);
    return !code ? COLLECTOR_DONE : lost ? COLLECTOR_LOST : c->disk ? COLLECTOR_DISK : COLLECTOR_REDIS;
}

static enum collector_end open_and_loop(struct collector *c, struct err *e) {
    const struct collector_cfg *cfg = c->cfg;
    const struct queue_cfg queue_cfg = {.url = cfg->redis, .name = cfg->queue, .log = cfg->log, .pulse = cfg->pulse, .should_stop = cfg->should_stop, .user = cfg->user};
    enum err_code code = output_open(&c->output, &cfg->output, e);
    snprintf(c->checkpoint_path, sizeof c->checkpoint_path, "%s/.thresher/checkpoint", cfg->output.dir);
    if (!code) code = checkpoint_read(c->checkpoint_path, &c->checkpoint, e);
    if (code) return code == ERR_CONFLICT || code == ERR_INPUT ? COLLECTOR_USAGE : COLLECTOR_DISK;
    code = queue_open(&c->queue, &queue_cfg, e);
    if (code) return code == ERR_USAGE ? COLLECTOR_USAGE : COLLECTOR_REDIS;
    return loop(c, e);
}

enum collector_end collector_run(const struct collector_cfg *cfg, struct err *e) {
    struct collector c = {.cfg = cfg, .pending = true, .take = TAKE_COUNT};
    arena_init(&c.arena, 0);
    sbuf_init(&c.record, 0);
    enum collector_end end = open_and_loop(&c, e);
    queue_close(&c.queue);
    output_close(&c.output);
    checkpoint_clear(&c.checkpoint);
    sbuf_clear(&c.record);
    arena_clear(&c.arena);
    return end;
}
