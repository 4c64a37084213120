/* What a file is: by its first bytes, decoded where they are gzip or zstd, and by its name where these do not tell. */
#pragma once

#include "base/err.h"
#include "schema/job.h"

enum input_kind { INPUT_UNKNOWN, INPUT_FOLDER, INPUT_ARCHIVE, INPUT_JSONL, INPUT_HTML, INPUT_TEXT };

struct input_look {
    enum input_kind kind;
    enum payload_codec codec; /* of the whole file */
};

/* `is_named`: somebody has named this very file, so JSON in it is JSON lines, whatever its name. */
struct input_look input_kind_of(sv path, sv first_bytes, bool is_named);
/* The same for a file or folder on disk. What is no regular file cannot be looked into: an archive. ERR_NOT_FOUND, ERR_DENIED, ERR_IO. */
MUST_USE enum err_code input_kind_look(const char *path, bool is_named, struct input_look *out, struct err *);
/* archive, jsonl, html, text */
bool input_kind_parse(sv word, enum input_kind *out);
