#include "model_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page_type.h"

enum { TREES_MAX = 10000, WORDS_MAX = 1000000 };

static bool read_number(FILE *f, long long min, long long max, long long *out) {
    char word[24], *end;
    if (fscanf(f, "%23s", word) != 1) return false;
    *out = strtoll(word, &end, 10);
    return *end == '\0' && *out >= min && *out <= max;
}

static bool read_word(FILE *f, const char *name) {
    char word[16];
    return fscanf(f, "%15s", word) == 1 && strcmp(word, name) == 0;
}

static bool read_tree(FILE *f, unsigned features, struct model_tree *tree, uint8_t *leaf) {
    long long n = 0;
    for (unsigned d = 0; d < 2 * MODEL_DEPTH; d++) {
        if (!read_number(f, 0, d < MODEL_DEPTH ? features - 1 : UINT8_MAX, &n)) return false;
        *(d < MODEL_DEPTH ? &tree->feature[d] : &tree->above[d - MODEL_DEPTH]) = (uint8_t)n;
    }
    for (unsigned i = 0; i < MODEL_LEAVES; i++) {
        if (!read_number(f, INT16_MIN, INT16_MAX, &n)) return false;
        model_leaf_set(leaf, i, (int16_t)n);
    }
    return true;
}

/* Trees over so many features. *out owns what was made, also when it returns false. */
static bool read_model(FILE *f, const char *name, unsigned features, struct model *out) {
    long long trees, bias;
    if (!read_word(f, name) || !read_number(f, 0, TREES_MAX, &trees) || !read_number(f, INT32_MIN, INT32_MAX, &bias)) return false;
    struct model_tree *tree = calloc((size_t)trees + 1, sizeof *tree);
    uint8_t *leaf = calloc((size_t)trees * MODEL_LEAF_BYTES + 1, sizeof *leaf);
    *out = (struct model){tree, leaf, (uint32_t)trees, (int32_t)bias};
    bool good = tree && leaf;
    for (size_t t = 0; good && t < (size_t)trees; t++) good = read_tree(f, features, &tree[t], leaf + t * MODEL_LEAF_BYTES);
    return good;
}

static bool read_words(FILE *f, struct word_scores *out) {
    long long count, hash, score;
    uint32_t size = 16;
    if (!read_word(f, "words") || !read_number(f, 0, WORDS_MAX, &count)) return false;
    while (size < 2 * count + 2) size *= 2;
    struct word_score *slot = calloc(size, sizeof *slot);
    *out = (struct word_scores){slot, size - 1};
    for (long long i = 0; slot && i < count; i++) {
        if (!read_number(f, 1, UINT32_MAX, &hash) || !read_number(f, INT32_MIN, INT32_MAX, &score)) return false;
        uint32_t at = (uint32_t)hash & (size - 1);
        while (slot[at].hash) at = (at + 1) & (size - 1);
        slot[at] = (struct word_score){(uint32_t)hash, (int32_t)score};
    }
    return slot != NULL;
}

bool model_file_read(const char *path, struct model_set *out) {
    FILE *f = fopen(path, "r");
    *out = (struct model_set){0};
    bool good = f && read_model(f, "first", FEATURE_FIRST_COUNT, &out->first) && read_model(f, "second", FEATURE_COUNT, &out->second);
    for (unsigned t = 0; good && t < MODEL_TYPES; t++) good = read_model(f, "type", PAGE_TYPE_FEATURES, &out->type[t]);
    good = good && read_words(f, &out->words) && fscanf(f, "%*s") == EOF;
    if (!good) fprintf(stderr, "quality_pages: %s is not a model file\n", path);
    if (f) fclose(f);
    return good;
}
