/* Log lines: one line of key=value (or JSON) to stderr. The sink is a struct that main owns and passes down, not a global.
 * Values are escaped and cut to LOG_VALUE_MAX bytes, so page text cannot forge lines. Loop thread only. */
#pragma once

#include "base/compiler.h"
#include "base/sv.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
enum { LOG_VALUE_MAX = 400 };

struct log_ctx {
    enum log_level least; /* lines below it are not written */
    bool json;
    const char *program; /* "worker"; borrowed for the context's lifetime */
    int fd;
};

/* fields: pairs of key and value as C strings, closed by NULL:
 *   log_line(log, LOG_WARN, "retry", "job", id_hex, "attempt", "2", NULL);
 * One write(2) a line. Does nothing when log is NULL. */
void log_line(const struct log_ctx *, enum log_level, const char *event, ...) __attribute__((sentinel));
/* One field `msg`, formatted. */
void log_msg(const struct log_ctx *, enum log_level, const char *event, const char *fmt, ...) PRINTF_LIKE(4, 5);
bool log_level_parse(sv, enum log_level *out); /* debug info warn error */
