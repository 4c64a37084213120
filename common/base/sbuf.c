#include "base/sbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void sbuf_init(struct sbuf *b, size_t max) { *b = (struct sbuf){.max = max ? max : SIZE_MAX}; }

void sbuf_clear(struct sbuf *b) {
    free(b->p);
    sbuf_init(b, b->max);
}

void sbuf_reset(struct sbuf *b) {
    b->n = 0;
    b->err = ERR_OK;
}

char *sbuf_reserve(struct sbuf *b, size_t more) {
    if (b->err) return NULL;
    if (more > b->max - b->n) {
        b->err = ERR_LIMIT;
        return NULL;
    }
    size_t need = b->n + more;
    if (need > b->cap || !b->p) {
        size_t cap = b->cap ? b->cap : 256;
        while (cap < need) cap = cap > SIZE_MAX / 2 ? need : cap * 2;
        if (cap > b->max) cap = b->max > need ? b->max : need;
        char *p = realloc(b->p, cap ? cap : 1);
        if (!p) {
            b->err = ERR_MEMORY;
            return NULL;
        }
        b->p = p;
        b->cap = cap;
    }
    return b->p + b->n;
}

void sbuf_commit(struct sbuf *b, size_t written) {
    BUG_IF(written > b->cap - b->n);
    b->n += written;
}

void sbuf_grow_and_add(struct sbuf *b, sv v) {
    char *at = sbuf_reserve(b, v.n);
    if (!at || !v.n) return;
    memcpy(at, v.p, v.n);
    b->n += v.n;
}

void sbuf_addf(struct sbuf *b, const char *fmt, ...) {
    char small[256];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(small, sizeof small, fmt, ap);
    va_end(ap);
    BUG_IF(n < 0);
    if ((size_t)n < sizeof small) {
        sbuf_add(b, sv_from(small, (size_t)n));
        return;
    }
    char *at = sbuf_reserve(b, (size_t)n + 1);
    if (!at) return;
    va_start(ap, fmt);
    vsnprintf(at, (size_t)n + 1, fmt, ap);
    va_end(ap);
    b->n += (size_t)n;
}

void sbuf_consume(struct sbuf *b, size_t n) {
    BUG_IF(n > b->n);
    if (n == 0) return;
    memmove(b->p, b->p + n, b->n - n);
    b->n -= n;
}

const char *sbuf_cstr(struct sbuf *b) {
    char *end = sbuf_reserve(b, 1);
    if (!end) return NULL;
    *end = '\0';
    return b->p;
}
