#define _GNU_SOURCE
#include "extractor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/heap.h"
#include "base/inflate.h"
#include "extract/extract.h"
#include "frame.h"
#include "sandbox.h"
#include "schema/result.h"

enum {
    SOCKET_FD = 0,
    EXIT_PROTOCOL = 98,         /* the other end sent what is no frame */
    REPLY_META_BYTES = 4,
    REPLY_HEAD_BYTES = FRAME_HEAD_BYTES + REPLY_META_BYTES,
    KEPT_BUFFER_BYTES = 8 * 1024 * 1024, /* larger buffers are given back after the page that needed them */
    KEPT_HEAP_BYTES = 16 * 1024 * 1024,  /* what a page of 2 MB takes */
    HEADS_BYTES = 1024 * 1024   /* room for WARC and HTTP heads beside the page */
};
static const size_t DECODED_MAX = 16u * 1024 * 1024;
static const size_t ARENA_BUDGET = 512u * 1024 * 1024;

struct extractor {
    struct extract *extract;
    struct arena arena;
    struct sbuf in, inflated, out;
};

/* What is known of the page that is being answered. */
struct page {
    struct frame_job frame;
    struct job job;
    bool has_job;
    uint64_t decode_us, extract_us, html_bytes;
};

bool extractor_is_asked_for(int argc, char **argv) {
    return argc == 5 && strcmp(argv[1], "--extractor") == 0;
}

/* -- start ------------------------------------------------------------------------------------------------------------------ */

/* Signals meant for the whole group (a terminal's ^C, a service manager's stop) are the worker's to handle: it ends us. */
static void ignore_group_signals(void) {
    static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};
    struct sigaction action = {.sa_handler = SIG_IGN};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < COUNT_OF(ignored); i++) sigaction(ignored[i], &action, NULL);
}

/* False: the parent is gone already. */
static bool settle_in(const char *parent, const char *memory) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NAME, "extractor");
    if (getppid() != (pid_t)strtol(parent, NULL, 10)) return false;
    ignore_group_signals();
    sandbox_limit(strtoull(memory, NULL, 10));
    int flags = fcntl(SOCKET_FD, F_GETFL);
    if (flags >= 0) fcntl(SOCKET_FD, F_SETFL, flags & ~O_NONBLOCK);
    return true;
}

/* A job may ask for less time than the worker gives; SIGALRM ends the process, and the crew reads it as a timeout. 0 disarms. */
static void set_alarm(uint32_t ms) {
    struct itimerval timer = {.it_value = {.tv_sec = ms / 1000, .tv_usec = (suseconds_t)(ms % 1000) * 1000}};
    setitimer(ITIMER_REAL, &timer, NULL);
}

/* -- frames ----------------------------------------------------------------------------------------------------------------- */

/* 1: read all of it, 0: the socket ended before the first byte, -1: it ended or failed in the middle. */
static int read_all(char *p, size_t n) {
    for (size_t at = 0; at < n;) {
        ssize_t got = read(SOCKET_FD, p + at, n - at);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return got == 0 && at == 0 ? 0 : -1;
        at += (size_t)got;
    }
    return 1;
}

static bool send_hello(void) {
    char bytes[FRAME_HEAD_BYTES];
    struct frame_head head = {.type = FRAME_HELLO};
    return frame_head_encode(&head, bytes, NULL) == ERR_OK && file_write_all(SOCKET_FD, sv_from(bytes, sizeof bytes), "socket", NULL) == ERR_OK;
}

