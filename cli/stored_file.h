/* A file of records as a collector left it, decoded while it is read: plain, gzip (any number of members) or zstd (any number of frames), by the end
 * of its name. Memory does not depend on the file's size. */
#pragma once

#include "base/hash.h"
#include "base/sbuf.h"

struct stored_file;

/* Size and SHA-256 of the file as it lies there. */
MUST_USE enum err_code stored_file_sum(const char *path, uint64_t *bytes, struct sha256 *sum, struct err *);

MUST_USE enum err_code stored_file_open(struct stored_file **out, const char *path, struct err *);
void stored_file_close(struct stored_file **);
/* Appends some decoded bytes; *end when that was the last of them. ERR_INPUT: damaged, or it ends within a member or frame. */
MUST_USE enum err_code stored_file_read(struct stored_file *, struct sbuf *out, bool *end, struct err *);
