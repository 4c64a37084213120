/* The inputs that a file names, one a line: pages are pages of the list, all others inputs of their own. Positions number the lines. */
#include <stdlib.h>

#include "byte_source.h"
#include "source_ops.h"

enum { LINE_MAX_BYTES = 4096 };

struct list {
    struct source_input input;
    struct byte_source bytes;
    uint64_t number; /* of the next line */
    char line[LINE_MAX_BYTES + 1];
    struct sbuf page;
};

static void close_list(void **self) {
    struct list *l = *self;
    if (l) {
        byte_source_close(&l->bytes);
        sbuf_clear(&l->page);
    }
    free(l);
    *self = NULL;
}

static enum err_code open_list(void **self, const struct source_input *in, struct err *e) {
    struct list *l = calloc(1, sizeof *l);
    *self = l;
    if (!l) return err_set(e, ERR_MEMORY, "no memory to read %s", in->path);
    l->input = *in;
    sbuf_init(&l->page, 0);
    enum err_code code = byte_source_open(&l->bytes, strcmp(in->path, "-") == 0 ? "/dev/stdin" : in->path, e);
    if (code) close_list(self);
    return code;
}

/* The next line into l->line. False at the end. *whole: it is there in full, and is a name. */
static bool next_line(struct list *l, bool *whole) {
    size_t looked = 0, end;
    while ((end = sv_find_char(byte_source_view(&l->bytes), '\n', looked)) == SIZE_MAX) {
        looked = byte_source_view(&l->bytes).n;
        if (looked > LINE_MAX_BYTES || !byte_source_fill(&l->bytes)) break;
    }
    sv line = sv_take(byte_source_view(&l->bytes), end);
    if (line.n == 0 && end == SIZE_MAX) return false;
    sv name = sv_ends(line, SV("\r")) ? sv_take(line, line.n - 1) : line;
    *whole = name.n <= LINE_MAX_BYTES && sv_find_char(name, '\0', 0) == SIZE_MAX;
    name = *whole ? name : SV_NONE;
    if (name.n) memcpy(l->line, name.p, name.n);
    l->line[name.n] = '\0';
    byte_source_consume(&l->bytes, line.n + (end != SIZE_MAX));
    return true;
}

static enum source_step next_name(void *self, struct source_item *out, struct err *e) {
    struct list *l = self;
    bool whole;
    while (next_line(l, &whole)) {
        uint64_t number = l->number++;
        bool below = number < l->input.from;
        *out = (struct source_item){.position = number, .next = number + 1, .path = l->input.path, .reason = "bad_name", .damage = true};
        if (!whole && !below) return SOURCE_SKIP;
        if (!whole || l->line[0] == '\0') continue;
        enum source_step step = source_page_look(l->line, &l->input, true, number, &l->page, out);
        if (!below || step == SOURCE_NESTED) return step;
    }
    *out = (struct source_item){.path = l->input.path, .next = l->number};
    if (!l->bytes.failed) return SOURCE_END;
    *e = l->bytes.err;
    return SOURCE_FAILED;
}

const struct source_ops source_list = {open_list, next_name, close_list};
