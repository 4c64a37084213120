/* What a hostile Redis may answer to the blocking client: the first byte chooses the question. */
#include "fake_server.h"
#include "queue/queue.h"

static bool always(void *user) {
    (void)user;
    return true;
}

static void ask_enqueue(struct queue *q) {
    const struct queue_new_job jobs[] = {{.id = {{1}}, .wire = SV("one")}, {.id = {{2}}, .wire = SV("two")}};
    enum queue_accept outcome[2] = {QUEUE_FULL, QUEUE_FULL};
    struct err e;
    if (queue_enqueue(q, &(struct queue_batch){.token = 1, .jobs = jobs, .job_count = 2}, outcome, &e) == ERR_OK)
        for (int i = 0; i < 2; i++) BUG_IF((int)outcome[i] < 0 || outcome[i] > QUEUE_FULL);
}

static void ask_results(struct queue *q, struct arena *arena) {
    struct queue_entry *entries;
    size_t count, bytes = 0;
    struct err e;
    if (queue_take_results(q, true, 16, 0, arena, &entries, &count, &e) != ERR_OK) return;
    for (size_t i = 0; i < count; i++) {
        BUG_IF(memchr(entries[i].entry_id, 0, sizeof entries[i].entry_id) == NULL);
        for (size_t k = 0; k < entries[i].payload.n; k++) bytes += (unsigned char)entries[i].payload.p[k];
        bytes += entries[i].dead.reason.n + entries[i].dead.detail.n;
    }
    (void)!queue_ack_results(q, entries, count, 1, &e);
    (void)bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct queue *q;
    struct queue_stats stats;
    struct queue_group *positions;
    struct arena arena;
    struct err e;
    size_t count;
    if (size < 1) return 0;
    fake_start();
    sv script = sv_from((const char *)data + 1, size - 1);
    fake.first[0] = data[0] & 8 ? SV_NONE : SV(FAKE_INFO "*2\r\n$1\r\n5\r\n$-1\r\n" "+OK\r\n+OK\r\n+OK\r\n" ":1\r\n");
    fake_set(script, script);
    arena_init(&arena, 16 * 1024 * 1024);
    const struct queue_cfg cfg = {.url = fake.url, .name = "fuzz", .timeout_ms = 1000, .should_stop = always};
    if (queue_open(&q, &cfg, &e) == ERR_OK) {
        switch (data[0] % 4) {
        case 0: ask_enqueue(q); break;
        case 1: ask_results(q, &arena); break;
        case 2: (void)!queue_progress(q, &arena, &positions, &count, &e); break;
        default: (void)!queue_read_stats(q, &stats, &e); break;
        }
    }
    queue_close(&q);
    fake_set(SV_NONE, SV_NONE);
    arena_clear(&arena);
    return 0;
}
