/* Bytes and hints in, an article out. Deterministic: the same input and options give the same article. No file, socket, clock, thread
 * or global is touched. One object a process or thread; its memory is reused from page to page. */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "schema/article.h"

struct extract;
struct blocks;
struct decision;
struct model_set;

struct extract_limits {
    size_t max_decoded_bytes; /* 0: 16 MiB */
    unsigned max_depth;       /* 0: 512 */
    size_t max_nodes;         /* 0: 1,000,000 */
};

enum extract_kind {
    EXTRACT_HTML,        /* the page's bytes */
    EXTRACT_TEXT,        /* a flattened page: UTF-8, or by `charset` */
    EXTRACT_HTTP,        /* an HTTP response: status line, head, body */
    EXTRACT_WARC_RECORD, /* a WARC or ARC record: its head, then its block (HTTP response, resource or conversion) */
};

struct extract_input {
    enum extract_kind kind;
    sv bytes; /* must outlive the call; the article never points into it */
    sv url, content_type, charset, language_hint; /* what the source states; absent where it states nothing */
    int64_t fetched_ms;                           /* when the page was fetched, Unix time: no date behind it is believed; 0 where unknown */
};

/* What the page itself decides. Everything else is a page we could not read, said in status_detail. */
enum extract_status {
    EXTRACT_OK,
    EXTRACT_EMPTY, /* no main content found; metadata is filled */
    EXTRACT_NOT_HTML,
    EXTRACT_UNSUPPORTED_ENCODING,
    EXTRACT_TOO_LARGE,
    EXTRACT_BAD_PAYLOAD,
};

struct document {
    enum extract_status status;
    sv status_detail; /* for a person, when status is neither OK nor EMPTY */
    sv url;           /* the record's target, else input.url */
    struct article article;
    size_t html_bytes;                 /* decoded */
    unsigned http_status;              /* 0 where there was no HTTP head */
};

MUST_USE enum err_code extract_new(struct extract **out, const struct extract_limits *, struct err *);
void extract_free(struct extract **);
/* ERR_OK with a status, or ERR_MEMORY. out lives in the arena. */
MUST_USE enum err_code extract_run(struct extract *, const struct extract_input *, struct arena *, struct document *out, struct err *);
/* The version that provenance names; changes whenever articles may change. */
const char *extract_version(void);

/* For who measures or explains: called after each decision, with what it was made of; these live until it returns. NULL: nobody. */
typedef void extract_observer(void *user, const struct blocks *, const struct decision *);
void extract_observe(struct extract *, extract_observer *, void *user);
/* Other models than the built-in ones, for measuring; they must outlive the object. NULL: the built-in ones. */
void extract_use_models(struct extract *, const struct model_set *);
/* For who measures time: called at the end of each stage of a page. NULL: nobody. */
enum extract_stage { STAGE_DECODE, STAGE_PARSE, STAGE_METADATA, STAGE_BLOCKS, STAGE_DECIDE, STAGE_IMAGES, STAGE_ARTICLE, STAGE_COUNT };
typedef void extract_stage_ended(void *user, enum extract_stage);
void extract_watch(struct extract *, extract_stage_ended *, void *user);
