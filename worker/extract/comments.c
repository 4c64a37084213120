#include "comments.h"

#include "base/sbuf.h"
#include "base/utf8.h"
#include "block_text.h"
#include "dates.h"

enum {
    COMMENTS_MAX = 1000,
    TEXT_BYTES_MAX = 20000,
    AUTHOR_TOKENS_MAX = 8,
    AUTHOR_BYTES_MAX = 80,
    DATE_TOKENS_MAX = 16,
    NAME_TOKENS_MAX = 4,
    BARE_TOKENS_MIN = 6,    /* of a comment of which neither author nor date is known: shorter ones are buttons and counters */
    CONTROL_TOKENS_MAX = 6, /* "Reply", "Report", "12 likes" */
    ROLE_LEVELS = 3,        /* how far above a block its element says what it is */
};

enum word { /* bits */
    WORD_COMMENT = 1,   /* one comment */
    WORD_CONTAINER = 2, /* a list of them, or a form */
    WORD_PART = 4,      /* a part of one */
    WORD_AUTHOR = 8,
    WORD_ITEM = 16,     /* one of the comments */
};

struct comments {
    const struct blocks *b;
    const struct decision *d;
    struct arena *arena;
    enum date_order order;
    uint32_t *item; /* of each node: the node of the comment that it lies in, or 0 */
    bool *is_open;  /* of each node: it is the outermost of a comment that was begun */
    struct sbuf text;
};

static unsigned word_of(const char *w, size_t n) {
    static const struct {
        const char *word;
        unsigned kind;
    } table[] = {
        {"comment", WORD_COMMENT}, {"reply", WORD_COMMENT},
        {"comments", WORD_CONTAINER}, {"commentlist", WORD_CONTAINER}, {"replies", WORD_CONTAINER}, {"list", WORD_CONTAINER}, {"section", WORD_CONTAINER},
        {"area", WORD_CONTAINER}, {"form", WORD_CONTAINER}, {"respond", WORD_CONTAINER}, {"container", WORD_CONTAINER}, {"thread", WORD_CONTAINER},
        {"item", WORD_ITEM},
        {"count", WORD_PART}, {"counter", WORD_PART}, {"head", WORD_PART}, {"inner", WORD_PART}, {"data", WORD_PART},
        {"details", WORD_PART}, {"top", WORD_PART}, {"bottom", WORD_PART}, {"left", WORD_PART}, {"right", WORD_PART},
        {"controls", WORD_PART}, {"buttons", WORD_PART}, {"rating", WORD_PART}, {"vote", WORD_PART}, {"votes", WORD_PART},
        {"tools", WORD_PART}, {"permalink", WORD_PART}, {"number", WORD_PART}, {"button", WORD_PART}, {"policy", WORD_PART},
        {"heading", WORD_PART}, {"body", WORD_PART}, {"content", WORD_PART}, {"text", WORD_PART}, {"meta", WORD_PART},
        {"metadata", WORD_PART}, {"message", WORD_PART}, {"header", WORD_PART}, {"footer", WORD_PART}, {"actions", WORD_PART},
        {"avatar", WORD_PART}, {"info", WORD_PART}, {"date", WORD_PART}, {"time", WORD_PART}, {"link", WORD_PART},
        {"title", WORD_PART},
        {"author", WORD_PART | WORD_AUTHOR}, {"name", WORD_PART | WORD_AUTHOR}, {"username", WORD_PART | WORD_AUTHOR},
        {"user", WORD_AUTHOR}, {"fn", WORD_AUTHOR}, {"nick", WORD_AUTHOR}, {"nickname", WORD_AUTHOR}, {"poster", WORD_AUTHOR},
        {"commenter", WORD_AUTHOR}, {"autor", WORD_AUTHOR}, {"auteur", WORD_AUTHOR}, {"vcard", WORD_AUTHOR},
    };
    for (size_t i = 0; i < COUNT_OF(table); i++)
        if (sv_is(sv_from(w, n), table[i].word)) return table[i].kind;
    return 0;
}

static unsigned words_of(sv v) {
    unsigned words = 0;
    v = sv_take(v, CLASS_WORDS_BYTES_MAX);
    for (size_t i = 0, begin = 0; i <= v.n; i++) {
        bool hump = i > begin && i < v.n && v.p[i] >= 'A' && v.p[i] <= 'Z' && v.p[i - 1] >= 'a';
        if (i < v.n && ascii_is_alpha(v.p[i]) && !hump) continue;
        if (i > begin) words |= word_of(v.p + begin, i - begin);
        begin = hump ? i : i + 1;
    }
    return words;
}

/* -- which nodes are comments -------------------------------------------------------------------------------------------------- */

/* "comment byuser even" and "comments__item" are comments, "comment-body" is a part of one, "comment-list" holds them. */
static bool names_item(sv v) {
    while (v.n) {
        unsigned words = words_of(sv_cut(&v, ' '));
        if (words & WORD_PART) continue;
        if (words & WORD_ITEM ? words & (WORD_COMMENT | WORD_CONTAINER) : words == WORD_COMMENT) return true;
    }
    return false;
}

static bool is_item(const struct blocks *b, const struct block_node *node, uint32_t shared) {
    if (!(node->places & IN_COMMENTS) || node->places & ~shared & (IN_FORM | IN_NAV | IN_ASIDE) || node->end == node->first) return false;
    if (node->tag == LXB_TAG_LI && b->node[node->parent].own & IN_COMMENTS) return true;
    return names_item(node->classes.n ? node->classes : node->id);
}

