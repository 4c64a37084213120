/* Patterns that URLs are held against: host:NAME (that host and every one below it), prefix:URL (bytes), regex:EXPRESSION (PCRE2 on bytes,
 * anywhere in the URL, with limits on how long one match may try). */
#pragma once

#include "base/err.h"

struct url_patterns;

enum url_match { URL_NO_MATCH, URL_MATCH, URL_MATCH_LIMIT /* an expression gave up at its limit */ };

MUST_USE enum err_code url_patterns_new(struct url_patterns **out, struct err *);
void url_patterns_free(struct url_patterns **);
size_t url_patterns_count(const struct url_patterns *);
/* `where` begins the message: an option's name, or file and line. ERR_USAGE. */
MUST_USE enum err_code url_patterns_add(struct url_patterns *, sv pattern, const char *where, struct err *);
/* One a line of a file's text; empty lines and those that begin with '#' are passed over. */
MUST_USE enum err_code url_patterns_add_lines(struct url_patterns *, sv text, const char *path, struct err *);
/* O(patterns). */
enum url_match url_patterns_match(const struct url_patterns *, sv url);

/* The host of a URL with an authority, without user, port and brackets; else the absent view. */
sv url_host(sv url);
/* Whether `host` is `name` or lies below it: news.example.org below example.org. ASCII case is folded. */
bool url_host_is_below(sv host, sv name);
