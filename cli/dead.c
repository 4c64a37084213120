#include "dead.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/json_out.h"
#include "base/utf8.h"
#include "dead_filter.h"
#include "queue/queue_admin.h"
#include "runtime/command.h"

enum { PAGE = 100 };

enum verb { VERB_LS, VERB_SHOW, VERB_RETRY, VERB_DROP, VERB_EXPORT, VERB_COUNT };
static const char *const verbs[VERB_COUNT] = {"ls", "show", "retry", "drop", "export"};

struct settings {
    const char *redis, *queue, *after, *output;
    uint64_t older_ms, newer_ms, limit;
    bool json, all, dry_run;
};

/* One walk over the letters. */
struct walk {
    const struct settings *settings;
    struct dead_filter filter;
    enum verb verb;
    struct queue *queue;
    struct arena arena;
    FILE *to;
    struct sbuf text;
    uint64_t looked_at, matched, settled;
    int64_t now_ms;
    const char *unwritten; /* why no more can be written; NULL: all was */
    char next[48]; /* behind which the next page begins, when the limit ended this one */
};

/* -- showing --------------------------------------------------------------------------------------------------------------- */

static void age_text(int64_t ms, char out[16]) {
    int64_t s = ms > 0 ? ms / 1000 : 0;
    if (s < 120) snprintf(out, 16, "%" PRId64 "s", s);
    else if (s < 7200) snprintf(out, 16, "%" PRId64 "m", s / 60);
    else if (s < 172800) snprintf(out, 16, "%" PRId64 "h", s / 3600);
    else snprintf(out, 16, "%" PRId64 "d", s / 86400);
}

static void add_row(struct walk *w, const struct dead_letter *d) {
    struct job job;
    struct err why;
    char id[2 * sizeof d->id.b + 1], age[16];
    if (job_unpack(d->wire, &w->arena, &job, &why) != ERR_OK) job = (struct job){.url = SV("(a job that cannot be read)")};
    hex_encode(d->id.b, sizeof d->id.b, id);
    age_text(w->now_ms - d->dead_ms, age);
    sbuf_addf(&w->text, "%-18.*s %5s %-13.*s %u/%u/%-4u %s ", SV_ARG(d->entry_id), age, SV_ARG(sv_take(d->reason, 13)), d->attempts, d->crashes, d->lost, id);
    utf8_add_printable(sv_take(job.url, 200), &w->text);
    sbuf_add_char(&w->text, '\n');
}

static void show(struct walk *w, const struct dead_letter *d) {
    struct sbuf *out = &w->text;
    if (w->verb == VERB_LS && !w->settings->json) add_row(w, d);
    else if (w->verb == VERB_LS) {
        sbuf_add(out, w->matched ? SV(",\n") : SV("{\"letters\":[\n"));
        dead_letter_write_json(d, &w->arena, out);
        out->n--; /* its newline */
    } else
        dead_letter_write_json(d, &w->arena, out);
}

/* -- walking --------------------------------------------------------------------------------------------------------------- */

static enum err_code settle(struct walk *w, const struct dead_letter *d, struct err *e) {
    bool found = false;
    if (w->settings->dry_run) return ERR_OK;
    enum err_code code = w->verb == VERB_RETRY ? queue_dead_retry(w->queue, d, &found, e) : queue_dead_drop(w->queue, d, &found, e);
    w->settled += !code && found;
    return code;
}

static bool is_full(const struct walk *w) { return w->settings->limit && w->matched >= w->settings->limit; }

static void flush(struct walk *w) {
    sv text = sbuf_view(&w->text);
    if (w->unwritten) return;
    if (w->text.err) w->unwritten = "no memory";
    else if (fwrite(text.p, 1, text.n, w->to) != text.n) w->unwritten = strerror(errno);
    sbuf_reset(&w->text);
}

/* Nothing is written behind it. */
static void finish(struct walk *w) {
    flush(w);
    if ((w->to != stdout ? fclose(w->to) : fflush(stdout)) != 0 && !w->unwritten) w->unwritten = strerror(errno);
}

static enum err_code take_page(struct walk *w, const struct dead_letter *letters, size_t count, struct err *e) {
    enum err_code code = ERR_OK;
    for (size_t i = 0; !code && i < count; i++) {
        if (is_full(w)) {
            snprintf(w->next, sizeof w->next, "%s", w->filter.from + 1);
            return ERR_OK;
        }
        w->looked_at++;
        snprintf(w->filter.from, sizeof w->filter.from, "(%.*s", SV_ARG(letters[i].entry_id));
        if (!dead_filter_matches(&w->filter, &letters[i], &w->arena)) continue;
        if (w->verb == VERB_RETRY || w->verb == VERB_DROP) code = settle(w, &letters[i], e);
        else show(w, &letters[i]);
        w->matched += !code;
    }
    return code;
}