static void find_items(struct comments *c) {
    size_t kept = 0;
    while (kept < c->b->count && !c->d->keep[kept]) kept++;
    uint32_t shared = kept < c->b->count ? c->b->node[c->b->block[kept].node].places : 0; /* what lies around the text too says nothing */
    for (uint32_t n = 1; n < c->b->node_count; n++) {
        const struct block_node *node = &c->b->node[n];
        uint32_t around = c->item[node->parent];
        bool same = around && c->b->node[around].first == node->first && c->b->node[around].end == node->end;
        c->item[n] = !same && is_item(c->b, node, shared) ? n : around;
    }
}

/* -- what is in one ------------------------------------------------------------------------------------------------------------- */

static bool names_author(const struct comments *c, const struct text_block *k, uint32_t item) {
    if (words_of(k->inline_class) & WORD_AUTHOR) return true;
    uint32_t n = k->node;
    for (unsigned level = 0; level < ROLE_LEVELS && n != item; level++, n = c->b->node[n].parent)
        if (words_of(c->b->node[n].classes) & WORD_AUTHOR) return true;
    return false;
}

/* "Ida Holm says:", "Ida Holm · 3 July", "Ida Holm3/7/24": the name. */
static sv name_of(sv v, bool dated) {
    static const char *const marks[] = {"·", "•", "|", "\n", ",", "–", "—", " - "};
    for (size_t i = 1; dated && i < v.n; i++)
        if (ascii_is_digit(v.p[i])) v.n = i;
    for (size_t i = 0; i < COUNT_OF(marks); i++) v = sv_trim(sv_take(v, sv_find(v, sv_cstr(marks[i]), 0)));
    bool says = sv_ends(v, SV(":"));
    if (says) v = sv_trim(sv_take(v, v.n - 1));
    size_t last = v.n;
    while (last > 0 && v.p[last - 1] != ' ') last--;
    if (says && last > 0 && v.p[last] >= 'a' && v.p[last] <= 'z') v = sv_trim(sv_take(v, last));
    return utf8_cut(v, AUTHOR_BYTES_MAX);
}

static bool take_date(const struct comments *c, const struct text_block *k, struct article_comment *out) {
    struct date date;
    if (out->date.n || k->tokens > DATE_TOKENS_MAX || !(k->has_date || k->when.n)) return false;
    if (!(k->when.n && date_parse(k->when, c->order, &date)) && !date_parse(k->text, c->order, &date)) return false;
    out->date = date_iso(&date, c->arena);
    return true;
}

static bool is_control(const struct text_block *k) {
    return k->button || k->digits == k->chars || (k->tokens <= CONTROL_TOKENS_MAX && k->link_chars >= k->chars);
}

/* A line of a few words above the text, which is no sentence. */
static bool may_be_name(const struct text_block *k) {
    return k->tokens <= NAME_TOKENS_MAX && !k->ends_sentence && !k->digits && !k->button && !k->hidden && k->chars <= AUTHOR_BYTES_MAX;
}

static void fill(struct comments *c, uint32_t item, struct article_comment *out) {
    const struct block_node *node = &c->b->node[item];
    *out = (struct article_comment){SV_NONE, SV_NONE, SV_NONE};
    sbuf_reset(&c->text);
    for (uint32_t i = node->first; i < node->end && c->text.n < TEXT_BYTES_MAX; i++) {
        const struct text_block *k = &c->b->block[i];
        if (c->item[k->node] != item || c->b->node[k->node].places & IN_FORM) continue;
        bool author = !out->author.n && k->tokens <= AUTHOR_TOKENS_MAX + DATE_TOKENS_MAX && names_author(c, k, item), date = take_date(c, k, out);
        author |= !out->author.n && !c->text.n && may_be_name(k) && !date;
        if (author) out->author = arena_dup(c->arena, name_of(k->text, k->has_date));
        if (author || date || is_control(k)) continue;
        if (c->text.n) sbuf_add_char(&c->text, '\n');
        sbuf_add(&c->text, k->text);
    }
    out->text = c->text.n ? arena_dup(c->arena, utf8_cut(sbuf_view(&c->text), TEXT_BYTES_MAX)) : SV_NONE;
}

static void collect(struct comments *c, struct article *out) {
    size_t cap = 0;
    for (uint32_t i = 0; i < c->b->count && out->comment_count < COMMENTS_MAX; i++) {
        uint32_t item = c->item[c->b->block[i].node];
        if (!item || c->is_open[item] || c->d->keep[i]) continue;
        struct article_comment comment;
        c->is_open[item] = true;
        fill(c, item, &comment);
        if (!comment.text.n || (!comment.author.n && !comment.date.n && block_text_tokens(comment.text) < BARE_TOKENS_MIN)) continue;
        if (!arena_grow(c->arena, (void **)&out->comments, out->comment_count, &cap, sizeof *out->comments)) return;
        out->comments[out->comment_count++] = comment;
    }
}

enum err_code comments_collect(const struct blocks *b, const struct decision *d, sv url, struct arena *arena, struct article *out, struct err *e) {
    struct comments c = {.b = b, .d = d, .arena = arena, .order = date_order_of(out->language, url)};
    uint32_t any = 0;
    for (size_t n = 0; n < b->node_count; n++) any |= b->node[n].own;
    if (!(any & IN_COMMENTS) || d->type.type == PAGE_FORUM) return ERR_OK;
    c.item = arena_alloc_array(arena, b->node_count + 1, sizeof *c.item);
    c.is_open = arena_alloc_array(arena, b->node_count + 1, sizeof *c.is_open);
    sbuf_init(&c.text, 2 * TEXT_BYTES_MAX);
    if (c.item && c.is_open) {
        find_items(&c);
        collect(&c, out);
    }
    if (c.text.err == ERR_MEMORY) arena_fail(arena);
    sbuf_clear(&c.text);
    return arena->failed ? err_set(e, ERR_MEMORY, "no memory for the comments of a page") : ERR_OK;
}
