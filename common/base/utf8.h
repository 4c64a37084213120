/* UTF-8 as the Unicode standard defines it: no surrogates, nothing above U+10FFFF, no overlong forms. */
#pragma once

#include "base/sv.h"

struct arena;
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
/* Appends v as a line of a terminal may show it: a question mark for each control character, line ends and tabs too, and U+FFFD for what is ill-formed. */
void utf8_add_printable(sv v, struct sbuf *out);
/* Bytes of the control character that stands at `at`, which is in v; 0 where none does. White space is none, U+0085 is white space, and
 * marks of direction, overrides too, are text. */
static inline size_t utf8_control(sv v, size_t at) {
    uint8_t c = (uint8_t)v.p[at], next = at + 1 < v.n ? (uint8_t)v.p[at + 1] : 0;
    if (c < ' ' || c == 0x7F) return !ascii_is_space(v.p[at]);
    return c == 0xC2 && next >= 0x80 && next <= 0x9F && next != 0x85 ? 2 : 0;
}
/* v without control characters, and with a space for white space that is neither a tab nor a line end: v itself, or what lies in the
 * arena. Absent without memory. */
sv utf8_without_controls(sv v, struct arena *);
/* The longest prefix of at most max bytes that does not end inside a character. */
sv utf8_cut(sv v, size_t max);
