/* quality_pages dump|answer LIST [MODELS], or flatten LIST FOLDER: runs the extraction library over pages, each with a model of its choice.
 * LIST has a line PATH<TAB>URL<TAB>KIND<TAB>MODEL a page: URL may be empty, KIND is html or text, MODEL is a number of a file in the folder
 * MODELS (N.model, see model_file.h), or - for the built-in one.
 *   dump    binary on stdout, what training needs of each page (see dump_page)
 *   answer  a JSON line a page: path, text, quality and page type
 *   flatten FOLDER/N.txt for the Nth page: every text node a line, as a crawler's plain-text dump has it */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json_out.h"
#include "blocks.h"
#include "decide.h"
#include "flatten.h"
#include "extract.h"
#include "model_file.h"

enum { MODELS_MAX = 32, LINE_MAX_BYTES = 8192, PAGE_BYTES_MAX = 64 << 20 };

struct tool {
    struct extract *extract;
    const char *folder;
    struct model_set models[MODELS_MAX];
    bool loaded[MODELS_MAX], dumped;
};

static void put(const void *bytes, size_t n) { fwrite(bytes, 1, n, stdout); }

static void put_u32(uint32_t value) { put(&value, sizeof value); }

static void put_texts(sv (*text)(const void *, size_t), const void *items, size_t count) {
    for (size_t i = 0; i < count; i++) put_u32((uint32_t)text(items, i).n);
    for (size_t i = 0; i < count; i++) put(text(items, i).p, text(items, i).n);
}

static sv block_text(const void *b, size_t i) { return ((const struct text_block *)b)[i].text; }
static sv inline_class(const void *b, size_t i) { return ((const struct text_block *)b)[i].inline_class; }
static sv node_class(const void *n, size_t i) { return ((const struct block_node *)n)[i].classes; }
static sv node_id(const void *n, size_t i) { return ((const struct block_node *)n)[i].id; }

/* u32: blocks, nodes, features, features of the page's type, bytes that follow. Then arrays of u32 over blocks: node, tokens, kept | rule << 8, first | last
 * probability << 16; over nodes: parent, first, end. Then a column of bytes a feature, and a row for the type. Then texts, their lengths before them: of
 * blocks, of the class of their first inline element, of the nodes' class and id. */
static void dump_page(void *user, const struct blocks *b, const struct decision *d) {
    struct tool *t = user;
    t->dumped = true;
    put_u32((uint32_t)b->count);
    put_u32((uint32_t)b->node_count);
    put_u32(FEATURE_COUNT);
    put_u32(PAGE_TYPE_FEATURES);
    size_t bytes = 24 * b->count + 20 * b->node_count + FEATURE_COUNT * b->count + PAGE_TYPE_FEATURES;
    for (size_t i = 0; i < b->count; i++) bytes += b->block[i].text.n + b->block[i].inline_class.n;
    for (size_t n = 0; n < b->node_count; n++) bytes += b->node[n].classes.n + b->node[n].id.n;
    put_u32((uint32_t)bytes);
    for (size_t i = 0; i < b->count; i++) put_u32(b->block[i].node);
    for (size_t i = 0; i < b->count; i++) put_u32(b->block[i].tokens);
    for (size_t i = 0; i < b->count; i++) put_u32((uint32_t)d->keep[i] | (uint32_t)d->rule[i] << 8);
    for (size_t i = 0; i < b->count; i++) put_u32((uint32_t)d->first[i] | (uint32_t)d->probability[i] << 16);
    for (size_t n = 0; n < b->node_count; n++) put_u32(b->node[n].parent);
    for (size_t n = 0; n < b->node_count; n++) put_u32(b->node[n].first);
    for (size_t n = 0; n < b->node_count; n++) put_u32(b->node[n].end);
    for (size_t f = 0; b->count && f < FEATURE_COUNT; f++) put(d->features.column + f * d->features.stride, b->count);
    put(d->type.row, sizeof d->type.row);
    put_texts(block_text, b->block, b->count);
    put_texts(inline_class, b->block, b->count);
    put_texts(node_class, b->node, b->node_count);
    put_texts(node_id, b->node, b->node_count);
}

static void answer_page(const char *path, const struct article *a, struct sbuf *line) {
    struct json_out j;
    sbuf_reset(line);
    json_out_init(&j, line);
    json_out_open(&j, '{');
    json_out_kv(&j, "path", sv_cstr(path));
    json_out_kv(&j, "text", a->text.p ? a->text : SV(""));
    json_out_key(&j, "quality");
    json_out_double(&j, a->quality);
    json_out_kv_u64(&j, "page_type", (uint64_t)a->page_type);
    json_out_close(&j, '}');
    sbuf_add_char(line, '\n');
    put(line->p, line->n);
}

