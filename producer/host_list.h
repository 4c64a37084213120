/* A set of host names from files, one a line, asked whether it holds a host or one that the host lies below. */
#pragma once

#include "base/err.h"

struct host_list;

MUST_USE enum err_code host_list_new(struct host_list **out, struct err *);
void host_list_free(struct host_list **);
size_t host_list_count(const struct host_list *);
/* Names of a file's text; empty lines and those that begin with '#' are passed over. ERR_USAGE names file and line. Amortised O(text). */
MUST_USE enum err_code host_list_add_lines(struct host_list *, sv text, const char *path, struct err *);
/* O(labels of the host). */
bool host_list_has(const struct host_list *, sv host);
