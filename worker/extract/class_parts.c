#include "class_parts.h"

#include <string.h>

#include "base/compiler.h"

/* Sorted. */
static const struct {
    const char *text;
    uint32_t parts;
} words[] = {
    {"about", 1u << PART_DESCRIPTION}, {"accordion", 1u << PART_TAB}, {"add", 1u << PART_OFFER}, {"answer", 1u << PART_POST},
    {"attribute", 1u << PART_SPECS}, {"attributes", 1u << PART_SPECS}, {"author", 1u << PART_USER}, {"availability", 1u << PART_OFFER},
    {"avatar", 1u << PART_USER}, {"basket", 1u << PART_OFFER}, {"bbcode", 1u << PART_QUOTE}, {"blockquote", 1u << PART_QUOTE},
    {"buy", 1u << PART_OFFER}, {"card", 1u << PART_ITEM}, {"cart", 1u << PART_OFFER}, {"cell", 1u << PART_ITEM}, {"checkout", 1u << PART_OFFER},
    {"collapse", 1u << PART_TAB}, {"collapsible", 1u << PART_TAB}, {"cta", 1u << PART_HERO}, {"date", 1u << PART_DATE},
    {"delivery", 1u << PART_OFFER}, {"desc", 1u << PART_DESCRIPTION}, {"description", 1u << PART_DESCRIPTION}, {"details", 1u << PART_SPECS},
    {"dropdown", 1u << PART_FILTER}, {"entry", 1u << PART_ITEM}, {"facet", 1u << PART_FILTER}, {"facets", 1u << PART_FILTER}, {"faq", 1u << PART_FAQ},
    {"faqs", 1u << PART_FAQ}, {"feature", 1u << PART_SPECS}, {"features", 1u << PART_SPECS}, {"feedback", 1u << PART_REVIEW},
    {"filter", 1u << PART_FILTER}, {"filters", 1u << PART_FILTER}, {"grid", 1u << PART_ITEM}, {"hero", 1u << PART_HERO}, {"info", 1u << PART_DATE},
    {"item", 1u << PART_ITEM}, {"jumbotron", 1u << PART_HERO}, {"listing", 1u << PART_ITEM}, {"member", 1u << PART_USER},
    {"message", 1u << PART_POST}, {"messages", 1u << PART_POST}, {"meta", 1u << PART_DATE}, {"option", 1u << PART_FILTER},
    {"options", 1u << PART_FILTER}, {"overview", 1u << PART_DESCRIPTION}, {"panel", 1u << PART_TAB}, {"post", 1u << PART_POST},
    {"posted", 1u << PART_DATE}, {"poster", 1u << PART_USER}, {"posts", 1u << PART_POST}, {"price", 1u << PART_OFFER}, {"prices", 1u << PART_OFFER},
    {"product", 1u << PART_ITEM}, {"profile", 1u << PART_USER}, {"qa", 1u << PART_FAQ}, {"quantity", 1u << PART_OFFER}, {"question", 1u << PART_POST},
    {"quote", 1u << PART_QUOTE}, {"quoted", 1u << PART_QUOTE}, {"rating", 1u << PART_REVIEW}, {"ratings", 1u << PART_REVIEW},
    {"refine", 1u << PART_FILTER}, {"reply", 1u << PART_POST}, {"result", 1u << PART_ITEM}, {"results", 1u << PART_ITEM},
    {"review", 1u << PART_REVIEW}, {"reviews", 1u << PART_REVIEW}, {"select", 1u << PART_FILTER}, {"shipping", 1u << PART_OFFER},
    {"sig", 1u << PART_USER}, {"signature", 1u << PART_USER}, {"sort", 1u << PART_FILTER}, {"sorting", 1u << PART_FILTER}, {"spec", 1u << PART_SPECS},
    {"specification", 1u << PART_SPECS}, {"specifications", 1u << PART_SPECS}, {"specs", 1u << PART_SPECS}, {"stars", 1u << PART_REVIEW},
    {"stock", 1u << PART_OFFER}, {"summary", 1u << PART_DESCRIPTION}, {"tab", 1u << PART_TAB}, {"tabs", 1u << PART_TAB},
    {"technical", 1u << PART_SPECS}, {"testimonial", 1u << PART_REVIEW}, {"testimonials", 1u << PART_REVIEW}, {"thread", 1u << PART_POST},
    {"tile", 1u << PART_ITEM}, {"time", 1u << PART_DATE}, {"topic", 1u << PART_POST}, {"user", 1u << PART_USER}, {"username", 1u << PART_USER},
    {"wishlist", 1u << PART_OFFER},
};

uint32_t class_parts_of(sv word) {
    size_t low = 0, high = COUNT_OF(words);
    while (low < high) {
        size_t mid = (low + high) / 2;
        int order = word.p[0] - words[mid].text[0];
        if (order == 0) order = strncmp(word.p, words[mid].text, word.n);
        if (order == 0 && words[mid].text[word.n]) order = -1;
        if (order == 0) return words[mid].parts;
        if (order < 0) high = mid;
        else low = mid + 1;
    }
    return 0;
}
