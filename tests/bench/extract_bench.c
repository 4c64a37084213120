/* extract_bench [-s | -l] [-n ROUNDS] FILE...: extraction alone, in one process, without a queue. Prints one line of JSON: pages, CPU microseconds a page (the
 * least of the rounds, so that a noisy machine disturbs little), pages a second, megabytes a second, peak resident memory; with -s
 * microseconds a page by stage of the same round too, which takes some of them itself; with -l, of lexbor's parser alone, to compare with. */
#include <inttypes.h>
#include <lexbor/html/html.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "base/file.h"
#include "base/heap.h"
#include "extract.h"

static const char *const stage_names[STAGE_COUNT] = {"decode", "parse", "metadata", "blocks", "decide", "images", "article"};

struct stages {
    uint64_t since, ns[STAGE_COUNT];
};

static uint64_t cpu_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void stage_ended(void *user, enum extract_stage stage) {
    struct stages *s = user;
    uint64_t now = cpu_ns();
    s->ns[stage] += now - s->since;
    s->since = now;
}

static bool read_pages(char **paths, size_t count, struct sbuf *pages, size_t *bytes) {
    struct err e;
    *bytes = 0;
    for (size_t i = 0; i < count; i++) {
        sbuf_init(&pages[i], 0);
        if (file_read(paths[i], &pages[i], &e) != ERR_OK) {
            fprintf(stderr, "extract_bench: %s\n", e.msg);
            return false;
        }
        *bytes += pages[i].n;
    }
    return true;
}

static bool run_round(struct extract *x, const struct sbuf *pages, size_t count, struct arena *arena, struct stages *stages, size_t *ok) {
    struct document document;
    struct err e;
    *ok = 0;
    *stages = (struct stages){0};
    for (size_t i = 0; i < count; i++) {
        const struct extract_input input = {.kind = EXTRACT_HTML, .bytes = sbuf_view(&pages[i])};
        arena_reset(arena);
        stages->since = cpu_ns();
        if (extract_run(x, &input, arena, &document, &e) != ERR_OK) {
            fprintf(stderr, "extract_bench: %s\n", e.msg);
            return false;
        }
        *ok += document.status == EXTRACT_OK;
    }
    return true;
}

/* Microseconds a page of the quickest round; 0 where lexbor gave up. */
static double time_lexbor(const struct sbuf *pages, size_t count, unsigned long rounds) {
    uint64_t least = UINT64_MAX;
    for (unsigned long i = 0; i < rounds; i++) {
        uint64_t begun = cpu_ns();
        for (size_t k = 0; k < count; k++) {
            lxb_html_document_t *document = lxb_html_document_create();
            if (!document || lxb_html_document_parse(document, (const lxb_char_t *)pages[k].p, pages[k].n) != LXB_STATUS_OK) return 0;
            lxb_html_document_destroy(document);
        }
        uint64_t spent = cpu_ns() - begun;
        if (spent < least) least = spent;
    }
    return (double)least / 1e3 / (double)count;
}

int main(int argc, char **argv) {
    unsigned long rounds = 3;
    int first = 1;
    bool by_stage = argc > 1 && strcmp(argv[1], "-s") == 0, lexbor = argc > 1 && strcmp(argv[1], "-l") == 0;
    if (by_stage || lexbor) first++;
    if (argc > first + 1 && strcmp(argv[first], "-n") == 0) {
        rounds = strtoul(argv[first + 1], NULL, 10);
        first += 2;
    }
    size_t count = argc > first ? (size_t)(argc - first) : 0, bytes, ok = 0;
    struct sbuf *pages = calloc(count + 1, sizeof *pages);
    struct extract *x = NULL;
    struct arena arena;
    struct err e;
    arena_init(&arena, 0);
    heap_keep(16u << 20); /* as an extractor does */
    if (!pages || count == 0 || rounds == 0 || !read_pages(argv + first, count, pages, &bytes) || extract_new(&x, NULL, &e) != ERR_OK) {
        fprintf(stderr, "usage: extract_bench [-s | -l] [-n ROUNDS] FILE...\n");
        return 2;
    }
    if (lexbor) {
        printf("{\"pages\": %zu, \"us_a_page\": %.1f}\n", count, time_lexbor(pages, count, rounds));
        goto done;
    }
    uint64_t least = UINT64_MAX;
    struct stages stages, best = {0};
    if (by_stage) extract_watch(x, stage_ended, &stages);
    for (unsigned long i = 0; i < rounds; i++) {
        uint64_t begun = cpu_ns();
        if (!run_round(x, pages, count, &arena, &stages, &ok)) return 1;
        uint64_t spent = cpu_ns() - begun;
        if (spent < least) least = spent, best = stages;
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("{\"pages\": %zu, \"ok\": %zu, \"us_a_page\": %.1f, \"pages_a_second\": %.0f, \"mb_a_second\": %.1f, \"peak_mb\": %.1f", count, ok, (double)least / 1e3 / (double)count,
           (double)count * 1e9 / (double)least, (double)bytes * 1e3 / (double)least, (double)usage.ru_maxrss / 1024.0);
    for (size_t i = 0; by_stage && i < STAGE_COUNT; i++) printf(", \"%s\": %.1f", stage_names[i], (double)best.ns[i] / 1e3 / (double)count);
    printf("}\n");
done:
    extract_free(&x);
    arena_clear(&arena);
    for (size_t i = 0; i < count; i++) sbuf_clear(&pages[i]);
    free(pages);
    return 0;
}