/* All that the filter means are found: no need to look on. */
static bool has_all(const struct walk *w) { return w->filter.id_count && w->matched >= w->filter.id_count; }

static enum err_code walk_all(struct walk *w, struct err *e) {
    struct dead_letter *letters;
    size_t count = 1;
    enum err_code code = ERR_OK;
    while (!code && count && !*w->next && !has_all(w) && !w->unwritten) {
        arena_reset(&w->arena);
        code = queue_dead_page(w->queue, w->filter.from, w->filter.to, PAGE, &w->arena, &letters, &count, e);
        if (!code) code = take_page(w, letters, count, e);
        if (!code) flush(w);
    }
    return code;
}

static void tell_end(struct walk *w) {
    const char *done[VERB_COUNT] = {"listed", "shown", "retried", "dropped", "exported"};
    bool settles = w->verb == VERB_RETRY || w->verb == VERB_DROP;
    if (w->verb == VERB_LS && w->settings->json) {
        if (!w->matched) sbuf_add(&w->text, SV("{\"letters\":["));
        sbuf_add(&w->text, SV("\n],\"next\":"));
        struct json_out j;
        json_out_init(&j, &w->text);
        json_out_string(&j, *w->next ? sv_cstr(w->next) : SV_NONE);
        sbuf_add(&w->text, SV("}\n"));
    } else if (settles && w->settings->json)
        sbuf_addf(&w->text, "{\"looked_at\":%" PRIu64 ",\"matched\":%" PRIu64 ",\"%s\":%" PRIu64 "}\n", w->looked_at, w->matched, done[w->verb], w->settled);
    else if (w->verb != VERB_SHOW)
        fprintf(stderr, "thresher dead: %" PRIu64 " %s of %" PRIu64 " looked at%s%s%s\n", settles && !w->settings->dry_run ? w->settled : w->matched,
                w->settings->dry_run ? "matched" : done[w->verb], w->looked_at, *w->next ? "; there are more: --after " : "", w->next, "");
}

/* -- the command ----------------------------------------------------------------------------------------------------------- */

static enum err_code prepare(struct walk *w, const struct command *c, struct err *e) {
    const struct settings *s = w->settings;
    const char *name = c->arg_count ? c->args[0] : "";
    for (w->verb = VERB_LS; w->verb < VERB_COUNT && strcmp(name, verbs[w->verb]) != 0; w->verb++) continue;
    if (w->verb == VERB_COUNT) return err_set(e, ERR_USAGE, "say what to do: ls, show, retry, drop or export (try --help)");
    w->filter.ids = c->args + 1;
    w->filter.id_count = c->arg_count - 1;
    snprintf(w->filter.from, sizeof w->filter.from, "-");
    snprintf(w->filter.to, sizeof w->filter.to, "+");
    enum err_code code = dead_filter_check(&w->filter, e);
    if (code) return code;
    if (s->newer_ms) snprintf(w->filter.from, sizeof w->filter.from, "%" PRId64, w->now_ms - (int64_t)s->newer_ms);
    if (s->older_ms) snprintf(w->filter.to, sizeof w->filter.to, "%" PRId64, w->now_ms - (int64_t)s->older_ms);
    bool names_some = !dead_filter_is_empty(&w->filter);
    if (s->after) snprintf(w->filter.from, sizeof w->filter.from, "(%s", s->after);
    if (w->verb == VERB_SHOW && w->filter.id_count == 0) return err_set(e, ERR_USAGE, "show needs the id of a job or a letter: see 'thresher dead ls'");
    if ((w->verb == VERB_RETRY || w->verb == VERB_DROP) && !names_some && !s->all)
        return err_set(e, ERR_USAGE, "%s needs ids or a filter, or --all for every dead letter", verbs[w->verb]);
    /* One letter is asked for by its own id. */
    if (w->filter.id_count == 1 && strchr(w->filter.ids[0], '-')) {
        snprintf(w->filter.from, sizeof w->filter.from, "%s", w->filter.ids[0]);
        snprintf(w->filter.to, sizeof w->filter.to, "%s", w->filter.ids[0]);
    }
    return ERR_OK;
}