/* x->out holds REPLY_HEAD_BYTES of room and the packed result. */
static bool send_reply(struct extractor *x, uint32_t sequence, enum status status) {
    char meta[FRAME_META_MAX];
    struct frame_result result = {(uint32_t)status};
    struct frame_head head = {FRAME_RESULT, sequence, (uint32_t)frame_result_encode(&result, meta), (uint32_t)(x->out.n - REPLY_HEAD_BYTES)};
    BUG_IF(head.meta_bytes != REPLY_META_BYTES);
    if (frame_head_encode(&head, x->out.p, NULL) != ERR_OK) return false;
    memcpy(x->out.p + FRAME_HEAD_BYTES, meta, REPLY_META_BYTES);
    return file_write_all(SOCKET_FD, sbuf_view(&x->out), "socket", NULL) == ERR_OK;
}

/* -- one page --------------------------------------------------------------------------------------------------------------- */

static void fail(struct result *r, enum status status, const char *class, sv detail) {
    r->status = status;
    r->failure_class = sv_cstr(class);
    r->failure_detail = detail;
}

static sv err_text(struct extractor *x, const struct err *e) {
    sv copy = arena_dup(&x->arena, sv_cstr(e->msg));
    return copy.p ? copy : SV("");
}

/* The payload as the extraction takes it. False: *r says why not. */
static bool decode_payload(struct extractor *x, const struct job *job, struct result *r, sv *bytes) {
    *bytes = job->payload;
    if (job->by_reference) {
        fail(r, STATUS_REJECTED, "by_reference", SV("the job refers to its payload, and nobody has read it"));
        return false;
    }
    if (job->codec == CODEC_NONE) return true;
    size_t max = DECODED_MAX;
    if (job->max_decoded_bytes && job->max_decoded_bytes < max) max = (size_t)job->max_decoded_bytes;
    if (job->kind == PAYLOAD_WARC_RECORD) max += HEADS_BYTES;
    struct err e = {0};
    enum err_code code = inflate_all(job->codec == CODEC_GZIP ? INFLATE_GZIP : INFLATE_ZSTD, job->payload, max, &x->inflated, &e);
    *bytes = sbuf_view(&x->inflated);
    if (code == ERR_OK) return true;
    if (code == ERR_LIMIT) fail(r, STATUS_TOO_LARGE, "decoded_size", err_text(x, &e));
    else if (code == ERR_MEMORY) fail(r, STATUS_OUT_OF_MEMORY, "decode", err_text(x, &e));
    else fail(r, STATUS_BAD_PAYLOAD, "codec", err_text(x, &e));
    return false;
}

static enum extract_kind kind_of(enum payload_kind kind) {
    switch (kind) {
    case PAYLOAD_TEXT: return EXTRACT_TEXT;
    case PAYLOAD_WARC_RECORD: return EXTRACT_WARC_RECORD;
    case PAYLOAD_HTML:
    case PAYLOAD_KIND_END:
    default: return EXTRACT_HTML;
    }
}

static void take_document(struct page *page, const struct document *d, struct result *r) {
    static const struct {
        enum status status;
        const char *class;
    } of[] = {
        [EXTRACT_OK] = {STATUS_OK, NULL},
        [EXTRACT_EMPTY] = {STATUS_EMPTY, NULL},
        [EXTRACT_NOT_HTML] = {STATUS_NOT_HTML, "content_type"},
        [EXTRACT_UNSUPPORTED_ENCODING] = {STATUS_UNSUPPORTED_ENCODING, "encoding"},
        [EXTRACT_TOO_LARGE] = {STATUS_TOO_LARGE, "limit"},
        [EXTRACT_BAD_PAYLOAD] = {STATUS_BAD_PAYLOAD, "payload"},
    };
    BUG_IF((size_t)d->status >= COUNT_OF(of));
    if (d->url.n) r->url = d->url;
    page->html_bytes = d->html_bytes;
    r->article = d->article;
    if (of[d->status].class) fail(r, of[d->status].status, of[d->status].class, d->status_detail);
    else r->status = of[d->status].status;
}

