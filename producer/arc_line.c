#include "arc_line.h"

enum { FIELDS_AFTER_DATE_MAX = 8 };

static bool is_date(sv v) {
    for (size_t i = 0; i < v.n; i++)
        if (!ascii_is_digit(v.p[i])) return false;
    return v.n >= 12 && v.n <= 18;
}

static bool is_address(sv v) {
    for (size_t i = 0; i < v.n; i++) {
        char c = ascii_lower(v.p[i]);
        if (!ascii_is_digit(c) && (c < 'a' || c > 'f') && c != '.' && c != ':' && c != '-') return false;
    }
    return v.n > 0 && v.n < 64;
}

/* Cuts the last word off. */
static sv cut_last(sv *rest) {
    size_t at = rest->n;
    while (at > 0 && rest->p[at - 1] != ' ') at--;
    sv word = sv_skip(*rest, at);
    *rest = sv_take(*rest, at ? at - 1 : 0);
    return word;
}

bool arc_line_parse(sv line, struct arc_line *out) {
    if (sv_ends(line, SV("\r"))) line.n--;
    sv rest = line, after = SV_NONE;
    if (!sv_to_u64(cut_last(&rest), &out->length)) return false;
    for (int i = 0; i <= FIELDS_AFTER_DATE_MAX && rest.n; i++) {
        sv word = cut_last(&rest), before = rest;
        if (i > 0 && is_date(word) && is_address(cut_last(&before))) {
            *out = (struct arc_line){.url = sv_trim(before), .date = word, .type = after, .length = out->length};
            return sv_find_char(out->url, ':', 0) != SIZE_MAX;
        }
        after = word;
    }
    return false;
}
