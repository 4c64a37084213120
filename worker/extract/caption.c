#include "caption.h"

#include "base/err.h"

enum { CREDIT_MAX = 160, LINE_CREDIT_MAX = 100, TAIL_MAX = 90, NAME_WORDS_MAX = 6 };

/* Words that say "photo", "source", "author of the picture" when a separator follows. Those with capitals outside ASCII stand twice. */
static const char *const labels[] = {
    "photo", "photos", "foto", "fotos", "photograph", "photographs", "photography", "photographer", "image", "images", "picture", "pictures", "pic", "credit", "credits",
    "illustration", "graphic", "screenshot", "screenshots", "courtesy", "source", "sources", "image source", "photo source", "fotograf", "fotografin", "archivfoto", "symbolfoto", "symbolbild",
    "bild", "bilder", "bildnachweis", "grafik", "quelle", "quellen", "zeichnung", "photographie", "photo d'archives", "source photo", "dessin", "crédit", "crédits", "Crédit", "fotografía",
    "fotografia", "imagen", "imagem", "fuente", "fuentes", "fonte", "fonti", "crédito", "créditos", "immagine", "beeld", "bron", "fotograaf", "bilde", "billede", "kilde", "källa", "arkivfoto",
    "illustrasjon", "kuva", "kuvat", "lähde", "kuvaaja", "fot.", "fot", "zdjęcie", "zdjęcia", "źródło", "autor zdjęcia", "zdroj", "autor", "snímek", "fotó", "kép", "forrás", "sursa",
    "sursa foto", "sursă foto", "fotoğraf", "kaynak", "фото", "Фото", "ФОТО", "источник", "Источник", "автор фото", "Автор фото", "иллюстрация", "Иллюстрация", "джерело", "снимка", "Снимка", "izvor",
    "φωτογραφία", "Φωτογραφία", "φωτο", "Φωτο", "πηγή", "Πηγή", "צילום", "תמונה", "קרדיט", "تصوير", "المصدر", "مصدر الصورة", "صورة", "عکس", "منبع", "फोटो", "स्रोत", "साभार", "写真", "撮影",
    "写真提供", "画像", "提供", "出典", "摄影", "攝影", "图源", "图", "圖", "图片来源", "圖片來源", "来源", "供图", "사진", "사진 출처", "사진 제공", "사진제공", "출처", "ภาพ", "ภาพจาก",
    "ที่มา", "ảnh", "Ảnh", "nguồn", "sumber", "dok",
};
/* Phrases that need no separator. */
static const char *const phrases[] = {
    "photo by", "photos by", "photo credit", "photo courtesy of", "photo courtesy", "photos courtesy of", "photograph by", "photographs by", "photography by", "image by", "image credit", "image courtesy of",
    "image courtesy", "images courtesy of", "picture by", "illustration by", "photo illustration by", "screenshot by", "screengrab", "video by", "courtesy of", "courtesy photo", "kind courtesy of", "kind courtesy", "image source,", "media source,", "مصدر الصورة،", "صدر الصورة،", "picture credit", "credit line",
    "foto von", "fotos von", "foto und styling:", "bildquelle", "bildrechte", "fotocredit", "photo de", "crédit photo", "crédits photo", "Crédit photo", "foto di", "foto de", "foto van", "foto av", "cortesía de",
    "cedida por", "fotografía de", "foto:", "fot.", "per gentile concessione", "©", "(c)", "copyright", "ap photo", "pa photo",
};
/* Phrases that are part of the credit itself. */
static const char *const kept[] = {"ap photo", "pa photo", "screengrab", "screenshot", "cedida por", "per gentile concessione"};
static const char *const separators[] = {":", "：", "=", "＝", "©", "/", "／", "|", "–", "—"};
enum { PLAIN_SEPARATORS = 5 }; /* the first of them; the others count behind labels of scripts without spaces */
/* Agencies and stocks of pictures, as they sign. Short ones are matched by case. */
static const char *const agencies[] = {
    "Getty", "GettyImages", "Reuters", "AFP", "AP", "EPA", "EFE", "dpa", "DPA", "ANSA", "TASS", "Sputnik", "Xinhua", "Kyodo", "Yonhap", "Bloomberg", "Shutterstock", "iStock",
    "iStockphoto", "Alamy", "Adobe Stock", "stock.adobe.com", "Unsplash", "Pexels", "Pixabay", "Depositphotos", "Dreamstime", "Imago", "imago images", "picture alliance", "NTB", "TT",
    "Ritzau", "Scanpix", "Lehtikuva", "APA", "Keystone", "Belga", "ANP", "PAP", "ČTK", "TASR", "MTI", "Europa Press", "LaPresse", "ZUMA", "Sipa", "Newscom", "UPI", "PTI", "ANI", "AAP",
    "NurPhoto", "Anadolu", "Wikimedia", "Wikipedia", "Flickr", "CC BY", "Creative Commons", "Corbis", "PA Wire", "PA Media", "Press Association", "Canadian Press", "CANADIAN PRESS", "Associated Press",
    "USA TODAY Sports", "NASA", "NOAA", "Folhapress", "Handout", "HANDOUT", "Instagram", "Facebook", "Twitter", "YouTube", "Screenshot", "Divulgação", "Reprodução", "Archivo", "Supplied", "Public domain",
    "public domain", "Staff photo", "Thinkstock", "EyeEm", "Hans Lucas", "laif", "Rex Features", "WENN", "Eyevine", "Contributed",
};
/* Words that may stand small between names. */
static const char *const links[] = {"of", "and", "de", "del", "da", "di", "du", "van", "der", "den", "von", "the", "for", "via", "by", "la", "le", "el", "y", "e", "et", "und", "in", "at", "bin", "al", "images", "pool", "file"};

