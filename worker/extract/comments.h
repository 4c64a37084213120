/* What readers wrote below an article, apart from its text: each comment with its author and date where they are marked. Comments are
 * told by the words of class and id that templates share ("comment", "comment-list"); a forum's posts are its text, and no comments. */
#pragma once

#include "decide.h"
#include "schema/article.h"

/* Fills out->comments, in the order of the page, answers behind what they answer. Views lie in the arena. ERR_MEMORY. O(nodes + depth of answers
 * times blocks). */
MUST_USE enum err_code comments_collect(const struct blocks *, const struct decision *, sv url, struct arena *, struct article *out, struct err *);
