#include "page_hints.h"

#include <lexbor/dom/interfaces/character_data.h>

#include "dom_attr.h"
#include "dom_text.h"

/* Runs of spaces as one; absent without memory. */
static sv collapsed(sv v, struct arena *arena) {
    char *out = arena_alloc(arena, v.n + 1);
    size_t n = 0;
    for (size_t i = 0; out && i < v.n; i++)
        if (!ascii_is_space(v.p[i])) out[n++] = v.p[i];
        else if (n && out[n - 1] != ' ') out[n++] = ' ';
    return sv_from(out, n);
}

static enum og_type type_of(sv value) {
    if (sv_starts_nocase(value, SV("article")) || sv_eq_nocase(value, SV("blog"))) return OG_ARTICLE;
    if (sv_starts_nocase(value, SV("website"))) return OG_WEBSITE;
    if (sv_has_nocase(value, SV("product"))) return OG_PRODUCT;
    return value.n ? OG_OTHER : OG_NONE;
}

static bool is_description(sv key) {
    return sv_eq_nocase(key, SV("description")) || sv_eq_nocase(key, SV("og:description")) || sv_eq_nocase(key, SV("twitter:description"));
}

static void read_meta(lxb_dom_node_t *node, struct page_hints *out, sv *canonical) {
    sv key = dom_attribute(node, "property"), value = dom_attribute_of(node, LXB_DOM_ATTR_CONTENT);
    if (!key.n) key = dom_attribute(node, "name");
    if (sv_eq_nocase(key, SV("og:title"))) out->og_title = value;
    else if (sv_eq_nocase(key, SV("og:type"))) out->og_type = type_of(value);
    else if (sv_eq_nocase(key, SV("og:url")) && !canonical->n) *canonical = value;
    else if (sv_starts_nocase(key, SV("article:publish"))) out->has_published = true;
    else if (value.n > out->description.n && is_description(key)) out->description = value;
}

bool page_hints_is_jsonld(lxb_dom_node_t *script) { return sv_has_nocase(dom_attribute_of(script, LXB_DOM_ATTR_TYPE), SV("ld+json")); }

static unsigned bit_of_type(sv type) {
    static const struct {
        const char *end;
        unsigned bit;
    } table[] = {{"TechArticle", STATED_TECHNICAL}, {"APIReference", STATED_TECHNICAL}, {"HowTo", STATED_TECHNICAL},  {"Article", STATED_ARTICLE},
                 {"BlogPosting", STATED_ARTICLE},   {"Product", STATED_PRODUCT},        {"ProductGroup", STATED_PRODUCT}, {"SoftwareApplication", STATED_PRODUCT},
                 {"Offer", STATED_PRODUCT},         {"ItemList", STATED_LIST},          {"CollectionPage", STATED_LIST},  {"SearchResultsPage", STATED_LIST},
                 {"QAPage", STATED_FORUM},          {"DiscussionForumPosting", STATED_FORUM}, {"FAQPage", STATED_FAQ},  {"Organization", STATED_ORGANIZATION},
                 {"LocalBusiness", STATED_ORGANIZATION}, {"Service", STATED_ORGANIZATION}, {"Recipe", STATED_RECIPE}};
    for (size_t i = 0; i < COUNT_OF(table); i++)
        if (sv_ends(type, sv_cstr(table[i].end))) return table[i].bit;
    return 0;
}

/* Each "@type": "X" in a script, without reading its JSON. */
static unsigned stated_types(lxb_dom_node_t *script) {
    lxb_dom_node_t *child = script->first_child;
    unsigned bits = 0;
    if (!child || child->type != LXB_DOM_NODE_TYPE_TEXT) return 0;
    const lexbor_str_t *data = &lxb_dom_interface_character_data(child)->data;
    sv text = sv_from((const char *)data->data, data->length);
    for (size_t at = sv_find(text, SV("\"@type\""), 0); at != SIZE_MAX; at = sv_find(text, SV("\"@type\""), at + 7)) {
        size_t open = at + 7;
        while (open < text.n && open < at + 20 && text.p[open] != '"') open++;
        size_t close = sv_find_char(text, '"', open + 1);
        if (close != SIZE_MAX && close > open && close - open < 60) bits |= bit_of_type(sv_from(text.p + open + 1, close - open - 1));
    }
    return bits;
}

