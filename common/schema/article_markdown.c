#include "schema/article_markdown.h"

#include <inttypes.h>
#include <stdio.h>

#include "schema/markdown_table.h"

enum { HEADING_MAX = 6, NESTING_MAX = 8, LANGUAGE_BYTES_MAX = 40 };

static void add_times(struct sbuf *out, char c, size_t times) {
    while (times-- > 0) sbuf_add_char(out, c);
}

static void add_lines(struct sbuf *out, struct markdown_text *m, sv text, const char *prefix) {
    for (sv rest = text; rest.p;) {
        sbuf_add(out, sv_cstr(prefix));
        markdown_text_add(m, sv_trim(sv_cut(&rest, '\n')), out);
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

/* How wide the marks are of the items that are open, by nesting: what lies in one begins behind its mark. */
struct marks {
    size_t width[NESTING_MAX];
    uint32_t level[NESTING_MAX]; /* of each, rising */
    size_t open;                 /* how many are; 0: none that began in sight */
    bool defines;                /* a term stands above */
};

static const struct marks no_marks = {.width = {2, 2, 2, 2, 2, 2, 2, 2}};

static bool is_in_item(const struct article_block *b) { return b->kind == BLOCK_LIST_ITEM || (b->kind == BLOCK_CODE && b->level); }

static uint32_t level_of(const struct article_block *b) { return b->level ? b->level : 1; }

/* How many items what lies in one is in, its own included. Lists without an item before it only indent, and count for nothing. */
static size_t items_around(const struct article_block *b, const struct marks *m) {
    size_t around = 0;
    if (!is_in_item(b)) return 0;
    while (around < m->open && m->level[around] < level_of(b) + b->continues) around++;
    if (b->continues) return around ? around : 1;
    return around < NESTING_MAX ? around + 1 : NESTING_MAX;
}

static size_t indent_of(const struct marks *m, size_t items) {
    size_t sum = 0;
    for (size_t i = 0; i < items; i++) sum += m->width[i];
    return sum;
}

/* Begins the first line of what lies in an item, with its mark where the item begins, or of what lies in none. Returns how far the others are indented. */
static size_t begin_item(struct sbuf *out, const struct article_block *b, struct marks *m) {
    size_t items = items_around(b, m);
    char mark[16] = "- ";
    if (!items) return 0;
    size_t around = indent_of(m, items - 1);
    add_times(out, ' ', around + (b->continues ? m->width[items - 1] : 0));
    if (!b->continues) {
        if (b->item == ITEM_TERM) *mark = '\0';
        else if (b->item == ITEM_DEFINITION && m->defines) snprintf(mark, sizeof mark, ": "); /* wider, and to CommonMark what goes on with it would be code */
        else if (b->number) snprintf(mark, sizeof mark, "%" PRIu32 ". ", b->number);
        sbuf_add(out, sv_cstr(mark));
        m->width[items - 1] = strlen(mark);
        m->level[items - 1] = level_of(b);
        m->open = items;
        m->defines = b->item == ITEM_TERM || (b->item == ITEM_DEFINITION && m->defines);
    }
    return around + m->width[items - 1];
}

static void add_item(struct sbuf *out, const struct article_block *b, struct markdown_text *m, sv text, struct marks *marks) {
    size_t indent = begin_item(out, b, marks);
    for (sv rest = text; rest.p;) {
        markdown_text_add(m, sv_trim(sv_cut(&rest, '\n')), out);
        sbuf_add_char(out, '\n');
        if (rest.p) add_times(out, ' ', indent);
    }
}

static bool is_word(sv v) {
    for (size_t i = 0; i < v.n; i++)
        if (!ascii_is_alpha(v.p[i]) && !ascii_is_digit(v.p[i]) && (v.p[i] == '\0' || !strchr("+#._-", v.p[i]))) return false;
    return v.n <= LANGUAGE_BYTES_MAX;
}

static void add_code(struct sbuf *out, const struct article_block *b, sv text, struct marks *m) {
    size_t fence = longest_run(text, '`') + 1, indent = begin_item(out, b, m);
    if (fence < 3) fence = 3;
    add_times(out, '`', fence);
    if (is_word(b->language)) sbuf_add(out, b->language);
    sbuf_add_char(out, '\n');
    for (sv rest = text; rest.p;) {
        sv line = sv_cut(&rest, '\n');
        if (line.n) add_times(out, ' ', indent);
        sbuf_add(out, line);
        sbuf_add_char(out, '\n');
    }
    add_times(out, ' ', indent);
    add_times(out, '`', fence);
    sbuf_add_char(out, '\n');
}

static void add_block(struct sbuf *out, const struct article *a, const struct article_block *b, enum markdown_content content, struct marks *marks) {
    sv text = sv_take(sv_skip(a->text, b->start), b->length);
    struct markdown_text m;
    markdown_text_begin(&m, a->text, b, content, b->kind == BLOCK_HEADING ? MARKDOWN_HEADING : MARKDOWN_LINE);
    char mark[HEADING_MAX + 2] = "######";
    size_t level = b->level;
    switch (b->kind) {
    case BLOCK_HEADING:
        if (level < 1) level = 1;
        if (level > HEADING_MAX) level = HEADING_MAX;
        mark[level] = ' ';
        mark[level + 1] = '\0';
        add_lines(out, &m, text, mark);
        break;
    case BLOCK_LIST_ITEM: add_item(out, b, &m, text, marks); break;
    case BLOCK_QUOTE: add_lines(out, &m, text, "> "); break;
    case BLOCK_CODE: add_code(out, b, text, marks); break;
    case BLOCK_TABLE_ROW: /* see markdown_table */
    case BLOCK_PARAGRAPH:
    case BLOCK_KIND_END:
    default: add_lines(out, &m, text, ""); break;
    }
}

/* Those that were not printed yet. The lead is the first of all, wherever it stands; the others are in their order on the page. */
struct images {
    const struct article_image *image;
    size_t next, count;
    bool lead; /* the first is one, and not printed */
};

static bool is_before(const struct article_image *image, size_t block) { return !image->is_placed || image->block <= block; }

/* An image, and below it what is said of it, but for what the text says beside it: no reader shall take that for text of the article. */
static void add_image(struct sbuf *out, const struct article_image *image, sv beside, size_t indent) {
    struct article_span all = {.kind = SPAN_EMPHASIS, .length = (uint32_t)image->caption.n};
    struct article_block caption = {.spans = &all, .span_count = 1};
    struct markdown_text m;
    add_times(out, ' ', indent);
    sbuf_add(out, SV("!["));
    markdown_text_begin(&m, image->alt, NULL, MARKDOWN_ALL, MARKDOWN_INSIDE);
    markdown_text_add_joined(&m, image->alt, out);
    sbuf_add(out, SV("]("));
    markdown_url_add(image->url, out);
    sbuf_add(out, SV(")\n"));
    bool said = image->caption.n && sv_has(beside, image->caption);
    if ((said || !image->caption.n) && !image->credit.n) return;
    add_times(out, ' ', indent);
    markdown_text_begin(&m, image->caption, &caption, MARKDOWN_ALL, MARKDOWN_INSIDE);
    if (!said) markdown_text_add_joined(&m, image->caption, out);
    if (image->credit.n) sbuf_add(out, image->caption.n && !said ? SV(" (") : SV("("));
    markdown_text_begin(&m, image->credit, NULL, MARKDOWN_ALL, MARKDOWN_INSIDE);
    markdown_text_add_joined(&m, image->credit, out);
    sbuf_add(out, image->credit.n ? SV(")\n") : SV("\n"));
}

/* All that stand before a block with this text, a paragraph each. Returns whether there were any. */
static bool add_images(struct sbuf *out, struct images *left, size_t block, sv text, size_t indent, bool *has_before) {
    for (bool any = false;;) {
        bool next = left->next < left->count && is_before(&left->image[left->next], block);
        bool lead = left->lead && is_before(&left->image[0], next ? left->image[left->next].block : block);
        if (!lead && !next) return any;
        const struct article_image *image = lead ? &left->image[0] : &left->image[left->next++];
        left->lead &= !lead;
        if (!image->is_placed || !image->url.n) continue;
        if (*has_before) sbuf_add_char(out, '\n');
        add_image(out, image, text, indent);
        *has_before = any = true;
    }
}

/* Whether a block stands right below the one before it; not below a paragraph, which no item but a first one would end. */
static bool joins(const struct article_block *before, const struct article_block *b) {
    if (!before || before->kind != BLOCK_LIST_ITEM || before->continues || b->kind != BLOCK_LIST_ITEM || b->continues) return false;
    return b->item == before->item || (b->item == ITEM_DEFINITION && before->item == ITEM_TERM);
}

void article_write_markdown(const struct article *a, enum markdown_content content, struct sbuf *out) {
    const struct article_block *before = NULL;
    struct marks marks = no_marks;
    size_t image_count = content == MARKDOWN_TEXT ? 0 : a->image_count;
    struct images images = {.image = a->images, .count = image_count, .lead = image_count && a->images[0].is_lead};
    struct markdown_text plain;
    bool has_before = false;
    images.next = images.lead;
    if (a->title.n) {
        sbuf_add(out, SV("# "));
        markdown_text_begin(&plain, a->title, NULL, content, MARKDOWN_HEADING);
        markdown_text_add_joined(&plain, a->title, out);
        sbuf_add_char(out, '\n');
        has_before = true;
    }
    for (size_t i = 0; i < a->block_count; i++) {
        const struct article_block *b = &a->blocks[i];
        sv text = sv_take(sv_skip(a->text, b->start), b->length);
        bool is_title = (b->kind == BLOCK_HEADING || b->kind == BLOCK_PARAGRAPH) && sv_eq(sv_trim(text), sv_trim(a->title));
        if (i == 0 && is_title) continue;
        if (!is_in_item(b)) marks = no_marks;
        bool images_between = add_images(out, &images, i, text, is_in_item(b) ? indent_of(&marks, items_around(b, &marks) - !b->continues) : 0, &has_before);
        if (has_before && (images_between || !joins(before, b))) sbuf_add_char(out, '\n');
        if (b->kind == BLOCK_TABLE_ROW) i += markdown_table_add(a, i, content, out) - 1;
        else add_block(out, a, b, content, &marks);
        before = b;
        has_before = true;
    }
    add_images(out, &images, SIZE_MAX, SV_NONE, 0, &has_before);
    if (a->block_count == 0 && a->text.n) {
        if (has_before) sbuf_add_char(out, '\n');
        markdown_text_begin(&plain, a->text, NULL, content, MARKDOWN_LINE);
        add_lines(out, &plain, a->text, "");
    }
}
