/* A library to be preloaded (LD_PRELOAD) that makes one system or library call of a program fail, or do less than it was asked for:
 *   FAULT=CALL:N:WHAT[+]     the Nth call of CALL from the program's start, and with + all behind it too
 *   FAULT_IN=NAME            only in programs of this name (argv[0] without folder)
 *   FAULT_LOG=FILE           gets a line each time that a fault begins
 *   FAULT_ONCE=1             only in programs that start before there is that file
 * CALL is one of those below; `alloc` is malloc, calloc and realloc together, but for those of the C library itself (glibc's fts_open reads through
 * NULL where it has no memory). WHAT is `short` (for what moves bytes: at most 7) or an errno's name.
 * Calls of this library are the kernel's or the next library's. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { SHORT_BYTES = 7 };

static const struct {
    const char *name;
    int number;
} errors[] = {{"EINTR", EINTR}, {"EMFILE", EMFILE}, {"ENFILE", ENFILE}, {"ENOSPC", ENOSPC}, {"EIO", EIO}, {"ENOMEM", ENOMEM}, {"EAGAIN", EAGAIN},
              {"EACCES", EACCES}, {"EROFS", EROFS}, {"ECONNRESET", ECONNRESET}, {"ECONNREFUSED", ECONNREFUSED}, {"EPIPE", EPIPE}, {"EDQUOT", EDQUOT}};

/* Of this process: which fault, and how far it is. */
static struct {
    bool is_set;
    char call[24];
    unsigned long nth, seen;
    bool goes_on, is_short;
    int error;
} fault;

static void note(void) {
    const char *path = getenv("FAULT_LOG");
    char line[128];
    if (!path) return;
    int n = snprintf(line, sizeof line, "%s %s %lu\n", program_invocation_short_name, fault.call, fault.nth);
    long fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0) return;
    (void)!syscall(SYS_write, fd, line, n);
    syscall(SYS_close, fd);
}

__attribute__((constructor)) static void begin(void) {
    const char *text = getenv("FAULT"), *in = getenv("FAULT_IN"), *log = getenv("FAULT_LOG");
    char what[24] = "", more[2] = "";
    if (!text || (in && strcmp(in, program_invocation_short_name) != 0)) return;
    if (getenv("FAULT_ONCE") && log && access(log, F_OK) == 0) return;
    if (sscanf(text, "%23[a-z]:%lu:%23[A-Za-z]%1[+]", fault.call, &fault.nth, what, more) < 3) {
        fprintf(stderr, "fault: cannot read '%s'\n", text);
        _exit(99);
    }
    fault.goes_on = more[0] == '+';
    fault.is_short = strcmp(what, "short") == 0;
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (strcmp(what, errors[i].name) == 0) fault.error = errors[i].number;
    if (!fault.is_short && !fault.error) {
        fprintf(stderr, "fault: unknown '%s'\n", what);
        _exit(99);
    }
    fault.is_set = true;
}

/* The turn of this call has come. */
static bool strikes(const char *call) {
    if (!fault.is_set || strcmp(call, fault.call) != 0) return false;
    fault.seen++;
    if (fault.seen == fault.nth) note();
    return fault.goes_on ? fault.seen >= fault.nth : fault.seen == fault.nth;
}

/* True: the call fails, and errno says of what. A short one goes on with *n bytes. */
static bool fails(const char *call, size_t *n) {
    if (!strikes(call)) return false;
    if (fault.is_short) {
        if (n && *n > SHORT_BYTES) *n = SHORT_BYTES;
        return false;
    }
    errno = fault.error;
    return true;
}

static void *next(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) _exit(98);
    return found;
}

