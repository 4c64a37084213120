#include "caption.h"

#include "base/err.h"

enum { CREDIT_MAX = 120 };

static const char *const labels[] = {"photo:",   "photo :",  "photos:", "photo by",   "photograph:", "photograph by", "image:",   "image credit", "picture:", "credit:",
                                     "credits:", "foto:",   "fotos:",     "fotografía:", "bild:",         "bildquelle", "quelle:",    "crédit",   "crédits",
                                     "©",        "(c) ",    "copyright ", "courtesy of", "courtesy ",     "фото:",    "zdjęcie:",     "fot.",     "kuva:",
                                     "kredit:",  "billede:"};

static size_t label_at_start(sv v) {
    for (size_t i = 0; i < COUNT_OF(labels); i++)
        if (sv_starts_nocase(v, sv_cstr(labels[i]))) return strlen(labels[i]);
    return 0;
}

/* "Sputnik/Some Name/Pool via Reuters": capitalised names joined by slashes or "via", no sentence in it. */
static bool is_name_chain(sv v) {
    size_t slashes = 0, words = 0, lower = 0;
    bool via = sv_has(v, SV(" via ")) || sv_starts(v, SV("via "));
    if (v.n < 3 || v.n > CREDIT_MAX || sv_has(v, SV("://"))) return false;
    for (size_t i = 0; i < v.n; i++) {
        bool start = i == 0 || v.p[i - 1] == ' ' || v.p[i - 1] == '/';
        slashes += v.p[i] == '/' && i > 0 && v.p[i - 1] != ' ' && i + 1 < v.n && v.p[i + 1] != ' ';
        if (strchr("?!;([", v.p[i]) || (v.p[i] == '.' && i > 2 && i + 1 < v.n && v.p[i + 1] == ' ' && v.p[i - 2] != ' ')) return false;
        if (!start || v.p[i] == ' ' || v.p[i] == '/') continue;
        words++;
        lower += v.p[i] >= 'a' && v.p[i] <= 'z';
    }
    return (slashes > 0 || via) && words <= 14 && lower <= 1 + (via ? 1 : 0) && !ascii_is_digit(v.p[0]);
}

bool caption_is_credit(sv v) {
    v = sv_trim(v);
    return v.n <= CREDIT_MAX && (label_at_start(v) > 0 || is_name_chain(v));
}

static sv without_label(sv v) {
    static const char *const kept[] = {"©", "(c) ", "copyright ", "courtesy of", "courtesy "};
    size_t n = label_at_start(v);
    for (size_t i = 0; i < COUNT_OF(kept); i++)
        if (sv_starts_nocase(v, sv_cstr(kept[i]))) n = 0;
    v = sv_trim(sv_skip(v, n));
    while (v.n && (*v.p == ':' || *v.p == '-')) v = sv_trim(sv_skip(v, 1));
    return v;
}

struct caption caption_split(sv v) {
    v = sv_trim(v);
    if (caption_is_credit(v)) return (struct caption){SV_NONE, without_label(v)};
    /* "(... )" or "[...]" at the end. */
    if (sv_ends(v, SV(")")) || sv_ends(v, SV("]"))) {
        size_t open = v.n - 1;
        while (open > 0 && v.p[open] != '(' && v.p[open] != '[') open--;
        sv inner = sv_from(v.p + open + 1, v.n - open - 2);
        bool agency = sv_starts(inner, SV("AP ")) || sv_starts(inner, SV("AFP")) || sv_starts(inner, SV("Reuters")) || sv_has(inner, SV("Getty"));
        if (open > 0 && inner.n > 1 && (caption_is_credit(inner) || agency)) return (struct caption){sv_trim(sv_take(v, open)), without_label(inner)};
    }
    /* What follows the end of a sentence, a line or a bar. */
    for (size_t i = 1; i < v.n; i++) {
        bool ended = v.p[i - 1] == '\n' || v.p[i - 1] == '|' || (v.p[i] == ' ' && (strchr(".!?)", v.p[i - 1]) || (uint8_t)v.p[i - 1] >= 0x80));
        bool copyright = (uint8_t)v.p[i] == 0xC2 && i + 1 < v.n && (uint8_t)v.p[i + 1] == 0xA9;
        sv rest = sv_trim(sv_skip(v, i));
        if (!(ended || copyright || label_at_start(rest) > 4) || !(ascii_is_space(v.p[i - 1]) || ended || copyright)) continue;
        if (caption_is_credit(rest)) {
            sv caption = sv_trim(sv_take(v, i));
            if (sv_ends(caption, SV("|"))) caption = sv_trim(sv_take(caption, caption.n - 1));
            return (struct caption){caption, without_label(rest)};
        }
    }
    return (struct caption){v, SV_NONE};
}
