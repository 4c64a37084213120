/* The pages that `thresher extract` is asked for, one after another: the files of the command line, then the lines of a list, each
 * PATH or PATH<TAB>URL. A list is read as it is used, so it may be as long as one likes. */
#pragma once

#include <stdio.h>

#include "base/sbuf.h"
#include "schema/job.h"

enum { PAGE_LIST_LINE_MAX = 32 * 1024, PAGE_LIST_BYTES_MAX = 16 * 1024 * 1024 };

struct page_list {
    const char *const *files;
    size_t file_count, next_file;
    const char *list_path; /* NULL: none; "-": standard input */
    FILE *list;
    uint64_t line_number;
    char line[PAGE_LIST_LINE_MAX];
};

/* Borrows the file names. ERR_NOT_FOUND, ERR_DENIED or ERR_IO when the list cannot be opened. */
MUST_USE enum err_code page_list_open(struct page_list *, const char *const *files, size_t file_count, const char *list_path, struct err *);
void page_list_close(struct page_list *);
/* *path and *url (absent where none is given) are valid until the next call. False at the end; then *e says if the list could not be
 * read on (e->code is ERR_OK otherwise). */
MUST_USE bool page_list_next(struct page_list *, sv *path, sv *url, struct err *);

/* Appends the file ("-": standard input) to *out. ERR_LIMIT above out->max. */
MUST_USE enum err_code page_list_read(sv path, struct sbuf *out, struct err *);
/* PAYLOAD_TEXT for a name in .txt, or for bytes that hold no tag in their first KB; else PAYLOAD_HTML. */
enum payload_kind page_list_kind(sv path, sv bytes);
