#include "queue/checkpoint.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/sbuf.h"

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

uint64_t checkpoint_position(const struct checkpoint *c, uint64_t source) {
    size_t i = index_of(c, source);
    return i < c->count && c->item[i].source == source ? c->item[i].position : 0;
}

enum err_code checkpoint_raise(struct checkpoint *c, struct queue_group group, bool *changed, struct err *e) {
    size_t i = index_of(c, group.source);
    bool known = i < c->count && c->item[i].source == group.source;
    if (known && c->item[i].position >= group.position) return ERR_OK;
    if (!known) {
        if (c->count == c->cap) {
            size_t cap = c->cap ? 2 * c->cap : 64;
            struct queue_group *more = realloc(c->item, cap * sizeof *more);
            if (!more) return err_set(e, ERR_MEMORY, "no memory for the checkpoint of %zu sources", c->count);
            c->item = more;
            c->cap = cap;
        }
        memmove(c->item + i + 1, c->item + i, (c->count - i) * sizeof *c->item);
        c->count++;
    }
    c->item[i] = group;
    if (changed) *changed = true;
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

enum err_code checkpoint_read(const char *path, struct checkpoint *out, struct err *e) {
    struct sbuf text;
    struct err why;
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
        if (number == 1 ? !sv_eq(line, sv_cstr(HEADING)) : !parse_line(line, &group))
            code = err_set(e, ERR_INPUT, "%s: line %zu is not a checkpoint's: remove the file to begin anew", path, number);
        else if (number > 1)
            code = checkpoint_raise(out, group, NULL, e);
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
