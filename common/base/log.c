#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json_out.h"
#include "base/utf8.h"

static const char *const level_names[] = {"debug", "info", "warn", "error"};

static bool is_plain(sv v) {
    for (size_t i = 0; i < v.n; i++) {
        char c = v.p[i];
        if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7F) return false;
    }
    return v.n > 0 && utf8_is_valid(v);
}

static void add_field(struct json_out *j, bool json, const char *key, sv value) {
    if (value.n > LOG_VALUE_MAX) value = utf8_cut(value, LOG_VALUE_MAX);
    if (json) {
        json_out_kv(j, key, value);
        return;
    }
    if (j->out->n) sbuf_add_char(j->out, ' ');
    sbuf_addf(j->out, "%s=", key);
    if (is_plain(value))
        sbuf_add(j->out, value);
    else {
        struct json_out quoted;
        json_out_init(&quoted, j->out);
        json_out_string(&quoted, value);
    }
}

static void begin(struct sbuf *line, struct json_out *j, const struct log_ctx *log, enum log_level level, const char *event) {
    char stamp[40], fraction[8];
    int64_t now = clock_unix_ms();
    time_t seconds = (time_t)(now / 1000);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(fraction, sizeof fraction, ".%03dZ", (int)(now % 1000));
    memcpy(stamp + strlen(stamp), fraction, strlen(fraction) + 1);
    sbuf_init(line, 8192);
    json_out_init(j, line);
    if (log->json) json_out_open(j, '{');
    add_field(j, log->json, "ts", sv_cstr(stamp));
    add_field(j, log->json, "level", sv_cstr(level_names[level]));
    add_field(j, log->json, "program", sv_cstr(log->program));
    add_field(j, log->json, "event", sv_cstr(event));
}

static void end(struct sbuf *line, struct json_out *j, const struct log_ctx *log) {
    if (log->json) json_out_close(j, '}');
    sbuf_add_char(line, '\n');
    sv text = line->err ? SV("level=error event=log msg=\"no memory for a line of the log\"\n") : sbuf_view(line);
    for (size_t sent = 0; sent < text.n;) {
        ssize_t n = write(log->fd, text.p + sent, text.n - sent);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        sent += (size_t)n;
    }
    sbuf_clear(line);
}

void log_line(const struct log_ctx *log, enum log_level level, const char *event, ...) {
    if (!log || level < log->least) return;
    struct sbuf line;
    struct json_out j;
    begin(&line, &j, log, level, event);
    va_list ap;
    va_start(ap, event);
    for (const char *key = va_arg(ap, const char *); key; key = va_arg(ap, const char *)) {
        const char *value = va_arg(ap, const char *);
        add_field(&j, log->json, key, sv_cstr(value ? value : ""));
    }
    va_end(ap);
    end(&line, &j, log);
}

void log_msg(const struct log_ctx *log, enum log_level level, const char *event, const char *fmt, ...) {
    if (!log || level < log->least) return;
    char text[LOG_VALUE_MAX + 1];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    log_line(log, level, event, "msg", text, NULL);
}

bool log_level_parse(sv v, enum log_level *out) {
    for (size_t i = 0; i < COUNT_OF(level_names); i++)
        if (sv_eq(v, sv_cstr(level_names[i]))) {
            *out = (enum log_level)i;
            return true;
        }
    return false;
}
