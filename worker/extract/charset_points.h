/* Bytes of an encoding to code points, by the Encoding Standard's tables in lexbor. Only what looks at a page's encoding needs this. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/sv.h"

struct lxb_encoding_data;

/* NULL for names that are no encoding, and for those that the standard replaces (ISO-2022-KR, HZ...). */
const struct lxb_encoding_data *charset_decoder(sv name);
/* Whether every byte is a character of its own, and those below 80 are ASCII. */
bool charset_is_single_byte(const struct lxb_encoding_data *);
/* Calls take() with code points, at most a few hundred at a time, U+FFFD for what is malformed. `bytes` begins and ends between characters.
 * Stops when take() says false. */
void charset_points(const struct lxb_encoding_data *, sv bytes, bool (*take)(void *user, const uint32_t *points, size_t n), void *user);
