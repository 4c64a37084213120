#include "dead_filter.h"

#include "base/url.h"

static bool is_entry_id(sv id) {
    uint64_t number;
    sv ms = sv_cut(&id, '-');
    return id.p && sv_to_u64(ms, &number) && sv_to_u64(id, &number);
}

enum err_code dead_filter_check(const struct dead_filter *f, struct err *e) {
    for (size_t i = 0; i < f->id_count; i++) {
        struct hash128 id;
        sv text = sv_cstr(f->ids[i]);
        if (!hex_decode(text, id.b, sizeof id.b) && !is_entry_id(text))
            return err_set(e, ERR_USAGE, "'%.60s' is neither a job's id (32 hex digits) nor a letter's (1700000000000-0)", f->ids[i]);
    }
    return ERR_OK;
}

bool dead_filter_is_empty(const struct dead_filter *f) {
    return !f->reason && !f->host && f->id_count == 0 && strcmp(f->from, "-") == 0 && strcmp(f->to, "+") == 0;
}

static bool has_id(const struct dead_filter *f, const struct dead_letter *d) {
    for (size_t i = 0; i < f->id_count; i++) {
        struct hash128 id;
        sv text = sv_cstr(f->ids[i]);
        if (sv_eq(text, d->entry_id)) return true;
        if (hex_decode(text, id.b, sizeof id.b) && memcmp(id.b, d->id.b, sizeof id.b) == 0) return true;
    }
    return f->id_count == 0;
}

static bool has_host(const char *wanted, const struct dead_letter *d, struct arena *arena) {
    struct job job;
    struct err why;
    if (job_unpack(d->wire, arena, &job, &why) != ERR_OK) return false;
    sv host = url_host(job.url), name = sv_cstr(wanted);
    if (sv_eq_nocase(host, name)) return true;
    return host.n > name.n && host.p[host.n - name.n - 1] == '.' && sv_eq_nocase(sv_skip(host, host.n - name.n), name);
}

bool dead_filter_matches(const struct dead_filter *f, const struct dead_letter *d, struct arena *arena) {
    if (f->reason && !sv_eq(d->reason, sv_cstr(f->reason))) return false;
    return has_id(f, d) && (!f->host || has_host(f->host, d, arena));
}
