#include "extract.h"
#include "language.h"

#include "base/sbuf.h"
#include "cmocka_all.h"
#include "model_tables.h"

/* A body that is surely an article, so that what is tested is the metadata alone. */
#define PROSE                                                                                                                                       \
    "<p>The bridge over the river was closed on Monday morning, after an inspection had found cracks in two of its pillars.</p>"                  \
    "<p>Engineers of the county said that the repair would take at least three weeks, and that a ferry would run meanwhile, every half hour.</p>" \
    "<p>People who live on the island have asked for a second bridge for years; the council will talk about it in its next meeting.</p>"

#define TEN_LINES "<p>One.</p><p>Two.</p><p>Three.</p><p>Four.</p><p>Five.</p><p>Six.</p><p>Seven.</p><p>Eight.</p><p>Nine.</p><p>Ten.</p>"

struct page_case {
    const char *name, *html, *url;
    const char *title, *authors, *published, *modified; /* NULL: not looked at; "": absent. Authors are joined by ';' */
};

struct fixture {
    struct extract *extract;
    struct arena arena;
};

static int set_up(void **state) {
    struct fixture *f = calloc(1, sizeof *f);
    struct err e;
    assert_non_null(f);
    arena_init(&f->arena, 0);
    assert_int_equal(extract_new(&f->extract, NULL, &e), ERR_OK);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *f = *state;
    extract_free(&f->extract);
    arena_clear(&f->arena);
    free(f);
    return 0;
}

static const struct article *run(struct fixture *f, sv html, const char *url, struct document *out) {
    struct err e = {0};
    const struct extract_input input = {.kind = EXTRACT_HTML, .bytes = html, .url = sv_cstr(url), .charset = SV("utf-8")};
    arena_reset(&f->arena);
    assert_int_equal(extract_run(f->extract, &input, &f->arena, out, &e), ERR_OK);
    return &out->article;
}

static void expect(const char *name, const char *field, sv got, const char *want) {
    if (!want) return;
    if (!sv_eq(got.p ? got : SV(""), sv_cstr(want))) print_error("%s, %s: ", name, field);
    assert_sv_equal(got.p ? got : SV(""), want);
}

static void add_joined(struct sbuf *out, const sv *names, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (i) sbuf_add_char(out, ';');
        sbuf_add(out, names[i]);
    }
}

static void check(struct fixture *f, const struct page_case *cases, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const struct page_case *c = &cases[i];
        struct document document;
        struct sbuf authors;
        const struct article *a = run(f, sv_cstr(c->html), c->url, &document);
        sbuf_init(&authors, 0);
        add_joined(&authors, a->authors, a->author_count);
        expect(c->name, "title", a->title, c->title);
        expect(c->name, "authors", sbuf_view(&authors), c->authors);
        expect(c->name, "published", a->published.value, c->published);
        expect(c->name, "modified", a->modified.value, c->modified);
        sbuf_clear(&authors);
    }
}

static void the_headline_is_what_is_printed_and_supported(void **state) {
    static const struct page_case cases[] = {
        {"h1 and title with the site behind a bar", "<title>Bridge closed | The Island Post</title><h1>Bridge closed</h1>" PROSE, NULL, "Bridge closed", NULL, NULL, NULL},
        {"a dash that is part of the headline", "<title>Bridge closed - and no end in sight</title><h1>Bridge closed - and no end in sight</h1>" PROSE, NULL, "Bridge closed - and no end in sight", NULL, NULL, NULL},
        {"a slogan of other words than all that is stated", "<title>Workforce software for islands</title><meta property=og:title content='Workforce software for islands'><h1>Less work. More ferry.</h1>" PROSE, NULL, "Workforce software for islands", NULL, NULL, NULL},
        {"a heading that is a sentence stays", "<title>Our weekly letter</title><h1>The bridge over the river was closed on Monday morning</h1>" PROSE, NULL, "The bridge over the river was closed on Monday morning", NULL, NULL, NULL},
        {"the sign of a link to itself", "<title>Bridge closed by county</title><h1>Bridge closed by county<a href='#a'>¶</a></h1>" PROSE, NULL, "Bridge closed by county", NULL, NULL, NULL},
        {"a hyphen inside of a word is no bar", "<meta property=og:site_name content='Isle Co-op'><title>Isle Co-op Trail Pack | Isle Co-op</title><h1>Isle Co-op Trail Pack</h1>" PROSE, NULL, "Isle Co-op Trail Pack", NULL, NULL, NULL},
        {"the title element names the site alone", "<title>Island Post - news and weather</title><b>Bridge closed by the county</b><h2>Bridge closed by the county on Monday</h2><p>By Ann Lee</p><p>The bridge over the river was closed on Monday morning, after an inspection had found cracks in two of its pillars, of which one may have to be built anew.</p>" PROSE, "https://www.islandpost.com/a", "Bridge closed by the county on Monday", NULL, NULL, NULL},
        {"a dash stays where nothing shows a site", "<title>Bridge closed - no end in sight</title>" PROSE, NULL, "Bridge closed - no end in sight", NULL, NULL, NULL},
        {"the site's name from the host", "<title>Bridge closed - Islandpost</title>" PROSE, "https://www.islandpost.com/a", "Bridge closed", NULL, NULL, NULL},
        {"the host spelled by words", "<title>Bridge closed - The Island Daily Post</title>" PROSE, "https://www.idpost.com/a", "Bridge closed", NULL, NULL, NULL},
        {"the site's name from og:site_name", "<meta property=og:site_name content='Island Post'><title>Island Post: Bridge closed</title>" PROSE, NULL, "Bridge closed", NULL, NULL, NULL},
        {"h1 is the logo, the headline an h2", "<title>Bridge closed - Island Post</title><h1 class=logo>Island Post</h1><h2>Bridge closed</h2>" PROSE, NULL, "Bridge closed", NULL, NULL, NULL},
        {"no heading at all, but a bold line", "<title>Bridge closed after inspection - News - Island - Nowhere</title><b>Bridge closed after inspection</b>" PROSE, NULL, "Bridge closed after inspection", NULL, NULL, NULL},
        {"several h1: the supported one", "<title>Bridge closed by county</title><h1>Weather</h1><h1>Bridge closed by county</h1>" PROSE "<h1>Read more</h1>", NULL, "Bridge closed by county", NULL, NULL, NULL},
        {"h1 in an aside", "<title>Bridge closed by county</title><aside><h1>Sign up now</h1></aside><h2>Bridge closed by county</h2>" PROSE, NULL, "Bridge closed by county", NULL, NULL, NULL},
        {"escaped twice", "<meta property=og:title content='Bridge &amp;#8216;closed&amp;#8217;'><title>Bridge &amp;#8216;closed&amp;#8217;</title>" PROSE, NULL, "Bridge \xE2\x80\x98" "closed\xE2\x80\x99", NULL, NULL, NULL},
        {"capitals are mended by what is stated", "<title>Bridge closed by county</title><h1>BRIDGE CLOSED BY COUNTY</h1>" PROSE, NULL, "Bridge closed by county", NULL, NULL, NULL},
        {"kicker and headline in two elements", "<title>Transport: Bridge closed by county</title><meta property=og:title content='Transport: Bridge closed by county'><h1><span>Transport</span> <span>Bridge closed by county</span></h1>" PROSE,
         NULL, "Transport: Bridge closed by county", NULL, NULL, NULL},
        {"soft hyphens go", "<title>x</title><h1>Brücken\xC2\xADsperrung im Landkreis Nord</h1>" PROSE, NULL, "Brückensperrung im Landkreis Nord", NULL, NULL, NULL},
        {"how characters are read is no part of them", "<title>Post|橋を閉鎖する</title><h1><ruby>橋<rp>(</rp><rt>はし</rt><rp>)</rp></ruby>を<ruby>閉鎖<rt>へいさ</rt></ruby>する</h1>" PROSE, NULL, "橋を閉鎖する", NULL, NULL, NULL},
        {"a template without its first part", "<title> | Bridge closed by county</title>" PROSE, NULL, "Bridge closed by county", NULL, NULL, NULL},
        {"control characters go", "<title>Bridge\x01 clo&#27;sed by\x7f county\xC2\x9B</title><h1>Bridge\x01 clo&#27;sed by\x7f county\xC2\x9B</h1>" PROSE, NULL, "Bridge closed by county", NULL, NULL, NULL},
        {"and those of og:title alone", "<meta property=og:title content='Bri\x02" "dge\x02 closed\x7f by &#127;county &amp;#133;'>" PROSE, NULL, "Bridge closed by county", NULL, NULL, NULL},
        {"a question of an FAQ is not the title", "<title>All about bridges and ferries</title><script type=application/ld+json>{\"@type\":\"FAQPage\",\"mainEntity\":[{\"@type\":\"Question\",\"name\":\"How long is it?\"}]}</script>"
         "<h1>All about bridges and ferries</h1>" PROSE, NULL, "All about bridges and ferries", NULL, NULL, NULL},
    };
    check(*state, cases, sizeof cases / sizeof *cases);
}

#define OFFER(head, h1) "<title>" head "</title><h1>" h1 "</h1>" PROSE

/* With models for which every block is content and every page is of one type. */
static void the_head_names_a_service_where_the_h1_is_a_slogan(void **state) {
    static const struct {
        enum page_type type;
        const char *html, *title;
    } cases[] = {
        {PAGE_SERVICE, OFFER("Bridge inspection and repair services", "Every bridge needs an inspection by us"), "Bridge inspection and repair services"},
        {PAGE_ARTICLE, OFFER("Bridge inspection and repair services", "Every bridge needs an inspection by us"), "Every bridge needs an inspection by us"},
        {PAGE_SERVICE, OFFER("Our weekly letter", "The bridge over the river was closed on Monday morning"), "The bridge over the river was closed on Monday morning"},
        {PAGE_SERVICE, OFFER("Bridge inspection and repair services for islands", "Bridge inspection services"), "Bridge inspection services"},
    };
    enum { SURELY = 3 * MODEL_ONE };
    static struct model_set models; /* used beyond this function where an assertion ends it */
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        models = (struct model_set){.first.bias = SURELY, .second.bias = SURELY, .words = model_html.words};
        struct document document;
        for (unsigned t = 0; t < MODEL_TYPES; t++) models.type[t].bias = PAGE_ARTICLE + t == cases[i].type ? SURELY : -SURELY;
        extract_use_models(f->extract, &models);
        const struct article *a = run(f, sv_cstr(cases[i].html), NULL, &document);
        assert_int_equal(a->page_type, cases[i].type);
        expect(cases[i].html, "title", a->title, cases[i].title);
        expect(cases[i].html, "source of the title", a->sources.title, strstr(cases[i].html, cases[i].title) < strstr(cases[i].html, "<h1>") ? "title" : "heading");
    }
    extract_use_models(f->extract, NULL);
}

