/* Which dead letters an operator means. */
#pragma once

#include "base/err.h"
#include "schema/dead_letter.h"

struct dead_filter {
    const char *reason, *host; /* NULL: any. A host means its subdomains too */
    const char *const *ids;    /* none: any. Of jobs, 32 hex digits, or of letters, "ms-seq" */
    size_t id_count;
    char from[48], to[48];     /* the range of letters, as queue_dead_page takes it */
};

/* ERR_USAGE names an id that is none. */
MUST_USE enum err_code dead_filter_check(const struct dead_filter *, struct err *);
/* Whether it names anything at all. */
bool dead_filter_is_empty(const struct dead_filter *);
/* The host is found by unpacking the job into the arena. O(ids). */
bool dead_filter_matches(const struct dead_filter *, const struct dead_letter *, struct arena *);
