#include "base/json_out.h"

#include <inttypes.h>
#include <math.h>

#include "base/utf8.h"

static void separate(struct json_out *j) {
    if (j->need_comma) sbuf_add_char(j->out, ',');
    j->need_comma = true;
}

void json_out_open(struct json_out *j, char bracket) {
    separate(j);
    sbuf_add_char(j->out, bracket);
    j->need_comma = false;
}

void json_out_close(struct json_out *j, char bracket) {
    sbuf_add_char(j->out, bracket);
    j->need_comma = true;
}

/* "\\u00" and two digits. */
static const char *escape_code(uint32_t c, char out[8]) {
    static const char digits[] = "0123456789abcdef";
    memcpy(out, "\\u00", 4);
    out[4] = digits[c >> 4 & 15];
    out[5] = digits[c & 15];
    out[6] = '\0';
    return out;
}

static void add_quoted(struct sbuf *out, sv v) {
    sbuf_add_char(out, '"');
    size_t from = 0, i = 0;
    while (i < v.n) {
        uint8_t c = (uint8_t)v.p[i];
        size_t len = 1;
        const char *escape = NULL;
        char code[8];
        if (c >= 0x80) {
            uint32_t point = utf8_decode(sv_skip(v, i), &len);
            if (point != 0xFFFD && point >= 0xA0) {
                i += len;
                continue;
            }
            escape = "\xEF\xBF\xBD";
            if (point < 0xA0) escape = escape_code(point, code); /* steers a terminal as those below 0x20 do */
        } else if (c == '"')
            escape = "\\\"";
        else if (c == '\\')
            escape = "\\\\";
        else if (c == '\n')
            escape = "\\n";
        else if (c == '\t')
            escape = "\\t";
        else if (c == '\r')
            escape = "\\r";
        else if (c < 0x20 || c == 0x7F) {
            escape = escape_code(c, code);
        }
        if (escape) {
            sbuf_add(out, sv_from(v.p + from, i - from));
            sbuf_add(out, sv_cstr(escape));
            from = i + len;
        }
        i += len;
    }
    sbuf_add(out, sv_from(v.p + from, v.n - from));
    sbuf_add_char(out, '"');
}

void json_out_key(struct json_out *j, const char *key) {
    separate(j);
    add_quoted(j->out, sv_cstr(key));
    sbuf_add_char(j->out, ':');
    j->need_comma = false;
}

void json_out_string(struct json_out *j, sv v) {
    if (!v.p) {
        json_out_null(j);
        return;
    }
    separate(j);
    add_quoted(j->out, v);
}

void json_out_u64(struct json_out *j, uint64_t n) {
    separate(j);
    sbuf_addf(j->out, "%" PRIu64, n);
}

void json_out_i64(struct json_out *j, int64_t n) {
    separate(j);
    sbuf_addf(j->out, "%" PRId64, n);
}

void json_out_double(struct json_out *j, double d) {
    if (!isfinite(d)) {
        json_out_null(j);
        return;
    }
    separate(j);
    sbuf_addf(j->out, "%.6g", d);
}

void json_out_bool(struct json_out *j, bool b) {
    separate(j);
    sbuf_add(j->out, b ? SV("true") : SV("false"));
}

void json_out_null(struct json_out *j) {
    separate(j);
    sbuf_add(j->out, SV("null"));
}

void json_out_kv(struct json_out *j, const char *key, sv v) {
    json_out_key(j, key);
    json_out_string(j, v);
}

void json_out_kv_u64(struct json_out *j, const char *key, uint64_t n) {
    json_out_key(j, key);
    json_out_u64(j, n);
}