static bool is_one_of(char c, const char *set) { return c && strchr(set, c); }

/* sv_starts_nocase, quick to say no. */
static bool begins(sv v, const char *word) { return v.n > 0 && ascii_lower(*v.p) == ascii_lower(*word) && sv_starts_nocase(v, sv_cstr(word)); }

static bool starts_any(sv v, const char *const *list, size_t count, size_t *length) {
    *length = 0;
    for (size_t i = 0; i < count; i++)
        if (begins(v, list[i]) && strlen(list[i]) > *length) *length = strlen(list[i]);
    return *length > 0;
}

static bool is_word_byte(char c) { return ascii_is_alpha(c) || ascii_is_digit(c) || (uint8_t)c >= 0x80; }

static size_t skip_separators(sv v, size_t at) {
    for (;;) {
        size_t n;
        while (at < v.n && ascii_is_space(v.p[at])) at++;
        if (at < v.n && starts_any(sv_skip(v, at), separators, COUNT_OF(separators), &n)) at += n;
        else if (at < v.n && v.p[at] == '-' && at + 1 < v.n && v.p[at + 1] == ' ') at++;
        else return at;
    }
}

/* Bytes of the label that v begins with, its separators included; 0 when it begins with none. `names` (may be NULL): where the names begin. */
static size_t label_length(sv v, size_t *names) {
    size_t n = 0, m;
    if (names) *names = 0;
    if (starts_any(v, phrases, COUNT_OF(phrases), &n) && (n >= v.n || !is_word_byte(v.p[n]) || !ascii_is_alpha(v.p[n - 1]))) {
        size_t after = skip_separators(v, n);
        if (after >= v.n) return 0;
        if (names && !starts_any(v, kept, COUNT_OF(kept), &m)) *names = after;
        return after;
    }
    for (size_t i = 0; i < COUNT_OF(labels); i++) {
        if (!begins(v, labels[i])) continue;
        sv label = sv_cstr(labels[i]);
        size_t at = label.n;
        while (at < v.n && v.p[at] == ' ') at++;
        bool wide = (uint8_t)label.p[0] >= 0xE0;
        if (at >= v.n || !starts_any(sv_skip(v, at), separators, wide ? COUNT_OF(separators) : PLAIN_SEPARATORS, &n)) continue;
        at = skip_separators(v, at);
        if (at >= v.n) continue;
        if (names && !starts_any(v, kept, COUNT_OF(kept), &n)) *names = at;
        return at;
    }
    return 0;
}

