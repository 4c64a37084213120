#include "site_names.h"

#include "base/compiler.h"
#include "letters.h"

enum { HOST_MAX = 40, HOST_WORD_MIN = 4, WORDS_MAX = 8, NAME_WORDS_MAX = 3, LINES_LOOKED_AT = 1500 };

/* The label of a host that somebody registered: the one before the public suffix, by the rule that a suffix of two short labels is one. */
static sv host_label(sv url) {
    size_t at = sv_find(url, SV("://"), 0);
    if (at == SIZE_MAX) return SV_NONE;
    sv host = sv_skip(url, at + 3), label[3] = {{0}}, rest;
    for (size_t i = 0; i < host.n; i++)
        if (host.p[i] == '/' || host.p[i] == ':' || host.p[i] == '?' || host.p[i] == '#') host = sv_take(host, i);
    if (sv_starts_nocase(host, SV("www."))) host = sv_skip(host, 4);
    for (rest = host; rest.p && rest.n;) {
        label[0] = label[1];
        label[1] = label[2];
        label[2] = sv_cut(&rest, '.');
    }
    return label[0].n && label[1].n <= 3 && label[2].n <= 2 ? label[0] : label[1];
}

static void add(struct site_names *s, sv name, struct arena *arena) {
    sv key = name.n < 200 ? letters_key(name, arena) : SV_NONE;
    if (key.n > 1 && s->count < SITE_NAMES_MAX) s->key[s->count++] = key;
}

/* Templates put the title of the page where the name of the site belongs. */
static bool is_title(const struct page_facts *f, sv name) {
    const struct claim *stated = claims_of(&f->of[FACT_TITLE], CLAIM_OPENGRAPH), *element = claims_of(&f->of[FACT_TITLE], CLAIM_TITLE);
    if (stated && element && sv_eq(element->value, name) && stated->value.n < name.n && sv_starts(name, stated->value)) return true; /* and what follows it there */
    return stated && sv_eq(stated->value, name) && !(element && element->value.n > name.n && sv_ends(element->value, name));
}

/* Whether a later heading holds what a title element ends with. */
static bool ends_with_heading(const struct page_facts *f, sv title, uint32_t behind, size_t longer_than) {
    for (size_t i = behind + 1; i < f->line_count && i < LINES_LOOKED_AT; i++)
        if (f->line[i].marks & MARK_HEADING && f->line[i].length > longer_than && sv_ends(title, f->line[i].text)) return true;
    return false;
}

/* What templates of blogs print above all: the site's name as a heading that leads home, where the title element is "Name » Archive » Title" and
 * the title is a heading further down. */
static void add_masthead(const struct page_facts *f, struct site_names *out) {
    const struct claim *element = claims_of(&f->of[FACT_TITLE], CLAIM_TITLE);
    for (size_t i = 0; element && i < f->of[FACT_TITLE].count; i++) {
        const struct claim *h1 = &f->of[FACT_TITLE].item[i];
        if (h1->source != CLAIM_HEADING || h1->line >= f->line_count || !(f->line[h1->line].marks & MARK_LINK) || !sv_starts(element->value, h1->value)) continue;
        sv rest = sv_skip(element->value, h1->value.n);
        if (sv_starts(rest, SV(" ")) && ends_with_heading(f, rest, h1->line, h1->value.n)) add(out, h1->value, f->arena);
    }
}

