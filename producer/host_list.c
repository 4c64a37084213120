#include "host_list.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/hash.h"

enum { HOST_MAX = 253, TABLE_MIN = 64 };

/* Open addressing; the table is never more than half full. */
struct host_list {
    struct arena arena; /* of the names, lower case */
    sv *table;
    size_t size, count;
};

enum err_code host_list_new(struct host_list **out, struct err *e) {
    *out = calloc(1, sizeof **out);
    if (!*out) return err_set(e, ERR_MEMORY, "no memory for hosts");
    arena_init(&(*out)->arena, 0);
    return ERR_OK;
}

void host_list_free(struct host_list **pl) {
    if (!*pl) return;
    arena_clear(&(*pl)->arena);
    free((*pl)->table);
    free(*pl);
    *pl = NULL;
}

size_t host_list_count(const struct host_list *l) { return l->count; }

static sv *find(const struct host_list *l, sv name) {
    size_t at = (size_t)hash64(name) & (l->size - 1);
    while (l->table[at].p && !sv_eq(l->table[at], name)) at = (at + 1) & (l->size - 1);
    return &l->table[at];
}

static bool grow(struct host_list *l) {
    struct host_list wider = *l;
    wider.size = l->size ? 2 * l->size : TABLE_MIN;
    wider.table = calloc(wider.size, sizeof *wider.table);
    if (!wider.table) return false;
    for (size_t i = 0; i < l->size; i++)
        if (l->table[i].p) *find(&wider, l->table[i]) = l->table[i];
    free(l->table);
    *l = wider;
    return true;
}

/* Lower case into `out` of HOST_MAX bytes. False: not a host's name. */
static bool fold(sv name, char *out) {
    if (name.n == 0 || name.n > HOST_MAX) return false;
    for (size_t i = 0; i < name.n; i++) {
        char c = ascii_lower(name.p[i]);
        bool dot = c == '.', good = dot ? i > 0 && name.p[i - 1] != '.' : ascii_is_alpha(c) || ascii_is_digit(c) || c == '-' || c == '_' || c == ':' || (unsigned char)c >= 0x80;
        if (!good) return false;
        out[i] = c;
    }
    return true;
}

enum err_code host_list_add_lines(struct host_list *l, sv text, const char *path, struct err *e) {
    for (size_t line = 1; text.n; line++) {
        char folded[HOST_MAX];
        sv name = sv_trim(sv_cut(&text, '\n'));
        if (name.n == 0 || *name.p == '#') continue;
        if (sv_starts(name, SV("."))) name = sv_skip(name, 1);
        if (sv_ends(name, SV("."))) name = sv_take(name, name.n - 1);
        if (!fold(name, folded)) return err_set(e, ERR_USAGE, "%s:%zu: not the name of a host: '%.*s'", path, line, SV_ARG(sv_take(name, 80)));
        if (2 * (l->count + 1) > l->size && !grow(l)) return err_set(e, ERR_MEMORY, "no memory for hosts");
        sv *place = find(l, sv_from(folded, name.n));
        if (place->p) continue;
        *place = arena_dup(&l->arena, sv_from(folded, name.n));
        if (!place->p) return err_set(e, ERR_MEMORY, "no memory for hosts");
        l->count++;
    }
    return ERR_OK;
}

bool host_list_has(const struct host_list *l, sv host) {
    char folded[HOST_MAX];
    if (l->count == 0 || !fold(host, folded)) return false;
    for (sv name = sv_from(folded, host.n); name.n;) {
        if (find(l, name)->p) return true;
        size_t dot = sv_find_char(name, '.', 0);
        name = dot == SIZE_MAX ? SV_NONE : sv_skip(name, dot + 1);
    }
    return false;
}
