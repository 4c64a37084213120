/* UTF-8 as the Unicode standard defines it: no surrogates, nothing above U+10FFFF, no overlong forms. */
#pragma once

#include "base/sv.h"

struct sbuf;

/* Both at several bytes an instruction over ASCII, at about two instructions a byte beyond. */
bool utf8_is_valid(sv);
struct utf8_count {
    size_t good, bad; /* well-formed sequences beyond ASCII; ill-formed ones, as utf8_decode takes them */
};
/* Stops at bad_max ill-formed ones. */
struct utf8_count utf8_count(sv, size_t bad_max);
/* How many bytes at the front are ASCII. */
size_t utf8_ascii_prefix(sv);
/* The code point at the front of v and its length in *len (1..4). Ill-formed bytes give U+FFFD and the length of the longest
 * ill-formed prefix, as the WHATWG decoder replaces them. v must not be empty. */
uint32_t utf8_decode(sv v, size_t *len);
/* Writes 1..4 bytes; returns how many. Surrogates and numbers above U+10FFFF become U+FFFD. */
size_t utf8_encode(uint32_t cp, char out[4]);
/* Appends v with every ill-formed sequence replaced by U+FFFD. */
void utf8_repair(sv v, struct sbuf *out);
/* The longest prefix of at most max bytes that does not end inside a character. */
sv utf8_cut(sv v, size_t max);
