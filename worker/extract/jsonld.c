#include "jsonld.h"

#include <yyjson.h>

#include "entities.h"

enum { STACK_MAX = 512, VISITS_MAX = 20000, OBJECTS_MAX = 256, ARTICLES_MAX = 8, PAGES_MAX = 4, SITES_MAX = 4, NAMES_MAX = 32, BYTES_MAX = 1 << 20, VALUE_MAX = 2000 };

/* What one script holds that is of use. */
struct script {
    struct page_facts *facts;
    yyjson_val *article[ARTICLES_MAX], *page[PAGES_MAX], *site[SITES_MAX], *image[STATED_IMAGES_MAX], *named[OBJECTS_MAX];
    sv id[OBJECTS_MAX]; /* of the named ones */
    size_t articles, pages, sites, images, names;
};

static sv text_of(yyjson_val *v) { return yyjson_is_str(v) ? sv_trim(sv_take(sv_from(yyjson_get_str(v), yyjson_get_len(v)), VALUE_MAX)) : SV_NONE; }

static bool has_type(yyjson_val *object, const char *const *types, size_t count) {
    yyjson_val *type = yyjson_obj_get(object, "@type");
    size_t n = yyjson_is_arr(type) ? yyjson_arr_size(type) : 1;
    for (size_t i = 0; i < n && i < 8; i++) {
        sv name = text_of(yyjson_is_arr(type) ? yyjson_arr_get(type, i) : type);
        for (size_t k = 0; k < count; k++)
            if (sv_ends(name, sv_cstr(types[k]))) return true;
    }
    return false;
}

static bool is_outlet(yyjson_val *v) {
    static const char *const outlets[] = {"Organization", "Corporation", "WebSite", "LocalBusiness"};
    return yyjson_is_obj(v) && has_type(v, outlets, COUNT_OF(outlets));
}

static void claim(struct script *s, enum fact fact, enum claim_source source, sv value) {
    if (value.n) claims_add(&s->facts->of[fact], s->facts->arena, (struct claim){entities_decode(arena_dup(s->facts->arena, value), s->facts->arena), source, 0, CLAIM_NO_LINE});
}

/* The object that only refers to another by @id, resolved within the script; else itself. */
static yyjson_val *resolve(const struct script *s, yyjson_val *v) {
    sv id = yyjson_is_obj(v) && !yyjson_obj_get(v, "name") ? text_of(yyjson_obj_get(v, "@id")) : SV_NONE;
    for (size_t i = 0; id.n && i < s->names; i++)
        if (sv_eq(s->id[i], id)) return s->named[i];
    return v;
}

/* One value, or each of an array: a string, or `key` of an object. */
static void claim_each(struct script *s, enum fact fact, enum claim_source source, yyjson_val *v, const char *key) {
    size_t n = yyjson_is_arr(v) ? yyjson_arr_size(v) : 1;
    for (size_t i = 0; i < n && i < NAMES_MAX; i++) {
        yyjson_val *one = resolve(s, yyjson_is_arr(v) ? yyjson_arr_get(v, i) : v);
        yyjson_val *inner = yyjson_is_obj(one) ? yyjson_obj_get(one, key) : one;
        claim(s, fact, source, text_of(yyjson_is_arr(inner) ? yyjson_arr_get_first(inner) : inner));
    }
}

/* The value itself, or the name of the object or of an array's first. */
static sv name_in(const struct script *s, yyjson_val *v) {
    v = resolve(s, yyjson_is_arr(v) ? yyjson_arr_get_first(v) : v);
    return yyjson_is_obj(v) ? text_of(yyjson_obj_get(v, "name")) : text_of(v);
}

/* The authors of an object. An organization is one where persons are named with it and it is not the publisher: an agency; else it is the outlet. */
static void claim_authors(struct script *s, enum claim_source source, yyjson_val *o, const char *key) {
    yyjson_val *v = yyjson_obj_get(o, key);
    sv publisher = name_in(s, yyjson_obj_get(o, "publisher"));
    size_t n = yyjson_is_arr(v) ? yyjson_arr_size(v) : 1, outlets = 0;
    for (size_t i = 0; n > 1 && i < n && i < NAMES_MAX; i++) outlets += is_outlet(resolve(s, yyjson_arr_get(v, i)));
    bool mixed = outlets && outlets < n;
    for (size_t i = 0; i < n && i < NAMES_MAX; i++) {
        yyjson_val *one = resolve(s, yyjson_is_arr(v) ? yyjson_arr_get(v, i) : v);
        if (yyjson_is_arr(one)) claim_each(s, FACT_AUTHOR, source, one, "name");
        else if (yyjson_is_obj(one)) {
            yyjson_val *name = yyjson_obj_get(one, "name");
            if (!name) name = yyjson_obj_get(one, "author"); /* seen: {"@type": "Person", "author": "..."} */
            if (yyjson_is_obj(name)) name = yyjson_obj_get(name, "name");
            bool agency = mixed && !sv_eq(text_of(name), publisher);
            claim_each(s, is_outlet(one) && !agency ? FACT_OUTLET : FACT_AUTHOR, source, name, "name");
        } else
            claim(s, FACT_AUTHOR, source, text_of(one));
    }
}