static void extract_page(struct extractor *x, struct page *page, struct result *r) {
    const struct job *job = &page->job;
    sv bytes;
    uint64_t began_us = clock_mono_us();
    bool decoded = decode_payload(x, job, r, &bytes);
    page->decode_us = clock_mono_us() - began_us;
    if (!decoded) return;
    struct extract_input input = {
        .kind = kind_of(job->kind),
        .bytes = bytes,
        .url = job->final_url.n ? job->final_url : job->url,
        .content_type = job->content_type,
        .charset = job->charset,
        .language_hint = job->language_hint,
        .fetched_ms = job->fetch_time_ms,
    };
    struct document document = {0};
    struct err e = {0};
    began_us = clock_mono_us();
    enum err_code code = extract_run(x->extract, &input, &x->arena, &document, &e);
    page->extract_us = clock_mono_us() - began_us;
    if (code == ERR_OK) {
        take_document(page, &document, r);
        return;
    }
    fail(r, STATUS_OUT_OF_MEMORY, "extract", err_text(x, &e));
    extract_free(&x->extract); /* what it holds is of no use; a new one is made for the next page */
}

static void fill_result(struct page *page, struct result *r) {
    memcpy(r->id.b, page->frame.id, sizeof r->id.b);
    r->provenance = (struct provenance){
        .worker = page->frame.worker,
        .extractor_version = sv_cstr(extract_version()),
        .attempts = page->frame.attempts,
        .crashes = page->frame.crashes,
        .queue_us = page->frame.queue_us,
        .parse_us = page->decode_us,
        .extract_us = page->extract_us,
        .html_bytes = page->html_bytes,
    };
    if (!page->has_job) return;
    const struct job *job = &page->job;
    if (!r->url.p) r->url = job->final_url.n ? job->final_url : job->url;
    r->crawl_id = job->crawl_id;
    r->metadata = job->metadata;
    r->metadata_count = job->metadata_count;
    r->fetch_time_ms = job->fetch_time_ms;
    r->provenance.warc_file = job->warc_file;
    r->provenance.warc_offset = job->warc_offset;
    r->provenance.warc_record_id = job->warc_record_id;
}

/* Packs *r into x->out; what it says then may point at *e. One that breaks a rule of the wire (a field of the page that is too long, too much text) becomes a failure. */
static bool pack_reply(struct extractor *x, struct page *page, struct result *r, struct err *e) {
    static const char room[REPLY_HEAD_BYTES];
    for (int attempt = 0; attempt < 2; attempt++) {
        sbuf_reset(&x->out);
        sbuf_add(&x->out, sv_from(room, sizeof room));
        enum err_code code = result_pack(r, &x->out, e);
        if (code == ERR_OK) return true;
        enum status status = code == ERR_MEMORY ? STATUS_OUT_OF_MEMORY : code == ERR_LIMIT ? STATUS_TOO_LARGE : STATUS_REJECTED;
        sv url = page->has_job ? page->job.url : SV_NONE;
        *r = (struct result){.url = url};
        fail(r, status, "result", sv_cstr(e->msg));
        fill_result(page, r);
    }
    return false;
}

static bool answer(struct extractor *x, uint32_t sequence, sv meta, sv wire) {
    struct page page = {0};
    struct result result = {0};
    struct err e = {0};
    if (frame_job_decode(meta, &page.frame, &e) != ERR_OK) return false;
    enum err_code code = job_unpack(wire, &x->arena, &page.job, &e);
    page.has_job = code == ERR_OK;
    if (code == ERR_MEMORY) fail(&result, STATUS_OUT_OF_MEMORY, "job", sv_cstr(e.msg));
    else if (code != ERR_OK) fail(&result, STATUS_REJECTED, "job", sv_cstr(e.msg));
    if (page.has_job) {
        bool alarm = page.job.deadline_ms && page.job.deadline_ms < page.frame.deadline_ms;
        if (alarm) set_alarm(page.job.deadline_ms);
        if (!x->extract && extract_new(&x->extract, &(struct extract_limits){.max_decoded_bytes = DECODED_MAX}, &e) != ERR_OK)
            fail(&result, STATUS_OUT_OF_MEMORY, "extract", sv_cstr(e.msg));
        else
            extract_page(x, &page, &result);
        if (alarm) set_alarm(0);
    }
    fill_result(&page, &result);
    return pack_reply(x, &page, &result, &e) && send_reply(x, sequence, result.status);
}

