/* The ids of what is written: a set that only grows. 32 to 64 bytes an id. The id of sixteen zero bytes is in it from the start. */
#pragma once

#include <stdlib.h>

#include "base/compiler.h"
#include "base/hash.h"

struct id_set {
    struct hash128 *slots; /* open addressing; the zero id stands for none */
    size_t slot_count, count;
};

MUST_USE bool id_set_init(struct id_set *);
void id_set_clear(struct id_set *);
bool id_set_has(const struct id_set *, const struct hash128 *);
/* False without memory; the set is as it was then. */
MUST_USE bool id_set_add(struct id_set *, const struct hash128 *);