#define LD(json) "<title>Bridge closed by county</title><script type='application/ld+json'>" json "</script><h1>Bridge closed by county</h1>" PROSE

static void the_headline_is_without_kicker_and_site(void **state) {
    static const struct page_case cases[] = {
        {"OpenGraph has no kicker", "<title>Transport: Bridge closed by county</title><meta property=og:title content='Bridge closed by county'><h1>Transport: Bridge closed by county</h1>" PROSE, NULL, "Bridge closed by county", NULL, NULL, NULL},
        {"JSON-LD has no kicker", "<title>Meinung | Die Brücke bleibt gesperrt</title><script type=application/ld+json>{\"@type\":\"Article\",\"headline\":\"Die Brücke bleibt gesperrt\"}</script><h1><span>Meinung</span> Die Brücke bleibt gesperrt</h1>" PROSE, NULL, "Die Brücke bleibt gesperrt", NULL, NULL, NULL},
        {"the head is cut for search engines, the kicker is the headline's", "<title>Ferries every half hour</title><meta property=og:title content='Ferries every half hour'><script type=application/ld+json>{\"@type\":\"Article\",\"headline\":\"Bridge closed: Ferries every half hour\"}</script><h1>Bridge closed: Ferries every half hour</h1>" PROSE, NULL, "Bridge closed: Ferries every half hour", NULL, NULL, NULL},
        {"a number is no kicker", "<title>10 bridges to see by ferry</title><meta property=og:title content='Bridges to see by ferry'><h1>10 bridges to see by ferry</h1>" PROSE, NULL, "10 bridges to see by ferry", NULL, NULL, NULL},
        {"a word of the sentence is no kicker", "<title>Our bridges | Post</title><meta property=og:title content='Bridge closed by county'><h1>This Bridge closed by county</h1>" PROSE, NULL, "This Bridge closed by county", NULL, NULL, NULL},
        {"the number of a chapter", "<title>Bridge closed by county</title><h1>2. Bridge closed by county</h1>" PROSE, NULL, "Bridge closed by county", NULL, NULL, NULL},
        {"a title that OpenGraph cuts for want of room", "<title>Bridge closed by county and no ferry - Post</title><meta property=og:title content='Bridge closed by county and no'><h1>Bridge closed by county and no ferry until spring</h1>" PROSE, NULL,
         "Bridge closed by county and no ferry until spring", NULL, NULL, NULL},
        {"one that ends within a word", "<title>Bridge closed by county and n</title><h1>Bridge closed by county and no ferry until spring</h1>" PROSE, NULL, "Bridge closed by county and no ferry until spring", NULL, NULL, NULL},
        {"one with an apostrophe that is not printed", "<title>Joseph O’Neill closed the bridge</title><h1>Joseph ONeill closed the bridge</h1>" PROSE, NULL, "Joseph O’Neill closed the bridge", NULL, NULL, NULL},
        {"one with a mark that is not printed, whatever its spaces", "<meta property=og:title content='Roads. Bridge closed by the\xC2\xA0""county'><h1>Roads Bridge closed by the county</h1>" PROSE, NULL, "Roads. Bridge closed by the\xC2\xA0""county", NULL, NULL, NULL},
        {"but none for its hard spaces", "<meta property=og:title content='Bridge closed by the\xC2\xA0""county'><h1>Bridge closed by the county</h1>" PROSE, NULL, "Bridge closed by the county", NULL, NULL, NULL},
        {"a ministry and a colon before it", "<title>Bridge closed by county</title><h1><span>Press release of the ministry of transport</span><span>Bridge closed by county</span></h1>" PROSE, NULL, "Bridge closed by county", NULL, NULL, NULL},
        {"a date and a section behind it", "<title>Bridge closed by county</title><h1>Bridge closed by county <small>02.02.2022 • Post</small></h1>" PROSE, NULL, "Bridge closed by county", NULL, NULL, NULL},
        {"marks of another language are not put in", "<title>*Bridge closed* by county</title><meta property=og:title content='*Bridge closed* by county'><h1><em>Bridge closed</em> by county</h1>" PROSE, NULL, "Bridge closed by county", NULL, NULL, NULL},
        {"nor an empty pair of brackets", "<title>Bridge closed by county ()</title><h1>Bridge closed by county</h1>" PROSE, NULL, "Bridge closed by county", NULL, NULL, NULL},
        {"a product is not the site that its name begins with", "<meta property=og:site_name content='Islandphone'><title>Islandphone 13</title><h1>Islandphone 13</h1><b>Extreme performance</b>" PROSE, NULL, "Islandphone 13", NULL, NULL, NULL},
        {"nor is a question about the site", "<meta property=og:site_name content='Tarni'><title>What is Tarni? | Tarni</title><meta property=og:title content='What is Tarni?'><h1>What is Tarni?</h1><h2>Secure foundation</h2>" PROSE, NULL, "What is Tarni?", NULL, NULL, NULL},
        {"a title element in place of the site's name", "<meta property=og:site_name content='Bridge closed by county | IPO'><meta property=og:title content='Bridge closed by county'><title>Bridge closed by county | IPO</title><h1>Bridge closed by county</h1>" PROSE, NULL, "Bridge closed by county", NULL, NULL, NULL},
        {"the site as a heading that leads home", "<title>Four Isles &raquo; Blog Archive &raquo; Bridge closed by county</title><h1><a href=/>Four Isles</a></h1><h2><a href=/a>Bridge closed by county</a></h2>" PROSE, NULL, "Bridge closed by county", NULL, NULL, NULL},
        {"the only h1, of which the title element says more before", "<title>Height adjustable bridges | Ferries and more</title><meta property=og:title content='Height adjustable bridges | Ferries and more'><h1>Bridges</h1>" PROSE, NULL, "Bridges", NULL, NULL, NULL},
        {"but not where it leads home", "<title>Bridges and figures - Dances and music of the isles</title><h1><a href=/>Dances and music of the isles</a></h1><h2>Bridges and figures</h2>" PROSE, NULL, "Bridges and figures", NULL, NULL, NULL},
        {"the h1 between the site and the sections", "<title>ISLENews.com - Bridge closed by county on Monday - Local News | US News</title><h1>Bridge closed by county on Monday</h1>" PROSE "<h1>ISLE NEWS VIDEOS</h1>", NULL, "Bridge closed by county on Monday", NULL, NULL, NULL},
        {"things of a list", "<title>Ferries and boats</title><script type=application/ld+json>{\"@type\":\"ItemList\",\"itemListElement\":[{\"@type\":\"Product\",\"name\":\"Rowing boat, red\"}]}</script><h2>Rowing boat, red</h2><h1>All ferries</h1>" PROSE, NULL, "All ferries", NULL, NULL, NULL},
        {"a trail that ends in what is stated", "<meta property=og:site_name content=Isle><title>Climate change: 5 new ways | Isle</title><meta property=og:title content='Climate change: 5 new ways | Isle'><nav class=breadcrumb><p>News</p><p>Climate change: 5 new ways</p></nav><h1>Learning from the islands: what stone and steel have to say to a hotter world</h1>" PROSE, NULL, "Learning from the islands: what stone and steel have to say to a hotter world", NULL, NULL, NULL},
        {"a title that never ends", "<html><head><title>Bridge closed by <div><h1>Bridge closed by county</h1>" PROSE "</div>", NULL, "Bridge closed by county", NULL, NULL, NULL},
    };
    check(*state, cases, sizeof cases / sizeof *cases);
}

static void the_site_is_cut_off_with_a_word_or_two_beside_it(void **state) {
#define NAMED(title, wanted) "<title>" title "</title>" PROSE, "https://www.isle.com/1", wanted, NULL, NULL, NULL
    static const struct page_case cases[] = {
        {"it opens what is behind the bar", NAMED("Bridge closed by county - Isle Weather", "Bridge closed by county")},
        {"it ends that", NAMED("Bridge closed by county | News @ Isle", "Bridge closed by county")},
        {"it is within", NAMED("Bridge closed by county | The Isle Post", "Bridge closed by county | The Isle Post")},
        {"four words", NAMED("Bridge closed by county | Isle has no ferry", "Bridge closed by county | Isle has no ferry")},
        {"a part of a word", NAMED("Bridge closed by county | Islet Weather", "Bridge closed by county | Islet Weather")},
        {"behind a colon", NAMED("Bridge closed by county: Isle mourns", "Bridge closed by county: Isle mourns")},
        {"too little before it", NAMED("Bridges | Isle Weather", "Bridges | Isle Weather")},
        {"a short name, which other words may be", "<title>Bridge closed by county - A13 on Monday</title>" PROSE, "https://a13.com/1", "Bridge closed by county - A13 on Monday", NULL, NULL, NULL},
        {"a section beside it", NAMED("Bridge closed by county | Roads - Isle", "Bridge closed by county | Roads")},
    };
#undef NAMED
    check(*state, cases, sizeof cases / sizeof *cases);
}

