/* Stands before extract_run by the linker's --wrap: a page that says <!--obey:WORD;--> makes its extractor do so, as a page that took the
 * process over could. The other pages are extracted. For tests alone; nothing of it is in a program that is installed. */
#define _GNU_SOURCE
#include "obedient.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "extract.h"
#include "frame.h"

enum { PAGE_BYTES = 4096, EAT_STEP = 16 << 20, EAT_MAX = 1200 << 20, SLOW_MS = 10 };

enum err_code __real_extract_run(struct extract *, const struct extract_input *, struct arena *, struct document *out, struct err *);
enum err_code __wrap_extract_run(struct extract *, const struct extract_input *, struct arena *, struct document *out, struct err *);

/* -- what the sandbox refuses: 0 or more when it was done, -1 with errno when not ------------------------------------------- */

static long do_open(void) { return open("/etc/passwd", O_RDONLY | O_CLOEXEC); }
static long do_create(void) { return open("/tmp/thresher-obedient", O_WRONLY | O_CREAT | O_CLOEXEC, 0600); }
static long do_unlink(void) { return unlink("/tmp/thresher-obedient"); }
static long do_stat(void) { return access("/etc/passwd", R_OK); }
static long do_dup(void) { return dup(1); }
static long do_socket(void) { return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); }
static long do_socketpair(void) {
    int pair[2];
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
}
static long do_fork(void) {
    pid_t pid = fork();
    if (pid == 0) _exit(0);
    return pid;
}
static long do_exec(void) {
    char name[] = "/bin/true", *args[] = {name, NULL}, *env[] = {NULL};
    return execve(name, args, env);
}
static long do_ptrace(void) { return ptrace(PTRACE_TRACEME, 0, NULL, NULL); }
static long do_kill(void) { return kill(1, 0); }
static long do_tgkill(void) { return syscall(SYS_tgkill, 1, 1, 0); }
static long do_mmap_exec(void) { return mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0; }
static long do_mprotect_exec(void) {
    void *p = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p == MAP_FAILED ? -1 : mprotect(p, PAGE_BYTES, PROT_READ | PROT_EXEC);
}
static long do_mmap_file(void) { return mmap(NULL, PAGE_BYTES, PROT_READ, MAP_PRIVATE, 2, 0) == MAP_FAILED ? -1 : 0; }
static long do_rlimit(void) { return prlimit(0, RLIMIT_CPU, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY}, NULL); }
static long do_profile(void) {
    struct itimerval timer = {.it_value = {.tv_sec = 100}};
    return setitimer(ITIMER_PROF, &timer, NULL);
}
static long do_foreign_abi(void) {
#ifdef __x86_64__
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(20L /* getpid of i386 */) : "memory", "r8", "r9", "r10", "r11");
    return result;
#else
    raise(SIGSYS);
    return 0;
#endif
}
static long do_secret(void) {
    if (getenv("THRESHER_TEST_SECRET")) return 0;
    errno = EPERM;
    return -1;
}

/* -- what a page may do to the process, and the worker has to live with ----------------------------------------------------- */

/* Takes its time, without a sleep (which the sandbox would refuse); the page is extracted then. */
static void be_slow(void) {
    for (uint64_t until = clock_mono_ms() + SLOW_MS; clock_mono_ms() < until;) continue;
}
static long do_crash(void) {
    raise(SIGSEGV);
    return 0;
}
static long do_hang(void) {
    volatile bool on = true;
    while (on) continue;
    return 0;
}
/* Until there is no more, or enough: a build without RLIMIT_AS must not take the machine down. */
static long do_eat(void) {
    for (size_t eaten = 0; eaten < EAT_MAX; eaten += EAT_STEP) {
        char *p = malloc(EAT_STEP);
        if (!p) break;
        memset(p, 1, EAT_STEP);
    }
    _exit(FRAME_EXIT_MEMORY);
}
static long do_exit(void) { _exit(0); }
static void lie(const char *p, size_t n) {
    while (n > 0) {
        ssize_t put = write(0, p, n);
        if (put <= 0) _exit(1);
        p += put;
        n -= (size_t)put;
    }
}
static long do_garbage(void) {
    static const char garbage[] = "no frame has ever begun like this, and none will";
    lie(garbage, sizeof garbage);
    return do_hang();
}
/* The head of the largest frame that is allowed, then nothing. */
static long do_promise(void) {
    char head[FRAME_HEAD_BYTES];
    const struct frame_head h = {FRAME_RESULT, 0, 4, FRAME_BODY_MAX};
    if (frame_head_encode(&h, head, NULL) == ERR_OK) lie(head, sizeof head);
    return do_hang();
}
/* A result for a job that it was not given. */
static long do_foreign(void) {
    char bytes[FRAME_HEAD_BYTES + 4] = "";
    const struct frame_head h = {FRAME_RESULT, 123456789, 4, 0};
    if (frame_head_encode(&h, bytes, NULL) == ERR_OK) lie(bytes, sizeof bytes);
    return do_hang();
}
static long do_flood(void) {
    static char zeros[1 << 16];
    while (zeros[0] == 0) lie(zeros, sizeof zeros);
    return 0;
}

static const struct {
    const char *word;
    long (*act)(void);
} words[] = {
    {"open", do_open},           {"create", do_create},           {"unlink", do_unlink},       {"stat", do_stat},       {"dup", do_dup},
    {"socket", do_socket},       {"socketpair", do_socketpair},   {"fork", do_fork},           {"exec", do_exec},       {"ptrace", do_ptrace},
    {"kill", do_kill},           {"tgkill", do_tgkill},           {"mmap-exec", do_mmap_exec}, {"mmap-file", do_mmap_file}, {"mprotect-exec", do_mprotect_exec},
    {"rlimit", do_rlimit},       {"profile", do_profile},         {"foreign-abi", do_foreign_abi}, {"secret", do_secret}, {"crash", do_crash},
    {"hang", do_hang},           {"eat", do_eat},                 {"exit", do_exit},           {"garbage", do_garbage}, {"promise", do_promise},
    {"foreign", do_foreign},     {"flood", do_flood},
};

enum err_code __wrap_extract_run(struct extract *x, const struct extract_input *in, struct arena *arena, struct document *out, struct err *e) {
    size_t at = sv_find(in->bytes, SV(OBEDIENT_MARK), 0);
    sv rest = sv_skip(in->bytes, at == SIZE_MAX ? in->bytes.n : at + strlen(OBEDIENT_MARK)), word = sv_cut(&rest, ';');
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (!sv_eq(word, sv_cstr(words[i].word))) continue;
        sv did = words[i].act() < 0 ? SV("refused") : SV("done");
        *out = (struct document){.status = EXTRACT_BAD_PAYLOAD, .status_detail = arena_dup(arena, did)};
        return ERR_OK;
    }
    if (sv_eq(word, SV("slow"))) be_slow();
    return __real_extract_run(x, in, arena, out, e);
}