static enum url_kind kind_of_word(sv word) {
    static const struct {
        const char *word;
        enum url_kind kind;
    } table[] = {{"blog", URL_ARTICLE},     {"news", URL_ARTICLE},       {"article", URL_ARTICLE},   {"articles", URL_ARTICLE},    {"story", URL_ARTICLE},
                 {"forum", URL_FORUM},      {"forums", URL_FORUM},       {"thread", URL_FORUM},      {"threads", URL_FORUM},       {"topic", URL_FORUM},
                 {"topics", URL_FORUM},     {"t", URL_FORUM},            {"questions", URL_FORUM},   {"question", URL_FORUM},      {"community", URL_FORUM},
                 {"discussion", URL_FORUM}, {"viewtopic", URL_FORUM},    {"showthread", URL_FORUM},  {"comments", URL_FORUM},      {"discuss", URL_FORUM},
                 {"product", URL_PRODUCT},  {"products", URL_PRODUCT},   {"p", URL_PRODUCT},         {"dp", URL_PRODUCT},          {"item", URL_PRODUCT},
                 {"shop", URL_LISTING},     {"store", URL_LISTING},      {"collections", URL_LISTING}, {"collection", URL_LISTING}, {"category", URL_LISTING},
                 {"categories", URL_LISTING}, {"c", URL_LISTING},        {"tag", URL_LISTING},       {"tags", URL_LISTING},        {"search", URL_LISTING},
                 {"archive", URL_LISTING},  {"archives", URL_LISTING},   {"docs", URL_DOCUMENTATION}, {"doc", URL_DOCUMENTATION},  {"documentation", URL_DOCUMENTATION},
                 {"wiki", URL_DOCUMENTATION}, {"manual", URL_DOCUMENTATION}, {"reference", URL_DOCUMENTATION}, {"guide", URL_DOCUMENTATION}, {"help", URL_DOCUMENTATION},
                 {"api", URL_DOCUMENTATION}, {"tutorial", URL_DOCUMENTATION}, {"developer", URL_DOCUMENTATION}, {"services", URL_SERVICE}, {"service", URL_SERVICE},
                 {"solutions", URL_SERVICE}, {"about", URL_SERVICE},     {"features", URL_SERVICE},  {"pricing", URL_SERVICE},     {"platform", URL_SERVICE}};
    for (size_t i = 0; i < COUNT_OF(table); i++)
        if (sv_is(word, table[i].word)) return table[i].kind;
    return URL_PLAIN;
}

/* The last segment but the page's own name that means something, else the host's first label. */
static enum url_kind kind_of_url(sv url) {
    enum url_kind kind = URL_PLAIN;
    size_t scheme = sv_find(url, SV("://"), 0);
    if (scheme == SIZE_MAX) return URL_PLAIN;
    sv rest = sv_skip(url, scheme + 3);
    for (size_t i = 0; i < rest.n; i++)
        if (rest.p[i] == '?' || rest.p[i] == '#') rest.n = i;
    sv host = sv_cut(&rest, '/');
    if (!rest.n) return URL_HOME;
    kind = kind_of_word(sv_cut(&host, '.'));
    while (rest.n) {
        sv segment = sv_cut(&rest, '/');
        enum url_kind found = kind_of_word(sv_cut(&segment, '.'));
        if (found != URL_PLAIN) kind = found;
    }
    return kind;
}

void page_hints_read(lxb_html_document_t *document, sv url, lxb_dom_node_t *const *scripts, size_t script_count, struct arena *arena, struct page_hints *out) {
    sv canonical = SV_NONE;
    *out = (struct page_hints){0};
    lxb_dom_node_t *head = lxb_dom_interface_node(document->head);
    for (lxb_dom_node_t *n = head ? head->first_child : NULL; n; n = n->next) {
        if (n->local_name == LXB_TAG_TITLE && !out->title.n) out->title = dom_text(n, arena);
        else if (n->local_name == LXB_TAG_META) read_meta(n, out, &canonical);
        else if (n->local_name == LXB_TAG_LINK && sv_eq_nocase(dom_attribute(n, "rel"), SV("canonical"))) canonical = dom_attribute_of(n, LXB_DOM_ATTR_HREF);
        else if (n->local_name == LXB_TAG_SCRIPT && page_hints_is_jsonld(n)) out->stated |= stated_types(n);
    }
    for (size_t i = 0; i < script_count; i++) out->stated |= stated_types(scripts[i]);
    out->og_title = arena_dup(arena, out->og_title);
    out->description = collapsed(sv_take(out->description, PAGE_HINTS_DESCRIPTION_BYTES), arena);
    out->url = url.n ? url : arena_dup(arena, canonical);
    out->url_kind = kind_of_url(out->url);
}
