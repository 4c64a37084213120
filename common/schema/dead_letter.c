#include "schema/dead_letter.h"

#include "base/json_out.h"

static const char *const reason_names[] = {"other",     "timeout", "crashed",  "out_of_memory", "lost",  "payload_missing", "payload_changed",
                                          "not_found", "denied",  "conflict", "io",            "limit", "input"};
_Static_assert(COUNT_OF(reason_names) == DEAD_REASON_END, "a name for every reason");

const char *dead_reason_name(enum dead_reason reason) { return reason_names[reason]; }

enum dead_reason dead_reason_parse(sv name) {
    for (int i = 1; i < DEAD_REASON_END; i++)
        if (sv_eq(name, sv_cstr(reason_names[i]))) return (enum dead_reason)i;
    return DEAD_OTHER;
}

static void write_history(struct json_out *j, sv history) {
    json_out_key(j, "history");
    json_out_open(j, '[');
    while (history.n) {
        sv line = sv_cut(&history, '\n');
        uint64_t ms = 0;
        sv_to_u64(sv_cut(&line, '\t'), &ms);
        json_out_open(j, '{');
        json_out_kv_u64(j, "ms", ms);
        json_out_kv(j, "what", sv_cut(&line, '\t'));
        json_out_kv(j, "reason", sv_cut(&line, '\t'));
        json_out_kv(j, "worker", line);
        json_out_close(j, '}');
    }
    json_out_close(j, ']');
}

static void write_payload(struct json_out *j, const struct job *job) {
    json_out_key(j, "payload");
    json_out_open(j, '{');
    if (job->by_reference) {
        json_out_kv(j, "uri", job->ref.uri);
        json_out_kv_u64(j, "offset", job->ref.offset);
        json_out_kv_u64(j, "length", job->ref.length);
    } else
        json_out_kv_u64(j, "inline_bytes", job->payload.n);
    json_out_close(j, '}');
}

void dead_letter_write_json(const struct dead_letter *d, struct arena *arena, struct sbuf *out) {
    struct job job = {0};
    struct err why;
    char hex[2 * sizeof d->id.b + 1];
    struct json_out j;
    if (!d->wire.p || job_unpack(d->wire, arena, &job, &why) != ERR_OK) job = (struct job){0};
    hex_encode(d->id.b, sizeof d->id.b, hex);
    json_out_init(&j, out);
    json_out_open(&j, '{');
    json_out_kv(&j, "job_id", sv_cstr(hex));
    json_out_kv(&j, "entry_id", d->entry_id);
    json_out_kv(&j, "status", SV("dead"));
    json_out_kv(&j, "url", job.url);
    json_out_kv(&j, "reason", d->reason);
    json_out_kv(&j, "detail", d->detail);
    json_out_kv_u64(&j, "attempts", d->attempts);
    json_out_kv_u64(&j, "crashes", d->crashes);
    json_out_kv_u64(&j, "lost", d->lost);
    json_out_kv_u64(&j, "suspect", d->suspect);
    json_out_kv_u64(&j, "dead_ms", (uint64_t)d->dead_ms);
    json_out_kv(&j, "worker", d->worker);
    json_out_kv(&j, "crawl_id", d->crawl);
    json_out_kv(&j, "warc_file", job.warc_file);
    json_out_kv_u64(&j, "warc_offset", job.warc_offset);
    json_out_kv(&j, "warc_record_id", job.warc_record_id);
    write_payload(&j, &job);
    write_history(&j, d->history);
    json_out_close(&j, '}');
    sbuf_add_char(out, '\n');
}