static int run(struct command *c, const struct settings *s, struct dead_filter filter) {
    struct walk w = {.settings = s, .filter = filter, .to = stdout};
    const struct queue_cfg cfg = {.url = s->redis, .name = s->queue, .look = true};
    struct queue_stats stats;
    struct err e = {0};
    arena_init(&w.arena, 0);
    sbuf_init(&w.text, 0);
    enum err_code code = queue_open(&w.queue, &cfg, &e);
    if (!code) code = queue_read_stats(w.queue, &stats, &e);
    if (!code) {
        w.now_ms = stats.now_ms;
        code = prepare(&w, c, &e);
    }
    int status = code ? command_fail(c, &e) : COMMAND_OK;
    if (!code && s->output && !(w.to = fopen(s->output, "wx"))) {
        fprintf(stderr, "thresher dead: cannot make %s: %s\n", s->output, strerror(errno));
        code = ERR_IO;
        status = COMMAND_DISK;
    }
    if (!code) {
        if (w.verb == VERB_LS && !s->json) sbuf_addf(&w.text, "%-18s %5s %-13s %-8s %-32s %s\n", "LETTER", "AGE", "REASON", "TRIED", "JOB", "URL");
        code = walk_all(&w, &e);
        if (code) status = command_fail(c, &e);
        else if (!w.unwritten) tell_end(&w);
        finish(&w);
        if (w.unwritten) {
            fprintf(stderr, "thresher dead: cannot write to %s: %s\n", s->output ? s->output : "standard output", w.unwritten);
            status = COMMAND_DISK;
        }
        if (!status && w.matched < w.filter.id_count && !*w.next) {
            fprintf(stderr, "thresher dead: %" PRIu64 " of %zu ids were found\n", w.matched, w.filter.id_count);
            status = COMMAND_NO;
        }
    }
    queue_close(&w.queue);
    arena_clear(&w.arena);
    sbuf_clear(&w.text);
    return status;
}

int dead_command(int argc, char **argv) {
    struct settings s = {.redis = "redis://127.0.0.1:6379", .queue = "default", .limit = 0};
    struct dead_filter filter = {0};
    const struct option table[] = {
        {"redis", 'r', OPTION_URL, "URL", "REDIS_URL", "redis:// or rediss://[user@]host[:port][/db], unix:///path; README: TLS, passwords", &s.redis},
        {"queue", 'q', OPTION_TEXT, "NAME", "THRESHER_QUEUE", "name of the queue (default)", &s.queue},
        {"reason", 0, OPTION_TEXT, "WORD", NULL, "only these: timeout, crashed, out_of_memory, io, lost...", &filter.reason},
        {"host", 0, OPTION_TEXT, "NAME", NULL, "only pages of this host and its subdomains", &filter.host},
        {"older", 0, OPTION_DURATION, "TIME", NULL, "only those that died longer ago: 30s, 5m, 2h", &s.older_ms},
        {"newer", 0, OPTION_DURATION, "TIME", NULL, "only those that died since", &s.newer_ms},
        {"limit", 'n', OPTION_NUMBER, "N", NULL, "at most this many, and say where the next begin (0: all)", &s.limit},
        {"after", 0, OPTION_TEXT, "LETTER", NULL, "begin behind this one", &s.after},
        {"all", 0, OPTION_FLAG, NULL, NULL, "retry or drop without ids or filter: every one", &s.all},
        {"dry-run", 0, OPTION_FLAG, NULL, NULL, "retry or drop: only count what would be meant", &s.dry_run},
        {"output", 'o', OPTION_TEXT, "FILE", NULL, "export: write to this new file (standard output)", &s.output},
        {"json", 0, OPTION_FLAG, NULL, NULL, "for programs", &s.json},
    };
    const struct options options = {table, COUNT_OF(table), "thresher dead ls|show|retry|drop|export [ID...] [OPTIONS]",
                                    "Jobs whose attempts, crashes or losses ran out. ls lists them in the order of their ends, show tells all of some, retry puts them\n"
                                    "back (counters at nought, history kept), drop removes them, export writes them as lines of JSON. An ID is a job's or a letter's.\n"
                                    "Redis is asked for a hundred at a time, at most 1 MiB, whatever the filter.",
                                    "Exit status: 0; 1 an ID was not found; 2 usage; 3 Redis cannot be used; 5 the file or standard output cannot be written."};
    struct command c = {.name = "thresher dead", .options = &options};
    int status;
    if (command_begin(&c, argc, argv, &status)) status = run(&c, &s, filter);
    command_clear(&c);
    return status;
}
