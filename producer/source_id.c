/* What makes an input the same one as in an earlier run, so that a position in it still means the same: the crawl, the selection and the path, and of a
 * file its beginning (so that it may have grown), of a folder the names, sizes and times of all files in it. */
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source.h"

enum { HEAD_BYTES = 4096 };

static uint64_t first_64(const sv *parts, size_t count) {
    struct hash128 hash = hash128_parts(parts, count);
    uint64_t id;
    memcpy(&id, hash.b, sizeof id);
    return id;
}

static int by_name(const FTSENT **a, const FTSENT **b) { return strcmp((*a)->fts_name, (*b)->fts_name); }

static uint64_t folder_state(const char *path) {
    char *copy = strdup(path), *const roots[] = {copy, NULL};
    FTS *walk = copy ? fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name) : NULL;
    uint64_t state = 0;
    for (FTSENT *entry; walk && (entry = fts_read(walk));) {
        if (entry->fts_info != FTS_F) continue;
        const struct stat *st = entry->fts_statp;
        const int64_t figures[] = {st->st_size, st->st_mtim.tv_sec, st->st_mtim.tv_nsec};
        const sv parts[] = {sv_from((const char *)&state, sizeof state), sv_cstr(entry->fts_path), sv_from((const char *)figures, sizeof figures)};
        state = first_64(parts, COUNT_OF(parts));
    }
    if (walk) fts_close(walk);
    free(copy);
    return state;
}

static uint64_t file_state(const char *path) {
    char head[HEAD_BYTES];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t n = fd >= 0 ? pread(fd, head, sizeof head, 0) : 0;
    if (fd >= 0) close(fd);
    return hash64(sv_from(head, n > 0 ? (size_t)n : 0));
}

uint64_t source_id(const char *crawl_id, uint64_t selection, const char *path) {
    struct stat st;
    uint64_t state = stat(path, &st) != 0 ? 0 : S_ISDIR(st.st_mode) ? folder_state(path) : S_ISREG(st.st_mode) ? file_state(path) : 0;
    const sv parts[] = {sv_cstr(crawl_id), sv_cstr(path), sv_from((const char *)&state, sizeof state), sv_from((const char *)&selection, sizeof selection)};
    return first_64(parts, COUNT_OF(parts));
}
