#include "schema/markdown_text.h"

#include "base/utf8.h"
#include "base/utf8_class.h"

/* One piece: where its text lies in the article's, and how much of it is written. */
struct piece {
    struct markdown_text *t;
    struct sbuf *out;
    size_t begin, end, at;
    size_t escape;            /* a character that would begin a block here, or SIZE_MAX */
    size_t out_begin, closed; /* in `out`: where the piece begins, and what stands behind the last mark that closed a span */
    struct {
        const struct article_span *span;
        size_t end;
        const char *close;
    } open[SPAN_KIND_END]; /* the outermost first */
    unsigned depth;
};

static size_t end_of(const struct article_span *s) { return (size_t)s->start + s->length; }

/* -- text ------------------------------------------------------------------------------------------------------------------ */

/* The character that makes a line a heading, a list or a quotation. */
static size_t block_mark(sv line) {
    if (line.n == 0) return SIZE_MAX;
    if (line.p[0] != '\0' && strchr("#>+-=", line.p[0])) return 0;
    if (sv_starts(line, SV(": "))) return 0; /* the definition of what stands above */
    size_t digits = 0;
    while (digits < line.n && digits < 10 && ascii_is_digit(line.p[digits])) digits++;
    return digits > 0 && digits < line.n && (line.p[digits] == '.' || line.p[digits] == ')') ? digits : SIZE_MAX;
}

/* "&amp;" and the like, which the reader would see as what they stand for. */
static bool is_reference(sv v) {
    size_t n = 1;
    if (v.n > 2 && v.p[1] == '#') n++;
    size_t name = n;
    while (n < v.n && (ascii_is_alpha(v.p[n]) || ascii_is_digit(v.p[n]))) n++;
    return n > name && n < v.n && v.p[n] == ';';
}

static void write_text(struct piece *p, size_t until) {
    if (p->at == p->begin && p->out->n > p->out_begin) p->escape = SIZE_MAX; /* a mark of ours begins the line */
    for (; p->at < until; p->at++) {
        sv rest = sv_range(p->t->text.p + p->at, p->t->text.p + p->end);
        char c = *rest.p;
        bool marks = c != '\0' && strchr("\\`*_[]<|~", c), ends_heading = c == '#' && p->t->place == MARKDOWN_HEADING && rest.n == 1;
        if (marks || ends_heading || p->at == p->escape || (c == '&' && is_reference(rest))) sbuf_add_char(p->out, '\\');
        sbuf_add_char(p->out, c);
    }
}

/* Code is written as it is, between more backticks than stand together in it. */
static void write_code(struct piece *p, size_t end) {
    sv code = sv_range(p->t->text.p + p->at, p->t->text.p + end);
    size_t fence = 1, run = 0;
    for (size_t i = 0; i < code.n; i++) {
        run = code.p[i] == '`' ? run + 1 : 0;
        if (run >= fence) fence = run + 1;
    }
    bool padded = code.p[0] == '`' || code.p[code.n - 1] == '`';
    for (size_t i = 0; i < fence; i++) sbuf_add_char(p->out, '`');
    if (padded) sbuf_add_char(p->out, ' ');
    for (size_t i = 0; i < code.n; i++) {
        if (code.p[i] == '|' && p->t->place == MARKDOWN_CELL) sbuf_add_char(p->out, '\\');
        sbuf_add_char(p->out, code.p[i]);
    }
    if (padded) sbuf_add_char(p->out, ' ');
    for (size_t i = 0; i < fence; i++) sbuf_add_char(p->out, '`');
    p->at = end;
}

void markdown_url_add(sv url, struct sbuf *out) {
    for (size_t i = 0; i < url.n; i++) {
        size_t control = utf8_control(url, i);
        if (control || ascii_is_space(url.p[i]) || strchr(" <>`|\"", url.p[i])) {
            for (size_t k = 0; k < (control ? control : 1); k++) sbuf_addf(out, "%%%02X", (uint8_t)url.p[i + k]);
            i += control ? control - 1 : 0;
            continue;
        }
        if (strchr("\\()", url.p[i]) || (url.p[i] == '&' && is_reference(sv_skip(url, i)))) sbuf_add_char(out, '\\');
        sbuf_add_char(out, url.p[i]);
    }
}