static void shrink(struct sbuf *b) {
    if (b->cap > KEPT_BUFFER_BYTES) sbuf_clear(b);
    else sbuf_reset(b);
}

/* True to go on; false with the exit status. */
static bool serve_one(struct extractor *x, int *exit_status) {
    char bytes[FRAME_HEAD_BYTES];
    struct frame_head head;
    int got = read_all(bytes, sizeof bytes);
    *exit_status = got == 0 ? 0 : EXIT_PROTOCOL;
    if (got <= 0) return false;
    if (frame_head_decode(bytes, FRAME_BODY_MAX, &head, NULL) != ERR_OK || head.type != FRAME_JOB) return false;
    size_t n = (size_t)head.meta_bytes + head.body_bytes;
    char *p = sbuf_reserve(&x->in, n);
    if (!p) {
        *exit_status = FRAME_EXIT_MEMORY;
        return false;
    }
    if (n && read_all(p, n) != 1) return false;
    *exit_status = FRAME_EXIT_MEMORY;
    if (!answer(x, head.sequence, sv_from(p, head.meta_bytes), sv_from(p + head.meta_bytes, head.body_bytes))) return false;
    shrink(&x->in);
    shrink(&x->inflated);
    shrink(&x->out);
    arena_reset(&x->arena);
    return true;
}

/* A page of ours: what libraries set up at first use, from files, is set up before files are out of reach. */
static bool warm_up(struct extractor *x) {
    static const char page[] = "<title>A page</title><article><h1>A page</h1><p>The first words that this process sees are its own, in plain English.</p></article>";
    struct extract_input input = {.kind = EXTRACT_HTML, .bytes = sv_from(page, sizeof page - 1)};
    struct document document = {0};
    if (extract_new(&x->extract, &(struct extract_limits){.max_decoded_bytes = DECODED_MAX}, NULL) != ERR_OK) return false;
    bool ok = extract_run(x->extract, &input, &x->arena, &document, NULL) == ERR_OK;
    arena_reset(&x->arena);
    return ok;
}

/* 0, or the exit status. */
static int get_ready(struct extractor *x, bool locked) {
    struct err e;
    if (!warm_up(x)) return FRAME_EXIT_MEMORY;
    if (locked && sandbox_lock(&e) != ERR_OK) {
        fprintf(stderr, "thresher-extractor: %s\n", e.msg);
        return FRAME_EXIT_NO_SANDBOX;
    }
    return send_hello() ? 0 : EXIT_PROTOCOL;
}

int extractor_main(int argc, char **argv) {
    if (!extractor_is_asked_for(argc, argv) || !settle_in(argv[2], argv[3])) return EXIT_PROTOCOL;
    struct extractor x = {0};
    heap_keep(KEPT_HEAP_BYTES);
    arena_init(&x.arena, ARENA_BUDGET);
    sbuf_init(&x.in, (size_t)FRAME_BODY_MAX + FRAME_META_MAX);
    sbuf_init(&x.inflated, DECODED_MAX + HEADS_BYTES);
    sbuf_init(&x.out, (size_t)FRAME_BODY_MAX + FRAME_META_MAX);
    int exit_status = get_ready(&x, strcmp(argv[4], FRAME_ARG_LOCKED) == 0);
    if (exit_status == 0) {
        while (serve_one(&x, &exit_status)) continue;
    }
    sbuf_clear(&x.in);
    sbuf_clear(&x.inflated);
    sbuf_clear(&x.out);
    arena_clear(&x.arena);
    extract_free(&x.extract);
    return exit_status;
}
