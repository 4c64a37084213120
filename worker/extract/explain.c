#include "explain.h"

#include "base/utf8.h"
#include "blocks.h"
#include "decide.h"

enum { TEXT_BYTES = 100, PATH_LEVELS = 4, NAME_BYTES = 24, PERCENT = 100, ONE = 65535 };

static const char *rule_name(unsigned rule) {
    static const char *const names[] = {"", "comments", "caption", "title", "heading", "empty", "text page", "furniture", "copy"};
    return rule < COUNT_OF(names) ? names[rule] : "?";
}

static unsigned percent(uint16_t p) { return (p * (unsigned)PERCENT + ONE / 2) / ONE; }

static void add_escaped(struct sbuf *out, sv text, enum explain_format format) {
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (format == EXPLAIN_HTML && (c == '<' || c == '&' || c == '"')) sbuf_add(out, c == '<' ? SV("&lt;") : c == '&' ? SV("&amp;") : SV("&quot;"));
        else if ((uint8_t)c < 32 || c == 127) sbuf_add(out, format == EXPLAIN_HTML && c == '\n' ? SV("<br>") : SV(" "));
        else sbuf_add_char(out, c);
    }
}

/* "p < div.story < main": the block's element and those above it. */
static void add_path(const struct blocks *b, uint32_t n, enum explain_format format, struct sbuf *out) {
    for (unsigned level = 0; level < PATH_LEVELS; level++, n = b->node[n].parent) {
        size_t length = 0;
        const lxb_char_t *tag = lxb_tag_name_by_id(b->node[n].tag, &length);
        sv name = tag ? sv_from((const char *)tag, length) : SV("?"), classes = b->node[n].classes.n ? b->node[n].classes : b->node[n].id;
        if (level) sbuf_add(out, format == EXPLAIN_HTML ? SV(" &lt; ") : SV(" < "));
        sbuf_add(out, name);
        if (classes.n) sbuf_add_char(out, b->node[n].classes.n ? '.' : '#');
        add_escaped(out, utf8_cut(classes, NAME_BYTES), format);
        if (n == 0) break;
    }
}

static void add_features(const struct decision *d, size_t i, struct sbuf *out) {
    for (unsigned f = 0; f < FEATURE_COUNT; f++) sbuf_addf(out, "%s%s %u", f ? ", " : "", feature_names[f], d->features.column[f * d->features.stride + i]);
}

static void explain_text(const struct blocks *b, const struct decision *d, struct sbuf *out) {
    sbuf_addf(out, "%zu blocks, %u tokens, %.0f expected, %u kept, expected f1 %.3f, page type %d\n", b->count, b->tokens, d->expected, d->kept_tokens, d->f1,
              (int)d->type.type);
    for (size_t i = 0; i < b->count; i++) {
        const struct text_block *k = &b->block[i];
        sbuf_addf(out, "%4zu %s %3u%% %3u%% %5u tokens  %-9s ", i, d->keep[i] ? "keep" : "  - ", percent(d->first[i]), percent(d->probability[i]), k->tokens,
                  rule_name(d->rule[i]));
        add_path(b, k->node, EXPLAIN_TEXT, out);
        sbuf_add(out, SV("\n          "));
        add_escaped(out, utf8_cut(k->text, TEXT_BYTES), EXPLAIN_TEXT);
        sbuf_add_char(out, '\n');
    }
}

static void explain_html(const struct blocks *b, const struct decision *d, struct sbuf *out) {
    sbuf_add(out, SV("<!doctype html><meta charset=utf-8><title>decision</title><style>body{font:14px/1.4 sans-serif;margin:2em;max-width:70em}"
                     "div{margin:2px 0;padding:3px 8px;border-left:6px solid}small{color:#555;display:block}.k{background:#dfd;border-color:#2a2}"
                     ".n{background:#f4f4f4;border-color:#bbb;color:#555}.r{background:#fdd;border-color:#c33}</style>\n"));
    sbuf_addf(out, "<p>%zu blocks, %u tokens, %.0f expected, %u kept, expected f1 %.3f, page type %d. Green: kept; red: dropped by a rule.</p>\n", b->count, b->tokens,
              d->expected, d->kept_tokens, d->f1, (int)d->type.type);
    for (size_t i = 0; i < b->count; i++) {
        const struct text_block *k = &b->block[i];
        sbuf_addf(out, "<div class=%c title=\"", d->keep[i] ? 'k' : d->rule[i] ? 'r' : 'n');
        add_features(d, i, out);
        sbuf_addf(out, "\"><small>%zu: %u%% then %u%%, %u tokens %s ", i, percent(d->first[i]), percent(d->probability[i]), k->tokens, rule_name(d->rule[i]));
        add_path(b, k->node, EXPLAIN_HTML, out);
        sbuf_add(out, SV("</small>"));
        add_escaped(out, k->text, EXPLAIN_HTML);
        sbuf_add(out, SV("</div>\n"));
    }
}

void explain_decision(const struct blocks *b, const struct decision *d, enum explain_format format, struct sbuf *out) {
    if (format == EXPLAIN_HTML) explain_html(b, d, out);
    else explain_text(b, d, out);
}