static void the_address_tells_a_headline_from_a_slogan(void **state) {
#define UNLIKE "<title>Trips on rivers and lakes</title><h1>Island ferries</h1>" PROSE
    static const struct page_case cases[] = {
        {"neither", UNLIKE, NULL, "Trips on rivers and lakes", NULL, NULL, NULL},
        {"spelled", UNLIKE, "https://example.com/boats/island-ferries.html?page=2", "Island ferries", NULL, NULL, NULL},
        {"spelled, with a slash behind it", UNLIKE, "https://example.com/boats/Island_Ferries/#top", "Island ferries", NULL, NULL, NULL},
        {"in a part before the last", UNLIKE, "https://example.com/island-ferries/1234567890", "Trips on rivers and lakes", NULL, NULL, NULL},
        {"a short word of it", UNLIKE, "https://example.com/boats/ferries", "Trips on rivers and lakes", NULL, NULL, NULL},
        {"in the query", UNLIKE, "https://example.com/?island-ferries", "Trips on rivers and lakes", NULL, NULL, NULL},
        {"in the host", UNLIKE, "https://island-ferries.com/?p=1", "Trips on rivers and lakes", NULL, NULL, NULL},
    };
#undef UNLIKE
    check(*state, cases, sizeof cases / sizeof *cases);
}

static void the_title_goes_on_where_its_beginning_is_printed(void **state) {
    static const struct page_case cases[] = {
        {"a heading, and the title element alone", "<title>Bridges closed by the county</title><h1>Bridges closed</h1>" PROSE, NULL, "Bridges closed by the county", NULL, NULL, NULL},
        {"OpenGraph too, as for search engines", "<title>Bridges closed archives</title><meta property=og:title content='Bridges closed archives'><h1>Bridges closed</h1>" PROSE, NULL, "Bridges closed", NULL, NULL, NULL},
        {"a line that is no heading", "<title>Ferry number two of three for islands</title><meta property=og:title content='Ferry number two of three for islands'><p class=title>Ferry number two of three</p>" PROSE, NULL, "Ferry number two of three for islands", NULL, NULL, NULL},
        {"a mark between", "<title>Bridges closed, all of them</title><h1>Bridges closed</h1>" PROSE, NULL, "Bridges closed", NULL, NULL, NULL},
        {"a bracket", "<title>Bridges closed (Isle)</title><h1>Bridges closed</h1>" PROSE, NULL, "Bridges closed", NULL, NULL, NULL},
        {"a mark further on", "<title>Bridges closed by us | Isle</title><h1>Bridges closed</h1>" PROSE, NULL, "Bridges closed", NULL, NULL, NULL},
        {"the end of a word", "<title>Bridges closedown</title><h1>Bridges closed</h1>" PROSE, NULL, "Bridges closed", NULL, NULL, NULL},
        {"a date", "<title>Bridges closed March 3, 2019</title><h1>Bridges closed</h1>" PROSE, NULL, "Bridges closed", NULL, NULL, NULL},
        {"a site that a space parts", "<title>大桥在星期一早上关闭 海岛新闻网</title><h1>大桥在星期一早上关闭</h1>" PROSE, NULL, "大桥在星期一早上关闭", NULL, NULL, NULL},
    };
    check(*state, cases, sizeof cases / sizeof *cases);
    struct fixture *f = *state;
    struct document document;
    const struct article *a = run(f, sv_cstr(cases[0].html), NULL, &document);
    expect(cases[0].name, "source of the title", a->sources.title, "title");
    assert_false(sv_has(a->text, SV("Bridges closed"))); /* the headline is no part of the text then either */
}

#define LONG_PROSE "<p>The bridge over the river was closed on Monday morning, after an inspection had found cracks in two of its pillars, of which one may have to be taken down before winter comes.</p>" PROSE

static void the_layout_shows_the_headline_where_nothing_states_it(void **state) {
    static const struct page_case cases[] = {
        {"bold, a date below and paragraphs", "<title>Island Post - news, results and reports</title><p><b>Bridge closed by county</b></p><p>2008-01-09 15:24</p>" LONG_PROSE, "https://islandpost.com/1", "Bridge closed by county", NULL, NULL, NULL},
        {"the same where the title element may be the page's own", "<title>Bridges in the news of the week</title><p><b>Bridge closed by county</b></p><p>2008-01-09 15:24</p>" LONG_PROSE, "https://islandpost.com/1", "Bridges in the news of the week", NULL, NULL, NULL},
        {"bold with a date that is not right beside it", "<title>Island Post - \"Bridges of the islands\" reviewed</title><p><b>Postscript on the bridges</b></p><p>More.</p><p>2008-01-09 15:24</p>" LONG_PROSE, "https://islandpost.com/1", "\"Bridges of the islands\" reviewed", NULL, NULL, NULL},
        {"marked, a date above", "<title>580 ISLE - News Talk Radio</title><p>Monday, January 14, 2008</p><p class=title>Bridge closed by county</p>" LONG_PROSE, "https://isle.com/1", "Bridge closed by county", NULL, NULL, NULL},
        {"a heading within the text, without a fact", "<title>Bridges of the islands</title>" LONG_PROSE "<h2>How bridges are built today</h2>" LONG_PROSE, NULL, "Bridges of the islands", NULL, NULL, NULL},
        {"a part of what is stated", "<title>[Isle News] Bridge closed by county and no ferry will run for three weeks at the least</title><p><b>Bridge closed by county</b></p><p>2008-01-09 15:24</p>" LONG_PROSE, "https://isle.com/1",
         "[Isle News] Bridge closed by county and no ferry will run for three weeks at the least", NULL, NULL, NULL},
        {"no sentence's part", "<title>Island Post - news, results and reports</title><h2>where the bridge is closed,</h2><p>2008-01-09 15:24</p>" LONG_PROSE, "https://islandpost.com/1", "news, results and reports", NULL, NULL, NULL},
        {"a heading above what an agency reports", "<title>Island Post - All about the ferries</title><h2>Bridge closed by county</h2><p>PORT ISLE (Agency) - The bridge was closed.</p>" LONG_PROSE, "https://islandpost.com/1", "Bridge closed by county", NULL, NULL, NULL},
        {"above brackets within the text", "<title>Island Post - All about the ferries</title><h2>Bridge closed by county</h2><p>The bridge (the old one) was closed - on Monday.</p>" LONG_PROSE, "https://islandpost.com/1", "All about the ferries", NULL, NULL, NULL},
        {"above brackets and a dash further on", "<title>Island Post - All about the ferries</title><h2>Bridge closed by county</h2><p>They closed the bridge over the river, the only one for carts (the old one) - on Monday.</p>" LONG_PROSE, "https://islandpost.com/1", "All about the ferries", NULL, NULL, NULL},
        {"below a section that is the h1", "<title>Island Post - Ferries today</title><h1>Ferries today</h1><p>2008-01-09 15:24</p><h2>Bridge closed by county</h2>" LONG_PROSE, "https://islandpost.com/1", "Bridge closed by county", NULL, NULL, NULL},
        {"below a title that no site opens", "<title>Ferries today</title><h1>Ferries today</h1><h2>Bridge closed by county</h2><p>By Ann Lee</p>" LONG_PROSE, "https://islandpost.com/1", "Ferries today", NULL, NULL, NULL},
        {"below a section, without a fact", "<title>Island Post - Ferries today</title><h1>Ferries today</h1><h2>Bridge closed by county</h2>" LONG_PROSE, "https://islandpost.com/1", "Ferries today", NULL, NULL, NULL},
        {"on the page of a site", "<title>Island Post - Ferries today</title><h1>Ferries today</h1><p>2008-01-09 15:24</p><h2>Bridge closed by county</h2>" LONG_PROSE, "https://islandpost.com/", "Island Post - Ferries today", NULL, NULL, NULL},
        {"nothing marked, no title", "<p>Bridge closed by the county for weeks</p><p>2008-01-09 15:24</p>" LONG_PROSE, NULL, "Bridge closed by the county for weeks", NULL, NULL, NULL},
        {"nothing marked, but a heading", "<p>Bridge closed by the county for weeks</p><p>2008-01-09 15:24</p>" LONG_PROSE "<h2>Ferries today</h2>", NULL, "Ferries today", NULL, NULL, NULL},
        {"nothing marked, a short line", "<p>Bridge closed by us</p><p>2008-01-09 15:24</p>" LONG_PROSE, NULL, "", NULL, NULL, NULL},
        {"nothing marked, a sentence", "<p>The bridge is closed for three weeks.</p><p>2008-01-09 15:24</p>" LONG_PROSE, NULL, "", NULL, NULL, NULL},
        {"wide spaces around it", "<title>北京市儿童心理素质发展现状</title><h1>\xE3\x80\x80\xE3\x80\x80北京市儿童心理素质发展现状\xE3\x80\x80</h1>" LONG_PROSE, NULL, "北京市儿童心理素质发展现状", NULL, NULL, NULL},
        {"a link that a class calls a headline is none where a byline stands below another line", "<div>The carriage horses of the island may disappear</div><div>by Ann Lee</div><p>The horses that have drawn the carriages of the island for a hundred years may soon be gone, after an inspection found that their stables were too small.</p>" PROSE "<b class=headline><a href=/m>Write to the editor about this</a></b>", NULL, "The carriage horses of the island may disappear", "Ann Lee", NULL, NULL},
    };
    check(*state, cases, sizeof cases / sizeof *cases);
}

static void the_page_of_a_site_is_called_as_it_states(void **state) {
    static const struct page_case cases[] = {
        {"its name stays before", "<meta property=og:site_name content=Ferrybase><title>Ferrybase: Plan all your crossings | Ferrybase</title><h1>All your boats, all their ways, in one place</h1>" PROSE, "https://www.ferrybase.com/", "Ferrybase: Plan all your crossings", NULL, NULL, NULL},
        {"its name stays behind a word that says little", "<meta property=og:site_name content=Ferrybase><title>Home - Ferrybase</title><h1>Cross slowly, cross often</h1>" PROSE, "https://www.ferrybase.com/", "Home - Ferrybase", NULL, NULL, NULL},
        {"a heading that is stated too", "<title>Welcome to the islands [Ferrybase]</title><h1>Welcome to the islands</h1>" PROSE, "https://www.ferrybase.com", "Welcome to the islands", NULL, NULL, NULL},
        {"its name alone", "<meta property=og:site_name content=Ferrybase><title>Ferrybase</title><h2>Ferries in winter: what we learned last year</h2><p>By Ann Lee</p>" LONG_PROSE, "https://www.ferrybase.com/", "Ferrybase", NULL, NULL, NULL},
        {"not where a page is asked for", "<meta property=og:site_name content=Ferrybase><title>Ferrybase: Plan all your crossings</title><h1>Bridge closed by county, ferries every half hour</h1>" PROSE, "https://www.ferrybase.com/?p=12", "Bridge closed by county, ferries every half hour", NULL, NULL, NULL},
    };
    check(*state, cases, sizeof cases / sizeof *cases);
}

