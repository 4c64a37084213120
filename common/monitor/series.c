#include "monitor/series.h"

#include <inttypes.h>

#include "runtime/version.h"

void series_add_head(struct sbuf *out, const char *name, const char *type, const char *help) {
    if (!type) type = sv_ends(sv_cstr(name), SV("_total")) ? "counter" : "gauge";
    sbuf_addf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void series_add_label(struct sbuf *out, char before, const char *name, sv value) {
    sbuf_addf(out, "%c%s=\"", before, name);
    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];
        if (c == '\n') sbuf_add(out, SV("\\n"));
        else {
            if (c == '"' || c == '\\') sbuf_add_char(out, '\\');
            sbuf_add_char(out, c);
        }
    }
    sbuf_add_char(out, '"');
}

void series_add_count(struct sbuf *out, uint64_t value) { sbuf_addf(out, "%" PRIu64 "\n", value); }

void series_add_seconds(struct sbuf *out, uint64_t us) { sbuf_addf(out, "%" PRIu64 ".%06" PRIu64 "\n", us / 1000000, us % 1000000); }

void series_add_gauge(struct sbuf *out, const char *name, uint64_t value, const char *help) {
    series_add_head(out, name, NULL, help);
    sbuf_addf(out, "%s %" PRIu64 "\n", name, value);
}

void series_add_build_info(struct sbuf *out) {
    series_add_head(out, "thresher_build_info", NULL, "1; the version of the program that answers.");
    sbuf_add(out, SV("thresher_build_info"));
    series_add_label(out, '{', "version", sv_cstr(version_text()));
    sbuf_add(out, SV("} 1\n"));
}
