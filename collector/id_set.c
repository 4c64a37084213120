#include "id_set.h"

enum { FIRST_SLOTS = 1024 };

static bool is_free(const struct hash128 *slot) {
    static const struct hash128 none;
    return memcmp(slot, &none, sizeof none) == 0;
}

static size_t slot_of(const struct id_set *s, const struct hash128 *id) {
    uint64_t h;
    memcpy(&h, id->b, sizeof h);
    size_t i = (size_t)h & (s->slot_count - 1);
    while (!is_free(&s->slots[i]) && memcmp(&s->slots[i], id, sizeof *id) != 0) i = (i + 1) & (s->slot_count - 1);
    return i;
}

bool id_set_init(struct id_set *s) {
    *s = (struct id_set){.slots = calloc(FIRST_SLOTS, sizeof *s->slots), .slot_count = FIRST_SLOTS};
    return s->slots != NULL;
}

void id_set_clear(struct id_set *s) {
    free(s->slots);
    *s = (struct id_set){0};
}

bool id_set_has(const struct id_set *s, const struct hash128 *id) { return memcmp(&s->slots[slot_of(s, id)], id, sizeof *id) == 0; }

static bool grow(struct id_set *s) {
    struct id_set more = {.slots = calloc(s->slot_count * 2, sizeof *s->slots), .slot_count = s->slot_count * 2, .count = s->count};
    if (!more.slots) return false;
    for (size_t i = 0; i < s->slot_count; i++)
        if (!is_free(&s->slots[i])) more.slots[slot_of(&more, &s->slots[i])] = s->slots[i];
    free(s->slots);
    *s = more;
    return true;
}

bool id_set_add(struct id_set *s, const struct hash128 *id) {
    if ((s->count + 1) * 2 > s->slot_count && !grow(s)) return false;
    struct hash128 *slot = &s->slots[slot_of(s, id)];
    s->count += is_free(slot);
    *slot = *id;
    return true;
}
