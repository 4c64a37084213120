#include "monitor/monitor.h"

#include <inttypes.h>

#include "monitor/process.h"
#include "monitor/series.h"

static enum err_code check_ready(void *user, struct err *why) {
    const struct monitor *m = user;
    uint64_t written_ms = m->pulse->written_ms, now_ms = clock_mono_ms();
    if (!written_ms) return err_set(why, ERR_IO, "nothing has been written to Redis yet");
    if (m->pulse->away) return err_set(why, ERR_IO, "Redis is away: the last write is %" PRIu64 " ms old", now_ms - written_ms);
    if (now_ms > written_ms + MONITOR_READY_MS) return err_set(why, ERR_TIMEOUT, "the last write to Redis is %" PRIu64 " ms old", now_ms - written_ms);
    return ERR_OK;
}

static void add_value(struct sbuf *out, enum metric_unit unit, uint64_t value) {
    uint64_t now_ms = clock_mono_ms();
    switch (unit) {
    case METRIC_COUNT: series_add_count(out, value); break;
    case METRIC_MS: series_add_seconds(out, value * 1000); break;
    case METRIC_SINCE_MS: series_add_seconds(out, now_ms > value ? (now_ms - value) * 1000 : 0); break;
    }
}

static void add_metric(struct sbuf *out, const struct metric *m, const void *figures) {
    const figure *values = (const figure *)(const void *)((const char *)figures + m->at);
    series_add_head(out, m->name, NULL, m->help);
    for (size_t i = 0; i < (m->label ? m->words : 1); i++) {
        const char *word = m->label ? m->word(figures, i) : "";
        uint64_t value = values[i];
        if (!word || (m->unit == METRIC_SINCE_MS && !value)) continue;
        sbuf_add(out, sv_cstr(m->name));
        if (m->label) {
            series_add_label(out, '{', m->label, sv_cstr(word));
            sbuf_add_char(out, '}');
        }
        sbuf_add_char(out, ' ');
        add_value(out, m->unit, value);
    }
}

static void write_page(void *user, struct sbuf *out) {
    static const struct metric written = {"thresher_redis_write_age_seconds", METRIC_SINCE_MS, offsetof(struct pulse, written_ms),
                                          "How long ago the last write to Redis succeeded.", NULL, NULL, 0};
    struct monitor *m = user;
    struct err why;
    const void *figures = m->figures(m->user);
    series_add_build_info(out);
    series_add_gauge(out, "thresher_ready", check_ready(m, &why) == ERR_OK, "1 while /readyz answers 200.");
    add_metric(out, &written, m->pulse);
    process_write(m->begun_ms, out);
    for (size_t i = 0; i < m->metric_count; i++) add_metric(out, &m->metrics[i], figures);
}

struct http_server_cfg monitor_http(struct monitor *m) {
    return (struct http_server_cfg){.listen = m->listen, .write = write_page, .media_type = SERIES_MEDIA_TYPE, .ready = check_ready, .user = m, .log = m->log};
}
