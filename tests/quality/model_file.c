#include "model_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read_numbers(FILE *f, size_t count, long *out) {
    for (size_t i = 0; i < count; i++)
        if (fscanf(f, "%ld", &out[i]) != 1) return false;
    return true;
}

static bool read_model(FILE *f, const char *name, struct model *out) {
    char word[16];
    uint32_t trees;
    if (fscanf(f, "%15s %" SCNu32 " %" SCNd32, word, &trees, &out->bias) != 3 || strcmp(word, name) != 0 || trees > 10000) return false;
    struct model_tree *tree = calloc(trees + 1, sizeof *tree);
    int16_t *leaf = calloc((size_t)trees * MODEL_LEAVES + 1, sizeof *leaf);
    long numbers[2 * MODEL_DEPTH + MODEL_LEAVES];
    for (uint32_t t = 0; t < trees; t++) {
        if (!tree || !leaf || !read_numbers(f, 2 * MODEL_DEPTH + MODEL_LEAVES, numbers)) return false;
        for (unsigned d = 0; d < MODEL_DEPTH; d++) {
            tree[t].feature[d] = (uint8_t)numbers[d];
            tree[t].above[d] = (uint8_t)numbers[MODEL_DEPTH + d];
        }
        for (unsigned i = 0; i < MODEL_LEAVES; i++) leaf[(size_t)t * MODEL_LEAVES + i] = (int16_t)numbers[2 * MODEL_DEPTH + i];
    }
    out->tree = tree;
    out->leaf = leaf;
    out->tree_count = trees;
    return true;
}

static bool read_words(FILE *f, struct word_scores *out) {
    uint32_t count, size = 16;
    if (fscanf(f, " words %" SCNu32, &count) != 1 || count > 1000000) return false;
    while (size < 2 * count + 2) size *= 2;
    struct word_score *slot = calloc(size, sizeof *slot), one;
    for (uint32_t i = 0; slot && i < count; i++) {
        if (fscanf(f, "%" SCNu32 " %" SCNd32, &one.hash, &one.score) != 2) return false;
        uint32_t at = one.hash & (size - 1);
        while (slot[at].hash) at = (at + 1) & (size - 1);
        slot[at] = one;
    }
    *out = (struct word_scores){slot, size - 1};
    return slot != NULL;
}

bool model_file_read(const char *path, struct model_set *out) {
    FILE *f = fopen(path, "r");
    *out = (struct model_set){0};
    bool good = f && read_model(f, "first", &out->first) && read_model(f, "second", &out->second);
    for (unsigned t = 0; good && t < MODEL_TYPES; t++) good = read_model(f, "type", &out->type[t]);
    good = good && read_words(f, &out->words);
    if (!good) fprintf(stderr, "quality_pages: %s is not a model file\n", path);
    if (f) fclose(f);
    return good;
}
