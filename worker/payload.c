#define _GNU_SOURCE
#include "payload.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <uv.h>

#include "schema/job.h"

enum { PATH_MAX_BYTES = 4096, DEPTH_MAX = 64, ARENA_MAX = 4 << 20 };

struct reading {
    struct reading *next;
    struct payload_store *store;
    void *item; /* NULL: dropped */
    bool under_way;
    struct sbuf job, whole; /* as it came; with its payload */
    enum err_code code;
    struct err err;
    uv_work_t work;
};

struct payload_store {
    uv_loop_t *loop;
    int root_fd;
    payload_read_cb *on_read;
    void *user;
    struct reading *first;
};

/* -- files -------------------------------------------------------------------------------------------------------------------- */

/* What openat2 does, for kernels without it: one name at a time, and no symbolic link at all. */
static int open_by_hand(int root_fd, const char *path) {
    int folder = dup(root_fd), fd = -1;
    for (int depth = 0; folder >= 0 && depth < DEPTH_MAX; depth++) {
        char name[NAME_MAX + 1];
        const char *slash = strchr(path, '/');
        size_t n = slash ? (size_t)(slash - path) : strlen(path);
        bool bad = n == 0 || n > NAME_MAX || (n == 2 && memcmp(path, "..", 2) == 0);
        memcpy(name, path, bad ? 0 : n);
        name[bad ? 0 : n] = '\0';
        int next = bad ? -1 : openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | (slash ? O_DIRECTORY : 0));
        int error = bad ? EXDEV : errno;
        close(folder);
        errno = error;
        folder = slash ? next : -1;
        fd = slash ? -1 : next;
        if (slash) path = slash + 1;
    }
    return fd;
}

