#include "class_parts.h"

#include <string.h>

#include "base/compiler.h"

enum { LETTERS = 26 };

#define W(text, part) {text, sizeof(text) - 1, PART_##part}
/* Sorted by the first letter. */
static const struct {
    const char *text;
    uint8_t n, part;
} words[] = {
    W("about", DESCRIPTION), W("accordion", TAB), W("add", OFFER), W("answer", POST), W("attribute", SPECS), W("attributes", SPECS),
    W("author", USER), W("availability", OFFER), W("avatar", USER), W("basket", OFFER), W("bbcode", QUOTE), W("blockquote", QUOTE), W("buy", OFFER),
    W("card", ITEM), W("cart", OFFER), W("cell", ITEM), W("checkout", OFFER), W("collapse", TAB), W("collapsible", TAB), W("cta", HERO),
    W("date", DATE), W("delivery", OFFER), W("desc", DESCRIPTION), W("description", DESCRIPTION), W("details", SPECS), W("dropdown", FILTER),
    W("entry", ITEM), W("facet", FILTER), W("facets", FILTER), W("faq", FAQ), W("faqs", FAQ), W("feature", SPECS), W("features", SPECS),
    W("feedback", REVIEW), W("filter", FILTER), W("filters", FILTER), W("grid", ITEM), W("hero", HERO), W("info", DATE), W("item", ITEM),
    W("jumbotron", HERO), W("listing", ITEM), W("member", USER), W("message", POST), W("messages", POST), W("meta", DATE), W("option", FILTER),
    W("options", FILTER), W("overview", DESCRIPTION), W("panel", TAB), W("post", POST), W("posted", DATE), W("poster", USER), W("posts", POST),
    W("price", OFFER), W("prices", OFFER), W("product", ITEM), W("profile", USER), W("qa", FAQ), W("quantity", OFFER), W("question", POST),
    W("quote", QUOTE), W("quoted", QUOTE), W("rating", REVIEW), W("ratings", REVIEW), W("refine", FILTER), W("reply", POST), W("result", ITEM),
    W("results", ITEM), W("review", REVIEW), W("reviews", REVIEW), W("select", FILTER), W("shipping", OFFER), W("sig", USER), W("signature", USER),
    W("sort", FILTER), W("sorting", FILTER), W("spec", SPECS), W("specification", SPECS), W("specifications", SPECS), W("specs", SPECS),
    W("stars", REVIEW), W("stock", OFFER), W("summary", DESCRIPTION), W("tab", TAB), W("tabs", TAB), W("technical", SPECS), W("testimonial", REVIEW),
    W("testimonials", REVIEW), W("thread", POST), W("tile", ITEM), W("time", DATE), W("topic", POST), W("user", USER), W("username", USER),
    W("wishlist", OFFER),
};
#undef W

/* Where the words of each letter begin. */
static const uint8_t first_of[LETTERS + 1] = {0, 9, 13, 20, 26, 27, 36, 37, 38, 40, 41, 41, 42, 46, 46, 49, 58, 63, 71, 84, 93, 95, 95, 96, 96, 96, 96};
_Static_assert(COUNT_OF(words) == 96, "first_of is made from the words");

uint32_t class_parts_of(sv word) {
    size_t letter = (size_t)(word.p[0] - 'a');
    for (size_t i = first_of[letter]; i < first_of[letter + 1]; i++)
        if (words[i].n == word.n && memcmp(words[i].text, word.p, word.n) == 0) return 1u << words[i].part;
    return 0;
}
