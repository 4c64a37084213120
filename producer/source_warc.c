/* Records of a web archive. Positions are byte offsets, as warc_reader.h has them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "source_ops.h"
#include "warc_head.h"
#include "warc_reader.h"

struct warc {
    struct warc_reader *reader;
    const char *path;
    uint64_t end;
};

static enum err_code open_warc(void **self, const struct source_input *in, struct err *e) {
    struct warc *w = calloc(1, sizeof *w);
    *self = w;
    if (!w) return err_set(e, ERR_MEMORY, "no memory to read %s", in->path);
    w->path = in->path;
    w->end = in->from;
    const struct warc_reader_cfg cfg = {.max_record = in->max_record, .max_large = in->max_large, .hash = in->hash_stored, .from = in->from};
    enum err_code code = warc_reader_open(&w->reader, in->path, &cfg, e);
    if (code) {
        free(w);
        *self = NULL;
    }
    return code;
}

static void close_warc(void **self) {
    struct warc *w = *self;
    if (w) warc_reader_close(&w->reader);
    free(w);
    *self = NULL;
}

static enum source_step give_record(const struct warc_item *record, struct source_item *out) {
    struct warc_head head = warc_head_read(record->head);
    if (head.other) {
        out->reason = head.other;
        return SOURCE_SKIP;
    }
    snprintf(out->identity, sizeof out->identity, "%" PRIu64, record->offset);
    out->language = head.language;
    out->size = head.size;
    out->in_file = record->in_file;
    out->is_large = record->is_large;
    out->stored = (struct payload_ref){.offset = record->offset, .length = record->length, .hash = record->hash};
    out->job = (struct job){.url = head.url,
                            .payload = record->payload,
                            .kind = PAYLOAD_WARC_RECORD,
                            .codec = record->codec,
                            .content_type = sv_take(head.content_type, 256),
                            .http_status = head.http_status,
                            .fetch_time_ms = head.fetch_ms,
                            .warc_offset = record->offset,
                            .warc_record_id = head.record_id,
                            .truncated = head.truncated};
    return SOURCE_PAGE;
}

static enum source_step next_record(void *self, struct source_item *out, struct err *e) {
    struct warc *w = self;
    struct warc_item record;
    enum warc_step step = warc_reader_next(w->reader, &record, e);
    *out = (struct source_item){.position = record.offset, .path = w->path, .next = w->end, .stream_id = warc_reader_stream_id(w->reader)};
    if (step == WARC_END) return SOURCE_END;
    if (step == WARC_ERROR) return SOURCE_FAILED;
    out->next = w->end = record.offset + record.length;
    if (step == WARC_RECORD) return give_record(&record, out);
    out->reason = record.reason;
    out->damage = true;
    return SOURCE_SKIP;
}

const struct source_ops source_warc = {open_warc, next_record, close_warc};