static void authors_of_json_ld_come_in_all_its_shapes(void **state) {
    static const struct page_case cases[] = {
        {"object", LD("{\"@type\":\"NewsArticle\",\"author\":{\"@type\":\"Person\",\"name\":\"Ann Lee\"}}"), NULL, NULL, "Ann Lee", NULL, NULL},
        {"array of objects", LD("{\"@type\":\"Article\",\"author\":[{\"name\":\"Ann Lee\"},{\"name\":\"Bo Berg\"}]}"), NULL, NULL, "Ann Lee;Bo Berg", NULL, NULL},
        {"strings", LD("[{\"@type\":[\"Article\",\"Thing\"],\"author\":[\"Ann Lee\",\"Bo Berg\"]}]"), NULL, NULL, "Ann Lee;Bo Berg", NULL, NULL},
        {"one string of two", LD("{\"@type\":\"Article\",\"author\":\"Ann Lee and Bo Berg\"}"), NULL, NULL, "Ann Lee;Bo Berg", NULL, NULL},
        {"names in an array", LD("{\"@type\":\"Article\",\"author\":{\"@type\":\"Person\",\"name\":[\"Ann Lee\",\"Bo Berg\"]}}"), NULL, NULL, "Ann Lee;Bo Berg", NULL, NULL},
        {"by @id in @graph", LD("{\"@graph\":[{\"@type\":\"Article\",\"author\":{\"@id\":\"#p1\"}},{\"@type\":\"Person\",\"@id\":\"#p1\",\"name\":\"Ann Lee\"}]}"), NULL, NULL, "Ann Lee", NULL, NULL},
        {"an organization is nobody", LD("{\"@type\":\"Article\",\"author\":{\"@type\":\"Organization\",\"name\":\"Island Post\"}}"), NULL, NULL, "", NULL, NULL},
        {"an agency beside a person", LD("{\"@type\":\"Article\",\"author\":[{\"@type\":\"Person\",\"name\":\"Ann Lee\"},{\"@type\":\"Organization\",\"name\":\"IPA\"}]}"), NULL, NULL, "Ann Lee;IPA", NULL, NULL},
        {"but not who publishes", LD("{\"@type\":\"Article\",\"publisher\":{\"name\":\"Island Post\"},\"author\":[{\"@type\":\"Person\",\"name\":\"Ann Lee\"},{\"@type\":\"Organization\",\"name\":\"Island Post\"}]}"), NULL, NULL, "Ann Lee", NULL, NULL},
        {"one word behind a name in one string", LD("{\"@type\":\"Article\",\"author\":[\"Ann Lee | alee2@example.com\"]}"), NULL, NULL, "Ann Lee", NULL, NULL},
        {"damaged: comments, commas, newlines, CDATA", LD("//<![CDATA[\n{\"@type\":\"Article\", /* x */ \"author\":{\"name\":\"Ann\nLee\",},}\n//]]>"), NULL, NULL, "Ann Lee", NULL, NULL},
        {"not JSON", LD("{{{{"), NULL, "Bridge closed by county", "", NULL, NULL},
    };
    check(*state, cases, sizeof cases / sizeof *cases);
}

#define HEAD "<title>Bridge closed by county</title><h1>Bridge closed by county</h1>"

static void authors_of_the_page_are_found_by_marks_and_words(void **state) {
    static const struct page_case cases[] = {
        {"meta", "<meta name=author content='Ann Lee, Bo Berg'>" HEAD PROSE, NULL, NULL, "Ann Lee;Bo Berg", NULL, NULL},
        {"meta with its value under the name of forms", "<meta name=author value='Ann Lee'>" HEAD PROSE, NULL, NULL, "Ann Lee", NULL, NULL},
        {"labels of a card", "<meta name=twitter:label1 content='Geschrieben von'><meta name=twitter:data1 content='Ann Lee'><meta name=twitter:label2 content='Est. reading time'><meta name=twitter:data2 content='7 minutes'>" HEAD PROSE, NULL, NULL, "Ann Lee", NULL, NULL},
        {"a name said twice", HEAD "<p class=author>annlee annlee</p>" PROSE, NULL, NULL, "annlee", NULL, NULL},
        {"a signature in Chinese, before the editor", "<title>大桥关闭</title><h1>大桥关闭</h1><p>大桥在星期一早上关闭，检查发现两根柱子上有裂缝，修理至少要三个星期。（本台记者 王小明）&nbsp;</p><p>责任编辑：李大伟</p>", NULL, NULL, "王小明", NULL, NULL},
        {"names alone sign too", "<title>大桥关闭</title><h1>大桥关闭</h1><p>大桥在星期一早上关闭，检查发现两根柱子上有裂缝，修理至少要三个星期。<span>（王小明 李丽）</span></p>", NULL, NULL, "王小明 李丽", NULL, NULL},
        {"what is in parentheses else signs nothing", "<title>大桥关闭</title><h1>大桥关闭</h1><p>大桥在星期一早上关闭，检查发现两根柱子上有裂缝，修理至少要三个星期。（图片 来自网络）</p>", NULL, NULL, "", NULL, NULL},
        {"JSON-LD states the first of two", "<script type=application/ld+json>{\"@type\":\"Article\",\"author\":{\"name\":\"Ann Lee\"}}</script>" HEAD "<p class=byline>By Ann Lee, Bo Berg</p>" PROSE, NULL, NULL, "Ann Lee;Bo Berg", NULL, NULL},
        {"but a photographer in another element is none", "<script type=application/ld+json>{\"@type\":\"Article\",\"author\":{\"name\":\"Ann Lee\"}}</script>" HEAD "<p class=author>Ann Lee</p><p class=author>Bo Berg</p>" PROSE, NULL, NULL, "Ann Lee", NULL, NULL},
        {"a section glued to a name", HEAD "<p>3 March 2019 <span class=byline>by <span class=vcard><a class=fn href=/u/ann>Ann Lee</a></span></span><span class=links>in Island News</span></p>" PROSE, NULL, NULL, "Ann Lee", NULL, NULL},
        {"behind a date and a time", HEAD "<p>04.02.2022 | 13:10 Uhr | Ann Lee</p>" PROSE, NULL, NULL, "Ann Lee", NULL, NULL},
        {"the key of a template", "<meta name=author content=page.head.extra.author>" HEAD PROSE, NULL, NULL, "", NULL, NULL},
        {"a user behind an opener", HEAD "<p class=author>von lupa am 26.10.2013</p>" PROSE, NULL, NULL, "lupa", NULL, NULL},
        {"an opener glued to a name", HEAD "<p class=author>Written byAnn Lee</p>" PROSE, NULL, NULL, "Ann Lee", NULL, NULL},
        {"meta is a profile", "<meta property=article:author content='https://example.com/ann'>" HEAD PROSE, NULL, NULL, "", NULL, NULL},
        {"microdata", HEAD "<div itemprop=author itemscope><span itemprop=name>Ann Lee</span> <span>Editor</span></div>" PROSE, NULL, NULL, "Ann Lee", NULL, NULL},
        {"RDFa", HEAD "<span property='schema:author'>Ann Lee</span>" PROSE, NULL, NULL, "Ann Lee", NULL, NULL},
        {"rel", HEAD "<p><a rel=author href=/ann>Ann Lee</a></p>" PROSE, NULL, NULL, "Ann Lee", NULL, NULL},
        {"class with a role inside", HEAD "<div class=byline>By <span class=author-name>Ann Lee</span><span class=role>Staff Writer</span></div>" PROSE, NULL, NULL, "Ann Lee", NULL, NULL},
        {"a link to an author's page", HEAD "<p><a href=/author/ann-lee>Ann Lee</a></p>" PROSE, NULL, NULL, "Ann Lee", NULL, NULL},
        {"words alone", HEAD "<p>By Ann Lee | March 3, 2019</p>" PROSE, NULL, NULL, "Ann Lee", "2019-03-03", NULL},
        {"an opener in a line of its own", HEAD "<div>Written by</div><div>Ann Lee</div>" PROSE, NULL, NULL, "Ann Lee", NULL, NULL},
        {"comments are by others", HEAD PROSE "<div class=comments><div class=comment><span class=author>Cy Dunn</span><p>Good to know.</p></div></div>", NULL, NULL, "", NULL, NULL},
        {"classes far below are of others", HEAD PROSE TEN_LINES TEN_LINES TEN_LINES TEN_LINES TEN_LINES "<div><span class=author>Cy Dunn</span></div><div><span class=author>Di Eck</span></div>", NULL, NULL, "", NULL, NULL},
        {"the outlet is not an author", "<meta property=og:site_name content='Islandpost'><meta name=author content='Islandpost'>" HEAD PROSE, NULL, NULL, "", NULL, NULL},
        {"a person's site says who writes it in a meta element", "<meta property=og:site_name content='Ann Lee'><meta name=author content='Ann Lee'>" HEAD PROSE, NULL, NULL, "Ann Lee", NULL, NULL},
        {"a team where no person is named", "<meta name=author content='Engineering Team'>" HEAD PROSE, NULL, NULL, "Engineering Team", NULL, NULL},
        {"a class whose parts are lines without a space between", HEAD "<div class=author><section>Ann Lee</section><section>Follow</section></div>" PROSE, NULL, NULL, "Ann Lee", NULL, NULL},
        {"a headline of parts of which one begins with a mark", "<title>Roads: Bridge closed by county</title><h1><div>Roads</div><span>: Bridge closed by county</span></h1>" PROSE, NULL, "Roads: Bridge closed by county", NULL, NULL, NULL},
        {"a person before a team", "<meta name=author content='Engineering Team'>" HEAD "<p class=byline>By Ann Lee</p>" PROSE, NULL, NULL, "Ann Lee", NULL, NULL},
        {"nobody", "<meta name=author content=admin>" HEAD PROSE, NULL, NULL, "", NULL, NULL},
        {"a bare name beside a date", HEAD "<p>Ann Lee</p><p>March 3, 2019</p>" PROSE, NULL, NULL, "Ann Lee", NULL, NULL},
        {"a bare name in the line of a date", HEAD "<p>03.03.2019 - Ann Lee</p>" PROSE, NULL, NULL, "Ann Lee", NULL, NULL},
        {"bare words that the page has in small letters too", HEAD "<p>Press Release</p><p>March 3, 2019</p><p>This is a press release.</p>" PROSE, NULL, NULL, "", NULL, NULL},
        {"a bare name without a date", HEAD "<p>Ann Lee</p>" PROSE, NULL, NULL, "", NULL, NULL},
        {"one name in all marks, far below", HEAD PROSE TEN_LINES TEN_LINES TEN_LINES TEN_LINES TEN_LINES "<footer class=author>Ann Lee</footer><p class=author>Ann Lee</p>", NULL, NULL, "Ann Lee", NULL, NULL},
        {"a byline below the headline before one above", "<title>Bridge closed by county</title><p>By Bo Berg</p><h1>Bridge closed by county</h1><p>By Ann Lee</p>" PROSE, NULL, NULL, "Ann Lee", NULL, NULL},
        {"the site's name as a person's, and a person", "<meta property=og:site_name content='Islandpost'>" LD("{\"@type\":\"Article\",\"author\":{\"@type\":\"Person\",\"name\":\"Islandpost\"}}") "<meta name=author content='Ann Lee'>", NULL, NULL, "Ann Lee", NULL, NULL},
        {"a label at the end", HEAD PROSE TEN_LINES TEN_LINES TEN_LINES TEN_LINES "<p>Author: Ann Lee</p>", NULL, NULL, "Ann Lee", NULL, NULL},
        {"words at the end that open as bylines do", HEAD PROSE TEN_LINES TEN_LINES TEN_LINES TEN_LINES "<p>Von Berlin</p>", NULL, NULL, "", NULL, NULL},
        {"a user's name for whom the page prints in full", LD("{\"@type\":\"Article\",\"author\":{\"name\":\"ann.lee\"}}") HEAD "<p class=byline>By Ann Lee</p>" PROSE, NULL, NULL, "Ann Lee", NULL, NULL},
        {"a name that grew in the page", "<meta name=author content='Ann Lee'>" HEAD "<p>By Ann Lee Gardener</p>" PROSE, NULL, NULL, "Ann Lee", NULL, NULL},
        {"a person's own page", "<meta property=og:site_name content='Ann Lee'>" LD("{\"@type\":\"BlogPosting\",\"author\":{\"@type\":\"Person\",\"name\":\"Ann Lee\"}}"), NULL, NULL, "Ann Lee", NULL, NULL},
    };
    check(*state, cases, sizeof cases / sizeof *cases);
}

