#include "decide.h"

#include <math.h>
#include <stdlib.h>

enum { EMPTY_TOKENS = 12 };
static const double WORTH = 0.42;     /* probability above which a token speaks for the subtree that it is in */
static const double OUTSIDE = -1.6;   /* logit of what lies outside the best subtree */

static bool is_heading(unsigned tag) { return tag >= LXB_TAG_H1 && tag <= LXB_TAG_H6; }

static double place_score(uint32_t places) {
    static const struct {
        uint32_t place;
        double weight;
    } table[] = {{IN_NAV, -3.2},      {IN_ASIDE, -1.6},  {IN_FOOTER, -2.6},  {IN_HEADER, -0.5}, {IN_FORM, -1.0},   {IN_CAPTION, -3.2}, {IN_QUOTE, 0.2},
                 {IN_ARTICLE, 0.7},   {IN_MAIN, 0.5},    {IN_COMMENTS, -2.0}, {IN_HIDDEN, -0.8}, {IN_CHROME, -2.0}, {IN_BODY, 1.4},     {IN_PRE, 0.8},
                 {IN_TABLE, -0.5},    {IN_LIST, -0.3}};
    double z = 0;
    for (size_t i = 0; i < COUNT_OF(table); i++)
        if (places & table[i].place) z += table[i].weight;
    /* The body of an article inside a "widget" is still the body. */
    if ((places & IN_BODY) && (places & IN_CHROME)) z += 1.2;
    return z;
}

static double own_score(const struct text_block *b, const struct block_node *node) {
    double chars = b->chars ? b->chars : 1, links = fmin(1.0, b->link_chars / chars);
    double z = -1.7 + 0.62 * log(1.0 + b->tokens) - 3.6 * links + place_score(node->places);
    z += fmin(0.9, 0.35 * b->sentences) + fmin(0.6, 0.2 * b->commas);
    z -= fmin(1.5, 12.0 * b->symbols / chars) + fmin(0.8, 2.0 * b->digits / chars);
    if (b->ends_sentence) z += 0.6;
    if (b->button) z -= 1.5;
    if (node->tag == LXB_TAG_P) z += 0.8;
    if (is_heading(node->tag)) z += 0.5;
    if (node->tag == LXB_TAG_LI && links > 0.5) z -= 0.8;
    return z;
}

static float logistic(double z) { return (float)(1.0 / (1.0 + exp(-z))); }

/* What stands around a block: a short line between two paragraphs is text, a paragraph between links is not. */
static void smooth(const struct blocks *b, const float *own, float *out) {
    for (size_t i = 0; i < b->count; i++) {
        double sum = 0, weight = 0;
        for (size_t step = 1; step <= 3; step++) {
            for (int side = 0; side < 2; side++) {
                if (side == 0 ? i < step : i + step >= b->count) continue;
                size_t k = side == 0 ? i - step : i + step;
                bool kin = b->node[b->block[k].node].parent == b->node[b->block[i].node].parent;
                double w = (kin ? 1.0 : 0.45) / (double)step * sqrt(fmin(80.0, b->block[k].tokens));
                sum += w * own[k];
                weight += w;
            }
        }
        double trust = 0.75 - 0.45 * exp(-(double)b->block[i].tokens / 12.0); /* a long block speaks for itself */
        out[i] = weight > 0 ? (float)(trust * own[i] + (1.0 - trust) * sum / weight) : own[i];
    }
}

/* The node whose blocks hold the largest sum of tokens * (p - WORTH); the deepest of equals. */
static uint32_t best_subtree(const struct blocks *b, const float *p, double *prefix) {
    prefix[0] = 0;
    for (size_t i = 0; i < b->count; i++) prefix[i + 1] = prefix[i] + fmin(200.0, b->block[i].tokens) * (p[i] - WORTH);
    uint32_t best = 0;
    double most = -1e30;
    for (size_t n = 0; n < b->node_count; n++) {
        double sum = prefix[b->node[n].end] - prefix[b->node[n].first];
        if (sum > most + 1e-9 || (sum > most - 1e-9 && b->node[n].depth > b->node[best].depth)) {
            best = (uint32_t)n;
            most = sum > most ? sum : most;
        }
    }
    return best;
}

