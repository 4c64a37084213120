/* Records of output files. The first byte chooses: bytes as a file of each format are cut into records, which lie within them; or bytes as a
 * result, which is written in each format and must come back as one whole record with its id, whatever its texts hold. */
#include "fuzz_target.h"
#include "stored_record.h"

static void cut_all(enum result_format format, sv data) {
    struct arena arena;
    struct hash128 id;
    struct err e;
    sv record;
    arena_init(&arena, 0);
    for (size_t size; stored_record_cut(format, data, &record, &size); data = sv_skip(data, size)) {
        BUG_IF(size == 0 || size > data.n || record.n >= size || record.p < data.p || record.p + record.n > data.p + size);
        if (stored_record_id(format, record, &arena, &id, &e) != ERR_OK) BUG_IF(e.code == ERR_OK);
        arena_reset(&arena);
    }
    arena_clear(&arena);
}

static void write_all(sv wire) {
    struct arena arena;
    struct result result;
    struct sbuf out;
    struct err e;
    arena_init(&arena, 0);
    sbuf_init(&out, 0);
    if (result_unpack(wire, &arena, &result, &e) == ERR_OK) {
        for (int format = 0; format < RESULT_FORMAT_END; format++)
            for (int preset = 0; preset < (format == RESULT_JSONL ? PRESET_END : 1); preset++) {
                struct hash128 id;
                sv record;
                size_t size;
                sbuf_reset(&out);
                BUG_IF(result_write(&result, (enum result_format)format, (enum result_preset)preset, &out, &e) != ERR_OK);
                BUG_IF(!stored_record_cut((enum result_format)format, sbuf_view(&out), &record, &size) || size != out.n);
                BUG_IF(stored_record_id((enum result_format)format, record, &arena, &id, &e) != ERR_OK);
                BUG_IF(memcmp(id.b, result.id.b, sizeof id.b) != 0);
            }
    }
    sbuf_clear(&out);
    arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1) return 0;
    sv rest = sv_from((const char *)data + 1, size - 1);
    if (data[0] % 5 < RESULT_FORMAT_END) cut_all((enum result_format)(data[0] % 5), rest);
    else write_all(rest);
    return 0;
}
