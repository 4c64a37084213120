#include "stored_record.h"

#include <yyjson.h>

static bool cut_at(sv data, sv end, sv *record, size_t *size) {
    size_t at = sv_find(data, end, 0);
    if (at == SIZE_MAX) return false;
    *record = sv_take(data, at);
    *size = at + end.n;
    return true;
}

static bool cut_protobuf(sv data, sv *record, size_t *size) {
    uint64_t length = 0;
    for (size_t i = 0; i < data.n && i < 10; i++) {
        length |= (uint64_t)(data.p[i] & 0x7F) << (7 * i);
        if (data.p[i] & 0x80) continue;
        if (length > data.n - i - 1) return false;
        *record = sv_take(sv_skip(data, i + 1), (size_t)length);
        *size = i + 1 + (size_t)length;
        return true;
    }
    return false;
}

bool stored_record_cut(enum result_format format, sv data, sv *record, size_t *size) {
    switch (format) {
    case RESULT_TEXT:
    case RESULT_MARKDOWN:
    case RESULT_MARKDOWN_TEXT: return cut_at(data, SV("\f\n"), record, size);
    case RESULT_PROTOBUF: return cut_protobuf(data, record, size);
    case RESULT_JSONL:
    case RESULT_FORMAT_END:
    default: return cut_at(data, SV("\n"), record, size);
    }
}

static enum err_code parse_id(sv hex, struct hash128 *id, struct err *e) {
    return hex_decode(hex, id->b, sizeof id->b) ? ERR_OK : err_set(e, ERR_INPUT, "has no id of 32 hex digits");
}

static enum err_code id_of_json(sv record, struct hash128 *id, struct err *e) {
    yyjson_doc *doc = yyjson_read(record.p, record.n, YYJSON_READ_NOFLAG);
    if (!doc) return err_set(e, ERR_INPUT, "is not JSON");
    yyjson_val *root = yyjson_doc_get_root(doc), *value = yyjson_obj_get(root, "job_id");
    if (!value) value = yyjson_obj_get(root, "id");
    enum err_code code = parse_id(sv_from(yyjson_get_str(value), yyjson_get_len(value)), id, e);
    yyjson_doc_free(doc);
    return code;
}

/* `id: HEX` in the first line; in front matter behind `---`, and in quotes. */
static enum err_code id_of_head(sv record, bool yaml, struct hash128 *id, struct err *e) {
    sv line = sv_cut(&record, '\n');
    if (yaml && !sv_eq(line, SV("---"))) return err_set(e, ERR_INPUT, "does not begin with front matter");
    if (yaml) line = sv_cut(&record, '\n');
    sv start = yaml ? SV("id: \"") : SV("id: ");
    if (!sv_starts(line, start)) return err_set(e, ERR_INPUT, "does not begin with an id");
    return parse_id(sv_take(sv_skip(line, start.n), 32), id, e);
}

enum err_code stored_record_id(enum result_format format, sv record, struct arena *arena, struct hash128 *id, struct err *e) {
    struct result result;
    switch (format) {
    case RESULT_TEXT: return id_of_head(record, false, id, e);
    case RESULT_MARKDOWN:
    case RESULT_MARKDOWN_TEXT: return id_of_head(record, true, id, e);
    case RESULT_PROTOBUF: {
        enum err_code code = result_unpack(record, arena, &result, e);
        *id = result.id;
        return code;
    }
    case RESULT_JSONL:
    case RESULT_FORMAT_END:
    default: return id_of_json(record, id, e);
    }
}
