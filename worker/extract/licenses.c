#include "licenses.h"

enum { NAME_BYTES_MAX = 64, LINE_BYTES_MAX = 300 };

static size_t add_upper(char *out, size_t n, sv part) {
    for (size_t i = 0; i < part.n && n < NAME_BYTES_MAX - 1; i++) out[n++] = part.p[i] >= 'a' && part.p[i] <= 'z' ? (char)(part.p[i] - 32) : part.p[i];
    return n;
}

/* "https://creativecommons.org/licenses/by-sa/4.0/de/" -> "CC BY-SA 4.0 DE"; absent for other URLs. */
static sv name_of(sv url, struct arena *arena) {
    char name[NAME_BYTES_MAX];
    size_t at = sv_find_nocase(url, SV("creativecommons.org/"), 0), n;
    if (at == SIZE_MAX) return SV_NONE;
    sv rest = sv_skip(url, at + 20), kind = sv_cut(&rest, '/'), terms = sv_cut(&rest, '/'), version = sv_cut(&rest, '/'), country = sv_cut(&rest, '/');
    bool zero = sv_eq(kind, SV("publicdomain")) && sv_eq(terms, SV("zero"));
    if (!zero && (!sv_eq(kind, SV("licenses")) || !terms.n || terms.n > 12)) return SV_NONE;
    memcpy(name, zero ? "CC0" : "CC ", 3);
    n = zero ? 3 : add_upper(name, 3, terms);
    if (version.n && version.n <= 4 && ascii_is_digit(version.p[0])) {
        name[n++] = ' ';
        n = add_upper(name, n, version);
        if (country.n == 2 && ascii_is_alpha(country.p[0]) && ascii_is_alpha(country.p[1])) {
            name[n++] = ' ';
            n = add_upper(name, n, country);
        }
    }
    return arena_dup(arena, sv_from(name, n));
}

/* "CC BY-SA 3.0" or "CC-BY-NC" in a line. */
static sv named_in(sv text) {
    for (size_t at = sv_find_char(text, 'C', 0); at != SIZE_MAX; at = sv_find_char(text, 'C', at + 1)) {
        sv rest = sv_skip(text, at);
        size_t n = 3;
        if (rest.n < 5 || rest.p[1] != 'C' || (rest.p[2] != ' ' && rest.p[2] != '-') || rest.p[3] != 'B' || rest.p[4] != 'Y') continue;
        while (n < rest.n && (rest.p[n] == '-' || (rest.p[n] >= 'A' && rest.p[n] <= 'Z'))) n++;
        if (n + 3 < rest.n && rest.p[n] == ' ' && ascii_is_digit(rest.p[n + 1]) && rest.p[n + 2] == '.' && ascii_is_digit(rest.p[n + 3])) n += 4;
        return sv_take(rest, n);
    }
    return SV_NONE;
}

sv licenses_choose(const struct page_facts *f, enum claim_source *source) {
    static const enum claim_source order[] = {CLAIM_JSON_LD, CLAIM_REL, CLAIM_META, CLAIM_NONE};
    const struct claim *found = claims_first(&f->of[FACT_LICENSE], order);
    *source = found ? found->source : CLAIM_NONE;
    if (found) {
        sv name = name_of(found->value, f->arena);
        return name.n ? name : found->value;
    }
    for (size_t i = 0; i < f->line_count; i++) {
        sv name = f->line[i].length < LINE_BYTES_MAX && !(f->line[i].marks & MARK_CAPTION) ? named_in(f->line[i].text) : SV_NONE;
        if (!name.n) continue;
        *source = CLAIM_TEXT;
        return name;
    }
    return SV_NONE;
}