static bool has_agency(sv v) {
    for (size_t i = 0; i < COUNT_OF(agencies); i++) {
        sv name = sv_cstr(agencies[i]);
        bool shout = name.n <= 4;
        for (size_t at = shout ? sv_find(v, name, 0) : sv_find_nocase(v, name, 0); at != SIZE_MAX; at = shout ? sv_find(v, name, at + 1) : sv_find_nocase(v, name, at + 1))
            if ((at == 0 || !is_word_byte(v.p[at - 1])) && (at + name.n >= v.n || !is_word_byte(v.p[at + name.n]))) return true;
    }
    return false;
}

/* A sentence within: a stop behind a word of three letters or more, and more text. "J. R. Name" and "St. Name" are none. */
static bool has_sentence(sv v) {
    for (size_t i = 3; i + 2 < v.n; i++) {
        if (!is_one_of(v.p[i], ".?!;") || v.p[i + 1] != ' ') continue;
        if (is_word_byte(v.p[i - 1]) && is_word_byte(v.p[i - 2]) && is_word_byte(v.p[i - 3])) return true;
    }
    return false;
}

struct shape {
    size_t words, lower, slashes, digits;
    bool via;
};

static struct shape shape_of(sv v) {
    struct shape s = {.via = sv_has_nocase(v, SV(" via ")) || sv_starts_nocase(v, SV("via "))};
    for (size_t i = 0; i < v.n; i++) {
        bool start = is_word_byte(v.p[i]) && (i == 0 || !(is_word_byte(v.p[i - 1]) || v.p[i - 1] == '\'' || v.p[i - 1] == '.' || v.p[i - 1] == '-'));
        bool near_left = i > 0 && v.p[i - 1] != ' ', near_right = i + 1 < v.n && v.p[i + 1] != ' ';
        s.slashes += v.p[i] == '/' && (near_left || near_right);
        s.digits += ascii_is_digit(v.p[i]);
        if (!start) continue;
        s.words++;
        size_t end = i;
        while (end < v.n && is_word_byte(v.p[end])) end++;
        sv word = sv_from(v.p + i, end - i);
        bool link = false;
        for (size_t k = 0; k < COUNT_OF(links) && !link; k++) link = sv_eq_nocase(word, sv_cstr(links[k]));
        s.lower += v.p[i] >= 'a' && v.p[i] <= 'z' && !link;
    }
    return s;
}

/* "Sputnik/Some Name/Pool via Reuters": capitalised names joined by slashes or "via", no sentence in it. */
static bool is_chain(sv v) {
    if (v.n < 3 || v.n > CREDIT_MAX || sv_has(v, SV("://")) || sv_has(v, SV("www.")) || sv_has(v, SV(".com/")) || has_sentence(v) || ascii_is_digit(v.p[0])) return false;
    struct shape s = shape_of(v);
    return (s.slashes > 0 || s.via) && s.words >= 2 && s.words <= 16 && s.lower <= 2 && s.lower * 2 <= s.words && s.digits <= 4;
}

/* In any line a slash joins much else: there a chain counts when an agency is in it, or in brackets when it has three links or a "via". */
static bool is_signed_chain(sv v, bool bracketed) {
    if (!is_chain(v)) return false;
    struct shape s = shape_of(v);
    return has_agency(v) || (bracketed && s.lower == 0 && (s.slashes >= 2 || s.via));
}

/* Whether all of v is a credit. */
static bool is_whole_credit(sv v, enum caption_trust trust, bool bracketed) {
    if (trust == CAPTION_PLACE) return caption_is_credit(v);
    size_t label = label_length(v, NULL);
    return v.n <= LINE_CREDIT_MAX && ((label > 0 && !has_sentence(sv_skip(v, label))) || is_signed_chain(v, bracketed));
}

/* An agency signs alone, or behind a name or two. */
static bool is_agency_line(sv v) {
    if (v.n > TAIL_MAX || has_sentence(v)) return false;
    struct shape s = shape_of(v);
    return s.words > 0 && s.words <= 8 && s.lower <= 2 && s.digits <= 4 && has_agency(v);
}

/* "Some Name / The Gazette". */
static bool is_spaced_chain(sv v) {
    struct shape s = shape_of(v);
    return sv_has(v, SV(" / ")) && s.words >= 3 && s.words <= 10 && s.lower == 0 && s.digits == 0 && !has_sentence(v);
}

static bool is_person(sv v) {
    struct shape s = shape_of(v);
    return s.words >= 2 && s.words <= NAME_WORDS_MAX && s.lower == 0 && s.digits == 0 && v.n <= 60 && !has_sentence(v) && !sv_has(v, SV(":")) && !sv_has(v, SV("?")) && !sv_has(v, SV("!"));
}

