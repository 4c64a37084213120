/* Memory of a document in small pieces, each as lexbor's allocator would have given it, its size before it, so that lexbor may lengthen it or give it
 * back; for a fifth of the cost of asking for each. */
#pragma once

#include <string.h>

#include <lexbor/core/mraw.h>

enum { DOM_SLAB_BYTES = 4096 - sizeof(size_t) };

struct dom_slab {
    char *at, *end; /* what of the last slab is free; all zero at the beginning of each page */
};

/* As large as lexbor rounds it. */
static inline size_t dom_slab_round(size_t n) { return (n + sizeof(size_t) - 1) / sizeof(size_t) * sizeof(size_t); }

/* Not zeroed. NULL without memory. */
static inline void *dom_slab_alloc(struct dom_slab *slab, lexbor_mraw_t *mraw, size_t n) {
    size_t size = dom_slab_round(n);
    if ((size_t)(slab->end - slab->at) < sizeof size + size) {
        if (size > DOM_SLAB_BYTES / 4) return lexbor_mraw_alloc(mraw, n);
        char *more = lexbor_mraw_alloc(mraw, DOM_SLAB_BYTES);
        if (!more) return NULL;
        *slab = (struct dom_slab){more, more + DOM_SLAB_BYTES};
    }
    char *data = slab->at + sizeof size;
    memcpy(slab->at, &size, sizeof size);
    slab->at = data + size;
    return data;
}
