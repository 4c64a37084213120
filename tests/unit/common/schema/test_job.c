#include "schema/job.h"

#include "cmocka_all.h"

static struct arena arena;
static struct sbuf wire;

static int setup(void **state) {
    (void)state;
    arena_init(&arena, 0);
    sbuf_init(&wire, 0);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_clear(&arena);
    sbuf_clear(&wire);
    return 0;
}

static struct job example(void) {
    static struct kv metadata[] = {{{"k", 1}, {"v", 1}}};
    return (struct job){
        .id = job_make_id(SV("crawl"), SV("a.warc.gz"), SV("123")),
        .crawl_id = SV("crawl"),
        .url = SV("https://example.com/\xC3\xBC"),
        .payload = sv_from("\x00\xFF raw", 6),
        .kind = PAYLOAD_WARC_RECORD,
        .codec = CODEC_GZIP,
        .http_status = 200,
        .fetch_time_ms = -5,
        .warc_file = SV("a.warc.gz"),
        .warc_offset = 123,
        .truncated = true,
        .metadata = metadata,
        .metadata_count = 1,
    };
}

static void job_makes_the_round_trip(void **state) {
    (void)state;
    struct job in = example(), out;
    struct err e;
    assert_int_equal(job_pack(&in, &wire, &e), ERR_OK);
    assert_int_equal(job_unpack(sbuf_view(&wire), &arena, &out, &e), ERR_OK);
    assert_memory_equal(out.id.b, in.id.b, JOB_ID_BYTES);
    assert_true(sv_eq(out.url, in.url) && sv_eq(out.payload, in.payload) && sv_eq(out.warc_file, in.warc_file));
    assert_int_equal(out.kind, PAYLOAD_WARC_RECORD);
    assert_int_equal(out.codec, CODEC_GZIP);
    assert_int_equal(out.http_status, 200);
    assert_int_equal(out.fetch_time_ms, -5);
    assert_int_equal(out.warc_offset, 123);
    assert_true(out.truncated);
    assert_int_equal(out.metadata_count, 1);
    assert_sv_equal(out.metadata[0].value, "v");
    assert_null(out.charset.p);
}

static void job_makes_the_round_trip_by_reference(void **state) {
    (void)state;
    struct job in = example(), out;
    struct err e;
    assert_int_equal(job_pack(&in, &wire, &e), ERR_OK);
    assert_false(job_is_reference(sbuf_view(&wire)));
    sbuf_reset(&wire);
    in.by_reference = true;
    in.ref = (struct payload_ref){SV("a/b.warc.gz"), 1, UINT64_C(1) << 40, UINT64_C(0xfedcba9876543210)};
    assert_int_equal(job_pack(&in, &wire, &e), ERR_OK);
    assert_true(job_is_reference(sbuf_view(&wire)));
    assert_int_equal(job_unpack(sbuf_view(&wire), &arena, &out, &e), ERR_OK);
    assert_true(out.by_reference);
    assert_null(out.payload.p);
    assert_sv_equal(out.ref.uri, "a/b.warc.gz");
    assert_int_equal(out.ref.offset, 1);
    assert_true(out.ref.length == in.ref.length && out.ref.hash == in.ref.hash);
    for (size_t n = 0; n < 40; n++) assert_false(job_is_reference(sv_take(sbuf_view(&wire), n)));
    assert_false(job_is_reference(SV("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")));
    assert_false(job_is_reference(SV("\x0a\xff\x01:")));
}

static void job_pack_refuses_what_breaks_a_rule(void **state) {
    (void)state;
    static char long_url[JOB_URL_MAX + 2];
    memset(long_url, 'a', sizeof long_url - 1);
    struct err e;
    struct job job = example();
    job.url = sv_cstr(long_url);
    assert_int_equal(job_pack(&job, &wire, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "url"));
    job = example();
    job.crawl_id = SV("\xFF");
    assert_int_equal(job_pack(&job, &wire, &e), ERR_INPUT);
    job = example();
    job.kind = PAYLOAD_KIND_END;
    assert_int_equal(job_pack(&job, &wire, &e), ERR_INPUT);
    assert_int_equal(wire.n, 0);
}

static void job_unpack_refuses_foreign_bytes(void **state) {
    (void)state;
    struct err e;
    struct job job = example(), out;
    assert_int_equal(job_unpack(SV(""), &arena, &out, &e), ERR_INPUT);
    assert_int_equal(job_unpack(SV("\xFF\xFF\xFF"), &arena, &out, &e), ERR_INPUT);
    assert_int_equal(job_pack(&job, &wire, &e), ERR_OK);
    wire.p[1] = 9; /* schema_version is the first field */
    assert_int_equal(job_unpack(sbuf_view(&wire), &arena, &out, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "schema_version"));
}

static void job_unpack_survives_every_cut_and_flip(void **state) {
    (void)state;
    struct err e;
    struct job job = example(), out;
    assert_int_equal(job_pack(&job, &wire, &e), ERR_OK);
    size_t refused = 0;
    for (size_t i = 0; i < wire.n; i++) {
        arena_reset(&arena);
        refused += job_unpack(sv_take(sbuf_view(&wire), i), &arena, &out, &e) != ERR_OK;
        wire.p[i] ^= 0x40;
        arena_reset(&arena);
        refused += job_unpack(sbuf_view(&wire), &arena, &out, &e) != ERR_OK;
        wire.p[i] ^= 0x40;
    }
    assert_true(refused > wire.n / 2);
}

static void job_id_depends_on_each_part(void **state) {
    (void)state;
    struct hash128 a = job_make_id(SV("c"), SV("s"), SV("12")), b = job_make_id(SV("c"), SV("s1"), SV("2")), c = job_make_id(SV("c"), SV("s"), SV("12"));
    assert_memory_equal(a.b, c.b, JOB_ID_BYTES);
    assert_memory_not_equal(a.b, b.b, JOB_ID_BYTES);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(job_makes_the_round_trip, setup, teardown),
        cmocka_unit_test_setup_teardown(job_makes_the_round_trip_by_reference, setup, teardown),
        cmocka_unit_test_setup_teardown(job_pack_refuses_what_breaks_a_rule, setup, teardown),
        cmocka_unit_test_setup_teardown(job_unpack_refuses_foreign_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(job_unpack_survives_every_cut_and_flip, setup, teardown),
        cmocka_unit_test(job_id_depends_on_each_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
