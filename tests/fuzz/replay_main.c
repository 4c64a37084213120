/* Runs a fuzz target over its seeds and over mutations of them by a fixed generator, for compilers without libFuzzer. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "fuzz_target.h"

enum { SEED_MAX = 1024 * 1024 };

static uint32_t next_random(uint32_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* Flips, overwrites or cuts; the seed itself is round 0. */
static size_t mutate(char *bytes, size_t n, uint32_t *state) {
    for (uint32_t k = next_random(state) % 8; n && k > 0; k--) {
        uint32_t at = next_random(state) % (uint32_t)n;
        switch (next_random(state) % 3) {
        case 0: bytes[at] = (char)(bytes[at] ^ 1 << next_random(state) % 7); break;
        case 1: bytes[at] = (char)next_random(state); break;
        default: n = next_random(state) % 4 ? n : at; break;
        }
    }
    return n;
}

static void replay(struct sbuf *seed, struct sbuf *work, long rounds) {
    uint32_t state = 2463534242u;
    for (long round = 0; round < rounds; round++) {
        sbuf_reset(work);
        sbuf_add(work, sbuf_view(seed));
        size_t n = round ? mutate(work->p, work->n, &state) : work->n;
        LLVMFuzzerTestOneInput((const uint8_t *)sbuf_view(work).p, n);
    }
}

int main(int argc, char **argv) {
    DIR *dir = argc == 3 ? opendir(argv[1]) : NULL;
    long rounds = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
    if (!dir || rounds < 1) {
        fprintf(stderr, "usage: %s FOLDER-OF-SEEDS ROUNDS (the folder must be there)\n", argv[0]);
        return 2;
    }
    struct sbuf seed, work;
    struct err e;
    sbuf_init(&seed, SEED_MAX);
    sbuf_init(&work, SEED_MAX);
    int seeds = 0, failed = 0;
    for (struct dirent *entry; (entry = readdir(dir));) {
        char path[4096];
        if (entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
        sbuf_reset(&seed);
        if (file_read(path, &seed, &e)) {
            fprintf(stderr, "%s\n", e.msg);
            failed = 1;
            continue;
        }
        replay(&seed, &work, rounds);
        seeds++;
    }
    closedir(dir);
    sbuf_clear(&seed);
    sbuf_clear(&work);
    printf("%d seeds, %ld runs each\n", seeds, rounds);
    return failed || seeds == 0;
}
