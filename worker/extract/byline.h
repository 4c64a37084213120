/* A byline as pages print it -> the names in it: "By Ann Lee and Bo Berg, Staff Writers | March 3, 2019" -> "Ann Lee", "Bo Berg". Openers,
 * joints, roles and outlets of about forty languages; the rest is decided by the form of the words. Pure text, no page. */
#pragma once

#include "base/arena.h"
#include "phrase_table.h"
#include "site_names.h"

enum { BYLINE_NAMES_MAX = 16 };

struct byline {
    sv name[BYLINE_NAMES_MAX]; /* no opener, role, outlet, date, address; capitals mended; in the arena */
    size_t count;
};

/* Whether a line is a byline by its words: an opener ("By ", "Von ", "Автор: ", "記者 ") stands at its front, behind a bar or behind a date.
 * A short preposition counts only before a capital letter. */
bool byline_opens(sv line);
/* What stands behind the opener at the front of a line; behind one of two words or more ("Posted by") also a user's name in small letters.
 * Absent where no opener stands there. */
sv byline_behind(sv line);
/* Whether words in parentheses at the end of a text sign it, as in Chinese news: "记者 王小明", "总台记者 王小明", "王小明 李小红". */
bool byline_signs(sv text);
/* Whether a text is nothing but such words. */
bool byline_is_opener(sv text);
/* Appends the names of a text to `out`, each once. `marked`: the page says that this is an author, so a single word may be one.
 * `site` NULL: a name that is also the site's is not refused, as on a person's own pages. */
void byline_names(sv text, bool marked, const struct site_names *, struct arena *, struct byline *out);
/* Appends what a source calls the author though it has not the form of a person's name: a team, an agency, a pen name. False where it
 * names nobody ("admin"), or is no name at all. */
bool byline_stated(sv text, struct arena *, struct byline *out);
/* Whether a name has two to four words, each with a capital or a particle, none of letters of one case alone but initials: as persons are named in full. */
bool byline_is_full(sv name);

extern const struct phrase_table byline_tables[]; /* all, and an empty one; for the test of their order */