static void claim_tags(struct script *s, enum claim_source source, yyjson_val *v) {
    size_t n = yyjson_is_arr(v) ? yyjson_arr_size(v) : 1;
    for (size_t i = 0; i < n && i < NAMES_MAX; i++) {
        sv list = text_of(yyjson_is_arr(v) ? yyjson_arr_get(v, i) : v);
        if (yyjson_is_arr(v)) claim(s, FACT_TAG, source, list);
        else
            while (list.n) claim(s, FACT_TAG, source, sv_cut(&list, ','));
    }
}

static bool is_locked(yyjson_val *free_to_read) {
    sv text = text_of(free_to_read);
    return yyjson_is_false(free_to_read) || sv_eq_nocase(text, SV("false")) || sv_ends(text, SV("/False")) || sv_eq_nocase(text, SV("no"));
}

static void read_object(struct script *s, yyjson_val *o, enum claim_source source) {
    static const struct {
        const char *key, *inner;
        enum fact fact;
    } table[] = {{"datePublished", "@value", FACT_PUBLISHED}, {"dateCreated", "@value", FACT_PUBLISHED}, {"uploadDate", "@value", FACT_PUBLISHED}, {"dateModified", "@value", FACT_MODIFIED},
                 {"description", "@value", FACT_DESCRIPTION}, {"publisher", "name", FACT_SITENAME},      {"image", "url", FACT_IMAGE},              {"inLanguage", "alternateName", FACT_LANGUAGE},
                 {"articleSection", "name", FACT_CATEGORY},   {"license", "url", FACT_LICENSE}};
    yyjson_val *headline = yyjson_obj_get(o, "headline");
    claim_each(s, FACT_TITLE, source, headline ? headline : yyjson_obj_get(o, "name"), "@value");
    for (size_t i = 0; i < COUNT_OF(table); i++) claim_each(s, table[i].fact, source, yyjson_obj_get(o, table[i].key), table[i].inner);
    claim_authors(s, source, o, "author");
    if (!claims_of(&s->facts->of[FACT_AUTHOR], source)) claim_authors(s, source, o, "creator");
    claim_tags(s, source, yyjson_obj_get(o, "keywords"));
    if (is_locked(yyjson_obj_get(o, "isAccessibleForFree"))) claim(s, FACT_PAYWALL, source, SV("locked"));
}

static sv keep_text(struct script *s, sv v) { return v.n ? entities_decode(arena_dup(s->facts->arena, v), s->facts->arena) : SV_NONE; }

static void read_image(struct script *s, yyjson_val *o) {
    static const char *const addresses[] = {"url", "contentUrl"}, *const credits[] = {"creditText", "copyrightNotice", "author", "creator", "copyrightHolder"};
    struct stated_image image = {.caption = text_of(yyjson_obj_get(o, "caption"))};
    if (s->facts->image_count >= STATED_IMAGES_MAX) return;
    for (size_t i = 0; i < COUNT_OF(addresses) && !image.url.n; i++) image.url = text_of(yyjson_obj_get(o, addresses[i]));
    for (size_t i = 0; i < COUNT_OF(credits) && !image.credit.n; i++) image.credit = name_in(s, yyjson_obj_get(o, credits[i]));
    if (!image.url.n || !(image.caption.n || image.credit.n)) return;
    s->facts->image[s->facts->image_count++] = (struct stated_image){keep_text(s, image.url), keep_text(s, image.caption), keep_text(s, image.credit)};
}

static void sort_object(struct script *s, yyjson_val *v) {
    static const char *const articles[] = {"Article", "BlogPosting", "SocialMediaPosting", "Report", "DiscussionForumPosting", "Blogposting", "ReviewNewsArticle", "AnalysisNewsArticle", "Recipe", "Review", "HowTo"};
    static const char *const pages[] = {"WebPage", "ItemPage", "Product", "VideoObject", "PodcastEpisode", "Book", "Course", "Event", "SoftwareApplication", "CreativeWork", "AboutPage", "FAQPage", "ProfilePage", "Gallery", "Dataset", "VideoGame", "AudioObject", "article"};
    static const char *const sites[] = {"WebSite"}, *const questions[] = {"QAPage"}, *const images[] = {"ImageObject"};
    if (has_type(v, images, COUNT_OF(images)) && s->images < STATED_IMAGES_MAX) s->image[s->images++] = v;
    sv id = text_of(yyjson_obj_get(v, "@id"));
    if (id.n && s->names < OBJECTS_MAX && yyjson_obj_get(v, "name")) {
        s->id[s->names] = id;
        s->named[s->names++] = v;
    }
    yyjson_val *question = has_type(v, questions, COUNT_OF(questions)) ? yyjson_obj_get(v, "mainEntity") : NULL;
    if (yyjson_is_obj(question) && s->articles < ARTICLES_MAX) s->article[s->articles++] = question; /* those of other pages are an FAQ's */
    if (has_type(v, articles, COUNT_OF(articles)) && s->articles < ARTICLES_MAX) s->article[s->articles++] = v;
    else if (has_type(v, pages, COUNT_OF(pages)) && s->pages < PAGES_MAX) s->page[s->pages++] = v;
    else if (has_type(v, sites, COUNT_OF(sites)) && s->sites < SITES_MAX)
        s->site[s->sites++] = v;
}

