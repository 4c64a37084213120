/* A decision laid open: every block of a page with what was decided, the probabilities of both models, the rule that overruled them, its
 * features and its text. For people who look at a page that came out wrong. */
#pragma once

#include "base/sbuf.h"

struct blocks;
struct decision;

enum explain_format { EXPLAIN_TEXT, EXPLAIN_HTML };

/* Appends to `out`, whose error says when memory is out. HTML is one whole page, its text escaped. */
void explain_decision(const struct blocks *, const struct decision *, enum explain_format, struct sbuf *out);
