#include "caption.h"

#include "base/err.h"

enum { CREDIT_MAX = 160, LINE_CREDIT_MAX = 100, TAIL_MAX = 90, NAME_WORDS_MAX = 6 };

/* Words that say "photo", "source", "author of the picture" when a separator follows. Those with capitals outside ASCII stand twice. See phrase_table.h for
 * the order of this table and the next. */
static const sv labels[] = {
    SV_OF("archivfoto"), SV_OF("arkivfoto"), SV_OF("autor zdjęcia"), SV_OF("autor"), SV_OF("bild"), SV_OF("bilder"), SV_OF("bildnachweis"), SV_OF("beeld"), SV_OF("bron"), SV_OF("bilde"), SV_OF("billede"), SV_OF("credit"),
    SV_OF("credits"), SV_OF("courtesy"), SV_OF("crédit"), SV_OF("crédits"), SV_OF("crédito"), SV_OF("créditos"), SV_OF("dessin"), SV_OF("dok"), SV_OF("foto"), SV_OF("fotos"), SV_OF("fotograf"),
    SV_OF("fotografin"), SV_OF("fotografía"), SV_OF("fotografia"), SV_OF("fuente"), SV_OF("fuentes"), SV_OF("fonte"), SV_OF("fonti"), SV_OF("fotograaf"), SV_OF("fot."), SV_OF("fot"), SV_OF("fotó"), SV_OF("forrás"),
    SV_OF("fotoğraf"), SV_OF("graphic"), SV_OF("grafik"), SV_OF("image"), SV_OF("images"), SV_OF("illustration"), SV_OF("image source"), SV_OF("imagen"), SV_OF("imagem"), SV_OF("immagine"), SV_OF("illustrasjon"), SV_OF("izvor"),
    SV_OF("kilde"), SV_OF("källa"), SV_OF("kuva"), SV_OF("kuvat"), SV_OF("kuvaaja"), SV_OF("kép"), SV_OF("kaynak"), SV_OF("lähde"), SV_OF("nguồn"), SV_OF("photo"), SV_OF("photos"), SV_OF("photograph"), SV_OF("photographs"),
    SV_OF("photography"), SV_OF("photographer"), SV_OF("picture"), SV_OF("pictures"), SV_OF("pic"), SV_OF("photo source"), SV_OF("photographie"), SV_OF("photo d'archives"), SV_OF("quelle"), SV_OF("quellen"), SV_OF("screenshot"),
    SV_OF("screenshots"), SV_OF("source"), SV_OF("sources"), SV_OF("symbolfoto"), SV_OF("symbolbild"), SV_OF("source photo"), SV_OF("snímek"), SV_OF("sursa"), SV_OF("sursa foto"), SV_OF("sursă foto"), SV_OF("sumber"),
    SV_OF("zeichnung"), SV_OF("zdjęcie"), SV_OF("zdjęcia"), SV_OF("zdroj"), SV_OF("źródło"), SV_OF("Φωτογραφία"), SV_OF("Φωτο"), SV_OF("Πηγή"), SV_OF("φωτογραφία"), SV_OF("φωτο"),
    SV_OF("πηγή"), SV_OF("Фото"), SV_OF("ФОТО"), SV_OF("источник"), SV_OF("Источник"), SV_OF("автор фото"), SV_OF("Автор фото"), SV_OF("иллюстрация"),
    SV_OF("Иллюстрация"), SV_OF("джерело"), SV_OF("Снимка"), SV_OF("фото"), SV_OF("снимка"), SV_OF("צילום"), SV_OF("תמונה"), SV_OF("קרדיט"), SV_OF("تصوير"),
    SV_OF("المصدر"), SV_OF("صورة"), SV_OF("عکس"), SV_OF("مصدر الصورة"), SV_OF("منبع"), SV_OF("फोटो"), SV_OF("स्रोत"), SV_OF("साभार"), SV_OF("ภาพ"),
    SV_OF("ภาพจาก"), SV_OF("ที่มา"), SV_OF("ảnh"), SV_OF("Ảnh"), SV_OF("供图"), SV_OF("写真"), SV_OF("写真提供"), SV_OF("出典"), SV_OF("图源"), SV_OF("图"), SV_OF("圖"),
    SV_OF("图片来源"), SV_OF("圖片來源"), SV_OF("撮影"), SV_OF("提供"), SV_OF("摄影"), SV_OF("攝影"), SV_OF("来源"), SV_OF("画像"), SV_OF("사진"), SV_OF("사진 출처"), SV_OF("사진 제공"),
    SV_OF("사진제공"), SV_OF("출처"),
};
/* Phrases that need no separator. */
static const sv phrases[] = {
    SV_OF("(c)"), SV_OF("ap photo"), SV_OF("bildquelle"), SV_OF("bildrechte"), SV_OF("courtesy of"), SV_OF("courtesy photo"), SV_OF("credit line"), SV_OF("crédit photo"), SV_OF("crédits photo"),
    SV_OF("cortesía de"), SV_OF("cedida por"), SV_OF("copyright"), SV_OF("foto von"), SV_OF("fotos von"), SV_OF("foto und styling:"), SV_OF("fotocredit"), SV_OF("foto di"), SV_OF("foto de"), SV_OF("foto van"), SV_OF("foto av"),
    SV_OF("fotografía de"), SV_OF("foto:"), SV_OF("fot."), SV_OF("image by"), SV_OF("image credit"), SV_OF("image courtesy of"), SV_OF("image courtesy"), SV_OF("images courtesy of"), SV_OF("illustration by"),
    SV_OF("image source,"), SV_OF("kind courtesy of"), SV_OF("kind courtesy"), SV_OF("media source,"), SV_OF("photo by"), SV_OF("photos by"), SV_OF("photo credit"), SV_OF("photo courtesy of"), SV_OF("photo courtesy"),
    SV_OF("photos courtesy of"), SV_OF("photograph by"), SV_OF("photographs by"), SV_OF("photography by"), SV_OF("picture by"), SV_OF("photo illustration by"), SV_OF("picture credit"), SV_OF("photo de"),
    SV_OF("per gentile concessione"), SV_OF("pa photo"), SV_OF("screenshot by"), SV_OF("screengrab"), SV_OF("video by"), SV_OF("©"), SV_OF("صدر الصورة،"), SV_OF("مصدر الصورة،"),
};
/* Phrases that are part of the credit itself. */
static const sv kept[] = {SV_OF("ap photo"), SV_OF("pa photo"), SV_OF("screengrab"), SV_OF("screenshot"), SV_OF("cedida por"), SV_OF("per gentile concessione")};
static const sv separators[] = {SV_OF(":"), SV_OF("："), SV_OF("="), SV_OF("＝"), SV_OF("©"), SV_OF("/"), SV_OF("／"), SV_OF("|"), SV_OF("–"), SV_OF("—")};
enum { PLAIN_SEPARATORS = 5 }; /* the first of them; the others count behind labels of scripts without spaces */
/* Agencies and stocks of pictures, as they sign. Short ones are matched by case. */
static const sv agencies[] = {
    SV_OF("Getty"), SV_OF("GettyImages"), SV_OF("Reuters"), SV_OF("AFP"), SV_OF("AP"), SV_OF("EPA"), SV_OF("EFE"), SV_OF("dpa"), SV_OF("DPA"), SV_OF("ANSA"), SV_OF("TASS"), SV_OF("Sputnik"), SV_OF("Xinhua"), SV_OF("Kyodo"), SV_OF("Yonhap"), SV_OF("Bloomberg"), SV_OF("Shutterstock"), SV_OF("iStock"),
    SV_OF("iStockphoto"), SV_OF("Alamy"), SV_OF("Adobe Stock"), SV_OF("stock.adobe.com"), SV_OF("Unsplash"), SV_OF("Pexels"), SV_OF("Pixabay"), SV_OF("Depositphotos"), SV_OF("Dreamstime"), SV_OF("Imago"), SV_OF("imago images"), SV_OF("picture alliance"), SV_OF("NTB"), SV_OF("TT"),
    SV_OF("Ritzau"), SV_OF("Scanpix"), SV_OF("Lehtikuva"), SV_OF("APA"), SV_OF("Keystone"), SV_OF("Belga"), SV_OF("ANP"), SV_OF("PAP"), SV_OF("ČTK"), SV_OF("TASR"), SV_OF("MTI"), SV_OF("Europa Press"), SV_OF("LaPresse"), SV_OF("ZUMA"), SV_OF("Sipa"), SV_OF("Newscom"), SV_OF("UPI"), SV_OF("PTI"), SV_OF("ANI"), SV_OF("AAP"),
    SV_OF("NurPhoto"), SV_OF("Anadolu"), SV_OF("Wikimedia"), SV_OF("Wikipedia"), SV_OF("Flickr"), SV_OF("CC BY"), SV_OF("Creative Commons"), SV_OF("Corbis"), SV_OF("PA Wire"), SV_OF("PA Media"), SV_OF("Press Association"), SV_OF("Canadian Press"), SV_OF("CANADIAN PRESS"), SV_OF("Associated Press"),
    SV_OF("USA TODAY Sports"), SV_OF("NASA"), SV_OF("NOAA"), SV_OF("Folhapress"), SV_OF("Handout"), SV_OF("HANDOUT"), SV_OF("Instagram"), SV_OF("Facebook"), SV_OF("Twitter"), SV_OF("YouTube"), SV_OF("Screenshot"), SV_OF("Divulgação"), SV_OF("Reprodução"), SV_OF("Archivo"), SV_OF("Supplied"), SV_OF("Public domain"),
    SV_OF("public domain"), SV_OF("Staff photo"), SV_OF("Thinkstock"), SV_OF("EyeEm"), SV_OF("Hans Lucas"), SV_OF("laif"), SV_OF("Rex Features"), SV_OF("WENN"), SV_OF("Eyevine"), SV_OF("Contributed"),
};
/* Words that may stand small between names. */
static const sv links[] = {SV_OF("of"), SV_OF("and"), SV_OF("de"), SV_OF("del"), SV_OF("da"), SV_OF("di"), SV_OF("du"), SV_OF("van"), SV_OF("der"), SV_OF("den"), SV_OF("von"), SV_OF("the"), SV_OF("for"), SV_OF("via"), SV_OF("by"), SV_OF("la"), SV_OF("le"), SV_OF("el"), SV_OF("y"), SV_OF("e"), SV_OF("et"), SV_OF("und"), SV_OF("in"), SV_OF("at"), SV_OF("bin"), SV_OF("al"), SV_OF("images"), SV_OF("pool"), SV_OF("file")};