/* -- where a mark may stand ------------------------------------------------------------------------------------------------------ */

static bool has_marks(enum span_kind kind) { return kind == SPAN_STRONG || kind == SPAN_EMPHASIS || kind == SPAN_DELETED; }

static enum utf8_class class_at(const struct piece *p, size_t at, size_t *length) {
    *length = 0;
    return at < p->end ? utf8_class_of(utf8_decode(sv_range(p->t->text.p + at, p->t->text.p + p->end), length)) : UTF8_SPACE;
}

static enum utf8_class class_before(const struct piece *p, size_t at, size_t *length) {
    size_t begin = at, n;
    *length = 0;
    if (at <= p->begin) return UTF8_SPACE;
    do begin--;
    while (begin > p->begin && at - begin < 4 && ((uint8_t)p->t->text.p[begin] & 0xC0) == 0x80);
    *length = at - begin;
    return class_at(p, begin, &n);
}

struct range {
    size_t begin, end;
};

static struct range trim(const struct piece *p, struct range r) {
    size_t n;
    while (r.begin < r.end && class_at(p, r.begin, &n) == UTF8_SPACE) r.begin += n;
    while (r.begin < r.end && class_before(p, r.end, &n) == UTF8_SPACE) r.end -= n;
    return r;
}

/* What of a span is within the piece, and within what is open. A mark between a letter and punctuation is none to CommonMark: such punctuation stays
 * outside, where a reader misses it least. */
static struct range range_of(const struct piece *p, const struct article_span *s) {
    size_t end = p->depth ? p->open[p->depth - 1].end : p->end, n;
    struct range r = {s->start > p->at ? s->start : p->at, end_of(s) < end ? end_of(s) : end};
    r = trim(p, r);
    if (!has_marks(s->kind) || r.begin >= r.end) return r;
    if (class_before(p, r.begin, &n) == UTF8_OTHER && class_at(p, r.begin, &n) == UTF8_PUNCTUATION) r.begin += n;
    if (class_at(p, r.end, &n) == UTF8_OTHER && class_before(p, r.end, &n) == UTF8_PUNCTUATION) r.end -= n;
    return trim(p, r);
}

/* A mark beside a letter stands anywhere, another only beside white space or punctuation. Symbols are punctuation to some readers and not to others. */
static bool stands(enum utf8_class inside, enum utf8_class outside) { return inside == UTF8_OTHER || outside == UTF8_SPACE || outside == UTF8_PUNCTUATION; }

static bool is_printed(const struct piece *p, const struct article_span *s) {
    if (s->kind == SPAN_LINK) return s->url.n && p->t->content == MARKDOWN_ALL;
    return s->kind > 0 && s->kind < SPAN_KIND_END;
}

/* What begins or ends within it where it does itself puts a mark of its own there. `held`, then t->next: the spans behind this one. */
static bool can_be_marked(const struct piece *p, struct range r, const struct article_span *const *held, size_t held_count) {
    size_t n;
    enum utf8_class first = class_at(p, r.begin, &n), last = class_before(p, r.end, &n);
    if (p->out->n == p->closed) return false; /* two runs of marks would be one */
    for (size_t i = 0; i < held_count; i++) {
        if (!is_printed(p, held[i])) continue;
        if (held[i]->start <= r.begin) first = UTF8_PUNCTUATION;
        if (end_of(held[i]) >= r.end) last = UTF8_PUNCTUATION;
    }
    for (const struct article_span *s = p->t->next; s != p->t->end && s->start < r.end; s++) {
        if (!is_printed(p, s)) continue;
        if (s->start <= r.begin) first = UTF8_PUNCTUATION;
        if (end_of(s) >= r.end) last = UTF8_PUNCTUATION;
    }
    return stands(first, class_before(p, r.begin, &n)) && stands(last, class_at(p, r.end, &n));
}

/* -- spans ----------------------------------------------------------------------------------------------------------------- */