static int open_below(int root_fd, const char *path) {
    struct open_how how = {.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    long fd = syscall(SYS_openat2, root_fd, path, &how, sizeof how);
    if (fd >= 0 || errno != ENOSYS) return (int)fd;
    return open_by_hand(root_fd, path);
}

static enum err_code open_file(int root_fd, sv uri, int *fd, struct err *e) {
    char path[PATH_MAX_BYTES + 1];
    struct stat st;
    *fd = -1;
    if (uri.n == 0 || uri.n > PATH_MAX_BYTES || sv_find_char(uri, '\0', 0) != SIZE_MAX || *uri.p == '/')
        return err_set(e, ERR_INPUT, "the job refers to '%.*s', which is no path below the payload root", SV_ARG(sv_take(uri, 120)));
    memcpy(path, uri.p, uri.n);
    path[uri.n] = '\0';
    *fd = open_below(root_fd, path);
    if (*fd < 0 && (errno == EXDEV || errno == ELOOP)) return err_set(e, ERR_INPUT, "the job refers to '%.120s', which leads out of the payload root", path);
    if (*fd < 0) return err_set(e, err_from_errno(errno), "the payload %.120s cannot be opened: %s", path, strerror(errno));
    if (fstat(*fd, &st) == 0 && S_ISREG(st.st_mode)) return ERR_OK;
    return err_set(e, ERR_NOT_FOUND, "the payload %.120s is no file", path);
}

static enum err_code read_slice(int fd, const struct payload_ref *ref, struct sbuf *out, struct err *e) {
    if (ref->length > JOB_PAYLOAD_MAX) return err_set(e, ERR_LIMIT, "the job refers to %llu bytes; %d is the most", (unsigned long long)ref->length, JOB_PAYLOAD_MAX);
    if (ref->offset > INT64_MAX - ref->length) return err_set(e, ERR_INPUT, "the job refers to an offset that no file has");
    char *room = sbuf_reserve(out, (size_t)ref->length);
    size_t got = 0;
    if (!room) return err_set(e, ERR_MEMORY, "no memory for a payload of %llu bytes", (unsigned long long)ref->length);
    while (got < ref->length) {
        ssize_t n = pread(fd, room + got, (size_t)ref->length - got, (off_t)(ref->offset + got));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return err_set(e, err_from_errno(errno), "the payload %.*s cannot be read: %s", SV_ARG(sv_take(ref->uri, 120)), strerror(errno));
        if (n == 0) break;
        got += (size_t)n;
    }
    sbuf_commit(out, got);
    if (got == ref->length && (ref->hash == 0 || hash64(sbuf_view(out)) == ref->hash)) return ERR_OK;
    return err_set(e, ERR_CONFLICT, "the payload %.*s has changed since the job was made, at offset %llu", SV_ARG(sv_take(ref->uri, 120)), (unsigned long long)ref->offset);
}

enum err_code payload_inline(int root_fd, sv wire, struct sbuf *out, struct err *e) {
    struct arena arena;
    struct sbuf payload;
    struct job job;
    int fd = -1;
    arena_init(&arena, ARENA_MAX);
    sbuf_init(&payload, 0);
    enum err_code code = job_unpack(wire, &arena, &job, e);
    if (!code && !job.by_reference) code = err_set(e, ERR_INPUT, "the job has its payload already");
    if (!code && root_fd < 0) code = err_set(e, ERR_NOT_FOUND, "the job refers to %.*s, and this worker has no --payload-root", SV_ARG(sv_take(job.ref.uri, 120)));
    if (!code) code = open_file(root_fd, job.ref.uri, &fd, e);
    if (!code) code = read_slice(fd, &job.ref, &payload, e);
    if (!code) {
        job.by_reference = false;
        job.payload = sbuf_view(&payload);
        code = job_pack(&job, out, e);
    }
    if (fd >= 0) close(fd);
    sbuf_clear(&payload);
    arena_clear(&arena);
    return code;
}

/* -- the store ---------------------------------------------------------------------------------------------------------------- */

enum err_code payload_store_new(struct payload_store **out, uv_loop_t *loop, const char *root, payload_read_cb *on_read, void *user, struct err *e) {
    struct payload_store *s = calloc(1, sizeof *s);
    *out = s;
    if (!s) return err_set(e, ERR_MEMORY, "no memory for payloads");
    *s = (struct payload_store){.loop = loop, .root_fd = -1, .on_read = on_read, .user = user};
    if (!root) return ERR_OK;
    s->root_fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (s->root_fd >= 0) return ERR_OK;
    enum err_code code = err_set(e, ERR_USAGE, "--payload-root %s: %s", root, strerror(errno));
    payload_store_free(out);
    return code;
}

static void reading_free(struct reading *r) {
    sbuf_clear(&r->job);
    sbuf_clear(&r->whole);
    free(r);
}

void payload_store_free(struct payload_store **ps) {
    struct payload_store *s = *ps;
    if (!s) return;
    for (struct reading *next; s->first; s->first = next) {
        next = s->first->next;
        BUG_IF(s->first->under_way);
        reading_free(s->first);
    }
    if (s->root_fd >= 0) close(s->root_fd);
    free(s);
    *ps = NULL;
}

static void on_work(uv_work_t *work) {
    struct reading *r = work->data;
    r->code = payload_inline(r->store->root_fd, sbuf_view(&r->job), &r->whole, &r->err);
}

static void unlink_reading(struct reading *gone) {
    struct reading **at = &gone->store->first;
    while (*at != gone) at = &(*at)->next;
    *at = gone->next;
    reading_free(gone);
}

static void on_worked(uv_work_t *work, int status) {
    struct reading *r = work->data;
    (void)status; /* nothing cancels it */
    r->under_way = false;
    if (!r->item) {
        unlink_reading(r);
        return;
    }
    struct err err = r->err; /* the callback may drop the item */
    err.code = r->code;
    r->store->on_read(r->store->user, r->item, err.code ? &err : NULL);
}

bool payload_store_take(struct payload_store *s, void *item, sv wire) {
    if (!job_is_reference(wire)) return false;
    struct reading *r = calloc(1, sizeof *r);
    if (r) {
        *r = (struct reading){.next = s->first, .store = s, .item = item, .under_way = true, .work.data = r};
        sbuf_init(&r->job, 0);
        sbuf_init(&r->whole, 0);
        sbuf_add(&r->job, wire);
    }
    if (r && !r->job.err && uv_queue_work(s->loop, &r->work, on_work, on_worked) == 0) {
        s->first = r;
        return true;
    }
    if (r) reading_free(r);
    const struct err err = {.code = ERR_MEMORY, .msg = "no memory to read a payload"};
    s->on_read(s->user, item, &err);
    return true;
}

static struct reading *find(const struct payload_store *s, const void *item) {
    struct reading *r = s->first;
    while (r && r->item != item) r = r->next;
    return r;
}

sv payload_store_wire(const struct payload_store *s, const void *item, sv wire) {
    const struct reading *r = find(s, item);
    return r ? sbuf_view(&r->whole) : wire;
}

void payload_store_drop(struct payload_store *s, const void *item) {
    struct reading *r = find(s, item);
    if (!r) return;
    r->item = NULL;
    if (!r->under_way) unlink_reading(r);
}

void *payload_store_reading(const struct payload_store *s) {
    for (const struct reading *r = s->first; r; r = r->next)
        if (r->item && r->under_way) return r->item;
    return NULL;
}