bool caption_is_credit(sv v) {
    v = sv_trim(v);
    size_t label = label_length(v, NULL);
    return v.n <= CREDIT_MAX && ((label > 0 && !has_sentence(sv_skip(v, label))) || is_chain(v));
}

bool caption_is_name(sv v) {
    v = sv_trim(v);
    return caption_is_credit(v) || is_agency_line(v) || is_person(v);
}

bool caption_is_agency(sv v) { return is_agency_line(sv_trim(v)); }

/* Without white space and the marks that stand around a credit, at both ends. */
static sv strip_marks(sv v) {
    static const char *const marks[] = {"-", "–", "—", "|", ":", "•", "·", ",", ";", "»", "«", "/", "：", "＝", "="};
    for (bool again = true; again;) {
        again = false;
        v = sv_trim(v);
        for (size_t i = 0; i < COUNT_OF(marks); i++) {
            sv mark = sv_cstr(marks[i]);
            if (sv_starts(v, mark)) v = sv_skip(v, mark.n), again = true;
            if (sv_ends(v, mark)) v = sv_take(v, v.n - mark.n), again = true;
        }
    }
    return v;
}

struct bracket {
    const char *open, *close;
};
static const struct bracket brackets[] = {{"(", ")"}, {"[", "]"}, {"（", "）"}, {"【", "】"}, {"［", "］"}};

/* Where the bracket opens that the last bytes of v close, or SIZE_MAX. */
static size_t last_bracket(sv v, const struct bracket **which) {
    for (size_t k = 0; k < COUNT_OF(brackets); k++) {
        sv open = sv_cstr(brackets[k].open), close = sv_cstr(brackets[k].close);
        if (!sv_ends(v, close)) continue;
        size_t depth = 0;
        for (size_t i = v.n - close.n + 1; i-- > 0;) {
            if (sv_starts(sv_skip(v, i), close)) depth++;
            else if (sv_starts(sv_skip(v, i), open) && --depth == 0) {
                *which = &brackets[k];
                return i;
            }
        }
    }
    return SIZE_MAX;
}

sv caption_credit_names(sv v) {
    for (int round = 0; round < 3; round++) {
        const struct bracket *b = NULL;
        size_t names = 0;
        v = strip_marks(v);
        if (last_bracket(v, &b) == 0) v = strip_marks(sv_from(v.p + strlen(b->open), v.n - strlen(b->open) - strlen(b->close)));
        if (label_length(v, &names) && names > 0) v = sv_skip(v, names);
        else if (sv_starts_nocase(v, SV("by ")) && v.n > 3 && !(v.p[3] >= 'a' && v.p[3] <= 'z')) v = sv_skip(v, 3);
    }
    v = strip_marks(v);
    if (v.n > 3 && v.p[v.n - 1] == '.' && ascii_is_alpha(v.p[v.n - 2]) && ascii_is_alpha(v.p[v.n - 3]) && ascii_is_alpha(v.p[v.n - 4])) v.n--;
    return v.n ? v : SV_NONE;
}

static struct caption cut_at(sv v, size_t at) {
    sv left = strip_marks(sv_take(v, at));
    return (struct caption){left.n ? left : SV_NONE, caption_credit_names(sv_skip(v, at))};
}

/* "... (Names)" at the end, a full stop behind it or not. */
static bool split_brackets(sv v, enum caption_trust trust, struct caption *out) {
    const struct bracket *b = NULL;
    sv head = sv_ends(v, SV(".")) ? sv_trim(sv_take(v, v.n - 1)) : v;
    size_t open = last_bracket(head, &b);
    if (open == SIZE_MAX) return false;
    sv inner = sv_trim(sv_from(head.p + open + strlen(b->open), head.n - open - strlen(b->open) - strlen(b->close)));
    bool domain = shape_of(inner).words == 2 && sv_has(inner, SV(".")) && !sv_has(inner, SV(" ")) && inner.n > 4;
    bool placed = trust == CAPTION_PLACE && (is_person(inner) || domain);
    if (inner.n < 2 || inner.n > CREDIT_MAX || !(is_whole_credit(inner, trust, true) || is_agency_line(inner) || placed)) return false;
    *out = cut_at(head, open);
    return true;
}