/* Comments go once an article stands before them. */
static void drop_comments(const struct blocks *b, float *p) {
    double before = 0; /* expected tokens */
    for (size_t i = 0; i < b->count; i++) {
        bool comment = b->node[b->block[i].node].places & IN_COMMENTS;
        if (!comment) before += p[i] * (double)b->block[i].tokens;
        else if (before >= 60) p[i] = fminf(p[i], 0.02f);
    }
}

/* Captions belong to their images. */
static void drop_captions(const struct blocks *b, float *p) {
    for (size_t i = 0; i < b->count; i++)
        if (b->node[b->block[i].node].places & IN_CAPTION) p[i] = fminf(p[i], 0.02f);
}

struct ranked {
    float probability;
    uint32_t index;
};

static int by_probability(const void *a, const void *b) {
    const struct ranked *x = a, *y = b;
    if (x->probability != y->probability) return x->probability < y->probability ? 1 : -1;
    return x->index < y->index ? -1 : x->index > y->index;
}

/* Keeps the most probable blocks up to where the expected F1 = 2 sum(p t) / (kept t + expected t) is highest. */
static void keep_best(const struct blocks *b, struct ranked *order, struct decision *out) {
    for (size_t i = 0; i < b->count; i++) {
        order[i] = (struct ranked){out->probability[i], (uint32_t)i};
        out->expected += out->probability[i] * (double)b->block[i].tokens;
    }
    qsort(order, b->count, sizeof *order, by_probability);
    double hit = 0, kept = 0, best = 0, mean = 0;
    size_t count = 0;
    for (size_t i = 0; i < b->count; i++) {
        double tokens = b->block[order[i].index].tokens;
        hit += order[i].probability * tokens;
        kept += tokens;
        double f1 = 2 * hit / (kept + out->expected);
        if (f1 <= best) continue;
        best = f1;
        count = i + 1;
        mean = hit / kept;
    }
    for (size_t i = 0; i < count; i++) {
        out->keep[order[i].index] = true;
        out->kept_tokens += b->block[order[i].index].tokens;
    }
    out->confidence = mean;
}

/* A heading without text below it, and a block that only says the title again, are not content. */
static void tidy(const struct blocks *b, sv title, struct decision *d) {
    uint32_t text_since = 0;
    for (size_t i = b->count; i-- > 0;) {
        if (!d->keep[i]) continue;
        const struct text_block *block = &b->block[i];
        bool heading = is_heading(b->node[block->node].tag), says_title = title.n > 0 && sv_eq_nocase(block->text, title);
        if ((heading && text_since == 0) || says_title) {
            d->keep[i] = false;
            d->kept_tokens -= block->tokens;
        } else
            text_since = heading ? 0 : text_since + block->tokens;
    }
    if (d->kept_tokens >= EMPTY_TOKENS) return;
    memset(d->keep, 0, b->count * sizeof *d->keep);
    d->kept_tokens = 0;
}

enum err_code decide(const struct blocks *b, sv title, struct arena *arena, struct decision *out, struct err *e) {
    size_t n = b->count;
    *out = (struct decision){.keep = arena_alloc_array(arena, n + 1, sizeof(bool)), .probability = arena_alloc_array(arena, n + 1, sizeof(float))};
    float *own = arena_alloc_array(arena, n + 1, sizeof *own);
    double *prefix = arena_alloc_array(arena, n + 1, sizeof *prefix);
    struct ranked *order = arena_alloc_array(arena, n + 1, sizeof *order);
    if (!out->keep || !out->probability || !own || !prefix || !order) return err_set(e, ERR_MEMORY, "no memory for a decision over %zu blocks", n);
    memset(out->keep, 0, n + 1);
    for (size_t i = 0; i < n; i++) own[i] = logistic(own_score(&b->block[i], &b->node[b->block[i].node]));
    smooth(b, own, out->probability);
    out->root = best_subtree(b, out->probability, prefix);
    const struct block_node *root = &b->node[out->root];
    for (size_t i = 0; i < n; i++) {
        if (i >= root->first && i < root->end) continue;
        float p = fminf(0.999f, fmaxf(0.001f, out->probability[i]));
        out->probability[i] = logistic(log(p / (1.0f - p)) + OUTSIDE);
    }
    drop_comments(b, out->probability);
    drop_captions(b, out->probability);
    keep_best(b, order, out);
    tidy(b, title, out);
    return ERR_OK;
}
