/* What encoding bytes are in, by the bytes alone: for pages whose labels are silent or wrong. No state is kept between calls. */
#pragma once

#include "base/err.h"
#include "base/sv.h"

enum { CHARSET_SAMPLE_BYTES = 2048 };

/* "UTF-16LE", "UTF-16BE" or "UTF-32" when a byte order mark or NULs where those put them say so, else absent. O(1). */
sv charset_wide(sv bytes, bool *marked);
/* "ISO-2022-JP", or "replacement" for ISO-2022-KR and -CN, when a page without bytes beyond ASCII has their escapes; else absent. O(n). */
sv charset_escaped(sv ascii);

struct charset_sample {
    sv words;                 /* those that have a byte beyond ASCII, a space behind each; in `bytes` */
    size_t count, word_count; /* of them; of all words that were passed */
    char bytes[CHARSET_SAMPLE_BYTES];
};
/* Takes the first words outside tags, scripts and styles, or of the whole page where there are none. A word ends at a byte that is no part of a longer character in any legacy
 * encoding. O(n). */
void charset_sample_take(struct charset_sample *, sv bytes);
/* Whether a sample does not look like text when it is read in this encoding: bytes that decode to nothing, letters of one script inside words
 * of another, capitals behind small letters, accented letters in rows. False for a sample that is too short to tell. */
bool charset_reads_wrong(sv name, const struct charset_sample *);
/* The best guess at a sample's legacy encoding, a WHATWG name; absent when nothing fits. `language` (BCP 47, may be absent) settles what
 * the bytes leave open; without it few accents on a page of Latin script are western. About 0.2 us a byte. ERR_MEMORY. */
MUST_USE enum err_code charset_guess(const struct charset_sample *, sv language, sv *name, struct err *);
