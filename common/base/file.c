#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static enum err_code fail(struct err *e, const char *what, const char *path) {
    return err_set(e, err_from_errno(errno), "%s %s: %s", what, path, strerror(errno));
}

enum err_code file_read(const char *path, struct sbuf *out, struct err *e) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return fail(e, "cannot open", path);
    enum err_code code = ERR_OK;
    char piece[65536];
    for (;;) {
        ssize_t n = read(fd, piece, sizeof piece);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) code = fail(e, "cannot read", path);
        if (n <= 0) break;
        sbuf_add(out, sv_from(piece, (size_t)n));
        if (out->err == ERR_LIMIT) code = err_set(e, ERR_LIMIT, "%s is larger than %zu bytes", path, out->max);
        if (out->err == ERR_MEMORY) code = err_set(e, ERR_MEMORY, "%s: out of memory", path);
        if (code) break;
    }
    close(fd);
    return code;
}

enum err_code file_write_all(int fd, sv content, const char *path, struct err *e) {
    while (content.n) {
        ssize_t n = write(fd, content.p, content.n);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return fail(e, "cannot write", path);
        content = sv_skip(content, (size_t)n);
    }
    return ERR_OK;
}

enum err_code file_sync_dir_of(const char *path, struct err *e) {
    char dir[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) : 0;
    if (n >= sizeof dir) return err_set(e, ERR_LIMIT, "path too long: %s", path);
    memcpy(dir, path, n);
    dir[n] = '\0';
    const char *name = slash ? (n ? dir : "/") : ".";
    int fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return fail(e, "cannot open", name);
    int rc = fsync(fd);
    enum err_code code = rc < 0 ? fail(e, "cannot sync", name) : ERR_OK;
    close(fd);
    return code;
}

enum err_code file_replace(const char *path, sv content, struct err *e) {
    char tmp[PATH_MAX];
    int n = snprintf(tmp, sizeof tmp, "%s.tmp", path);
    if (n < 0 || (size_t)n >= sizeof tmp) return err_set(e, ERR_LIMIT, "path too long: %s", path);
    int fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0) return fail(e, "cannot create", tmp);
    enum err_code code = file_write_all(fd, content, tmp, e);
    if (!code && fsync(fd) < 0) code = fail(e, "cannot sync", tmp);
    if (close(fd) < 0 && !code) code = fail(e, "cannot close", tmp);
    if (!code && rename(tmp, path) < 0) code = fail(e, "cannot rename", tmp);
    return code ? code : file_sync_dir_of(path, e);
}

enum err_code file_make_dirs(const char *path, struct err *e) {
    char part[PATH_MAX];
    size_t n = strlen(path);
    if (n == 0 || n >= sizeof part) return err_set(e, ERR_USAGE, "not a usable folder name: '%s'", path);
    for (size_t i = 1; i <= n; i++) {
        if (i < n && path[i] != '/') continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, 0755) == 0 || errno == EEXIST) continue;
        return fail(e, "cannot make folder", part);
    }
    struct stat st;
    if (stat(path, &st) < 0) return fail(e, "cannot look at", path);
    return S_ISDIR(st.st_mode) ? ERR_OK : err_set(e, ERR_CONFLICT, "%s is there and is not a folder", path);
}
