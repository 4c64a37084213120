/* Memory that is given back all at once: one arena a job, reset when its reply is packed. Chunks are kept over a reset, so that a
 * steady load allocates nothing. Not for threads. Allocations are zeroed, where nothing else is said, and aligned for any type. */
#pragma once

#include "base/compiler.h"
#include "base/sv.h"

struct arena_chunk;
struct arena {
    struct arena_chunk *first, *current;
    size_t used_bytes;   /* handed out since the last reset */
    size_t budget_bytes; /* used_bytes never passes this */
    bool failed;         /* sticky: an allocation was refused since the last reset */
};

/* `budget_bytes` 0 means no budget. Allocates nothing yet. */
void arena_init(struct arena *, size_t budget_bytes);
/* Frees everything; twice is harmless. */
void arena_clear(struct arena *);
/* Forgets everything, keeps the memory (at most 4 MiB of it). O(chunks). */
void arena_reset(struct arena *);

/* NULL at the budget, when memory is out, or when count * size overflows. O(size), for the zeroing. */
MUST_USE void *arena_alloc(struct arena *, size_t size);
MUST_USE void *arena_alloc_array(struct arena *, size_t count, size_t size);
#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, count) ((type *)arena_alloc_array((a), (count), sizeof(type)))

/* The same, not zeroed: for what is written at once. O(1). */
MUST_USE void *arena_room(struct arena *, size_t size);

/* Gives back all but the first `used` bytes of the last allocation, of `size`. Nothing where others came after it. */
void arena_trim(struct arena *, void *p, size_t size, size_t used);

/* Memory for what goes with the arena's job was refused elsewhere: who looks at `failed` shall know. */
static inline void arena_fail(struct arena *a) { a->failed = true; }

/* A copy with a NUL behind it (not counted); the absent view gives the absent view, and so does a refusal. */
sv arena_dup(struct arena *, sv);

/* Grows an array so that one more element fits: *items is moved when *cap is reached, and pointers to its elements are void then. False when refused.
 * Doubles, and above 1 MiB grows by half, so appending is amortised O(1); the old copy stays in the arena until the reset, but for arrays above 64 KiB, which mostly grow
 * where they lie. */
MUST_USE bool arena_grow(struct arena *, void **items, size_t count, size_t *cap, size_t item_size);
