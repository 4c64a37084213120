/* Bytes of one commit as one whole gzip member or zstd frame, so that a file of them can be cut after any commit and is still valid. */
#pragma once

#include "base/sbuf.h"

enum compress_kind { COMPRESS_NONE, COMPRESS_GZ, COMPRESS_ZST, COMPRESS_END };

bool compress_parse(sv name, enum compress_kind *out); /* none gz zst */
const char *compress_name(enum compress_kind);
/* What a file's name gets behind it: "", ".gz", ".zst". */
const char *compress_suffix(enum compress_kind);
/* Appends the member or frame of all of `in`; the same bytes give the same output. ERR_MEMORY. */
MUST_USE enum err_code compress_append(enum compress_kind, sv in, struct sbuf *out, struct err *);
