#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void set_v(struct err *e, enum err_code code, uint64_t offset, const char *fmt, va_list ap) PRINTF_LIKE(4, 0);
static void set_v(struct err *e, enum err_code code, uint64_t offset, const char *fmt, va_list ap) {
    e->code = code;
    e->offset = offset;
    vsnprintf(e->msg, sizeof e->msg, fmt, ap);
}

enum err_code err_set(struct err *e, enum err_code code, const char *fmt, ...) {
    if (e) {
        va_list ap;
        va_start(ap, fmt);
        set_v(e, code, UINT64_MAX, fmt, ap);
        va_end(ap);
    }
    return code;
}

enum err_code err_set_at(struct err *e, enum err_code code, uint64_t offset, const char *fmt, ...) {
    if (e) {
        va_list ap;
        va_start(ap, fmt);
        set_v(e, code, offset, fmt, ap);
        va_end(ap);
    }
    return code;
}

enum err_code err_prefix(struct err *e, const char *fmt, ...) {
    if (!e) return ERR_OK;
    char whole[sizeof e->msg];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(whole, sizeof whole, fmt, ap);
    va_end(ap);
    size_t used = n < 0 ? 0 : (size_t)n < sizeof whole ? (size_t)n : sizeof whole - 1;
    sv tail = sv_cstr(e->msg), room = {whole + used, sizeof whole - 1 - used};
    if (room.n > 2) {
        memcpy(whole + used, ": ", 2);
        tail = sv_take(tail, room.n - 2);
        memcpy(whole + used + 2, tail.p, tail.n);
        used += 2 + tail.n;
    }
    whole[used] = '\0';
    memcpy(e->msg, whole, used + 1);
    return e->code;
}

enum err_code err_from_errno(int error_number) {
    switch (error_number) {
    case ENOENT:
    case ENOTDIR: return ERR_NOT_FOUND;
    case EACCES:
    case EPERM:
    case EROFS: return ERR_DENIED;
    case ENOMEM: return ERR_MEMORY;
    case ETIMEDOUT: return ERR_TIMEOUT;
    default: return ERR_IO;
    }
}

const char *err_code_name(enum err_code code) {
    static const char *const names[] = {"ok", "input", "limit", "memory", "io", "timeout", "not_found", "denied", "conflict", "usage", "cancelled"};
    _Static_assert(COUNT_OF(names) == ERR_CODE_COUNT, "a name for every code");
    return (unsigned)code < ERR_CODE_COUNT ? names[code] : "unknown";
}

void bug_abort(const char *file, int line, const char *what) {
    fprintf(stderr, "bug: %s:%d: %s\n", file, line, what);
    abort();
}
