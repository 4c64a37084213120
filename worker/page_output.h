/* A result as `thresher extract` prints it. Pure. */
#pragma once

#include "base/sbuf.h"
#include "schema/result.h"

enum page_format { PAGE_FORMAT_JSON, PAGE_FORMAT_JSONL, PAGE_FORMAT_TEXT, PAGE_FORMAT_MARKDOWN, PAGE_FORMAT_MARKDOWN_TEXT };

bool page_format_parse(sv name, enum page_format *out); /* json jsonl text markdown markdown-text */
/* Appends the page, ending in a newline. The last three append nothing for a page without an article. */
void page_output_write(enum page_format, const struct result *, sv path, struct sbuf *out);
