/* An extraction that finds nothing, for a test build of the extractor process without the libraries that parse. */
#include "extract.h"

struct extract {
    int nothing;
};

enum err_code extract_new(struct extract **out, const struct extract_limits *limits, struct err *e) {
    static struct extract one;
    (void)limits;
    (void)e;
    *out = &one;
    return ERR_OK;
}

void extract_free(struct extract **p) { *p = NULL; }

enum err_code extract_run(struct extract *x, const struct extract_input *in, struct arena *arena, struct document *out, struct err *e) {
    (void)x;
    (void)in;
    (void)arena;
    (void)e;
    *out = (struct document){.status = EXTRACT_EMPTY};
    return ERR_OK;
}

const char *extract_version(void) { return "none"; }
