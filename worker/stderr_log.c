#include "stderr_log.h"

#include <stdio.h>

void stderr_log_init(struct stderr_log *s, const struct log_ctx *log, long pid) { *s = (struct stderr_log){.log = log, .pid = pid}; }

void stderr_log_end(struct stderr_log *s) {
    char pid[24];
    if (s->held == 0) return;
    snprintf(pid, sizeof pid, "%ld", s->pid);
    s->line[s->held] = '\0';
    s->held = 0;
    log_line(s->log, LOG_ERROR, "extractor_stderr", "pid", pid, "text", s->line, NULL);
}

static void add(struct stderr_log *s, char c) {
    if (c == '\n') {
        stderr_log_end(s);
        return;
    }
    if (s->held == LOG_VALUE_MAX) stderr_log_end(s);
    s->line[s->held++] = c ? c : '?'; /* a log's value ends at a NUL */
}

void stderr_log_feed(struct stderr_log *s, sv bytes) {
    sv shown = sv_take(bytes, STDERR_LOG_MAX - s->shown);
    for (size_t i = 0; i < shown.n; i++) add(s, shown.p[i]);
    s->shown += shown.n;
    if (shown.n == bytes.n || s->silent) return;
    stderr_log_end(s);
    s->silent = true;
    log_msg(s->log, LOG_ERROR, "extractor_stderr", "pid %ld: more than %d bytes, the rest is left out", s->pid, STDERR_LOG_MAX);
}
