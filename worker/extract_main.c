/* thresher-extract: files or a list of them in, articles out, through the same crew of extractor processes as the worker's, without a
 * queue. Pages are read in turn, extracted side by side, and printed in the order they were named: a bounded window of pages holds what
 * was finished early. A page whose extractor dies is tried once more, and then has a line that says so. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <uv.h>

#include "base/file.h"
#include "disposition.h"
#include "extract/extract.h"
#include "extractor.h"
#include "frame.h"
#include "page_explain.h"
#include "page_list.h"
#include "page_output.h"
#include "runtime/command.h"

enum {
    EXIT_SOME_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_CANNOT_WORK = 3,
    WINDOW = 256,                       /* pages between the first that is not printed and the last that was read */
    WINDOW_BYTES = 128 * 1024 * 1024,   /* of output that waits for an earlier page */
    TRIES = 2,
    JOBS_MAX = 1024,
    RESULT_ARENA_BYTES = 512 * 1024 * 1024
};

struct settings {
    const char *list, *format_name, *url, *kind, *explain_name;
    uint64_t jobs, deadline_ms, max_memory;
    enum log_level log_level;
    enum page_format format;
    enum page_explain_format explain;
    bool no_sandbox;
};

struct page {
    struct program *program;
    char *path, *url; /* url: NULL where none is given */
    struct sbuf wire; /* the packed job, until the page is done */
    struct sbuf out;  /* what will be printed */
    struct hash128 id;
    unsigned tries;
    bool done;
};

struct program {
    struct settings settings;
    struct log_ctx log;
    uv_loop_t loop;
    struct crew *crew;
    struct page_list list;
    bool list_ended, draining, as_array;
    struct page pages[WINDOW]; /* ring: pages[i % WINDOW] for printed <= i < taken */
    uint64_t printed, taken, failed;
    unsigned in_crew;
    size_t out_bytes; /* in the window */
    struct sbuf bytes; /* of the file that is being read */
    struct arena arena;
    int exit_status;
    bool broken; /* nothing more is printed */
};

/* -- out -------------------------------------------------------------------------------------------------------------------- */

static void stop_with(struct program *p, const char *why) {
    if (p->broken) return;
    p->broken = true;
    p->exit_status = EXIT_CANNOT_WORK;
    fprintf(stderr, "thresher-extract: %s\n", why);
}

static bool write_out(struct program *p, sv text) {
    struct err e;
    if (file_write_all(STDOUT_FILENO, text, "standard output", &e) == ERR_OK) return true;
    stop_with(p, e.msg);
    return false;
}

static void print_page(struct program *p, struct page *page) {
    if (p->as_array && !write_out(p, p->printed == 0 ? SV("[") : SV(","))) return;
    write_out(p, sbuf_view(&page->out));
}

static void print_ready(struct program *p) {
    for (; p->printed < p->taken && p->pages[p->printed % WINDOW].done; p->printed++) {
        struct page *page = &p->pages[p->printed % WINDOW];
        if (!p->broken) print_page(p, page);
        p->out_bytes -= page->out.n;
        sbuf_clear(&page->out);
        free(page->path);
        free(page->url);
        page->path = page->url = NULL;
    }
}

static void end_page(struct page *page, const struct result *r) {
    struct program *p = page->program;
    sbuf_clear(&page->wire);
    if (r->status != STATUS_OK && r->status != STATUS_EMPTY) {
        p->failed++;
        if (p->settings.format != PAGE_FORMAT_JSON && p->settings.format != PAGE_FORMAT_JSONL)
            fprintf(stderr, "thresher-extract: %s: %s: %.*s\n", page->path, status_name(r->status), SV_ARG(r->failure_detail));
    }
    page_output_write(p->settings.format, r, sv_cstr(page->path), &page->out);
    if (page->out.err) stop_with(p, "no memory for a page's output");
    page->done = true;
    p->out_bytes += page->out.n;
}

static void end_failed(struct page *page, enum status status, const char *class, const char *detail) {
    struct result r = {
        .id = page->id,
        .url = sv_cstr(page->url),
        .status = status,
        .failure_class = sv_cstr(class),
        .failure_detail = sv_cstr(detail),
        .provenance = {.extractor_version = sv_cstr(extract_version()), .crashes = page->tries},
    };
    end_page(page, &r);
}

/* -- in --------------------------------------------------------------------------------------------------------------------- */

