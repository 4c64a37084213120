/* A string view: bytes that somebody else owns. Not NUL-terminated, may hold NUL.
 * {NULL, 0} is absent, {p, 0} is empty. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct sv {
    const char *p;
    size_t n;
} sv;

#define SV(literal) ((sv){"" literal "", sizeof(literal) - 1})
#define SV_NONE ((sv){NULL, 0})
/* The same for the elements of static tables. */
#define SV_OF(literal) {"" literal "", sizeof(literal) - 1}
/* printf("%.*s", SV_ARG(v)); for text of at most INT_MAX bytes */
#define SV_ARG(v) (int)(v).n, (v).n ? (v).p : ""

static inline sv sv_from(const char *p, size_t n) { return (sv){p, n}; }
/* Of a C string; NULL gives the absent view. */
static inline sv sv_cstr(const char *s) { return (sv){s, s ? strlen(s) : 0}; }
static inline sv sv_range(const char *begin, const char *end) { return (sv){begin, (size_t)(end - begin)}; }

static inline bool sv_eq(sv a, sv b) { return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0); }
/* The bytes from `from` on; empty when there are none. */
static inline sv sv_skip(sv v, size_t from) { return from >= v.n ? (sv){v.n ? v.p + v.n : v.p, 0} : (sv){v.p + from, v.n - from}; }
static inline sv sv_take(sv v, size_t n) { return (sv){v.p, n < v.n ? n : v.n}; }
static inline bool sv_starts(sv v, sv prefix) { return v.n >= prefix.n && (prefix.n == 0 || memcmp(v.p, prefix.p, prefix.n) == 0); }
static inline bool sv_ends(sv v, sv suffix) {
    return v.n >= suffix.n && (suffix.n == 0 || memcmp(v.p + v.n - suffix.n, suffix.p, suffix.n) == 0);
}

/* ASCII only: case folded for A-Z, white space is " \t\r\n\f\v". Most comparisons end at the first letter, so that is inline. */
static inline char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }
bool sv_same_nocase(const char *a, const char *b, size_t n);
static inline bool sv_starts_nocase(sv v, sv prefix) {
    return v.n >= prefix.n && (prefix.n == 0 || (ascii_lower(*v.p) == ascii_lower(*prefix.p) && sv_same_nocase(v.p, prefix.p, prefix.n)));
}
static inline bool sv_eq_nocase(sv a, sv b) { return a.n == b.n && sv_starts_nocase(a, b); }
/* The same of C strings in tables, none empty: of most, the length is not needed. */
static inline bool sv_begins(sv v, const char *s) { return v.n && ascii_lower(*v.p) == ascii_lower(*s) && sv_starts_nocase(v, sv_cstr(s)); }
static inline bool sv_is(sv v, const char *s) { return v.n && ascii_lower(*v.p) == ascii_lower(*s) && sv_eq_nocase(v, sv_cstr(s)); }
static inline bool ascii_is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
sv sv_trim_ends(sv v);
static inline sv sv_trim(sv v) { return v.n && ((uint8_t)v.p[0] <= ' ' || (uint8_t)v.p[v.n - 1] <= ' ') ? sv_trim_ends(v) : v; }
static inline bool ascii_is_digit(char c) { return c >= '0' && c <= '9'; }
static inline bool ascii_is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* Index of the first match at or after `from`, or SIZE_MAX. */
size_t sv_find(sv v, sv needle, size_t from);
size_t sv_find_nocase(sv v, sv needle, size_t from);
size_t sv_find_char(sv v, char c, size_t from);
static inline bool sv_has(sv v, sv needle) { return sv_find(v, needle, 0) != SIZE_MAX; }
/* Whether any of them, at most 32 of at least two bytes, is in v. O(v), where few of its pairs of bytes begin one. */
bool sv_has_any(sv v, const sv *needles, size_t count);
static inline bool sv_has_nocase(sv v, sv needle) { return sv_find_nocase(v, needle, 0) != SIZE_MAX; }

/* Splits `*rest` at the first `c`: returns what stands before it and leaves what follows; with no `c`, returns all and leaves absent. */
sv sv_cut(sv *rest, char c);

/* Decimal digits only, the whole view; false when empty, not a number, or over UINT64_MAX. */
bool sv_to_u64(sv v, uint64_t *out);