#define JSON_ANN "<script type=application/ld+json>{\"@type\":\"Article\",\"author\":{\"name\":\"Ann Lee\"}}</script>"

#define SITE_AS_AUTHOR "<meta property=og:site_name content='Island Times'><script type=application/ld+json>{\"@type\":\"Article\",\"author\":{\"@type\":\"Person\",\"name\":\"Island Times\"}}</script>"

static void authors_stand_where_templates_put_them(void **state) {
    static const struct page_case cases[] = {
        {"a template that calls all of a page a category", "<title>Bridge closed by county</title><div class=category><h1>Bridge closed by county</h1><p>Ann Lee | 03.03.2019</p>" PROSE "</div>", NULL, NULL, "Ann Lee", NULL, NULL},
        {"one that calls it a sidebar", "<title>Bridge closed by county</title><div class=sidebar><h1>Bridge closed by county</h1><p class=author>Ann Lee</p>" PROSE "</div>", NULL, NULL, "Ann Lee", NULL, NULL},
        {"the byline in the headline's foot", JSON_ANN HEAD "<div class=article-footer><p class=byline>By Ann Lee and Bo Berg, IPO</p></div>" PROSE, NULL, NULL, "Ann Lee;Bo Berg", NULL, NULL},
        {"a teaser above the headline", "<title>Bridge closed by county</title><aside><p>by Cy Dunn</p></aside><h1>Bridge closed by county</h1><p class=author>Ann Lee</p>" PROSE, NULL, NULL, "Ann Lee", NULL, NULL},
        {"a date before the name in one element", HEAD "<p class='date author'>March 3, 2019 · Ann Lee on behalf of the county</p>" PROSE, NULL, NULL, "Ann Lee", NULL, NULL},
        {"who reviewed a text did not write it", HEAD "<p>Written by <span class=author>Ann Lee</span></p><p>Reviewed by <span class=author>Cy Dunn</span></p>" PROSE, NULL, NULL, "Ann Lee", NULL, NULL},
        {"marks of two kinds, far below", HEAD PROSE TEN_LINES TEN_LINES TEN_LINES TEN_LINES TEN_LINES "<div class=byline>Written by <p class=author>Ann Lee</p><p class=author>Bo Berg</p></div>", NULL, NULL, "Ann Lee;Bo Berg", NULL, NULL},
        {"one word behind an opener, far below", HEAD PROSE TEN_LINES TEN_LINES TEN_LINES TEN_LINES TEN_LINES "<footer class=author>von Ulla</footer>", NULL, NULL, "Ulla", NULL, NULL},
        {"nor what stands behind a word of Chinese, far below", "<title>大桥关闭</title><h1>大桥关闭</h1>" PROSE TEN_LINES TEN_LINES TEN_LINES TEN_LINES TEN_LINES "<footer class=author><a href=/r>記者ページ</a></footer>", NULL, NULL, "", NULL, NULL},
        {"but no word alone", HEAD PROSE TEN_LINES TEN_LINES TEN_LINES TEN_LINES TEN_LINES "<footer class=author>Ulla</footer>", NULL, NULL, "", NULL, NULL},
        {"a user behind an opener", HEAD "<p>Posted by annlee under Bridges</p>" PROSE, NULL, NULL, "annlee", NULL, NULL},
        {"a user's name with digits", HEAD "<p>von Annlee7</p>" PROSE, NULL, NULL, "Annlee7", NULL, NULL},
        {"a user behind an opener and before a date", HEAD "<p>by annlee on March 3, 2019</p>" PROSE, NULL, NULL, "annlee", NULL, NULL},
        {"a user's handle", HEAD "<p>By @AnnLee</p>" PROSE, NULL, NULL, "AnnLee", NULL, NULL},
        {"how many comments there are, in the byline", HEAD "<p class=byline>By Ann Lee <a class=comments href=#c>7</a></p>" PROSE, NULL, NULL, "Ann Lee", NULL, NULL},
        {"a sentence about the author, far below", HEAD PROSE TEN_LINES TEN_LINES TEN_LINES TEN_LINES TEN_LINES "<div class=author><p>This post was written by Ann Lee, Head of Bridges and Ferries</p></div>", NULL, NULL, "Ann Lee", NULL, NULL},
        {"a team behind an opener", HEAD "<p>By</p><p>The Bridge Team</p>" PROSE, NULL, NULL, "The Bridge Team", NULL, NULL},
        {"a word behind an opener that names nobody", HEAD "<p>by Date</p>" PROSE, NULL, NULL, "", NULL, NULL},
        {"a sentence behind words that open", HEAD "<p>by using this page you agree</p>" PROSE, NULL, NULL, "", NULL, NULL},
        {"a team beside a date", HEAD "<p>Bridge Team</p><p>March 3, 2019</p>" PROSE, NULL, NULL, "Bridge Team", NULL, NULL},
        {"a user beside a date", HEAD "<p class=meta>AnnLee 03.03.2019, 13:56 Uhr</p>" PROSE, NULL, NULL, "AnnLee", NULL, NULL},
        {"a town beside a date", HEAD "<p class=meta>Bridgetown 03.03.2019, 13:56 Uhr</p>" PROSE, NULL, NULL, "", NULL, NULL},
        {"a label of a date", HEAD "<p class=meta>pubDate: 03.03.2019, 13:56</p>" PROSE, NULL, NULL, "", NULL, NULL},
        {"bold above the text where all marks name the site", SITE_AS_AUTHOR HEAD "<p>and ferries</p><p><b>Ann Lee/Bo Berg</b></p><p>The bridge over the river was closed on Monday morning, after an inspection had found cracks in two of its pillars, of which one may have to be built anew.</p>" PROSE, NULL, NULL, "Ann Lee;Bo Berg", NULL, NULL},
        {"a subheading there is nobody", SITE_AS_AUTHOR HEAD "<p>and ferries</p><p><b>Two Pillars</b></p><p>The bridge over the river was closed on Monday morning, after an inspection had found cracks in two pillars, of which one may have to be built anew soon.</p>" PROSE, NULL, NULL, "Island Times", NULL, NULL},
        {"what a number belongs to", HEAD "<b>Volume X No. 17</b>" PROSE, NULL, NULL, "", NULL, NULL},
        {"a linked name below the headline", HEAD "<p><a href=/u/7>Ann Lee</a></p>" PROSE, NULL, NULL, "Ann Lee", NULL, NULL},
        {"but none of which the headline speaks", "<title>Ann Lee closes the bridge</title><h1>Ann Lee closes the bridge</h1><p><a href=/u/7>Ann Lee</a></p>" PROSE, NULL, NULL, "", NULL, NULL},
        {"nor a heading in capitals", HEAD "<b>ROUND TABLE</b>" PROSE, NULL, NULL, "", NULL, NULL},
    };
    check(*state, cases, sizeof cases / sizeof *cases);
}

/* A post of a forum's page. */
#define POST(user, text) "<div class=post><a class=username href='/members/" user "'>" user "</a><p>Member</p><p>Joined long ago</p><p>Posts: 12</p><p>Island</p><p>" text "</p></div>"