static bool send_page(struct page *page) {
    struct program *p = page->program;
    struct frame_job frame = {.crashes = page->tries, .deadline_ms = (uint32_t)p->settings.deadline_ms, .worker = SV("local")};
    _Static_assert(sizeof frame.id == sizeof page->id.b, "one identity");
    memcpy(frame.id, page->id.b, sizeof frame.id);
    char meta[FRAME_META_MAX];
    size_t n = frame_job_encode(&frame, meta);
    if (!crew_try_send(p->crew, page, sv_from(meta, n), sbuf_view(&page->wire), (uint32_t)p->settings.deadline_ms)) return false;
    p->in_crew++;
    return true;
}

static enum payload_kind kind_of(const struct program *p, sv path) {
    if (!p->settings.kind) return page_list_kind(path, sbuf_view(&p->bytes));
    return strcmp(p->settings.kind, "text") == 0 ? PAYLOAD_TEXT : PAYLOAD_HTML;
}

/* Reads and packs the page and gives it to the crew, which has room. */
static void begin_page(struct program *p, sv path, sv url) {
    struct page *page = &p->pages[p->taken++ % WINDOW];
    if (!url.n) url = sv_cstr(p->settings.url);
    *page = (struct page){.program = p, .path = strndup(path.p, path.n), .url = url.n ? strndup(url.p, url.n) : NULL};
    sbuf_init(&page->wire, FRAME_BODY_MAX);
    sbuf_init(&page->out, 0);
    struct err e = {0};
    sbuf_reset(&p->bytes);
    if (!page->path || (url.n && !page->url)) {
        page->done = true;
        stop_with(p, "no memory");
        return;
    }
    page->id = job_make_id(SV(""), path, SV("0"));
    enum err_code code = page_list_read(path, &p->bytes, &e);
    if (code) {
        bool large = code == ERR_LIMIT;
        end_failed(page, large ? STATUS_TOO_LARGE : STATUS_REJECTED, large ? "file_size" : "file", e.msg);
        return;
    }
    struct job job = {.id = page->id, .url = url, .payload = sbuf_view(&p->bytes), .kind = kind_of(p, path)};
    code = job_pack(&job, &page->wire, &e);
    if (code) end_failed(page, disposition_of_error(code).status, "job", e.msg);
    else if (!send_page(page)) end_failed(page, STATUS_OUT_OF_MEMORY, "crew", "the page could not be given to an extractor");
}

static void on_drained(void *user) { (void)user; }

/* Reads on while there is room, prints what is next, and ends when all is printed. */
static void pump(struct program *p) {
    sv path, url;
    struct err e;
    print_ready(p);
    while (!p->broken && !p->list_ended && p->in_crew < crew_capacity(p->crew) && p->taken - p->printed < WINDOW && p->out_bytes < WINDOW_BYTES) {
        if (page_list_next(&p->list, &path, &url, &e)) {
            begin_page(p, path, url);
        } else {
            p->list_ended = true;
            if (e.code) stop_with(p, e.msg);
        }
        print_ready(p);
    }
    bool finished = p->broken || (p->list_ended && p->printed == p->taken);
    if (!finished || p->draining) return;
    p->draining = true;
    crew_drain(p->crew, on_drained);
    if (p->broken) crew_kill(p->crew);
}

static void on_done(void *user, void *item, sv meta, sv body) {
    struct program *p = user;
    struct page *page = item;
    struct result r;
    struct err e = {0};
    (void)meta; /* the status is in the body too */
    p->in_crew--;
    enum err_code code = result_unpack(body, &p->arena, &r, &e);
    if (code) end_failed(page, code == ERR_MEMORY ? STATUS_OUT_OF_MEMORY : STATUS_CRASHED, "result", e.msg);
    else end_page(page, &r);
    arena_reset(&p->arena);
    pump(p);
}

static void on_failed(void *user, void *item, const struct crew_failure *failure) {
    struct program *p = user;
    struct page *page = item;
    struct disposition d = disposition_of_fate(failure->fate);
    char detail[96];
    p->in_crew--;
    if (++page->tries >= TRIES || !send_page(page)) {
        if (failure->fate == CREW_TIMEOUT)
            snprintf(detail, sizeof detail, "no answer within %llu ms, %u times", (unsigned long long)p->settings.deadline_ms, page->tries);
        else if (failure->signal)
            snprintf(detail, sizeof detail, "the extractor died of signal %d, %u times", failure->signal, page->tries);
        else
            snprintf(detail, sizeof detail, "the extractor ended with status %d, %u times", failure->exit_code, page->tries);
        end_failed(page, d.status, d.reason, detail);
    }
    pump(p);
}

