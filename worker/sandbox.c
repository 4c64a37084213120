#define _GNU_SOURCE
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

/* -- limits ----------------------------------------------------------------------------------------------------------------- */

static void close_other_files(void) {
#ifdef SYS_close_range
    if (syscall(SYS_close_range, 3u, ~0u, 0u) == 0) return;
#endif
    for (int fd = 3; fd < 65536; fd++) close(fd);
}

#ifndef THRESHER_SANITIZED /* a sanitizer's shadow needs the whole address space */
static uint64_t address_space_now(void) {
    char text[64]; /* the first number of those in it */
    FILE *f = fopen("/proc/self/statm", "re");
    if (!f) return 0;
    uint64_t pages = fgets(text, sizeof text, f) ? strtoull(text, NULL, 10) : 0;
    fclose(f);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}
#endif

static void limit_memory(uint64_t bytes) {
#ifdef THRESHER_SANITIZED
    (void)bytes;
#else
    rlim_t limit = (rlim_t)(address_space_now() + bytes);
    setrlimit(RLIMIT_AS, &(struct rlimit){limit, limit});
#endif
}

static void be_first_to_be_killed(void) {
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd < 0) return;
    ssize_t ignored = write(fd, "1000", 4);
    (void)ignored; /* a system that forbids it is not worse than one without it */
    close(fd);
}

void sandbox_limit(uint64_t address_space_bytes) {
    close_other_files();
    be_first_to_be_killed();
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    limit_memory(address_space_bytes);
#ifndef THRESHER_SANITIZED /* the leak check at exit traces */
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

#ifndef THRESHER_SANITIZED /* sandbox.h says why */

/* -- Landlock --------------------------------------------------------------------------------------------------------------- */

/* Rights by version of the interface; the headers that we build with may know fewer than the kernel that we run on. */
struct ruleset {
    uint64_t fs, net, scoped;
};

static struct ruleset everything(long version) {
    static const uint64_t fs_bits[] = {0, 13, 14, 15, 15, 16}; /* how many rights of the file system versions 1 to 5 know */
    size_t at = version < 5 ? (size_t)version : 5;
    return (struct ruleset){
        .fs = ((uint64_t)1 << fs_bits[at]) - 1,
        .net = version >= 4 ? 3 : 0,    /* bind and connect */
        .scoped = version >= 6 ? 3 : 0, /* abstract sockets, signals */
    };
}

/* With no rule added, nothing is allowed. A second wall: where the kernel has none, the filter stands alone. */
static void forbid_files_and_network(void) {
#ifdef SYS_landlock_create_ruleset
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1) return;
    struct ruleset all = everything(version);
    size_t size = version >= 6 ? sizeof all : version >= 4 ? 2 * sizeof all.fs : sizeof all.fs;
    int fd = (int)syscall(SYS_landlock_create_ruleset, &all, size, 0);
    if (fd < 0) return;
    syscall(SYS_landlock_restrict_self, fd, 0);
    close(fd);
#endif
}

/* -- seccomp ---------------------------------------------------------------------------------------------------------------- */

/* What parsing takes, whatever the arguments. */
static const int allowed[] = {
    SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(futex),
    SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(getrandom), SCMP_SYS(sysinfo), SCMP_SYS(getpid), SCMP_SYS(gettid),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(restart_syscall), SCMP_SYS(exit), SCMP_SYS(exit_group),
};

/* What no parser does, not even by habit: somebody else is at the wheel. */
static const int deadly[] = {
    SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(clone), SCMP_SYS(clone3), SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(pidfd_open), SCMP_SYS(pidfd_getfd), SCMP_SYS(pidfd_send_signal),
    SCMP_SYS(kill), SCMP_SYS(tkill), SCMP_SYS(rt_sigqueueinfo), SCMP_SYS(rt_tgsigqueueinfo), SCMP_SYS(socket), SCMP_SYS(socketpair),
    SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(sendto), SCMP_SYS(sendmsg),
    SCMP_SYS(recvmsg), SCMP_SYS(bpf), SCMP_SYS(io_uring_setup), SCMP_SYS(userfaultfd), SCMP_SYS(perf_event_open), SCMP_SYS(keyctl),
    SCMP_SYS(add_key), SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(unshare), SCMP_SYS(setns), SCMP_SYS(chroot), SCMP_SYS(pivot_root),
    SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(kexec_load), SCMP_SYS(memfd_create), SCMP_SYS(personality),
    SCMP_SYS(setuid), SCMP_SYS(setgid), SCMP_SYS(setresuid), SCMP_SYS(setresgid), SCMP_SYS(capset), SCMP_SYS(pkey_mprotect),
};

/* 0, or a negative errno value. */
static int add_rules(scmp_filter_ctx filter) {
    const struct scmp_arg_cmp no_exec = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0), exec = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC);
    const struct scmp_arg_cmp anonymous = SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS);
    int rc = 0;
    for (size_t i = 0; i < COUNT_OF(allowed) && rc == 0; i++) rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
    for (size_t i = 0; i < COUNT_OF(deadly) && rc == 0; i++) rc = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, deadly[i], 0);
    if (!rc) rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, no_exec, anonymous);
    if (!rc) rc = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, SCMP_SYS(mmap), 1, exec);
    if (!rc) rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_exec);
    if (!rc) rc = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, SCMP_SYS(mprotect), 1, exec);
    /* abort() signals itself; a page's own deadline is an alarm. */
    if (!rc) rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0));
    if (!rc) rc = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_NE, (scmp_datum_t)getpid(), 0));
    if (!rc) rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(setitimer), 1, SCMP_A0(SCMP_CMP_EQ, ITIMER_REAL, 0));
    return rc;
}

static enum err_code load_filter(struct err *e) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (!filter) return err_set(e, ERR_MEMORY, "no memory for the sandbox's filter");
    int rc = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    if (!rc) rc = add_rules(filter);
    if (!rc) rc = seccomp_load(filter);
    seccomp_release(filter);
    if (!rc) return ERR_OK;
    return err_set(e, ERR_NOT_FOUND, "this kernel takes no seccomp filter (%s)", strerror(-rc));
}

#endif

/* -- both ------------------------------------------------------------------------------------------------------------------- */

enum err_code sandbox_lock(struct err *e) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return err_set(e, ERR_NOT_FOUND, "this kernel has no PR_SET_NO_NEW_PRIVS");
#ifdef THRESHER_SANITIZED
    return ERR_OK;
#else
    forbid_files_and_network();
    setrlimit(RLIMIT_NOFILE, &(struct rlimit){0, 0});
    setrlimit(RLIMIT_NPROC, &(struct rlimit){0, 0});
    return load_filter(e);
#endif
}