static void close_one(struct piece *p) {
    p->depth--;
    write_text(p, p->open[p->depth].end);
    const struct article_span *s = p->open[p->depth].span;
    if (s->kind == SPAN_LINK) {
        sbuf_add(p->out, SV("]("));
        markdown_url_add(s->url, p->out);
        sbuf_add_char(p->out, ')');
    } else
        sbuf_add(p->out, sv_cstr(p->open[p->depth].close));
    if (has_marks(s->kind)) p->closed = p->out->n;
}

static bool is_open(const struct piece *p, enum span_kind kind) {
    for (unsigned i = 0; i < p->depth; i++)
        if (p->open[i].span->kind == kind) return true;
    return false;
}

static void open_one(struct piece *p, const struct article_span *s, const struct article_span *const *held, size_t held_count) {
    static const struct {
        const char *open, *close;
    } marks[SPAN_KIND_END] = {[SPAN_STRONG] = {"**", "**"}, [SPAN_EMPHASIS] = {"*", "*"}, [SPAN_DELETED] = {"~~", "~~"}},
      tags[SPAN_KIND_END] = {[SPAN_LINK] = {"[", NULL}, [SPAN_STRONG] = {"<strong>", "</strong>"}, [SPAN_EMPHASIS] = {"<em>", "</em>"}, [SPAN_DELETED] = {"<del>", "</del>"},
                             [SPAN_SUBSCRIPT] = {"<sub>", "</sub>"}, [SPAN_SUPERSCRIPT] = {"<sup>", "</sup>"}};
    while (p->depth && end_of(p->open[p->depth - 1].span) <= s->start) close_one(p);
    struct range r = range_of(p, s);
    if (r.begin >= r.end || !is_printed(p, s) || is_open(p, s->kind) || p->depth == COUNT_OF(p->open)) return;
    if (p->t->place == MARKDOWN_HEADING && s->kind == SPAN_STRONG && r.begin == p->begin && r.end == p->end) return; /* headings are */
    write_text(p, r.begin);
    if (s->kind == SPAN_CODE) {
        write_code(p, r.end);
        return;
    }
    if (s->kind == SPAN_LINK && p->out->n > p->out_begin && p->out->p[p->out->n - 1] == '!') { /* would be an image */
        p->out->n--;
        sbuf_add(p->out, SV("\\!"));
    }
    bool marked = has_marks(s->kind) && can_be_marked(p, r, held, held_count);
    sbuf_add(p->out, sv_cstr(marked ? marks[s->kind].open : tags[s->kind].open));
    p->open[p->depth].span = s;
    p->open[p->depth].end = r.end;
    p->open[p->depth++].close = marked ? marks[s->kind].close : tags[s->kind].close;
}

void markdown_text_begin(struct markdown_text *t, sv text, const struct article_block *block, enum markdown_content content, enum markdown_place place) {
    *t = (struct markdown_text){.text = text, .content = content, .place = place};
    if (block && block->span_count) t->next = block->spans, t->end = block->spans + block->span_count;
}

void markdown_text_add(struct markdown_text *t, sv text, struct sbuf *out) {
    if (!text.n) return;
    size_t begin = (size_t)(text.p - t->text.p), mark = t->place == MARKDOWN_LINE ? block_mark(text) : SIZE_MAX, held_count = t->around_count;
    struct piece p = {.t = t, .out = out, .begin = begin, .end = begin + text.n, .at = begin, .escape = mark == SIZE_MAX ? mark : begin + mark, .out_begin = out->n, .closed = SIZE_MAX};
    const struct article_span *held[SPAN_KIND_END];
    memcpy(held, t->around, sizeof held);
    t->around_count = 0;
    for (size_t i = 0; i < held_count || (t->next != t->end && t->next->start < p.end);) {
        const struct article_span *s = i < held_count ? held[i++] : t->next++;
        if (end_of(s) <= begin) continue;
        if (end_of(s) > p.end && t->around_count < COUNT_OF(t->around)) t->around[t->around_count++] = s;
        open_one(&p, s, held + i, held_count - i);
    }
    while (p.depth) close_one(&p);
    write_text(&p, p.end);
}

void markdown_text_add_joined(struct markdown_text *t, sv text, struct sbuf *out) {
    for (sv rest = text; rest.p;) {
        markdown_text_add(t, sv_trim(sv_cut(&rest, '\n')), out);
        if (rest.p) sbuf_add_char(out, ' ');
    }
}
