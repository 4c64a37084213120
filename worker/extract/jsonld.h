/* What JSON-LD scripts say about the page and its article. */
#pragma once

#include "page_facts.h"

/* Reads one script and adds what it claims. Of the objects that are an article, a posting or the like, the first speaks as CLAIM_JSON_LD;
 * others, and those of pages and sites, as CLAIM_JSON_LD_PAGE. They are found wherever they lie (arrays, @graph, mainEntity); a person or
 * publisher that is only named by @id is looked up in the same script. Values are strings with their entities decoded. Damaged JSON is read
 * leniently (comments, trailing commas, newlines in strings) or skipped. Values lie in the arena. O(bytes), no recursion; scripts above 1 MiB
 * and objects beyond a few hundred are left out. */
void jsonld_read(sv script, struct page_facts *);
/* The longest articleBody of the script's articles, as it is; absent when there is none. Lies in the arena. */
sv jsonld_body(sv script, struct arena *);
