/* What Landlock refuses of sandbox_lock. In an extractor the seccomp filter refuses the same first, so that here seccomp_load is replaced by nothing;
 * and since sandbox_lock leaves no room for a new descriptor, only calls that need none are tried. 77: this kernel has no Landlock. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox.h"

int __wrap_seccomp_load(scmp_filter_ctx filter);
int __wrap_seccomp_load(scmp_filter_ctx filter) {
    (void)filter;
    return 0;
}

struct world {
    char dir[64], file[80], inner[80];
    int listener, client;
    struct sockaddr_in address;
    long version; /* of Landlock */
};

static int prepare(struct world *w) {
    socklen_t n = sizeof w->address;
    snprintf(w->dir, sizeof w->dir, "/tmp/thresher-landlock-XXXXXX");
    if (!mkdtemp(w->dir)) return -1;
    snprintf(w->file, sizeof w->file, "%s/file", w->dir);
    snprintf(w->inner, sizeof w->inner, "%s/inner", w->dir);
    w->address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    w->listener = socket(AF_INET, SOCK_STREAM, 0);
    w->client = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(w->listener, (struct sockaddr *)&w->address, sizeof w->address) != 0 || listen(w->listener, 4) != 0) return -1;
    FILE *f = fopen(w->file, "w");
    return f && fclose(f) == 0 ? getsockname(w->listener, (struct sockaddr *)&w->address, &n) : -1;
}

/* 0: refused with this errno, where it is to be refused; done, where not. */
static int look(const char *what, int result, int refusal, int locked) {
    if (locked ? result != 0 && errno == refusal : result == 0) return 0;
    fprintf(stderr, "%s, %s: %s\n", what, locked ? "locked" : "not locked", result == 0 ? "done" : strerror(errno));
    return 1;
}

static int try_all(const struct world *w, int locked) {
    struct err e;
    if (locked && sandbox_lock(&e) != ERR_OK) {
        fprintf(stderr, "%s\n", e.msg);
        return 1;
    }
    int wrong = look("mkdir", mkdir(w->inner, 0700), EACCES, locked);
    if (w->version >= 3) wrong += look("truncate", truncate(w->file, 3), EACCES, locked);
    wrong += look("unlink", unlink(w->file), EACCES, locked);
    if (w->version >= 4) wrong += look("connect", connect(w->client, (const struct sockaddr *)&w->address, sizeof w->address), EACCES, locked);
    if (w->version >= 6) wrong += look("a signal", kill(getppid(), 0), EPERM, locked);
    return wrong;
}

static int in_a_child(const struct world *w, int locked) {
    int status = 1;
    pid_t pid = fork();
    if (pid == 0) _exit(try_all(w, locked));
    return pid < 0 || waitpid(pid, &status, 0) < 0 ? 1 : status;
}

int main(void) {
    struct world w = {.version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION)};
    if (w.version < 1) {
        printf("skipped: this kernel has no Landlock\n");
        return 77;
    }
    if (prepare(&w) != 0) {
        perror("sandbox_landlock");
        return 1;
    }
    int wrong = in_a_child(&w, 1) != 0;
    wrong += in_a_child(&w, 0) != 0; /* the tries mean something */
    unlink(w.file);
    rmdir(w.inner);
    rmdir(w.dir);
    return wrong != 0;
}
