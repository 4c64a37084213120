/* Frames between worker and extractor: a head that is taken is one that would be written, and so are both kinds of meta. */
#include "frame.h"
#include "fuzz_target.h"

static void check_head(const char *bytes) {
    struct frame_head head;
    char again[FRAME_HEAD_BYTES];
    if (frame_head_decode(bytes, FRAME_BODY_MAX, &head, NULL) != ERR_OK) return;
    BUG_IF(head.meta_bytes > FRAME_META_MAX || head.body_bytes > FRAME_BODY_MAX);
    BUG_IF(frame_head_encode(&head, again, NULL) != ERR_OK || memcmp(again, bytes, sizeof again) != 0);
}

/* libFuzzer does not find a check sum by itself: the same bytes as the numbers of a head. */
static void check_made(const char *bytes) {
    uint32_t n[4];
    char head_bytes[FRAME_HEAD_BYTES];
    memcpy(n, bytes, sizeof n);
    struct frame_head head = {(enum frame_type)(n[0] % 8), n[1], n[2], n[3]}, out;
    if (frame_head_encode(&head, head_bytes, NULL) != ERR_OK) return;
    enum err_code code = frame_head_decode(head_bytes, FRAME_BODY_MAX / 2, &out, NULL);
    bool good = head.type >= FRAME_HELLO && head.type < FRAME_TYPE_END && head.body_bytes <= FRAME_BODY_MAX / 2;
    BUG_IF((code == ERR_OK) != good);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *bytes = (const char *)data;
    struct frame_job job;
    struct frame_result result;
    char meta[FRAME_META_MAX];
    sv in = sv_from(bytes, size);
    if (size >= FRAME_HEAD_BYTES) {
        check_head(bytes);
        check_made(bytes);
    }
    if (frame_job_decode(in, &job, NULL) == ERR_OK) BUG_IF(!sv_eq(in, sv_from(meta, frame_job_encode(&job, meta))));
    if (frame_result_decode(in, &result, NULL) == ERR_OK) BUG_IF(!sv_eq(in, sv_from(meta, frame_result_encode(&result, meta))));
    return 0;
}