static void on_returned(void *user, void *item) {
    struct program *p = user;
    struct page *page = item;
    p->in_crew--;
    if (p->broken || !send_page(page)) end_failed(page, STATUS_REJECTED, "stopped", "the page was not tried");
    pump(p);
}

static void on_broken(void *user, const struct err *e) {
    struct program *p = user;
    stop_with(p, e->msg);
    pump(p);
}

/* -- start ------------------------------------------------------------------------------------------------------------------ */

static int run(struct program *p, const char *const *files, size_t file_count) {
    const struct settings *s = &p->settings;
    static const struct crew_cbs cbs = {on_done, on_failed, on_returned, on_broken};
    struct err e = {0};
    if (page_list_open(&p->list, files, file_count, s->list, &e) != ERR_OK) {
        fprintf(stderr, "thresher-extract: cannot read the list %s\n", e.msg);
        return EXIT_USAGE;
    }
    uint64_t jobs = !s->list && file_count < s->jobs ? file_count : s->jobs;
    struct crew_cfg cfg = {.extractors = (unsigned)jobs, .max_memory_bytes = s->max_memory, .no_sandbox = s->no_sandbox, .log = &p->log};
    if (s->no_sandbox) fprintf(stderr, "thresher-extract: without the sandbox, a page that takes over its extractor has all your rights\n");
    signal(SIGPIPE, SIG_IGN);
    sbuf_init(&p->bytes, PAGE_LIST_BYTES_MAX);
    arena_init(&p->arena, RESULT_ARENA_BYTES);
    p->as_array = s->format == PAGE_FORMAT_JSON && (s->list || file_count > 1);
    int rc = uv_loop_init(&p->loop);
    if (rc) {
        stop_with(p, uv_strerror(rc));
    } else if (crew_new(&p->crew, &p->loop, &cfg, &cbs, p, &e) == ERR_OK) {
        pump(p);
        uv_run(&p->loop, UV_RUN_DEFAULT);
        print_ready(p);
        crew_free(&p->crew);
    } else {
        stop_with(p, e.msg);
    }
    if (!rc) uv_loop_close(&p->loop);
    if (p->as_array && !p->broken) write_out(p, p->printed ? SV("]\n") : SV("[]\n"));
    page_list_close(&p->list);
    sbuf_clear(&p->bytes);
    arena_clear(&p->arena);
    if (p->exit_status == 0 && p->failed > 0) {
        p->exit_status = EXIT_SOME_FAILED;
        if (p->taken > 1)
            fprintf(stderr, "thresher-extract: %llu of %llu pages failed\n", (unsigned long long)p->failed, (unsigned long long)p->taken);
    }
    return p->exit_status;
}

static int explain(const struct settings *s, const char *const *files, size_t file_count) {
    int status = 0;
    for (size_t i = 0; i < file_count; i++) {
        struct sbuf out;
        struct err e = {0};
        sbuf_init(&out, 0);
        enum err_code code = page_explain(files[i], sv_cstr(s->url), sv_cstr(s->kind), s->explain, &out, &e);
        if (!code) code = file_write_all(STDOUT_FILENO, sbuf_view(&out), "standard output", &e);
        if (code) fprintf(stderr, "thresher-extract: %s: %s\n", files[i], e.msg);
        if (code) status = EXIT_SOME_FAILED;
        sbuf_clear(&out);
    }
    return status;
}

