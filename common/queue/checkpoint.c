#include "queue/checkpoint.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/sbuf.h"
#include "queue/queue_core.h"

static const char HEADING[] = "# thresher checkpoint 1";

/* Where the source is, or would be. */
static size_t index_of(const struct checkpoint *c, uint64_t source) {
    size_t low = 0, high = c->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c->item[middle].source < source) low = middle + 1;
        else high = middle;
    }
    return low;
}

static struct queue_group *find(const struct checkpoint *c, uint64_t source) {
    size_t i = index_of(c, source);
    return i < c->count && c->item[i].source == source ? &c->item[i] : NULL;
}

uint64_t checkpoint_position(const struct checkpoint *c, uint64_t source) {
    const struct queue_group *known = find(c, source);
    return known ? known->position : 0;
}

/* Raises what is known. The others come to the front of groups, each source once; returns how many. */
static size_t raise_known(struct checkpoint *c, struct queue_group *groups, size_t count, bool *changed) {
    size_t fresh = 0;
    for (size_t i = 0; i < count; i++) {
        struct queue_group *known = find(c, groups[i].source);
        if (known && known->position < groups[i].position) {
            known->position = groups[i].position;
            *changed = true;
        }
        if (known) continue;
        if (fresh == 0 || groups[fresh - 1].source != groups[i].source) fresh++;
        groups[fresh - 1] = groups[i];
    }
    return fresh;
}

static enum err_code make_room(struct checkpoint *c, size_t count, struct err *e) {
    size_t cap = c->cap ? c->cap : 64;
    while (cap < count) cap *= 2;
    if (cap == c->cap) return ERR_OK;
    struct queue_group *more = realloc(c->item, cap * sizeof *more);
    if (!more) return err_set(e, ERR_MEMORY, "no memory for the checkpoint of %zu sources", count);
    c->item = more;
    c->cap = cap;
    return ERR_OK;
}

enum err_code checkpoint_raise(struct checkpoint *c, struct queue_group *groups, size_t count, bool *changed, struct err *e) {
    if (count) qsort(groups, count, sizeof *groups, queue_group_compare);
    size_t fresh = raise_known(c, groups, count, changed), known = c->count;
    if (fresh > CHECKPOINT_SOURCES_MAX - known) {
        if (c->is_full) return ERR_OK;
        c->is_full = true;
        return err_set(e, ERR_LIMIT, "more than %d sources: those beyond are not in the checkpoint, and their jobs would be fed again", CHECKPOINT_SOURCES_MAX);
    }
    enum err_code code = make_room(c, known + fresh, e);
    if (code || !fresh) return code;
    c->count = known + fresh;
    for (size_t to = c->count; fresh > 0;) /* from the end, so that each is moved once */
        c->item[--to] = known > 0 && c->item[known - 1].source > groups[fresh - 1].source ? c->item[--known] : groups[--fresh];
    *changed = true;
    return ERR_OK;
}

static bool parse_line(sv line, struct queue_group *out) {
    uint8_t bytes[8];
    sv position = line, source = sv_cut(&position, ' ');
    *out = (struct queue_group){0};
    if (!hex_decode(source, bytes, sizeof bytes) || !sv_to_u64(position, &out->position)) return false;
    for (size_t i = 0; i < sizeof bytes; i++) out->source = out->source << 8 | bytes[i];
    return true;
}

/* checkpoint_write writes no other line. */
static bool comes_next(const struct checkpoint *c, const struct queue_group *group) {
    return c->count < CHECKPOINT_SOURCES_MAX && (c->count == 0 || c->item[c->count - 1].source < group->source);
}

enum err_code checkpoint_read(const char *path, struct checkpoint *out, struct err *e) {
    struct sbuf text;
    struct err why;
    bool changed = false;
    *out = (struct checkpoint){0};
    sbuf_init(&text, 0);
    enum err_code code = file_read(path, &text, &why);
    if (code == ERR_NOT_FOUND) {
        sbuf_clear(&text);
        return ERR_OK;
    }
    if (code && e) *e = why;
    sv rest = sbuf_view(&text);
    for (size_t number = 1; !code && rest.n; number++) {
        struct queue_group group;
        sv line = sv_cut(&rest, '\n');
        if (number == 1 ? !sv_eq(line, sv_cstr(HEADING)) : !parse_line(line, &group) || !comes_next(out, &group))
            code = err_set(e, ERR_INPUT, "%s: line %zu is not a checkpoint's: remove the file to begin anew", path, number);
        else if (number > 1)
            code = checkpoint_raise(out, &group, 1, &changed, e);
    }
    sbuf_clear(&text);
    if (code) checkpoint_clear(out);
    return code;
}

void checkpoint_clear(struct checkpoint *c) {
    free(c->item);
    *c = (struct checkpoint){0};
}

enum err_code checkpoint_write(const struct checkpoint *c, const char *path, struct err *e) {
    struct sbuf text;
    sbuf_init(&text, 0);
    sbuf_addf(&text, "%s\n", HEADING);
    for (size_t i = 0; i < c->count; i++) sbuf_addf(&text, "%016" PRIx64 " %" PRIu64 "\n", c->item[i].source, c->item[i].position);
    enum err_code code = text.err ? err_set(e, text.err, "no memory for the checkpoint of %zu sources", c->count) : file_replace(path, sbuf_view(&text), e);
    sbuf_clear(&text);
    return code;
}
