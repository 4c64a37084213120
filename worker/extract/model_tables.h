/* The trained models and the table of class words, made by tests/quality/train. */
#pragma once

#include "class_words.h"
#include "model.h"

enum { MODEL_LOGISTIC_REACH = 8, MODEL_LOGISTIC_COUNT = 1024, MODEL_TYPES = 7 };

/* All that decides about a page. */
struct model_set {
    struct model first, second; /* second sees the probabilities of first */
    struct model type[MODEL_TYPES]; /* of pages: PAGE_ARTICLE .. PAGE_COLLECTION, each against the rest */
    struct word_scores words;
};

extern const uint16_t model_logistic[MODEL_LOGISTIC_COUNT]; /* over [-REACH, REACH) log-odds */
extern const struct model_set model_html, model_text; /* for pages of HTML; for flattened ones */
