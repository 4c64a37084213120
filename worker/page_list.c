#include "page_list.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"

enum { SNIFF_BYTES = 1024, READ_BYTES = 64 * 1024 };

static bool is_stdin(const char *path) { return strcmp(path, "-") == 0; }

enum err_code page_list_open(struct page_list *l, const char *const *files, size_t file_count, const char *list_path, struct err *e) {
    l->files = files;
    l->file_count = file_count;
    l->next_file = 0;
    l->list_path = list_path;
    l->list = NULL;
    l->line_number = 0;
    if (!list_path) return ERR_OK;
    l->list = is_stdin(list_path) ? stdin : fopen(list_path, "re");
    if (!l->list) return err_set(e, err_from_errno(errno), "%s: %s", list_path, strerror(errno));
    return ERR_OK;
}

void page_list_close(struct page_list *l) {
    if (l->list && l->list != stdin) fclose(l->list);
    l->list = NULL;
}

/* One line without its end; false at the end of the list or at an error. */
static bool read_line(struct page_list *l, sv *line, struct err *e) {
    if (!fgets(l->line, sizeof l->line, l->list)) {
        if (ferror(l->list)) err_set(e, ERR_IO, "%s:%llu: %s", l->list_path, (unsigned long long)l->line_number + 1, strerror(errno));
        return false;
    }
    l->line_number++;
    *line = sv_cstr(l->line);
    bool ended = sv_ends(*line, SV("\n"));
    if (!ended && !feof(l->list)) {
        err_set(e, ERR_LIMIT, "%s:%llu: the line is longer than %d bytes, or holds a NUL; one PATH or PATH<TAB>URL is wanted", l->list_path,
                (unsigned long long)l->line_number, PAGE_LIST_LINE_MAX - 2);
        return false;
    }
    if (ended) line->n--;
    if (sv_ends(*line, SV("\r"))) line->n--;
    return true;
}

bool page_list_next(struct page_list *l, sv *path, sv *url, struct err *e) {
    *url = SV_NONE;
    e->code = ERR_OK;
    if (l->next_file < l->file_count) {
        *path = sv_cstr(l->files[l->next_file++]);
        return true;
    }
    sv line;
    while (l->list && read_line(l, &line, e)) {
        if (line.n == 0) continue;
        *path = sv_cut(&line, '\t');
        *url = line;
        return true;
    }
    return false;
}

static enum err_code read_stdin(struct sbuf *out, struct err *e) {
    char piece[READ_BYTES];
    for (;;) {
        ssize_t n = read(STDIN_FILENO, piece, sizeof piece);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return err_set(e, ERR_IO, "standard input: %s", strerror(errno));
        if (n == 0) return ERR_OK;
        sbuf_add(out, sv_from(piece, (size_t)n));
        if (out->err) return err_set(e, out->err, "standard input is larger than %zu bytes, or memory is out", out->max);
    }
}

enum err_code page_list_read(sv path, struct sbuf *out, struct err *e) {
    if (sv_eq(path, SV("-"))) return read_stdin(out, e);
    char name[4096];
    if (path.n >= sizeof name) return err_set(e, ERR_LIMIT, "the path is longer than %zu bytes", sizeof name - 1);
    memcpy(name, path.p, path.n);
    name[path.n] = '\0';
    return file_read(name, out, e);
}

static bool has_name_end(sv path, sv end) {
    return path.n >= end.n && sv_eq_nocase(sv_skip(path, path.n - end.n), end);
}

enum payload_kind page_list_kind(sv path, sv bytes) {
    if (has_name_end(path, SV(".txt"))) return PAYLOAD_TEXT;
    if (has_name_end(path, SV(".html")) || has_name_end(path, SV(".htm")) || has_name_end(path, SV(".xhtml"))) return PAYLOAD_HTML;
    sv head = sv_take(bytes, SNIFF_BYTES);
    if (head.n == 0) return PAYLOAD_HTML;
    for (size_t i = 0; i + 1 < head.n; i++) {
        char next = head.p[i + 1];
        if (head.p[i] == '<' && (ascii_is_alpha(next) || next == '!' || next == '/' || next == '?' || next == '\0')) return PAYLOAD_HTML;
    }
    /* No text has NULs, but for UTF-16 with its mark; what else has them is for the extraction to name. */
    bool utf16 = sv_starts(head, SV("\xFF\xFE")) || sv_starts(head, SV("\xFE\xFF"));
    return !utf16 && sv_find_char(head, '\0', 0) != SIZE_MAX ? PAYLOAD_HTML : PAYLOAD_TEXT;
}
