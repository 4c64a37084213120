#include "frame.h"

#include "cmocka_all.h"

static void frame_head_round_trip_keeps_every_field(void **state) {
    (void)state;
    static const struct frame_head heads[] = {
        {FRAME_HELLO, 0, 0, 0},
        {FRAME_JOB, 1, FRAME_META_MAX, FRAME_BODY_MAX},
        {FRAME_RESULT, UINT32_MAX, 4, 123456},
    };
    for (size_t i = 0; i < COUNT_OF(heads); i++) {
        char bytes[FRAME_HEAD_BYTES];
        struct frame_head got;
        assert_int_equal(frame_head_encode(&heads[i], bytes, NULL), ERR_OK);
        assert_int_equal(frame_head_decode(bytes, FRAME_BODY_MAX, &got, NULL), ERR_OK);
        assert_int_equal(got.type, heads[i].type);
        assert_int_equal(got.sequence, heads[i].sequence);
        assert_int_equal(got.meta_bytes, heads[i].meta_bytes);
        assert_int_equal(got.body_bytes, heads[i].body_bytes);
        assert_int_equal(frame_bytes(&got), (size_t)FRAME_HEAD_BYTES + heads[i].meta_bytes + heads[i].body_bytes);
    }
}

static void frame_head_encode_too_long_is_refused(void **state) {
    (void)state;
    char bytes[FRAME_HEAD_BYTES];
    assert_int_equal(frame_head_encode(&(struct frame_head){FRAME_JOB, 0, FRAME_META_MAX + 1, 0}, bytes, NULL), ERR_LIMIT);
    assert_int_equal(frame_head_encode(&(struct frame_head){FRAME_JOB, 0, 0, FRAME_BODY_MAX + 1}, bytes, NULL), ERR_LIMIT);
}

static void frame_head_decode_with_any_bit_flipped_is_refused(void **state) {
    (void)state;
    char good[FRAME_HEAD_BYTES];
    assert_int_equal(frame_head_encode(&(struct frame_head){FRAME_RESULT, 77, 4, 1000}, good, NULL), ERR_OK);
    for (size_t bit = 0; bit < 8 * sizeof good; bit++) {
        char bad[FRAME_HEAD_BYTES];
        struct frame_head head;
        memcpy(bad, good, sizeof bad);
        bad[bit / 8] = (char)(bad[bit / 8] ^ (1 << (bit % 8)));
        assert_int_not_equal(frame_head_decode(bad, FRAME_BODY_MAX, &head, NULL), ERR_OK);
    }
}

static void frame_head_decode_over_the_receivers_limit_is_refused(void **state) {
    (void)state;
    char bytes[FRAME_HEAD_BYTES];
    struct frame_head head;
    struct err e;
    assert_int_equal(frame_head_encode(&(struct frame_head){FRAME_RESULT, 1, 4, 1000}, bytes, NULL), ERR_OK);
    assert_int_equal(frame_head_decode(bytes, 1000, &head, &e), ERR_OK);
    assert_int_equal(frame_head_decode(bytes, 999, &head, &e), ERR_LIMIT);
    assert_non_null(strstr(e.msg, "1000"));
}

static void frame_head_decode_unknown_type_is_refused(void **state) {
    (void)state;
    static const int types[] = {0, FRAME_TYPE_END, 99};
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        char bytes[FRAME_HEAD_BYTES];
        struct frame_head head = {.sequence = 1};
        int type = types[i];
        memcpy(&head.type, &type, sizeof type); /* no such enumerator */
        assert_int_equal(frame_head_encode(&head, bytes, NULL), ERR_OK);
        assert_int_equal(frame_head_decode(bytes, FRAME_BODY_MAX, &head, NULL), ERR_INPUT);
    }
}

static void frame_job_round_trip_keeps_every_field(void **state) {
    (void)state;
    struct frame_job job = {.attempts = 3, .crashes = 2, .queue_us = 1ull << 40, .deadline_ms = 10000, .worker = SV("host-1-ab")}, got;
    for (size_t i = 0; i < sizeof job.id; i++) job.id[i] = (uint8_t)(200 + i);
    char meta[FRAME_META_MAX];
    size_t n = frame_job_encode(&job, meta);
    assert_int_equal(frame_job_decode(sv_from(meta, n), &got, NULL), ERR_OK);
    assert_memory_equal(got.id, job.id, sizeof job.id);
    assert_int_equal(got.attempts, 3);
    assert_int_equal(got.crashes, 2);
    assert_int_equal(got.queue_us, 1ull << 40);
    assert_int_equal(got.deadline_ms, 10000);
    assert_sv_equal(got.worker, "host-1-ab");
}

static void frame_job_long_worker_name_is_cut(void **state) {
    (void)state;
    char name[1000], meta[FRAME_META_MAX];
    memset(name, 'w', sizeof name);
    struct frame_job got;
    size_t n = frame_job_encode(&(struct frame_job){.worker = sv_from(name, sizeof name)}, meta);
    assert_int_equal(frame_job_decode(sv_from(meta, n), &got, NULL), ERR_OK);
    assert_int_equal(got.worker.n, FRAME_WORKER_MAX);
}

static void frame_job_decode_wrong_length_is_refused(void **state) {
    (void)state;
    char meta[FRAME_META_MAX] = {0};
    struct frame_job got;
    size_t n = frame_job_encode(&(struct frame_job){.worker = SV("w")}, meta);
    for (size_t length = 0; length < n; length++) assert_int_equal(frame_job_decode(sv_from(meta, length), &got, NULL), ERR_INPUT);
    assert_int_equal(frame_job_decode(sv_from(meta, n + 1), &got, NULL), ERR_INPUT);
}

static void frame_result_decode_wrong_length_is_refused(void **state) {
    (void)state;
    char meta[FRAME_META_MAX] = {0};
    struct frame_result got;
    size_t n = frame_result_encode(&(struct frame_result){7}, meta);
    assert_int_equal(frame_result_decode(sv_from(meta, n), &got, NULL), ERR_OK);
    assert_int_equal(got.status, 7);
    assert_int_equal(frame_result_decode(sv_from(meta, n - 1), &got, NULL), ERR_INPUT);
    assert_int_equal(frame_result_decode(sv_from(meta, n + 1), &got, NULL), ERR_INPUT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frame_head_round_trip_keeps_every_field),
        cmocka_unit_test(frame_head_encode_too_long_is_refused),
        cmocka_unit_test(frame_head_decode_with_any_bit_flipped_is_refused),
        cmocka_unit_test(frame_head_decode_over_the_receivers_limit_is_refused),
        cmocka_unit_test(frame_head_decode_unknown_type_is_refused),
        cmocka_unit_test(frame_job_round_trip_keeps_every_field),
        cmocka_unit_test(frame_job_long_worker_name_is_cut),
        cmocka_unit_test(frame_job_decode_wrong_length_is_refused),
        cmocka_unit_test(frame_result_decode_wrong_length_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