static void walk(yyjson_val *root, struct script *s) {
    static const char *const nested[] = {"@graph", "mainEntity", "mainEntityOfPage", "author", "publisher", "hasPart", "image", "primaryImageOfPage", "associatedMedia"};
    yyjson_val *stack[STACK_MAX];
    size_t n = 0;
    stack[n++] = root;
    for (size_t visits = 0; n > 0 && visits < VISITS_MAX; visits++) {
        yyjson_val *v = stack[--n];
        if (yyjson_is_arr(v)) {
            size_t room = STACK_MAX - n, count = yyjson_arr_size(v);
            yyjson_arr_iter iter = yyjson_arr_iter_with(v);
            size_t take = count < room ? count : room, base = n;
            for (size_t i = 0; i < take; i++) stack[base + take - 1 - i] = yyjson_arr_iter_next(&iter); /* the first comes off first */
            n += take;
        } else if (yyjson_is_obj(v)) {
            sort_object(s, v);
            for (size_t i = COUNT_OF(nested); i-- > 0 && n < STACK_MAX;) {
                yyjson_val *inner = yyjson_obj_get(v, nested[i]);
                if (yyjson_is_obj(inner) || yyjson_is_arr(inner)) stack[n++] = inner;
            }
        }
    }
}

/* Without the comment or CDATA marks that templates put around it, and with the raw line ends and tabs inside of strings, which are common
 * and forbidden, as the spaces that they are outside of strings too. */
static char *clean_copy(sv *script, struct arena *arena) {
    static const char *const openers[] = {"<!--", "//<![CDATA[", "/*<![CDATA[*/", "// <![CDATA[", "<![CDATA["};
    *script = sv_trim(*script);
    for (size_t i = 0; i < COUNT_OF(openers); i++)
        if (sv_starts(*script, sv_cstr(openers[i]))) *script = sv_trim(sv_skip(*script, strlen(openers[i])));
    if (!script->n || script->n > BYTES_MAX) return NULL;
    char *copy = arena_room(arena, script->n);
    for (size_t i = 0; copy && i < script->n; i++) copy[i] = (uint8_t)script->p[i] < 32 ? ' ' : script->p[i];
    return copy;
}

/* Reads a script into *s, which the caller has zeroed; NULL where it is no JSON, and where memory is out, which the arena then says.
 * The document is the caller's. */
static yyjson_doc *open_script(sv text, struct arena *arena, struct script *s) {
    char *copy = clean_copy(&text, arena);
    if (!copy) return NULL;
    yyjson_read_err why;
    yyjson_doc *doc = yyjson_read_opts(copy, text.n, YYJSON_READ_ALLOW_COMMENTS | YYJSON_READ_ALLOW_TRAILING_COMMAS | YYJSON_READ_STOP_WHEN_DONE | YYJSON_READ_ALLOW_INVALID_UNICODE, NULL, &why);
    if (!doc && why.code == YYJSON_READ_ERROR_MEMORY_ALLOCATION) arena_fail(arena);
    if (doc) walk(yyjson_doc_get_root(doc), s);
    return doc;
}

void jsonld_read(sv text, struct page_facts *facts) {
    struct script *s = ARENA_NEW(facts->arena, struct script);
    if (!s) return;
    s->facts = facts;
    yyjson_doc *doc = open_script(text, facts->arena, s);
    if (!doc) return;
    bool first = !claims_of(&facts->of[FACT_TITLE], CLAIM_JSON_LD) && !claims_of(&facts->of[FACT_PUBLISHED], CLAIM_JSON_LD);
    for (size_t i = 0; i < s->articles; i++) read_object(s, s->article[i], i == 0 && first ? CLAIM_JSON_LD : CLAIM_JSON_LD_PAGE);
    for (size_t i = 0; i < s->images; i++) read_image(s, s->image[i]);
    for (size_t i = 0; i < s->pages; i++) read_object(s, s->page[i], CLAIM_JSON_LD_PAGE);
    for (size_t i = 0; i < s->sites; i++) claim(s, FACT_SITENAME, CLAIM_JSON_LD_PAGE, text_of(yyjson_obj_get(s->site[i], "name")));
    yyjson_doc_free(doc);
}

sv jsonld_body(sv text, struct arena *arena) {
    struct script *s = ARENA_NEW(arena, struct script);
    yyjson_doc *doc = s ? open_script(text, arena, s) : NULL;
    sv longest = SV_NONE;
    if (!doc) return SV_NONE;
    for (size_t i = 0; i < s->articles; i++) {
        yyjson_val *body = yyjson_obj_get(s->article[i], "articleBody");
        if (yyjson_is_str(body) && yyjson_get_len(body) > longest.n) longest = sv_from(yyjson_get_str(body), yyjson_get_len(body));
    }
    longest = arena_dup(arena, longest);
    yyjson_doc_free(doc);
    return longest;
}