static enum err_code check(struct settings *s, const char *const *files, size_t file_count, struct err *e) {
    size_t stdin_uses = s->list && strcmp(s->list, "-") == 0;
    for (size_t i = 0; i < file_count; i++) stdin_uses += strcmp(files[i], "-") == 0;
    if (stdin_uses > 1) return err_set(e, ERR_USAGE, "standard input (-) can be used once only");
    if (!file_count && !s->list) return err_set(e, ERR_USAGE, "name a file, - for standard input, or --files-from LIST (try --help)");
    if (!page_format_parse(sv_cstr(s->format_name), &s->format))
        return err_set(e, ERR_USAGE, "--format takes json, jsonl, text, markdown or markdown-text, not '%s'", s->format_name);
    if (s->kind && strcmp(s->kind, "html") != 0 && strcmp(s->kind, "text") != 0)
        return err_set(e, ERR_USAGE, "--kind takes html or text, not '%s'", s->kind);
    if (s->explain_name && !page_explain_parse(sv_cstr(s->explain_name), &s->explain))
        return err_set(e, ERR_USAGE, "--explain takes text or html, not '%s'", s->explain_name);
    if (s->explain_name && !file_count) return err_set(e, ERR_USAGE, "--explain takes files, not a list");
    if (s->jobs < 1 || s->jobs > JOBS_MAX) return err_set(e, ERR_USAGE, "--jobs takes 1 to %d", JOBS_MAX);
    if (s->deadline_ms < 1 || s->deadline_ms > 3600000) return err_set(e, ERR_USAGE, "--deadline takes 1ms to 1h");
    if (s->max_memory < 16u * 1024 * 1024) return err_set(e, ERR_USAGE, "--max-memory takes 16M at least");
    return ERR_OK;
}

static int start(struct program *p, int argc, char **argv) {
    struct settings *s = &p->settings;
    *s = (struct settings){.format_name = "jsonl", .jobs = uv_available_parallelism(), .deadline_ms = 10000, .max_memory = 512u * 1024 * 1024,
                           .log_level = LOG_ERROR};
    const struct option table[] = {
        {"files-from", 0, OPTION_TEXT, "LIST", NULL, "a file (- for standard input) with one PATH or PATH<TAB>URL a line", &s->list},
        {"format", 'f', OPTION_TEXT, "FORMAT", NULL, "jsonl (one object a line), json, text, markdown, or markdown-text without links and images", &s->format_name},
        {"url", 0, OPTION_TEXT, "URL", NULL, "where the pages are from, for those without a URL of their own", &s->url},
        {"kind", 0, OPTION_TEXT, "KIND", NULL, "html, or text for pages that were flattened (by name and content)", &s->kind},
        {"explain", 0, OPTION_TEXT, "FORMAT", NULL, "why: each block with its decision, as text or html; in this process, without the sandbox", &s->explain_name},
        {"jobs", 'j', OPTION_NUMBER, "N", "THRESHER_JOBS", "extractor processes (the processors of this machine)", &s->jobs},
        {"deadline", 0, OPTION_DURATION, "TIME", "THRESHER_DEADLINE", "for one page, then its extractor is killed (10s)", &s->deadline_ms},
        {"max-memory", 0, OPTION_BYTES, "BYTES", "THRESHER_MAX_MEMORY", "resident, above which an extractor is replaced (512M)", &s->max_memory},
        {"no-sandbox", 0, OPTION_FLAG, NULL, "THRESHER_NO_SANDBOX", "extractors without seccomp and Landlock: for trusted pages, or kernels without", &s->no_sandbox},
        {"log-level", 0, OPTION_LOG_LEVEL, "LEVEL", "THRESHER_LOG_LEVEL", "debug, info, warn or error (error)", &s->log_level},
    };
    const struct options options = {
        table, COUNT_OF(table), "thresher extract [OPTIONS] [FILES | -]",
        "Extracts the articles of HTML or text files, in processes of their own, and prints them in the order of the files.",
        "Exit status: 0 every page ok or empty, 1 some page failed (its line says why), 2 usage, 3 nothing can be written or started."};
    char parts[96];
    snprintf(parts, sizeof parts, "extractor %s, libuv %s", extract_version(), uv_version_string());
    struct command c = {.name = "thresher-extract", .options = &options, .parts = parts};
    struct err e = {0};
    int status;
    if (command_begin(&c, argc, argv, &status)) {
        p->log = (struct log_ctx){.least = s->log_level, .program = "extract", .fd = STDERR_FILENO};
        if (check(s, c.args, c.arg_count, &e) != ERR_OK) status = command_fail(&c, &e);
        else status = s->explain_name ? explain(s, c.args, c.arg_count) : run(p, c.args, c.arg_count);
    }
    command_clear(&c);
    return status;
}

int main(int argc, char **argv) {
    if (extractor_is_asked_for(argc, argv)) return extractor_main(argc, argv);
    struct program *p = calloc(1, sizeof *p);
    int status = p ? start(p, argc, argv) : EXIT_CANNOT_WORK;
    free(p);
    return status;
}