static void authors_are_persons_rather_than_users(void **state) {
    static const struct page_case cases[] = {
        {"a user's name made of a person's", "<meta name=author content=robin.miller.42>" HEAD PROSE, NULL, NULL, "Robin Miller", NULL, NULL},
        {"and one with its capitals", "<meta name=author content=Robin_Miller>" HEAD PROSE, NULL, NULL, "Robin Miller", NULL, NULL},
        {"a site is no person", "<meta name=author content=robin.de>" HEAD PROSE, NULL, NULL, "robin.de", NULL, NULL},
        {"users of a forum keep theirs", "<meta name=author content=robin.miller>" HEAD "<div><a class=username href=/u/1>cydunn</a></div>" PROSE, NULL, NULL, "robin.miller", NULL, NULL},
        {"a degree behind the name", HEAD "<p>Written by Ann Lee, PhD on March 3, 2019</p>" PROSE, NULL, NULL, "Ann Lee", NULL, NULL},
        {"a card whose facts are in value", "<meta name=twitter:label1 value='Written by'><meta name=twitter:data1 value='Ann Lee'>" HEAD PROSE, NULL, NULL, "Ann Lee", NULL, NULL},
        {"an opener and a name in lines of their own below the text", HEAD PROSE TEN_LINES TEN_LINES TEN_LINES "<h2>Article by</h2><div>Ann Lee</div><div>Engineer</div>", NULL, NULL, "Ann Lee", NULL, NULL},
        {"no name below an opener", HEAD PROSE TEN_LINES TEN_LINES TEN_LINES "<div>Written by</div><div>IPO Bridges</div>", NULL, NULL, "", NULL, NULL},
        {"a label of a form", HEAD "<label class=username>Username</label>" PROSE, NULL, NULL, "", NULL, NULL},
        {"a system's first user", "<meta name=author content='Super User'>" HEAD PROSE, NULL, NULL, "", NULL, NULL},
        {"a piece that ends as no name does", HEAD "<p>von Bauten der</p>" PROSE, NULL, NULL, "", NULL, NULL},
        {"a word of a date", HEAD "<p class=author>Veröffentlicht</p><p class=author>Publié</p>" PROSE, NULL, NULL, "", NULL, NULL},
        {"the publisher and its town", "<meta name=author content='islandpost.de, Bridgetown, Germany'>" HEAD PROSE, NULL, NULL, "", NULL, NULL},
    };
    check(*state, cases, sizeof cases / sizeof *cases);
}

static void who_began_a_thread_is_its_author(void **state) {
    static const struct page_case cases[] = {
        {"users of posts", HEAD POST("bo_b", "Is it closed for walkers too?") POST("ann", "It is.") PROSE, NULL, NULL, "bo_b", NULL, NULL},
        {"capitals are the user's", HEAD POST("BOBERG", "Is it closed for walkers too?") POST("ann", "It is.") PROSE, NULL, NULL, "BOBERG", NULL, NULL},
        {"marks of replies alone", HEAD POST("BoBerg", "Is it closed for walkers too?") "<div itemprop=author><span itemprop=name>Ann Lee</span></div>" POST("ann", "It is.") PROSE, NULL, NULL, "BoBerg", NULL, NULL},
        {"JSON-LD is surer", "<script type=application/ld+json>{\"@type\":\"DiscussionForumPosting\",\"author\":{\"name\":\"Bo Berg\"}}</script>" HEAD POST("bo_b", "Is it closed?") POST("ann", "It is.") PROSE, NULL, NULL, "Bo Berg", NULL, NULL},
        {"a thread for readers without scripts", HEAD "<noscript><div itemscope itemtype='https://schema.org/DiscussionForumPosting'><span itemprop=author itemscope><a itemprop=url href=/u/bo_b><span itemprop=name>bo_b</span></a></span>"
         "<time itemprop=datePublished datetime='2024-07-03T10:00:00Z'>3 July</time>" PROSE "</div></noscript>", NULL, NULL, "bo_b", "2024-07-03T10:00:00Z", NULL},
        {"articles that are comments", HEAD PROSE "<article itemprop=comment><span itemprop=author>Cy Dunn</span><p>Good to know.</p></article>", NULL, NULL, "", NULL, NULL},
    };
    check(*state, cases, sizeof cases / sizeof *cases);
}

static void dates_mean_what_their_source_says(void **state) {
    static const struct page_case cases[] = {
        {"JSON-LD", LD("{\"@type\":\"Article\",\"datePublished\":\"2019-03-03T08:00:00+01:00\",\"dateModified\":\"2019-03-05\"}"), NULL, NULL, NULL, "2019-03-03T08:00:00+01:00", "2019-03-05"},
        {"meta", "<meta property=article:published_time content=2019-03-03><meta property=article:modified_time content=2019-03-05>" HEAD PROSE, NULL, NULL, NULL, "2019-03-03", "2019-03-05"},
        {"a meta name that templates share", "<meta name=published-date content=2019-03-03><meta name=last-updated content=2019-03-05>" HEAD PROSE, NULL, NULL, NULL, "2019-03-03", "2019-03-05"},
        {"microdata", HEAD "<meta itemprop=datePublished content=2019-03-03>" PROSE, NULL, NULL, NULL, "2019-03-03", NULL},
        {"time", HEAD "<time datetime=2019-03-03T08:00>March 3</time>" PROSE, NULL, NULL, NULL, "2019-03-03T08:00", NULL},
        {"an updated time is not the day of publication", HEAD "<time class=updated datetime=2019-03-05>5 March</time>" PROSE, NULL, NULL, NULL, "", "2019-03-05"},
        {"words beside it decide", HEAD "<p>Published March 3, 2019 | Updated March 5, 2019</p>" PROSE, NULL, NULL, NULL, "2019-03-03", "2019-03-05"},
        {"updated alone is not published", HEAD "<p>Last updated: March 5, 2019</p>" PROSE, NULL, NULL, NULL, "", "2019-03-05"},
        {"German page", "<html lang=de>" HEAD "<p>Veröffentlicht am 3. März 2019</p>" PROSE, NULL, NULL, NULL, "2019-03-03", NULL},
        {"numbers in an American page", "<html lang=en-US>" HEAD "<p>03/04/2019</p>" PROSE, "https://example.com/a", NULL, NULL, "2019-03-04", NULL},
        {"numbers in a British page", "<html lang=en-GB>" HEAD "<p>03/04/2019</p>" PROSE, "https://example.com/a", NULL, NULL, "2019-04-03", NULL},
        {"beside the headline, not in the list of others", "<ul class=related><li>1 May 2018</li></ul>" HEAD "<p>3 March 2019</p>" PROSE "<div class=related><p>4 June 2019</p></div>", NULL, NULL, NULL, "2019-03-03", NULL},
        {"the URL", HEAD PROSE, "https://example.com/2019/03/03/bridge", NULL, NULL, "2019-03-03", NULL},
        {"a copyright is no date of the page", HEAD PROSE "<footer>Copyright 3 March 2011</footer>", NULL, NULL, NULL, "", ""},
        {"the day where the page is, not in UTC", LD("{\"@type\":\"Article\",\"datePublished\":\"2019-03-04T02:30:00Z\"}") "<i></i>", NULL, NULL, NULL, "2019-03-04T02:30:00Z", NULL},
        {"the printed day beside it", "<meta property=article:published_time content=2019-03-04T02:30:00Z>" HEAD "<p>March 3, 2019</p>" PROSE, NULL, NULL, NULL, "2019-03-03", NULL},
        {"a headline on no line", "<h1><title>pr", NULL, "pr", NULL, "", NULL},
        {"the day in the path", "<meta property=article:published_time content=2019-03-04T02:30:00Z>" HEAD PROSE, "https://example.com/2019/03/03/bridge", NULL, NULL, "2019-03-03", NULL},
        {"one stamp for both is of the change", LD("{\"@type\":\"Article\",\"datePublished\":\"2019-11-05T10:00:00Z\",\"dateModified\":\"2019-11-05T10:00:00Z\"}") "<p></p>", NULL, NULL, NULL, "2019-11-05T10:00:00Z", NULL},
        {"one stamp for both, and an earlier date is printed", "<meta property=article:published_time content=2019-11-05T10:00:00Z><meta property=article:modified_time content=2019-11-05T10:00:00Z>" HEAD "<p>March 3, 2019</p>" PROSE, NULL, NULL, NULL, "2019-03-03", "2019-11-05T10:00:00Z"},
        {"the day in the path before one in the text", HEAD PROSE "<p>Opened: March 1, 2019</p>", "https://example.com/2019/03/03/bridge", NULL, NULL, "2019-03-03", NULL},
        {"the time beside the day in the path", HEAD "<p>March 3, 2019 10:15</p>" PROSE, "https://example.com/2019/03/03/bridge", NULL, NULL, "2019-03-03T10:15", NULL},
        {"a label in the line above", HEAD "<div>Updated:</div><div>March 5, 2019</div><div>March 3, 2019</div>" PROSE, NULL, NULL, NULL, "2019-03-03", "2019-03-05"},
        {"some date in the text is not the page's", HEAD PROSE TEN_LINES TEN_LINES "<p>The first bridge had been opened by the queen herself on 3 March 1999, on a fine day of spring with all the people of the island.</p>", NULL, NULL, NULL, "", NULL},
        {"an impossible date", "<meta property=article:published_time content=0001-01-01T00:00:00>" HEAD PROSE, NULL, NULL, NULL, "", NULL},
        {"the day of an upload, behind a prefix of the site's own", "<meta property='isle_pixels:uploaded' content='2013-02-16T04:36:36-05:00'>" HEAD PROSE, NULL, NULL, NULL, "2013-02-16T04:36:36-05:00", NULL},
    };
    check(*state, cases, sizeof cases / sizeof *cases);
}

