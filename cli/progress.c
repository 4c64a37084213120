#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOOK_MS = 2000, STEADY_MS = 3000 };

void progress_init(struct progress *p, const char *const *inputs, size_t count, uint64_t now_ms) {
    struct stat st;
    *p = (struct progress){.shown = isatty(STDERR_FILENO), .started_ms = now_ms};
    arena_init(&p->arena, 0);
    for (size_t i = 0; i < count && p->shown; i++)
        if (stat(inputs[i], &st) == 0 && S_ISREG(st.st_mode)) p->total_bytes += (uint64_t)st.st_size;
}

/* Positions below which all is on disk, added up. They are bytes of the files, except in folders, where they are small numbers. */
static void look(struct progress *p, struct queue *queue, uint64_t now_ms) {
    struct queue_group *positions;
    size_t count;
    struct err e;
    if (!queue || now_ms - p->looked_ms < LOOK_MS) return;
    p->looked_ms = now_ms;
    arena_reset(&p->arena);
    if (queue_progress(queue, &p->arena, &positions, &count, &e) != ERR_OK) return;
    p->bytes = 0;
    for (size_t i = 0; i < count; i++) p->bytes += positions[i].position;
    if (p->bytes > p->total_bytes) p->bytes = p->total_bytes;
    if (p->first_ms == 0 && p->bytes > 0) {
        p->first_ms = now_ms;
        p->first_bytes = p->bytes;
    }
}

/* Seconds that are left, by the rate so far; negative while that cannot be told. */
static double seconds_left(const struct progress *p, const struct queue_stats *s, bool fed, uint64_t now_ms) {
    double pages_a_second = (double)s->collected * 1000.0 / (double)(now_ms - p->started_ms + 1);
    if (fed) return pages_a_second > 0 ? (double)(s->ready + s->in_flight + s->delayed + s->results_waiting) / pages_a_second : -1;
    if (p->first_ms == 0 || now_ms - p->first_ms < STEADY_MS || p->bytes <= p->first_bytes) return -1;
    return (double)(p->total_bytes - p->bytes) * (double)(now_ms - p->first_ms) / (double)(p->bytes - p->first_bytes) / 1000.0;
}

void progress_show(struct progress *p, struct queue *queue, const struct queue_stats *s, bool fed, uint64_t now_ms) {
    if (!p->shown) return;
    look(p, queue, now_ms);
    double seconds = (double)(now_ms - p->started_ms + 1) / 1000.0, left = seconds_left(p, s, fed, now_ms);
    fprintf(stderr, "\r\033[K%" PRIu64 " pages on disk, %" PRIu64 " waiting, %.0f pages/s", s->collected, s->ready + s->in_flight + s->delayed, (double)s->collected / seconds);
    if (!fed && p->total_bytes) fprintf(stderr, ", %.0f %% of the input", 100.0 * (double)p->bytes / (double)p->total_bytes);
    if (left >= 0) fprintf(stderr, ", %.0f:%02.0f left", (double)(uint64_t)(left / 60), (double)((uint64_t)left % 60));
}

void progress_end(struct progress *p) {
    if (p->shown) fputc('\n', stderr);
    arena_clear(&p->arena);
}
