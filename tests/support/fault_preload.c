/* For LD_PRELOAD: a disk and a clock that misbehave while a program runs. THRESHER_FAULTS names a file of FAULT_COUNT 64-bit numbers, native byte
 * order, which a test changes while the program goes on (faults.py). Without it, or with zeros, nothing is changed. Only regular files behind
 * descriptor 2 are touched: never sockets, pipes or logs. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum fault {
    FAULT_CLOCK_MS,    /* added to the time of day; the monotonic clock never steps */
    FAULT_SYNC_ERRNO,  /* fsync and fdatasync say this error */
    FAULT_SYNC_MS,     /* and take this much longer */
    FAULT_WRITE_ERRNO, /* write, pwrite, ftruncate, and open and rename that would write */
    FAULT_HITS,        /* counts what was refused, delayed or stepped */
    FAULT_COUNT
};

static volatile int64_t *faults; /* one mapping a process, made before main */

__attribute__((constructor)) static void map_faults(void) {
    const char *path = getenv("THRESHER_FAULTS");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0) return;
    void *at = mmap(NULL, FAULT_COUNT * sizeof *faults, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (at != MAP_FAILED) faults = at;
}

/* The function that we stand before; its address is looked up each time, which a test can afford. */
#define NEXT(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

static int64_t is(enum fault which) {
    int64_t value = faults ? faults[which] : 0;
    if (value) faults[FAULT_HITS]++;
    return value;
}

static int is_file(int fd) {
    struct stat st;
    return fd > 2 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

/* True with errno set when a call that writes must fail. */
static int refused(void) {
    int64_t error = is(FAULT_WRITE_ERRNO);
    if (error) errno = (int)error;
    return error != 0;
}

/* -- the clock ------------------------------------------------------------------------------------------------------------- */

int clock_gettime(clockid_t clock, struct timespec *t) {
    int done = NEXT(clock_gettime)(clock, t);
    if (done == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) t->tv_sec += (time_t)(is(FAULT_CLOCK_MS) / 1000);
    return done;
}

time_t time(time_t *out) {
    time_t now = NEXT(time)(NULL) + (time_t)(is(FAULT_CLOCK_MS) / 1000);
    if (out) *out = now;
    return now;
}

int gettimeofday(struct timeval *restrict t, void *restrict zone) {
    int done = NEXT(gettimeofday)(t, zone);
    if (done == 0) t->tv_sec += (time_t)(is(FAULT_CLOCK_MS) / 1000);
    return done;
}

/* -- the disk -------------------------------------------------------------------------------------------------------------- */

static int sync_by(int (*sync)(int), int fd) {
    int64_t ms = is(FAULT_SYNC_MS), error = is(FAULT_SYNC_ERRNO);
    if (ms) usleep((useconds_t)ms * 1000);
    if (!error) return sync(fd);
    errno = (int)error;
    return -1;
}

int fsync(int fd) { return sync_by(NEXT(fsync), fd); }
int fdatasync(int fd) { return sync_by(NEXT(fdatasync), fd); }

ssize_t write(int fd, const void *from, size_t n) { return faults && is_file(fd) && refused() ? -1 : NEXT(write)(fd, from, n); }
ssize_t pwrite(int fd, const void *from, size_t n, off_t at) { return faults && is_file(fd) && refused() ? -1 : NEXT(pwrite)(fd, from, n, at); }
int ftruncate(int fd, off_t size) { return faults && is_file(fd) && refused() ? -1 : NEXT(ftruncate)(fd, size); }
int rename(const char *from, const char *to) { return refused() ? -1 : NEXT(rename)(from, to); }

int open(const char *path, int flags, ...) {
    va_list args;
    va_start(args, flags);
    int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(args, int) : 0;
    va_end(args);
    if ((flags & O_ACCMODE) != O_RDONLY && refused()) return -1;
    return NEXT(open)(path, flags, mode);
}