static void dates_are_the_page_s_own(void **state) {
    static const struct page_case cases[] = {
        {"the day in the path, against a republication", LD("{\"@type\":\"Article\",\"datePublished\":\"2019-03-03T08:00:00+01:00\"}") "<i></i>", "https://example.com/2017/05/06/bridge", NULL, NULL, "2017-05-06", NULL},
        {"a day in the path is no republication after a month", LD("{\"@type\":\"Article\",\"datePublished\":\"2019-03-03T08:00:00+01:00\"}") "<i></i>", "https://example.com/2019/02/02/bridge", NULL, NULL, "2019-03-03T08:00:00+01:00", NULL},
        {"two agree against what is printed", "<meta property=article:published_time content=2019-03-03T08:00:00Z>" HEAD "<p>March 4, 2019</p>" PROSE, "https://example.com/2019/03/03/bridge", NULL, NULL, "2019-03-03T08:00:00Z", NULL},
        {"but not where it has its time", "<meta property=article:published_time content=2019-03-03T08:00:00Z>" HEAD "<p>March 4, 2019 10:15</p>" PROSE, "https://example.com/2019/03/03/bridge", NULL, NULL, "2019-03-04T10:15", NULL},
        {"a date in a footer of the headline", "<meta property=article:published_time content=2017-02-05T10:00:00Z>" HEAD "<footer><p class=date>March 3, 2019</p></footer>" PROSE, NULL, NULL, NULL, "2019-03-03", NULL},
        {"an older date alone below the headline", "<meta property=article:published_time content=2019-11-05T10:00:00Z>" HEAD "<p>March 3, 2019</p>" PROSE, NULL, NULL, NULL, "2019-03-03", NULL},
        {"an older date further below is another's", "<meta property=article:published_time content=2019-11-05T10:00:00Z>" HEAD "<p>One.</p><p>Two.</p><p>March 3, 2019</p>" PROSE, NULL, NULL, NULL, "2019-11-05T10:00:00Z", NULL},
        {"a marked time beside the headline, against an old stamp", "<meta name=pubdate content='2017-02-05 16:07'>" HEAD "<p>By Ann Lee and Bo Berg of the county of the two islands <time itemprop=datePublished datetime=2019-03-03T16:45>3 March 2019</time></p>" PROSE, NULL, NULL, NULL, "2019-03-03", NULL},
        {"a sidebar around all of the page", "<meta name=date content=2019-11-05><div class=sidebar>" HEAD "<p>March 3, 2019</p>" PROSE "</div>", NULL, NULL, NULL, "2019-03-03", NULL},
        {"a change in an element of dates", HEAD "<p class=date>Updated March 5, 2019</p>" PROSE, NULL, NULL, NULL, "", "2019-03-05"},
        {"a change in an element of time, German", HEAD "<p>Zuletzt aktualisiert: <time datetime=2019-03-05>5. März 2019</time></p>" PROSE, NULL, NULL, NULL, "", "2019-03-05"},
        {"none is changed before it is published", HEAD "<p>Last updated: March 5, 2019</p>" PROSE TEN_LINES "<p>May 1, 2019</p>", NULL, NULL, NULL, "", "2019-03-05"},
        {"a time beside the headline, and a section", "<meta property=article:published_time content=2013-03-11T11:11:07Z>" HEAD "<p><time datetime=2019-03-03>March 3, 2019</time> | Traffic &amp; Prevention</p>" PROSE, NULL, NULL, NULL, "2019-03-03", NULL},
        {"said at the foot of the page", HEAD PROSE TEN_LINES TEN_LINES "<footer><p>Erschienen am: 01.11.2018</p></footer><div class=sidebar><p>Die nächste Ausgabe erscheint am 6. November 2018.</p></div>", NULL, NULL, NULL, "2018-11-01", NULL},
        {"a range of time is no date of a page", "<p>14 Feb 2009 - 3 Dec 2016</p>" HEAD PROSE, NULL, NULL, NULL, "", NULL},
        {"a printed date beside the headline counts against a stated change", "<meta property=article:modified_time content=2019-03-01T10:00:00Z>" HEAD "<p>Topic starter: 9 March 2019</p>" PROSE, NULL, NULL, NULL, "2019-03-09", NULL},
        {"the month in the path", HEAD "<p>By Ann Lee, March 3, 2019 at 3:00</p><p>Published: May 7, 2018</p>" PROSE, "https://example.com/2019/03/bridge", NULL, NULL, "2019-03-03T03:00", NULL},
        {"and for a marked time", HEAD "<p>One.</p><p>Two.</p><time datetime=2019-05-07>7 May 2019</time><p>March 3, 2019</p>" PROSE, "https://example.com/2019/03/bridge", NULL, NULL, "2019-03-03", NULL},
        {"who wrote joined long ago", "<html lang=en>" HEAD "<p><b>Founded: May 1, 2011</b></p><p>by Ann Lee » Sun Mar 03, 2019 1:47 am</p>" PROSE, NULL, NULL, NULL, "2019-03-03T01:47", NULL},
        {"a card that leads elsewhere", HEAD PROSE TEN_LINES TEN_LINES "<p><a href=/b><time datetime=2018-05-01>1 May 2018</time></a></p><div class=sidebar><p>Published</p><p>3 March 2019</p></div>", NULL, NULL, NULL, "2019-03-03", NULL},
        {"day and year in boxes of their own", HEAD "<p><span>Mar</span><span>03</span><span>2019</span></p>" PROSE, NULL, NULL, NULL, "2019-03-03", NULL},
        {"how long it takes to read, in a box of its own", HEAD "<p><span>Mar 3, 2019</span><span>5 mins</span></p>" PROSE, NULL, NULL, NULL, "2019-03-03", NULL},
        {"a meta name with a prefix of the site", "<meta name=cms:published_time content=2019-03-03><meta name=w-modified-date content=2019-03-05>" HEAD PROSE, NULL, NULL, NULL, "2019-03-03", "2019-03-05"},
        {"JSON-LD in the attribute of a meta element", "<meta name='script:ld+json' content='{&quot;@type&quot;:&quot;Article&quot;,&quot;datePublished&quot;:&quot;2019-03-03&quot;}'>" HEAD PROSE, NULL, NULL, NULL, "2019-03-03", NULL},
        {"JSON-LD of instructions", "<script type=application/ld+json>{\"@type\":\"HowTo\",\"datePublished\":\"2019-03-03\"}</script>" HEAD PROSE, NULL, NULL, NULL, "2019-03-03", NULL},
    };
    check(*state, cases, sizeof cases / sizeof *cases);
}

static void other_fields_say_where_they_are_from(void **state) {
    struct document document;
    const struct article *a = run(*state, SV("<html lang=en-us><head><title>Bridge closed by county - Island Post</title><link rel=canonical href='/bridge'>"
                                             "<meta property=og:site_name content='Island Post'><meta name=description content='Cracks &amp;amp; ferries'>"
                                             "<meta name=keywords content='everything, at, all'><link rel=license href='https://creativecommons.org/licenses/by-sa/4.0/'>"
                                             "<script type=application/ld+json>{\"@type\":\"Article\",\"headline\":\"Bridge closed by county\",\"isAccessibleForFree\":\"False\",\"articleSection\":\"Local\"}</script></head>"
                                             "<body><h1>Bridge closed by county</h1>" PROSE "<p>Tags: <a rel=tag href=/t/bridge>Bridges</a>, <a rel=tag href=/t/ferry>Ferries</a></p>"),
                                  "https://example.com/news/1", &document);
    assert_sv_equal(a->sitename, "Island Post");
    assert_sv_equal(a->sources.sitename, "opengraph");
    assert_sv_equal(a->description, "Cracks & ferries");
    assert_sv_equal(a->sources.description, "meta");
    assert_sv_equal(a->canonical_url, "https://example.com/bridge");
    assert_sv_equal(a->sources.canonical_url, "rel");
    assert_sv_equal(a->sources.title, "heading");
    assert_sv_equal(a->language, "en-US");
    assert_sv_equal(a->sources.language, "html");
    assert_true(a->language_confidence > 0.8);
    assert_sv_equal(a->license, "CC BY-SA 4.0");
    assert_int_equal(a->tag_count, 2);
    assert_sv_equal(a->tags[0], "Bridges");
    assert_sv_equal(a->sources.tags, "rel");
    assert_int_equal(a->category_count, 1);
    assert_sv_equal(a->categories[0], "Local");
    assert_true(a->paywalled);
}

/* The categories and tags of a page, joined by ';' and parted by '|'. */
static void expect_labels(struct fixture *f, const char *name, const char *html, const char *want) {
    struct document document;
    struct sbuf got;
    const struct article *a = run(f, sv_cstr(html), "https://example.com/news/1", &document);
    sbuf_init(&got, 0);
    add_joined(&got, a->categories, a->category_count);
    sbuf_add_char(&got, '|');
    add_joined(&got, a->tags, a->tag_count);
    expect(name, "labels", sbuf_view(&got), want);
    sbuf_clear(&got);
}