void site_names_collect(const struct page_facts *f, struct site_names *out) {
    static const enum claim_source order[] = {CLAIM_OPENGRAPH, CLAIM_JSON_LD, CLAIM_JSON_LD_PAGE, CLAIM_META, CLAIM_NONE};
    *out = (struct site_names){0};
    const struct claims *names = &f->of[FACT_SITENAME];
    const struct claim *best = claims_first(names, order);
    if (best) out->best = best->value, out->source = best->source;
    for (size_t i = 0; i < names->count; i++)
        if (!is_title(f, names->item[i].value)) add(out, names->item[i].value, f->arena);
    for (size_t i = 0; i < f->of[FACT_OUTLET].count; i++) add(out, f->of[FACT_OUTLET].item[i].value, f->arena);
    add_masthead(f, out);
    sv url = f->url;
    const struct claims *canonical = &f->of[FACT_CANONICAL];
    for (size_t i = 0; !sv_has(url, SV("://")) || sv_starts(url, SV("file:")); i++) {
        if (i >= canonical->count) return;
        url = canonical->item[i].value;
    }
    out->host = letters_key(host_label(url), f->arena);
}

static bool is_suffix(sv v) {
    static const char *const suffixes[] = {"com", "org", "net", "de", "at", "ch", "fr", "it", "es", "nl", "be", "eu", "tv", "info", "couk", "uk", "io", "co", "se", "no", "dk", "pl", "cz", "ru", "in", "jp", "cn"};
    for (size_t i = 0; i < COUNT_OF(suffixes); i++)
        if (sv_eq(v, sv_cstr(suffixes[i]))) return true;
    return false;
}

/* Whether a key is another and something behind it that is no number: "Name Online", but not "Phone 13". */
static bool is_grown(sv longer, sv shorter) {
    if (!sv_starts(longer, shorter)) return false;
    unsigned digits = 0;
    for (size_t i = shorter.n; i < longer.n; i++) digits += ascii_is_digit(longer.p[i]);
    return digits < 2;
}

bool site_names_is(const struct site_names *s, sv text, struct arena *arena) { return site_names_is_key(s, letters_key(text, arena)); }

bool site_names_is_key(const struct site_names *s, sv key) {
    if (!key.n) return false;
    for (size_t i = 0; i < s->count; i++) {
        sv name = s->key[i];
        if (sv_eq(name, key)) return true;
        sv longer = name.n > key.n ? name : key, shorter = name.n > key.n ? key : name;
        if (shorter.n >= 5 && longer.n - shorter.n <= 6 && (is_grown(longer, shorter) || (sv_ends(longer, shorter) && longer.n - shorter.n <= 3))) return true; /* "Name.com", "The Name" */
    }
    if (s->host.n < 3) return false;
    if (sv_starts(key, SV("the")) && !sv_starts(s->host, SV("the"))) key = sv_skip(key, 3);
    return sv_starts(key, s->host) && (key.n == s->host.n || is_suffix(sv_skip(key, s->host.n))); /* "Name", "Name.com" */
}

bool site_names_spelled(const struct site_names *s, sv text, struct arena *arena) {
    unsigned used[HOST_MAX + 1] = {1}; /* 1 + the most words that spell this much of the label; 0: none do */
    unsigned words = 0;
    if (s->host.n < 3 || s->host.n > HOST_MAX || text.n > 80) return false;
    while (text.n) {
        sv word = letters_key(sv_cut(&text, ' '), arena);
        if (!word.n || ++words > WORDS_MAX) continue;
        for (size_t from = s->host.n; from-- > 0;)
            for (size_t n = 0; used[from] && n < word.n && from + n < s->host.n && word.p[n] == s->host.p[from + n]; n++)
                if (used[from + n + 1] < used[from] + 1) used[from + n + 1] = used[from] + 1;
    }
    return words <= WORDS_MAX && used[s->host.n] > 2 && (used[s->host.n] - 1) * 2 >= words;
}

bool site_names_in(const struct site_names *s, sv text, struct arena *arena) {
    bool opens = false, ends = false;
    unsigned words = 0;
    if (s->host.n < HOST_WORD_MIN || text.n > 80) return false;
    while (text.n) {
        sv word = letters_key(sv_cut(&text, ' '), arena);
        if (!word.n) continue;
        ends = sv_eq(word, s->host);
        if (!words++) opens = ends;
    }
    return (opens || ends) && words <= NAME_WORDS_MAX;
}
