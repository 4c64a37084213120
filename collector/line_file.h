/* A file of lines that only count when they are whole: each ends in a hash of itself. A line is on disk when the append returns, and one
 * that a full disk or a crash tore is written over by the next. */
#pragma once

#include "base/sbuf.h"

struct line_file {
    const char *path; /* the caller's */
    int fd;
    uint64_t bytes; /* of whole lines */
};

/* Appends the whole lines of the file to *lines, one newline behind each, without their hashes; none when there is no file. Reading ends at
 * the first line that is not whole. ERR_CONFLICT: there is a first line and it is not whole, which no crash of ours leaves behind. */
MUST_USE enum err_code line_file_read(const char *path, struct sbuf *lines, struct err *);
/* Replaces the file by these lines and opens it for appending. `path` must outlive it. */
MUST_USE enum err_code line_file_open(struct line_file *, const char *path, sv lines, struct err *);
void line_file_close(struct line_file *);
/* A line without newline, at most 1,000 bytes. */
MUST_USE enum err_code line_file_append(struct line_file *, sv line, struct err *);