static void labels_are_the_page_s_own(void **state) {
    static const struct {
        const char *name, *html, *want;
    } cases[] = {
        {"those in the footer of the post", HEAD PROSE "<footer class=entry-footer><a rel='category tag' href=/c>Local</a> <a rel=tag href=/t>Bridges</a></footer>", "Local|Bridges"},
        {"not the tag cloud of the page's footer", HEAD PROSE "<footer class=footer><div class=tags><a href=/t>Bridges</a></div></footer>", "|"},
        {"the class of a whole post labels none of its links", "<div class='post-4 type-post status-publish hentry category-local tag-bridges'>" HEAD PROSE "<p><a href=/x>The other bridge</a></p></div>", "|"},
        {"a list in one value", "<script type=application/ld+json>{\"@type\":\"Article\",\"articleSection\":\"Local,Traffic,Food + Drink\"}</script>" HEAD PROSE, "Local;Traffic;Food + Drink|"},
        {"a name with a comma", "<meta property=article:section content='Food, drink and ferries'>" HEAD PROSE, "Food, drink and ferries|"},
        {"quotation marks and dashes around them", HEAD PROSE "<p class=tags><a rel=tag href=/a>„Fähren”</a> <a rel=tag href=/b>\"Bridges\"</a> <a rel=tag href=/c>- C#</a></p>", "|Fähren;Bridges;C#"},
        {"what a program calls a thing", "<meta property=article:tag content=8f507083-bac4-423a-9015-2eb31e1bce50><meta property=article:tag content=Ferries>" HEAD PROSE, "|Ferries"},
        {"the way to the page, without the way home", "<ol class=breadcrumb><li><a href=/>Start</a></li><li><a href=/n>News</a></li><li><a href=/n/l>Local</a></li></ol>" HEAD PROSE, "News;Local|"},
        {"a menu is no way to the page", "<ul class=breadcrumb><li><a href=/>A1</a><li><a href=/>B1</a><li><a href=/>C1</a><li><a href=/>D1</a><li><a href=/>E1</a><li><a href=/>F1</a><li><a href=/>G1</a></ul>" HEAD PROSE, "|"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) expect_labels(*state, cases[i].name, cases[i].html, cases[i].want);
}

static void the_site_is_named_by_the_title_element_where_the_host_agrees(void **state) {
    static const struct {
        const char *html, *url, *want;
    } cases[] = {
        {"<title>Bridge closed | Local | The Island Post</title>" PROSE, "https://www.islandpost.com/a", "The Island Post"},
        {"<title>Brücke gesperrt – Inselpost</title>" PROSE, "https://inselpost.de/a", "Inselpost"},
        {"<title>Bridge closed - no end in sight</title>" PROSE, "https://www.islandpost.com/a", ""},
        {"<title>Bridge closed - The Island Post</title>" PROSE, "https://www.example.com/a", ""},
        {"<meta property=og:site_name content='IPO'><title>Bridge closed - Islandpost</title>" PROSE, "https://www.islandpost.com/a", "IPO"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct document document;
        const struct article *a = run(*state, sv_cstr(cases[i].html), cases[i].url, &document);
        expect(cases[i].html, "sitename", a->sitename, cases[i].want);
    }
}

#define ENGLISH "The council of the small town has decided to build a bridge over the river, which people have asked for since the last one was washed away. "
#define GERMAN "Der Rat der kleinen Stadt hat beschlossen, eine Bruecke ueber den Fluss zu bauen, die sich viele wuenschen, seit die letzte weggespuelt wurde. "

/* As much of a text is looked at as is needed to be sure of what the page states. */
static void references_are_resolved_against_what_is_known(void **state) {
    static const struct {
        const char *head, *url, *link;
    } cases[] = {
        {"<link rel=canonical href='https://other.example/x'>", "https://news.example/a/b", "https://news.example/c"},
        {"<base href='/base/'>", "https://news.example/a/b", "https://news.example/c"},
        {"<link rel=canonical href='https://news.example/a/b'>", NULL, "https://news.example/c"},
        {"<meta property=og:url content='https://news.example/a/b'>", "file:///data/b.html", "https://news.example/c"},
        {"<base href='/base/'><link rel=canonical href='https://news.example/a/b'>", NULL, "https://news.example/c"},
        {"<link rel=canonical href='/a/b'>", NULL, "/c"},
        {"", "file:///data/b.html", "file:///c"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char html[4000];
        struct document document;
        snprintf(html, sizeof html, "%s" HEAD "%s<p>What the county said of it is <a href=/c>on a page of its own</a>, with photographs of the two pillars.</p>", cases[i].head, PROSE);
        const struct article *a = run(*state, sv_cstr(html), cases[i].url, &document);
        assert_int_equal(a->link_count, 1);
        assert_sv_equal(a->links[0].url, cases[i].link);
    }
}

static void a_text_is_looked_at_until_its_language_is_sure(void **state) {
    (void)state;
    struct language found = language_of(SV(ENGLISH ENGLISH ENGLISH ENGLISH GERMAN GERMAN GERMAN GERMAN), SV("en"));
    assert_sv_equal(found.code, "en");
    assert_true(found.confidence >= 0.95);
    found = language_of(SV(ENGLISH ENGLISH ENGLISH ENGLISH GERMAN GERMAN GERMAN GERMAN), SV_NONE);
    assert_true(found.confidence < 0.8);
    found = language_of(SV(ENGLISH ENGLISH GERMAN GERMAN GERMAN GERMAN GERMAN GERMAN), SV("en"));
    assert_sv_equal(found.code, "de");
    found = language_of(SV(GERMAN GERMAN GERMAN GERMAN GERMAN GERMAN GERMAN GERMAN), SV("en-GB"));
    assert_sv_equal(found.code, "de");
    assert_true(found.confidence >= 0.95);
}

static void the_text_overrules_a_wrong_language(void **state) {
    struct document document;
    const struct article *a = run(*state, SV("<html lang=en><title>x</title><p>Die Brücke über den Fluss ist seit Montagmorgen gesperrt, nachdem bei einer Prüfung Risse in zwei Pfeilern gefunden wurden.</p>"
                                             "<p>Die Ingenieure des Landkreises sagten, die Reparatur werde mindestens drei Wochen dauern; bis dahin fährt alle halbe Stunde eine Fähre zur Insel.</p>"),
                                  NULL, &document);
    assert_sv_equal(a->language, "de");
    assert_sv_equal(a->sources.language, "text");
}

static void a_date_after_the_fetch_is_not_believed(void **state) {
    struct fixture *f = *state;
    struct document document;
    struct err e;
    const struct extract_input input = {.kind = EXTRACT_HTML, .charset = SV("utf-8"), .fetched_ms = 1551600000000 /* 2019-03-03T08:00Z */,
                                        .bytes = SV("<meta property=article:published_time content=2029-03-03><meta property=article:modified_time content=2019-03-04>" HEAD "<p>1 March 2019</p>" PROSE)};
    assert_int_equal(extract_run(f->extract, &input, &f->arena, &document, &e), ERR_OK);
    assert_sv_equal(document.article.published.value, "2019-03-01");
    assert_sv_equal(document.article.modified.value, "2019-03-04");
}

static void a_flattened_page_has_authors_and_dates_too(void **state) {
    struct fixture *f = *state;
    struct document document;
    struct err e;
    const struct extract_input input = {.kind = EXTRACT_TEXT, .language_hint = SV("en"),
                                        .bytes = SV("Menu\nBridge closed by the county after an inspection\nBy Ann Lee and Bo Berg\nPublished March 3, 2019\nUpdated March 5, 2019\n"
                                                    "The bridge over the river was closed on Monday morning, after an inspection had found cracks in two of its pillars.\n"
                                                    "Engineers of the county said that the repair would take at least three weeks, and that a ferry would run meanwhile.\n")};
    assert_int_equal(extract_run(f->extract, &input, &f->arena, &document, &e), ERR_OK);
    assert_sv_equal(document.article.title, "Bridge closed by the county after an inspection");
    assert_int_equal(document.article.author_count, 2);
    assert_sv_equal(document.article.authors[1], "Bo Berg");
    assert_sv_equal(document.article.published.value, "2019-03-03");
    assert_sv_equal(document.article.modified.value, "2019-03-05");
    assert_sv_equal(document.article.sources.authors, "text");
}

static void deep_and_long_json_ld_ends(void **state) {
    struct sbuf html;
    struct document document;
    sbuf_init(&html, 0);
    sbuf_add(&html, SV(HEAD "<script type=application/ld+json>"));
    for (int i = 0; i < 100000; i++) sbuf_add(&html, SV("{\"@graph\":["));
    sbuf_add(&html, SV("</script><script type=application/ld+json>["));
    for (int i = 0; i < 20000; i++) sbuf_add(&html, SV("{\"@type\":\"Article\",\"@id\":\"#a\",\"author\":[{\"@id\":\"#b\"}]},"));
    sbuf_add(&html, SV("{}]</script>" PROSE));
    const struct article *a = run(*state, sbuf_view(&html), NULL, &document);
    assert_sv_equal(a->title, "Bridge closed by county");
    sbuf_clear(&html);
}

static void long_values_are_cut_at_a_character(void **state) {
    struct sbuf html;
    struct document document;
    sbuf_init(&html, 0);
    sbuf_add(&html, SV("<meta name=description content='"));
    for (int i = 0; i < 50000; i++) sbuf_add(&html, SV("\xE2\x82\xAC"));
    sbuf_add(&html, SV("'>" HEAD PROSE));
    const struct article *a = run(*state, sbuf_view(&html), NULL, &document);
    assert_true(a->description.n > 4000 && a->description.n <= 4096 && a->description.n % 3 == 0);
    sbuf_clear(&html);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_headline_is_what_is_printed_and_supported),
        cmocka_unit_test(the_head_names_a_service_where_the_h1_is_a_slogan),
        cmocka_unit_test(the_headline_is_without_kicker_and_site),
        cmocka_unit_test(the_site_is_cut_off_with_a_word_or_two_beside_it),
        cmocka_unit_test(the_address_tells_a_headline_from_a_slogan),
        cmocka_unit_test(the_title_goes_on_where_its_beginning_is_printed),
        cmocka_unit_test(the_layout_shows_the_headline_where_nothing_states_it),
        cmocka_unit_test(the_page_of_a_site_is_called_as_it_states),
        cmocka_unit_test(authors_of_json_ld_come_in_all_its_shapes),
        cmocka_unit_test(authors_of_the_page_are_found_by_marks_and_words),
        cmocka_unit_test(authors_stand_where_templates_put_them),
        cmocka_unit_test(authors_are_persons_rather_than_users),
        cmocka_unit_test(who_began_a_thread_is_its_author),
        cmocka_unit_test(dates_mean_what_their_source_says),
        cmocka_unit_test(dates_are_the_page_s_own),
        cmocka_unit_test(other_fields_say_where_they_are_from),
        cmocka_unit_test(the_site_is_named_by_the_title_element_where_the_host_agrees),
        cmocka_unit_test(labels_are_the_page_s_own),
        cmocka_unit_test(references_are_resolved_against_what_is_known),
        cmocka_unit_test(a_text_is_looked_at_until_its_language_is_sure),
        cmocka_unit_test(the_text_overrules_a_wrong_language),
        cmocka_unit_test(a_date_after_the_fetch_is_not_believed),
        cmocka_unit_test(a_flattened_page_has_authors_and_dates_too),
        cmocka_unit_test(deep_and_long_json_ld_ends),
        cmocka_unit_test(long_values_are_cut_at_a_character),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
