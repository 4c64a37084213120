#include "base/arena.h"

#include <stdalign.h>
#include <stddef.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISON 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISON 1
#endif
#endif
#ifdef ARENA_POISON
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#endif

enum { CHUNK_BYTES = 64 * 1024, ALIGN = alignof(max_align_t), KEEP_BYTES = 4 * 1024 * 1024, LARGE_BYTES = 1024 * 1024 };

struct arena_chunk {
    struct arena_chunk *next;
    size_t cap, used;
    alignas(max_align_t) char data[];
};

void arena_init(struct arena *a, size_t budget_bytes) {
    *a = (struct arena){.budget_bytes = budget_bytes ? budget_bytes : SIZE_MAX};
}

static void free_chunks(struct arena_chunk *c) {
    while (c) {
        struct arena_chunk *next = c->next;
        ASAN_UNPOISON_MEMORY_REGION(c->data, c->cap);
        free(c);
        c = next;
    }
}

void arena_clear(struct arena *a) {
    free_chunks(a->first);
    a->first = a->current = NULL;
    a->used_bytes = 0;
    a->failed = false;
}

void arena_reset(struct arena *a) {
    size_t kept = 0;
    for (struct arena_chunk *c = a->first; c; c = c->next) {
        ASAN_POISON_MEMORY_REGION(c->data, c->cap);
        c->used = 0;
        kept += c->cap;
        if (kept >= KEEP_BYTES) {
            free_chunks(c->next);
            c->next = NULL;
        }
    }
    a->current = a->first;
    a->used_bytes = 0;
    a->failed = false;
}

static struct arena_chunk *add_chunk(struct arena *a, size_t need) {
    size_t cap = need > CHUNK_BYTES ? need : CHUNK_BYTES, total;
    if (__builtin_add_overflow(cap, sizeof(struct arena_chunk), &total)) return NULL;
    struct arena_chunk *c = malloc(total);
    if (!c) return NULL;
    *c = (struct arena_chunk){.cap = cap};
    ASAN_POISON_MEMORY_REGION(c->data, cap);
    if (!a->first)
        a->first = c;
    else {
        c->next = a->current->next;
        a->current->next = c;
    }
    return c;
}

/* What an allocation takes; 0 on overflow. */
static size_t rounded(size_t size) {
    size_t need;
    if (__builtin_add_overflow(size ? size : 1, (size_t)ALIGN - 1, &need)) return 0;
    return need & ~((size_t)ALIGN - 1);
}

void *arena_room(struct arena *a, size_t size) {
    size_t need = rounded(size);
    if (!need) goto refused;
    if (need > a->budget_bytes - a->used_bytes) goto refused;
    struct arena_chunk *c = a->current;
    while (c && c->cap - c->used < need) c = c->next;
    if (!c && !(c = add_chunk(a, need))) goto refused;
    a->current = c;
    void *p = c->data + c->used;
    ASAN_UNPOISON_MEMORY_REGION(p, size);
    c->used += need;
    a->used_bytes += need;
    return p;
refused:
    a->failed = true;
    return NULL;
}

/* Cleared here and not at the reset, so that it is in the cache when it is used. */
void *arena_alloc(struct arena *a, size_t size) {
    void *p = arena_room(a, size);
    return p ? memset(p, 0, size) : NULL;
}

static void *room_for_array(struct arena *a, size_t count, size_t size) {
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) {
        a->failed = true;
        return NULL;
    }
    return arena_room(a, total);
}

void *arena_alloc_array(struct arena *a, size_t count, size_t size) {
    void *p = room_for_array(a, count, size);
    return p ? memset(p, 0, count * size) : NULL;
}

void arena_trim(struct arena *a, void *p, size_t size, size_t used) {
    struct arena_chunk *c = a->current;
    size_t had = rounded(size), keeps = rounded(used);
    if (keeps >= had || (char *)p + had != c->data + c->used) return;
    c->used -= had - keeps;
    a->used_bytes -= had - keeps;
    ASAN_POISON_MEMORY_REGION((char *)p + keeps, had - keeps);
}

sv arena_dup(struct arena *a, sv v) {
    if (!v.p) return v;
    char *copy = v.n < SIZE_MAX ? arena_room(a, v.n + 1) : NULL;
    if (!copy) return SV_NONE;
    memcpy(copy, v.p, v.n);
    copy[v.n] = '\0';
    return (sv){copy, v.n};
}

/* An array that has a chunk for itself grows with it, and leaves no old copy. NULL: it has none, or there is no memory. */
static char *grow_chunk(struct arena *a, const void *items, size_t had, size_t need) {
    struct arena_chunk **at = &a->first;
    if (had < CHUNK_BYTES || need <= had || need - had > a->budget_bytes - a->used_bytes) return NULL;
    while (*at && (*at)->data != items) at = &(*at)->next;
    if (!*at || (*at)->used != had || need > SIZE_MAX - sizeof **at) return NULL;
    bool is_current = a->current == *at;
    struct arena_chunk *c = *at;
    if (c->cap < need) {
        c = realloc(c, sizeof *c + need);
        if (!c) return NULL;
        c->cap = need;
        *at = c;
        if (is_current) a->current = c;
    }
    ASAN_UNPOISON_MEMORY_REGION(c->data, need);
    c->used = need;
    a->used_bytes += need - had;
    return c->data;
}

bool arena_grow(struct arena *a, void **items, size_t count, size_t *cap, size_t item_size) {
    if (count < *cap) return true;
    size_t next = *cap * item_size >= LARGE_BYTES ? *cap + *cap / 2 : *cap ? *cap * 2 : 8, need;
    if (next <= *cap || __builtin_mul_overflow(next, item_size, &need)) {
        a->failed = true;
        return false;
    }
    char *moved = grow_chunk(a, *items, rounded(*cap * item_size), rounded(need));
    if (!moved) {
        moved = arena_room(a, need);
        if (!moved) return false;
        if (count) memcpy(moved, *items, count * item_size);
    }
    memset(moved + count * item_size, 0, need - count * item_size);
    *items = moved;
    *cap = next;
    return true;
}