static const struct model_set *find_model(struct tool *t, const char *name) {
    char path[LINE_MAX_BYTES];
    if (strcmp(name, "-") == 0) return NULL;
    unsigned long k = strtoul(name, NULL, 10);
    if (k >= MODELS_MAX || !t->folder) {
        fprintf(stderr, "quality_pages: no model %s\n", name);
        exit(2);
    }
    snprintf(path, sizeof path, "%s/%lu.model", t->folder, k);
    if (!t->loaded[k] && !model_file_read(path, &t->models[k])) exit(2);
    t->loaded[k] = true;
    return &t->models[k];
}

static bool run_page(struct tool *t, char *line, bool dump, struct arena *arena, struct sbuf *bytes, struct sbuf *out) {
    char *path = line, *url = strchr(path, '\t'), *kind = url ? strchr(url + 1, '\t') : NULL, *model = kind ? strchr(kind + 1, '\t') : NULL;
    struct err e = {0};
    struct document document;
    if (!model) return false;
    *url++ = *kind++ = *model++ = '\0';
    extract_use_models(t->extract, find_model(t, model));
    sbuf_reset(bytes);
    if (file_read(path, bytes, &e) != ERR_OK) {
        fprintf(stderr, "quality_pages: %s\n", e.msg);
        return false;
    }
    struct extract_input in = {.kind = strcmp(kind, "text") == 0 ? EXTRACT_TEXT : EXTRACT_HTML, .bytes = sbuf_view(bytes), .url = sv_cstr(url)};
    t->dumped = false;
    if (extract_run(t->extract, &in, arena, &document, &e) != ERR_OK) {
        fprintf(stderr, "quality_pages: %s: %s\n", path, e.msg);
        return false;
    }
    if (dump && !t->dumped) dump_page(t, &(struct blocks){0}, &(struct decision){0});
    if (!dump) answer_page(path, &document.article, out);
    arena_reset(arena);
    return true;
}

static bool flatten_page(struct tool *t, char *line, size_t number, struct sbuf *bytes, struct sbuf *out) {
    char path[LINE_MAX_BYTES];
    struct err e = {0};
    line[strcspn(line, "\t")] = '\0';
    sbuf_reset(bytes);
    sbuf_reset(out);
    snprintf(path, sizeof path, "%s/%zu.txt", t->folder, number);
    if (file_read(line, bytes, &e) == ERR_OK && flatten_html(sbuf_view(bytes), out, &e) == ERR_OK && file_replace(path, sbuf_view(out), &e) == ERR_OK) return true;
    fprintf(stderr, "quality_pages: %s: %s\n", line, e.msg);
    return false;
}

static int names(void) {
    for (size_t f = 0; f < FEATURE_COUNT; f++) printf("%s %d\n", feature_names[f], f < FEATURE_FIRST_COUNT ? 1 : 2);
    return 0;
}

int main(int argc, char **argv) {
    bool dump = argc > 1 && strcmp(argv[1], "dump") == 0, flatten = argc == 4 && strcmp(argv[1], "flatten") == 0;
    if (argc == 2 && strcmp(argv[1], "names") == 0) return names();
    if (argc < 3 || argc > 4 || (!dump && !flatten && strcmp(argv[1], "answer") != 0)) {
        fprintf(stderr, "usage: quality_pages names | dump LIST [MODELS] | answer LIST [MODELS] | flatten LIST FOLDER\n");
        return 2;
    }
    struct tool *t = calloc(1, sizeof *t);
    struct err e = {0};
    FILE *list = fopen(argv[2], "r");
    if (!t || !list || extract_new(&t->extract, NULL, &e) != ERR_OK) {
        fprintf(stderr, "quality_pages: cannot read %s: %s\n", argv[2], strerror(errno));
        return 2;
    }
    t->folder = argc > 3 ? argv[3] : NULL;
    if (dump) extract_observe(t->extract, dump_page, t);
    struct arena arena;
    struct sbuf bytes, out;
    arena_init(&arena, 0);
    sbuf_init(&bytes, PAGE_BYTES_MAX);
    sbuf_init(&out, 0);
    static char line[LINE_MAX_BYTES];
    bool good = true;
    for (size_t n = 0; good && fgets(line, sizeof line, list); n++) {
        line[strcspn(line, "\n")] = '\0';
        good = flatten ? flatten_page(t, line, n, &bytes, &out) : run_page(t, line, dump, &arena, &bytes, &out);
    }
    sbuf_clear(&bytes);
    sbuf_clear(&out);
    arena_clear(&arena);
    extract_free(&t->extract);
    fclose(list);
    free(t);
    return good && fflush(stdout) == 0 ? 0 : 1;
}
