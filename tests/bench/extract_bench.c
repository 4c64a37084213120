/* extract_bench [-n ROUNDS] FILE...: extraction alone, in one process, without a queue. Prints one line of JSON: pages, CPU microseconds a page (the
 * least of the rounds, so that a noisy machine disturbs little), pages a second, megabytes a second, peak resident memory. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "base/file.h"
#include "extract.h"

static uint64_t cpu_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
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

static bool run_round(struct extract *x, const struct sbuf *pages, size_t count, struct arena *arena, size_t *ok) {
    struct document document;
    struct err e;
    *ok = 0;
    for (size_t i = 0; i < count; i++) {
        const struct extract_input input = {.kind = EXTRACT_HTML, .bytes = sbuf_view(&pages[i])};
        arena_reset(arena);
        if (extract_run(x, &input, arena, &document, &e) != ERR_OK) {
            fprintf(stderr, "extract_bench: %s\n", e.msg);
            return false;
        }
        *ok += document.status == EXTRACT_OK;
    }
    return true;
}

int main(int argc, char **argv) {
    unsigned long rounds = 3;
    int first = 1;
    if (argc > 2 && strcmp(argv[1], "-n") == 0) {
        rounds = strtoul(argv[2], NULL, 10);
        first = 3;
    }
    size_t count = argc > first ? (size_t)(argc - first) : 0, bytes, ok = 0;
    struct sbuf *pages = calloc(count + 1, sizeof *pages);
    struct extract *x = NULL;
    struct arena arena;
    struct err e;
    arena_init(&arena, 0);
    if (!pages || count == 0 || rounds == 0 || !read_pages(argv + first, count, pages, &bytes) || extract_new(&x, NULL, &e) != ERR_OK) {
        fprintf(stderr, "usage: extract_bench [-n ROUNDS] FILE...\n");
        return 2;
    }
    uint64_t least = UINT64_MAX;
    for (unsigned long i = 0; i < rounds; i++) {
        uint64_t begun = cpu_us();
        if (!run_round(x, pages, count, &arena, &ok)) return 1;
        uint64_t spent = cpu_us() - begun;
        if (spent < least) least = spent;
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("{\"pages\": %zu, \"ok\": %zu, \"us_a_page\": %.1f, \"pages_a_second\": %.0f, \"mb_a_second\": %.1f, \"peak_mb\": %.1f}\n", count, ok, (double)least / (double)count,
           (double)count * 1e6 / (double)least, (double)bytes / (double)least, (double)usage.ru_maxrss / 1024.0);
    extract_free(&x);
    arena_clear(&arena);
    for (size_t i = 0; i < count; i++) sbuf_clear(&pages[i]);
    free(pages);
    return 0;
}
