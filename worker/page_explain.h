/* `thresher extract --explain`: why a page came out as it did. */
#pragma once

#include <stddef.h>

#include "base/err.h"
#include "base/sbuf.h"

enum page_explain_format { PAGE_EXPLAIN_TEXT, PAGE_EXPLAIN_HTML };

/* "text" or "html". */
bool page_explain_parse(sv name, enum page_explain_format *out);
/* Extracts the page in this process, without the sandbox, and appends its decision to `out`. `kind` is "html", "text" or absent (by name and content).
 * ERR_IO and the like: the file could not be read; ERR_INPUT: the page is none. */
MUST_USE enum err_code page_explain(const char *path, sv url, sv kind, enum page_explain_format, struct sbuf *out, struct err *);
