/* Whole files: read one, replace one so that a crash leaves the old or the new content and nothing between. */
#pragma once

#include "base/sbuf.h"

/* Appends the whole file to *out, at most out->max bytes. "-" is not special. */
MUST_USE enum err_code file_read(const char *path, struct sbuf *out, struct err *);
/* Writes path.tmp, fsyncs it, renames it over path, fsyncs the folder. */
MUST_USE enum err_code file_replace(const char *path, sv content, struct err *);
/* Makes the folder and those above it. One that is there is fine; a file in its place is ERR_CONFLICT. */
MUST_USE enum err_code file_make_dirs(const char *path, struct err *);
/* fsync of the folder that holds path. */
MUST_USE enum err_code file_sync_dir_of(const char *path, struct err *);
/* write(2) until all is written; EINTR is handled. */
MUST_USE enum err_code file_write_all(int fd, sv content, const char *path, struct err *);