/* NEXT(type, name, arguments): `real` is the next library's function. A pointer to data becomes one to a function by its bytes. */
#define NEXT(type, name, ...)                                 \
    static type (*real)(__VA_ARGS__);                         \
    if (!real) {                                              \
        void *found = next(#name);                            \
        memcpy(&real, &found, sizeof real);                   \
    }

/* -- memory ---------------------------------------------------------------------------------------------------------------- */

/* What we stand in for, by the names under which it can still be called, a sanitizer's first: looking it up would allocate. */
#define ALLOCATOR(type, name, ...)                                         \
    __attribute__((weak)) type __interceptor_##name(__VA_ARGS__);          \
    type __libc_##name(__VA_ARGS__);                                       \
    type name(__VA_ARGS__)
#define REAL(name) (__interceptor_##name ? __interceptor_##name : __libc_##name)

static bool alloc_fails(const void *caller) {
    Dl_info from;
    if (!fault.is_set || strcmp(fault.call, "alloc") != 0) return false;
    if (dladdr(caller, &from) && from.dli_fname && strstr(from.dli_fname, "/libc.so")) return false;
    return fails("alloc", NULL);
}

ALLOCATOR(void *, malloc, size_t n) { return alloc_fails(__builtin_return_address(0)) ? NULL : REAL(malloc)(n); }
ALLOCATOR(void *, calloc, size_t count, size_t n) { return alloc_fails(__builtin_return_address(0)) ? NULL : REAL(calloc)(count, n); }
ALLOCATOR(void *, realloc, void *old, size_t n) { return alloc_fails(__builtin_return_address(0)) ? NULL : REAL(realloc)(old, n); }

/* -- bytes ----------------------------------------------------------------------------------------------------------------- */

ssize_t read(int fd, void *to, size_t n) {
    NEXT(ssize_t, read, int, void *, size_t)
    return fails("read", &n) ? -1 : real(fd, to, n);
}

ssize_t pread(int fd, void *to, size_t n, off_t at) {
    NEXT(ssize_t, pread, int, void *, size_t, off_t)
    return fails("read", &n) ? -1 : real(fd, to, n, at);
}

ssize_t write(int fd, const void *from, size_t n) {
    NEXT(ssize_t, write, int, const void *, size_t)
    return fails("write", &n) ? -1 : real(fd, from, n);
}

ssize_t writev(int fd, const struct iovec *list, int count) {
    NEXT(ssize_t, writev, int, const struct iovec *, int)
    size_t n = count > 0 ? list->iov_len : 0, want = n;
    if (fails("writev", &n)) return -1;
    struct iovec cut = {list->iov_base, n};
    return n < want ? real(fd, &cut, 1) : real(fd, list, count);
}

ssize_t recv(int fd, void *to, size_t n, int flags) {
    NEXT(ssize_t, recv, int, void *, size_t, int)
    return fails("recv", &n) ? -1 : real(fd, to, n, flags);
}

ssize_t send(int fd, const void *from, size_t n, int flags) {
    NEXT(ssize_t, send, int, const void *, size_t, int)
    return fails("send", &n) ? -1 : real(fd, from, n, flags);
}

/* -- files ----------------------------------------------------------------------------------------------------------------- */

static mode_t mode_of(int flags, va_list rest) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; }

int open(const char *path, int flags, ...) {
    NEXT(int, open, const char *, int, ...)
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_of(flags, rest);
    va_end(rest);
    return fails("open", NULL) ? -1 : real(path, flags, mode);
}

int fsync(int fd) {
    NEXT(int, fsync, int)
    return fails("fsync", NULL) ? -1 : real(fd);
}

int fdatasync(int fd) {
    NEXT(int, fdatasync, int)
    return fails("fsync", NULL) ? -1 : real(fd);
}

int ftruncate(int fd, off_t size) {
    NEXT(int, ftruncate, int, off_t)
    return fails("truncate", NULL) ? -1 : real(fd, size);
}

int rename(const char *from, const char *to) {
    NEXT(int, rename, const char *, const char *)
    return fails("rename", NULL) ? -1 : real(from, to);
}

int mkdir(const char *path, mode_t mode) {
    NEXT(int, mkdir, const char *, mode_t)
    return fails("mkdir", NULL) ? -1 : real(path, mode);
}

off_t lseek(int fd, off_t at, int whence) {
    NEXT(off_t, lseek, int, off_t, int)
    return fails("lseek", NULL) ? -1 : real(fd, at, whence);
}

/* -- sockets and processes ------------------------------------------------------------------------------------------------- */

int socket(int domain, int type, int protocol) {
    NEXT(int, socket, int, int, int)
    return fails("socket", NULL) ? -1 : real(domain, type, protocol);
}

int socketpair(int domain, int type, int protocol, int pair[2]) {
    NEXT(int, socketpair, int, int, int, int *)
    return fails("socket", NULL) ? -1 : real(domain, type, protocol, pair);
}

int connect(int fd, const struct sockaddr *address, socklen_t n) {
    NEXT(int, connect, int, const struct sockaddr *, socklen_t)
    return fails("connect", NULL) ? -1 : real(fd, address, n);
}

int poll(struct pollfd *fds, nfds_t count, int timeout) {
    NEXT(int, poll, struct pollfd *, nfds_t, int)
    return fails("poll", NULL) ? -1 : real(fds, count, timeout);
}

int epoll_wait(int fd, struct epoll_event *events, int most, int timeout) {
    NEXT(int, epoll_wait, int, struct epoll_event *, int, int)
    return fails("poll", NULL) ? -1 : real(fd, events, most, timeout);
}

int epoll_pwait(int fd, struct epoll_event *events, int most, int timeout, const sigset_t *mask) {
    NEXT(int, epoll_pwait, int, struct epoll_event *, int, int, const sigset_t *)
    return fails("poll", NULL) ? -1 : real(fd, events, most, timeout, mask);
}

pid_t fork(void) {
    NEXT(pid_t, fork, void)
    return fails("fork", NULL) ? -1 : real();
}
