#include "image_words.h"

#include "base/compiler.h"

enum { ATTRIBUTE_MAX = 200, LETTERS = 26 };
enum {
    CAPTION = IMAGE_WORD_CAPTION,
    CREDIT = IMAGE_WORD_CREDIT,
    WEAK_CREDIT = IMAGE_WORD_WEAK_CREDIT,
    SKIPPED = IMAGE_WORD_SKIPPED,
    FIGURE = IMAGE_WORD_FIGURE,
    VAGUE = IMAGE_WORD_VAGUE,
    FURNITURE = IMAGE_WORD_FURNITURE,
    OPENS = IMAGE_WORD_OPENS,
    PERSON = IMAGE_WORD_PERSON | IMAGE_WORD_FURNITURE,
};

struct stem {
    const char *text;
    unsigned words;
};

/* Sorted by the first letter. */
static const struct stem stems[] = {
    {"advert", FURNITURE}, {"agency", WEAK_CREDIT}, {"attribution", CREDIT}, {"author", WEAK_CREDIT | PERSON}, {"autor", WEAK_CREDIT},
    {"avatar", PERSON}, {"bild", FIGURE}, {"bildbeschreibung", CAPTION}, {"bildquelle", CREDIT}, {"bildtext", CAPTION},
    {"bildunter", CAPTION}, {"button", SKIPPED}, {"byline", SKIPPED | PERSON}, {"caption", CAPTION | FIGURE}, {"chocolat", OPENS},
    {"colorbox", OPENS}, {"contributor", PERSON}, {"copyright", CREDIT}, {"counter", SKIPPED}, {"courtesy", CREDIT}, {"credit", CREDIT},
    {"crédit", CREDIT}, {"cutline", CAPTION}, {"date", SKIPPED}, {"didascalia", CAPTION}, {"emoji", FURNITURE}, {"enlarge", SKIPPED | OPENS},
    {"expand", SKIPPED}, {"fancybox", OPENS}, {"figure", FIGURE}, {"fonte", WEAK_CREDIT}, {"foto", FIGURE}, {"fotograf", CREDIT},
    {"fuente", WEAK_CREDIT}, {"fullscreen", SKIPPED}, {"gallery", VAGUE | OPENS}, {"headshot", PERSON}, {"hero", VAGUE}, {"icon", FURNITURE}, {"illustration", FIGURE},
    {"image", FIGURE}, {"image-text", CAPTION}, {"image__text", CAPTION}, {"imagem", FIGURE}, {"img", FIGURE}, {"imgdesc", CAPTION},
    {"lead", VAGUE}, {"legend", CAPTION}, {"leyenda", CAPTION}, {"licence", WEAK_CREDIT}, {"license", WEAK_CREDIT}, {"lightb", OPENS},
    {"lightbox", VAGUE}, {"logo", FURNITURE}, {"magnific", OPENS}, {"media", VAGUE}, {"nachweis", CREDIT}, {"newsletter", FURNITURE},
    {"owner", WEAK_CREDIT}, {"paywall", FURNITURE}, {"photo", FIGURE}, {"photographer", CREDIT}, {"picture", FIGURE}, {"popup", OPENS},
    {"profile", PERSON}, {"promo", FURNITURE}, {"quelle", WEAK_CREDIT}, {"rating", FURNITURE}, {"reaction", FURNITURE},
    {"rights", WEAK_CREDIT}, {"screen-reader", SKIPPED}, {"share", SKIPPED | FURNITURE}, {"signup", FURNITURE}, {"slide", VAGUE},
    {"social", SKIPPED | FURNITURE}, {"source", WEAK_CREDIT}, {"sponsor", FURNITURE}, {"sr-only", SKIPPED}, {"swipe", OPENS}, {"tags", SKIPPED},
    {"thickbox", OPENS}, {"thumb", VAGUE}, {"timestamp", SKIPPED}, {"tooltip", SKIPPED}, {"urheber", CREDIT}, {"userpic", PERSON},
    {"visual", VAGUE}, {"visually-hidden", SKIPPED}, {"visuallyhidden", SKIPPED}, {"writer", FURNITURE}, {"zoom", SKIPPED | OPENS},
};

/* Where the stems of each letter begin. */
static const uint8_t first_of[LETTERS + 1] = {0, 6, 13, 23, 25, 28, 35, 36, 38, 46, 46, 46, 54, 56, 58, 59, 66, 67, 70, 79, 84, 86, 89, 90, 90, 90, 91};
_Static_assert(COUNT_OF(stems) == 91, "first_of is made from the stems");

unsigned image_words(sv v) {
    unsigned words = 0;
    v = sv_take(v, ATTRIBUTE_MAX);
    for (size_t i = 0; i + 2 < v.n; i++) {
        char c = ascii_lower(v.p[i]);
        if (c < 'a' || c > 'z') continue;
        for (size_t k = first_of[c - 'a']; k < first_of[c - 'a' + 1]; k++)
            if (ascii_lower(v.p[i + 1]) == stems[k].text[1] && sv_begins(sv_skip(v, i), stems[k].text)) words |= stems[k].words;
    }
    return words;
}
