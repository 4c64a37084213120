#include "language.h"

#include <stdio.h>

#include "base/err.h"
#include "base/utf8.h"

const char *thresher_cld2(const char *text, int length, const char *hint, int *percent);

/* On 5,340 pages of the development set, 1 KiB tells another language than 2 KiB on 3 of them: twice it is the right one, once none for lorem ipsum.
 * The tables that CLD2 looks into are larger than a cache, so that each byte counts: where the first half is surely in what the page states, it is
 * enough. That tells no other language on any of these pages; at a quarter it would on one. */
enum { FIRST_BYTES = 512, LOOK_BYTES = 1024, SURE_PERCENT = 95, TEXT_MIN = 20 };

/* What a text is in; `hint` may be NULL. */
static struct language look(sv text, const char *hint) {
    static const char *const renamed[][2] = {{"iw", "he"}, {"zh-Hant", "zh-Hant"}, {"in", "id"}, {"jw", "jv"}};
    int percent = 0;
    const char *code = thresher_cld2(text.p, (int)text.n, hint, &percent);
    if (!code) return (struct language){SV_NONE, 0, percent < 0};
    for (size_t i = 0; i < COUNT_OF(renamed); i++)
        if (strcmp(code, renamed[i][0]) == 0) code = renamed[i][1];
    return (struct language){sv_cstr(code), percent / 100.0, false};
}

struct language language_of(sv text, sv hint) {
    char hint_text[16];
    if (text.n < TEXT_MIN) return (struct language){0};
    snprintf(hint_text, sizeof hint_text, "%.*s", (int)(hint.n < 15 ? hint.n : 15), hint.n ? hint.p : "");
    if (hint.n && text.n > LOOK_BYTES) {
        struct language found = look(utf8_cut(text, FIRST_BYTES), hint_text);
        if (found.no_memory || (found.confidence * 100 >= SURE_PERCENT && language_is_same(found.code, hint))) return found;
    }
    return look(utf8_cut(text, LOOK_BYTES), hint.n ? hint_text : NULL);
}

/* "en_US", "EN-us", "zh-Hant-TW", "de-DE-1996": language, and script or region where stated; absent when it is none. */
static sv normalise(sv stated, struct arena *arena) {
    char out[12];
    size_t n = 0, part = 0, length;
    while (stated.n && n < 8 && part < 2) {
        for (length = 0; length < stated.n && ascii_is_alpha(stated.p[length]); length++) {}
        bool fits = part == 0 ? length == 2 || length == 3 : length == 2 || length == 4;
        if (!fits || (length < stated.n && stated.p[length] != '-' && stated.p[length] != '_' && stated.p[length] != ';' && stated.p[length] != ',')) break;
        if (part) out[n++] = '-';
        for (size_t i = 0; i < length; i++) {
            char c = ascii_lower(stated.p[i]);
            bool upper = part && (length == 2 || i == 0);
            out[n++] = upper ? (char)(c - 32) : c;
        }
        part++;
        if (length < stated.n && (stated.p[length] == ';' || stated.p[length] == ',')) break;
        stated = sv_skip(stated, length + 1);
    }
    return n ? arena_dup(arena, sv_from(out, n)) : SV_NONE;
}

sv language_stated(const struct page_facts *f, sv hint, enum claim_source *source) {
    static const enum claim_source order[] = {CLAIM_HTML, CLAIM_META, CLAIM_OPENGRAPH, CLAIM_JSON_LD, CLAIM_JSON_LD_PAGE, CLAIM_REL, CLAIM_MICRODATA};
    for (size_t i = 0; i < COUNT_OF(order); i++) {
        const struct claim *c = claims_of(&f->of[FACT_LANGUAGE], order[i]);
        sv language = c ? normalise(c->value, f->arena) : SV_NONE;
        *source = order[i];
        if (language.n) return language;
    }
    sv language = normalise(hint, f->arena);
    *source = language.n ? CLAIM_HINT : CLAIM_NONE;
    return language;
}

bool language_is_same(sv a, sv b) {
    a = sv_take(a, sv_find_char(a, '-', 0));
    b = sv_take(b, sv_find_char(b, '-', 0));
    return a.n && (sv_eq(a, b) || (sv_eq(a, SV("no")) && sv_eq(b, SV("nb"))));
}