static bool is_one_of(char c, const char *set) { return c && strchr(set, c); }

static bool starts_any(sv v, const sv *list, size_t count, size_t *length) {
    *length = 0;
    for (size_t i = 0; i < count; i++)
        if (sv_starts_nocase(v, list[i]) && list[i].n > *length) *length = list[i].n;
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
    struct phrase_table may = phrase_table_for(PHRASE_TABLE(phrases), v);
    if (starts_any(v, may.item, may.count, &n) && (n >= v.n || !is_word_byte(v.p[n]) || !ascii_is_alpha(v.p[n - 1]))) {
        size_t after = skip_separators(v, n);
        if (after >= v.n) return 0;
        if (names && !starts_any(v, kept, COUNT_OF(kept), &m)) *names = after;
        return after;
    }
    may = phrase_table_for(PHRASE_TABLE(labels), v);
    for (size_t i = 0; i < may.count; i++) {
        sv label = may.item[i];
        if (!sv_starts_nocase(v, label)) continue;
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
        sv name = agencies[i];
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
        for (size_t k = 0; k < COUNT_OF(links) && !link; k++) link = sv_eq_nocase(word, links[k]);
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
    static const sv marks[] = {SV_OF("-"), SV_OF("–"), SV_OF("—"), SV_OF("|"), SV_OF(":"), SV_OF("•"), SV_OF("·"), SV_OF(","), SV_OF(";"), SV_OF("»"), SV_OF("«"), SV_OF("/"), SV_OF("："), SV_OF("＝"), SV_OF("=")};
    for (bool again = true; again;) {
        again = false;
        v = sv_trim(v);
        for (size_t i = 0; i < COUNT_OF(marks); i++) {
            sv mark = marks[i];
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
    if (!v.n) return SV_NONE;
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
    static const sv ends[] = {SV_OF("."), SV_OF("!"), SV_OF("?"), SV_OF(")"), SV_OF("]"), SV_OF("|"), SV_OF("\""), SV_OF("…"), SV_OF("。"), SV_OF("।"), SV_OF("”"), SV_OF("»"), SV_OF("）"), SV_OF("］"), SV_OF("・"), SV_OF("’"), SV_OF("\n")};
    size_t back = i;
    *ended = false;
    if (i > 0 && (uint8_t)v.p[i] < 0xC2 && (ascii_is_alpha(v.p[i - 1]) || ascii_is_digit(v.p[i - 1]))) return false;
    while (back > 0 && v.p[back - 1] == ' ') back--;
    *ended = back == 0;
    bool may_end = back > 0 && ((uint8_t)v.p[back - 1] >= 0x80 || is_one_of(v.p[back - 1], ".!?)]|\"\n"));
    for (size_t k = 0; k < COUNT_OF(ends) && may_end && !*ended; k++) *ended = sv_ends(sv_take(v, back), ends[k]);
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
    static const sv dashes[] = {SV_OF(" - "), SV_OF(" – "), SV_OF(" — "), SV_OF(" / "), SV_OF(" | ")};
    for (size_t i = v.n > TAIL_MAX ? v.n - TAIL_MAX : 1; i < v.n; i++) {
        bool ended, dash = false;
        if (((uint8_t)v.p[i] & 0xC0) == 0x80) continue;
        for (size_t k = 0; k < COUNT_OF(dashes) && trust == CAPTION_PLACE; k++) dash |= sv_starts(sv_skip(v, i), dashes[k]);
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
    static const sv words[] = {SV_OF("image caption"), SV_OF("media caption"), SV_OF("photo caption"), SV_OF("picture caption"), SV_OF("caption"), SV_OF("التعليق على الصورة")};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (!sv_starts_nocase(v, words[i])) continue;
        sv rest = sv_skip(v, words[i].n), comma = SV("،");
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

const struct phrase_table caption_tables[] = {PHRASE_TABLE_OF(labels), PHRASE_TABLE_OF(phrases), {NULL, 0}};
