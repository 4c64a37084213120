#include "schema/article_markdown.h"

enum { HEADING_MAX = 6, NESTING_MAX = 8 };

static void add_times(struct sbuf *out, char c, size_t times) {
    while (times-- > 0) sbuf_add_char(out, c);
}

/* What would begin a heading, list or quote at the start of a line. */
static bool begins_block(sv line) {
    if (line.n == 0) return false;
    if (strchr("#>+-=~", line.p[0]) && line.p[0] != '\0') return true;
    size_t digits = 0;
    while (digits < line.n && digits < 10 && ascii_is_digit(line.p[digits])) digits++;
    return digits > 0 && digits < line.n && (line.p[digits] == '.' || line.p[digits] == ')');
}

static void add_escaped_line(struct sbuf *out, sv line) {
    size_t i = 0;
    if (begins_block(line)) {
        while (ascii_is_digit(line.p[i])) sbuf_add_char(out, line.p[i++]);
        sbuf_add_char(out, '\\');
        sbuf_add_char(out, line.p[i++]);
    }
    for (; i < line.n; i++) {
        if (line.p[i] != '\0' && strchr("\\`*_[]<|", line.p[i])) sbuf_add_char(out, '\\');
        sbuf_add_char(out, line.p[i]);
    }
}

/* `first` before the first line, `next` before the others. */
static void add_lines(struct sbuf *out, sv text, const char *first, const char *next, size_t indent) {
    const char *prefix = first;
    for (sv rest = text; rest.p; prefix = next) {
        add_times(out, ' ', indent);
        sbuf_add(out, sv_cstr(prefix));
        add_escaped_line(out, sv_trim(sv_cut(&rest, '\n')));
        sbuf_add_char(out, '\n');
    }
}

static size_t longest_run(sv text, char c) {
    size_t longest = 0, run = 0;
    for (size_t i = 0; i < text.n; i++) {
        run = text.p[i] == c ? run + 1 : 0;
        if (run > longest) longest = run;
    }
    return longest;
}

static void add_code(struct sbuf *out, sv text) {
    size_t fence = longest_run(text, '`') + 1;
    if (fence < 3) fence = 3;
    add_times(out, '`', fence);
    sbuf_add_char(out, '\n');
    sbuf_add(out, text);
    sbuf_add_char(out, '\n');
    add_times(out, '`', fence);
    sbuf_add_char(out, '\n');
}

/* Cells are separated by tabs or by " | ". The first row of a table is its head, since Markdown wants one. */
static void add_row(struct sbuf *out, sv text, bool is_first) {
    sv separator = sv_has(text, SV("\t")) ? SV("\t") : SV(" | ");
    size_t cells = 0;
    for (size_t at = 0; at != SIZE_MAX; cells++) {
        size_t end = sv_find(text, separator, at);
        sv cell = sv_trim(sv_take(sv_skip(text, at), (end == SIZE_MAX ? text.n : end) - at));
        sbuf_add(out, cells ? SV(" | ") : SV("| "));
        for (sv rest = cell; rest.p;) {
            add_escaped_line(out, sv_cut(&rest, '\n'));
            if (rest.p) sbuf_add_char(out, ' ');
        }
        at = end == SIZE_MAX ? SIZE_MAX : end + separator.n;
    }
    sbuf_add(out, SV(" |\n"));
    if (!is_first) return;
    for (size_t i = 0; i < cells; i++) sbuf_add(out, SV("| --- "));
    sbuf_add(out, SV("|\n"));
}

static void add_block(struct sbuf *out, const struct article_block *b, sv text, bool first_row) {
    char mark[HEADING_MAX + 2] = "######";
    size_t level = b->level;
    switch (b->kind) {
    case BLOCK_HEADING:
        if (level < 1) level = 1;
        if (level > HEADING_MAX) level = HEADING_MAX;
        mark[level] = ' ';
        mark[level + 1] = '\0';
        add_lines(out, text, mark, mark, 0);
        break;
    case BLOCK_LIST_ITEM:
        if (level > NESTING_MAX) level = NESTING_MAX;
        add_lines(out, text, "- ", "  ", level > 1 ? 2 * (level - 1) : 0);
        break;
    case BLOCK_QUOTE: add_lines(out, text, "> ", "> ", 0); break;
    case BLOCK_CODE: add_code(out, text); break;
    case BLOCK_TABLE_ROW: add_row(out, text, first_row); break;
    case BLOCK_PARAGRAPH:
    case BLOCK_KIND_END:
    default: add_lines(out, text, "", "", 0); break;
    }
}

void article_write_markdown(const struct article *a, struct sbuf *out) {
    enum block_kind before = BLOCK_KIND_END;
    bool has_before = false;
    if (a->title.n) {
        sbuf_add(out, SV("# "));
        for (sv rest = a->title; rest.p;) {
            add_escaped_line(out, sv_trim(sv_cut(&rest, '\n')));
            sbuf_add_char(out, rest.p ? ' ' : '\n');
        }
        has_before = true;
    }
    for (size_t i = 0; i < a->block_count; i++) {
        const struct article_block *b = &a->blocks[i];
        sv text = sv_take(sv_skip(a->text, b->start), b->length);
        if (i == 0 && b->kind == BLOCK_HEADING && sv_eq(sv_trim(text), sv_trim(a->title))) continue;
        bool joined = b->kind == before && (b->kind == BLOCK_LIST_ITEM || b->kind == BLOCK_TABLE_ROW);
        if (has_before && !joined) sbuf_add_char(out, '\n');
        add_block(out, b, text, !joined);
        before = b->kind;
        has_before = true;
    }
    if (a->block_count == 0 && a->text.n) {
        if (has_before) sbuf_add_char(out, '\n');
        add_lines(out, a->text, "", "", 0);
    }
}
