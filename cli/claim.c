#include "claim.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "runtime/stop.h"

enum { PATH_BYTES = 4096, WAIT_MS = 60000 };
static const char TEMPLATE[] = "/tmp/thresher-XXXXXX";

static void remove_dir(const char *dir) {
    char path[128];
    snprintf(path, sizeof path, "%s/" CLAIM_SOCKET, dir);
    (void)unlink(path);
    (void)rmdir(dir);
}

/* The holder's process and folder, as its claim_take wrote them. */
static bool read_holder(const char *path, pid_t *pid, char dir[48]) {
    struct sbuf text;
    struct err e;
    uint64_t number;
    sbuf_init(&text, 256);
    bool found = file_read(path, &text, &e) == ERR_OK;
    sv rest = sbuf_view(&text), first = sv_cut(&rest, ' '), second = sv_cut(&rest, '\n');
    found = found && sv_to_u64(first, &number) && number > 1 && number < INT32_MAX && second.n == sizeof TEMPLATE - 1 && sv_starts(second, SV("/tmp/thresher-"));
    if (found) {
        *pid = (pid_t)number;
        snprintf(dir, 48, "%.*s", SV_ARG(second));
    }
    sbuf_clear(&text);
    return found;
}

static enum err_code wait_for_lock(int fd, const char *out, const char *path, struct err *e) {
    pid_t pid = 0;
    char dir[48];
    for (uint64_t until = clock_mono_ms() + WAIT_MS; flock(fd, LOCK_EX | LOCK_NB) != 0;) {
        if (errno != EWOULDBLOCK && errno != EINTR) return err_set(e, ERR_IO, "%s: cannot be locked: %s", path, strerror(errno));
        bool alive = read_holder(path, &pid, dir) && kill(pid, 0) == 0;
        if (alive) return err_set(e, ERR_CONFLICT, "%s: another run (process %d) writes here: wait for it, or choose another folder", out, (int)pid);
        if (clock_mono_ms() >= until || stop_requested()) return err_set(e, ERR_CONFLICT, "%s: programs of an earlier run still write here", out);
        nanosleep(&(struct timespec){.tv_nsec = 100 * 1000000L}, NULL);
    }
    return ERR_OK;
}

enum err_code claim_take(struct claim *c, const char *out, struct err *e) {
    char path[PATH_BYTES], line[96];
    pid_t pid;
    *c = (struct claim){.fd = -1};
    snprintf(path, sizeof path, "%s/.thresher", out);
    enum err_code code = file_make_dirs(path, e);
    if (code) return code;
    snprintf(path, sizeof path, "%s/.thresher/run", out);
    c->fd = open(path, O_RDWR | O_CREAT, 0644);
    if (c->fd < 0) return err_set(e, err_from_errno(errno), "%s: cannot be opened for writing: %s", path, strerror(errno));
    code = wait_for_lock(c->fd, out, path, e);
    if (!code && read_holder(path, &pid, c->dir)) remove_dir(c->dir);
    snprintf(c->dir, sizeof c->dir, "%s", TEMPLATE);
    if (!code && !mkdtemp(c->dir)) {
        c->dir[0] = '\0';
        code = err_set(e, ERR_IO, "no temporary folder in /tmp: %s", strerror(errno));
    }
    int n = snprintf(line, sizeof line, "%d %s\n", (int)getpid(), c->dir);
    if (!code && ftruncate(c->fd, 0) != 0) code = err_set(e, ERR_IO, "%s: cannot be written: %s", path, strerror(errno));
    if (!code) code = file_write_all(c->fd, sv_from(line, (size_t)n), path, e);
    if (code) {
        close(c->fd);
        c->fd = -1;
    }
    return code;
}

void claim_release(struct claim *c) {
    if (c->fd < 0) return;
    remove_dir(c->dir);
    close(c->fd);
    c->fd = -1;
}
