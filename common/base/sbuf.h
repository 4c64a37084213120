/* A growing byte buffer on the heap with a maximum at birth and a sticky error: append freely, look at `err` once per stage. */
#pragma once

#include "base/err.h"

struct sbuf {
    char *p;
    size_t n, cap, max;
    enum err_code err; /* ERR_LIMIT at the maximum, ERR_MEMORY when memory is out; appends after it do nothing */
};

/* `max` 0 means no maximum. Allocates nothing yet. */
void sbuf_init(struct sbuf *, size_t max);
void sbuf_clear(struct sbuf *); /* frees; twice is harmless */
void sbuf_reset(struct sbuf *); /* empties, keeps the memory, clears the error */
/* Room for `more` bytes behind the end: a pointer to write at, NULL when refused. Follow with sbuf_commit. */
MUST_USE char *sbuf_reserve(struct sbuf *, size_t more);
void sbuf_commit(struct sbuf *, size_t written);
void sbuf_grow_and_add(struct sbuf *, sv);
static inline void sbuf_add(struct sbuf *b, sv v) {
    if (v.n && v.n <= b->cap - b->n && !b->err) {
        memcpy(b->p + b->n, v.p, v.n);
        b->n += v.n;
    } else
        sbuf_grow_and_add(b, v);
}
static inline void sbuf_add_char(struct sbuf *b, char c) {
    if (b->n < b->cap && !b->err) b->p[b->n++] = c;
    else sbuf_add(b, sv_from(&c, 1));
}
void sbuf_addf(struct sbuf *, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Drops the first n bytes, moving the rest. O(rest). */
void sbuf_consume(struct sbuf *, size_t n);
/* Borrowed until the next change. */
static inline sv sbuf_view(const struct sbuf *b) { return (sv){b->p ? b->p : "", b->n}; }
/* NUL-terminated view of the content, or NULL after an error. */
const char *sbuf_cstr(struct sbuf *);