/* Whether what stands at i begins a new part of the line. */
static bool begins_part(sv v, size_t i, bool *ended) {
    static const char *const ends[] = {".", "!", "?", ")", "]", "|", "\"", "…", "。", "।", "”", "»", "）", "］", "・", "’", "\n"};
    size_t back = i;
    while (back > 0 && v.p[back - 1] == ' ') back--;
    *ended = back == 0;
    for (size_t k = 0; k < COUNT_OF(ends) && !*ended; k++) *ended = sv_ends(sv_take(v, back), sv_cstr(ends[k]));
    return *ended || back < i || (i > 0 && is_one_of(v.p[i - 1], "(/,;-")) || ((uint8_t)v.p[i] >= 0xC2 && (uint8_t)v.p[i - 1] >= 0x80);
}

/* "... Photo: names": the first label from which all that is left is a credit. */
static bool split_label(sv v, enum caption_trust trust, struct caption *out) {
    size_t most = trust == CAPTION_PLACE ? CREDIT_MAX : LINE_CREDIT_MAX;
    for (size_t i = v.n > most ? v.n - most : 1; i < v.n; i++) {
        bool ended;
        if (((uint8_t)v.p[i] & 0xC0) == 0x80 || ascii_is_space(v.p[i]) || !begins_part(v, i, &ended) || (trust == CAPTION_LINE && !ended)) continue;
        sv rest = sv_skip(v, i);
        size_t label = label_length(rest, NULL);
        if (!label || has_sentence(sv_skip(rest, label))) continue;
        *out = cut_at(v, i);
        return true;
    }
    return false;
}

/* A chain of names or an agency behind a sentence's end, a line's, a bar or a dash. */
static bool split_tail(sv v, enum caption_trust trust, struct caption *out) {
    static const char *const dashes[] = {" - ", " – ", " — ", " / ", " | "};
    for (size_t i = v.n > TAIL_MAX ? v.n - TAIL_MAX : 1; i < v.n; i++) {
        bool ended, dash = false;
        if (((uint8_t)v.p[i] & 0xC0) == 0x80) continue;
        for (size_t k = 0; k < COUNT_OF(dashes) && trust == CAPTION_PLACE; k++) dash |= sv_starts(sv_skip(v, i), sv_cstr(dashes[k]));
        bool behind = begins_part(v, i, &ended) && ended && (ascii_is_space(v.p[i - 1]) || v.p[i - 1] == '|');
        sv rest = sv_trim(sv_skip(v, dash ? i + 3 : i));
        if (!(behind || dash) || rest.n < 2 || is_one_of(*rest.p, "([\"")) continue;
        if (!(trust == CAPTION_LINE ? is_signed_chain(rest, false) : is_chain(rest)) && !(trust == CAPTION_PLACE && (is_agency_line(rest) || (behind && is_spaced_chain(rest))))) continue;
        *out = cut_at(v, i);
        return true;
    }
    return false;
}

/* Without the words that say to those who do not see the picture what follows. */
static sv without_announcement(sv v) {
    static const char *const words[] = {"image caption", "media caption", "photo caption", "picture caption", "caption", "التعليق على الصورة"};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (!begins(v, words[i])) continue;
        sv rest = sv_skip(v, strlen(words[i])), comma = SV("،");
        if (sv_starts(rest, SV(",")) || sv_starts(rest, SV(":"))) return sv_trim(sv_skip(rest, 1));
        if (sv_starts(rest, comma)) return sv_trim(sv_skip(rest, comma.n));
    }
    return v;
}

struct caption caption_split(sv v, enum caption_trust trust) {
    struct caption out = {SV_NONE, SV_NONE};
    v = without_announcement(sv_trim(v));
    if (!v.n) return out;
    if (is_whole_credit(v, trust, false)) return (struct caption){SV_NONE, caption_credit_names(v)};
    if (split_brackets(v, trust, &out) || split_label(v, trust, &out) || split_tail(v, trust, &out)) return out;
    if (trust == CAPTION_PLACE && is_agency_line(v) && shape_of(v).words <= 3) return (struct caption){SV_NONE, caption_credit_names(v)};
    return (struct caption){v, SV_NONE};
}
