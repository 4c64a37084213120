/* What a process writes to its stderr, as lines of the log: escaped there, with the process named, and bounded, since a hostile page may have taken
 * the process over and the log is read on somebody's terminal. Pure but for the log. */
#pragma once

#include "base/log.h"

enum { STDERR_LOG_MAX = 64 << 10 /* bytes of one process that are shown: two reports of a sanitizer */ };

struct stderr_log {
    const struct log_ctx *log; /* may be NULL */
    long pid;
    size_t shown, held;
    bool silent; /* the rest was said to be left out */
    char line[LOG_VALUE_MAX + 1];
};

void stderr_log_init(struct stderr_log *, const struct log_ctx *, long pid);
/* Logs the lines that are whole, as errors: an extractor has nothing to say there. A longer one than LOG_VALUE_MAX goes on in the next. */
void stderr_log_feed(struct stderr_log *, sv);
/* The last line may lack its end. */
void stderr_log_end(struct stderr_log *);
