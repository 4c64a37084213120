/* Archives and JSON lines: the first byte chooses. What is said to lie in the file lies there, positions do not go back, and reading again from
 * where an item ends gives the pages that followed it. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz_target.h"
#include "source_ops.h"

enum { RECORD_MAX = 4096, LARGE_MAX = 16 * 1024, PAGES_MAX = 64, ITEMS_MAX = 1000000 };

struct pages {
    size_t count;
    uint64_t position[PAGES_MAX], next[PAGES_MAX];
};

static void check_page(const struct source_item *item, sv file) {
    BUG_IF(item->is_large != (item->job.payload.n == 0 && item->in_file));
    BUG_IF(item->job.payload.n > RECORD_MAX);
    if (!item->in_file) return;
    BUG_IF(item->stored.offset > file.n || item->stored.length > file.n - item->stored.offset);
    sv bytes = sv_take(sv_skip(file, (size_t)item->stored.offset), item->stored.length);
    BUG_IF(item->is_large ? bytes.n > LARGE_MAX : !sv_eq(bytes, item->job.payload));
    BUG_IF(item->stored.hash != hash64(bytes));
}

static void read_pages(const struct source_ops *ops, const char *path, sv file, uint64_t from, struct pages *out) {
    static const struct input_options options;
    const struct source_input input = {.path = path, .look = input_kind_of(SV("x"), sv_take(file, RECORD_MAX), true), .max_record = RECORD_MAX, .max_large = LARGE_MAX, .hash_stored = true, .options = &options, .from = from};
    struct source_item item = {0};
    struct err e;
    void *self = NULL;
    uint64_t last = 0;
    out->count = 0;
    if (ops->open(&self, &input, &e) != ERR_OK) return;
    enum source_step step = SOURCE_SKIP;
    for (size_t i = 0; step != SOURCE_END && step != SOURCE_FAILED; i++) {
        step = ops->next(self, &item, &e);
        BUG_IF(i > ITEMS_MAX || step == SOURCE_NESTED);
        BUG_IF(step == SOURCE_SKIP && (!item.reason || item.next < item.position || item.position < last));
        last = step == SOURCE_END ? last : item.position;
        if (step != SOURCE_PAGE) continue;
        check_page(&item, file);
        if (out->count == PAGES_MAX) break;
        out->position[out->count] = item.position;
        out->next[out->count++] = item.next;
    }
    ops->close(&self);
    BUG_IF(self != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static int fd = -1;
    char path[40];
    struct pages all, rest;
    if (size < 3) return 0;
    if (fd < 0) fd = memfd_create("input", MFD_CLOEXEC);
    sv file = sv_from((const char *)data + 2, size - 2);
    if (fd < 0 || ftruncate(fd, 0) != 0 || pwrite(fd, file.p, file.n, 0) != (ssize_t)file.n) return 0;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    const struct source_ops *ops = data[0] & 1 ? &source_jsonl : &source_warc;
    read_pages(ops, path, file, 0, &all);
    if (all.count == 0 || data[1] == 0) return 0;
    size_t k = data[1] % all.count;
    read_pages(ops, path, file, all.next[k], &rest);
    /* Where members hold many records, reading may begin at the file's beginning. */
    size_t again = 0;
    while (again < rest.count && rest.position[again] <= all.position[k]) again++;
    BUG_IF(all.count < PAGES_MAX && rest.count - again != all.count - k - 1);
    for (size_t i = 0; again + i < rest.count && k + 1 + i < all.count; i++) BUG_IF(rest.position[again + i] != all.position[k + 1 + i] || rest.next[again + i] != all.next[k + 1 + i]);
    return 0;
}
