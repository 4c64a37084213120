/* Writes JSON into an sbuf: commas and colons are kept by the writer, strings are escaped, ill-formed UTF-8 becomes U+FFFD.
 * One object a line: nothing it writes holds a newline. Errors are the sbuf's. */
#pragma once

#include "base/sbuf.h"

struct json_out {
    struct sbuf *out;
    bool need_comma;
};

static inline void json_out_init(struct json_out *j, struct sbuf *out) { *j = (struct json_out){.out = out}; }
void json_out_open(struct json_out *, char bracket);  /* '{' or '[' */
void json_out_close(struct json_out *, char bracket); /* '}' or ']' */
void json_out_key(struct json_out *, const char *key);
void json_out_string(struct json_out *, sv); /* the absent view is written as null */
void json_out_u64(struct json_out *, uint64_t);
void json_out_i64(struct json_out *, int64_t);
void json_out_double(struct json_out *, double); /* at most six digits; null where it is not finite */
void json_out_bool(struct json_out *, bool);
void json_out_null(struct json_out *);
/* key and value at once */
void json_out_kv(struct json_out *, const char *key, sv);
void json_out_kv_u64(struct json_out *, const char *key, uint64_t);
