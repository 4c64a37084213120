#include "image_words.h"

#include "base/compiler.h"
#include "cmocka_all.h"

static void image_words_finds_stems_of_every_letter(void **state) {
    (void)state;
    static const struct {
        const char *attribute;
        unsigned words;
    } rows[] = {
        {"", 0},
        {"entry text row", 0},
        {"figcaption", IMAGE_WORD_CAPTION | IMAGE_WORD_FIGURE},
        {"Photo__Credit", IMAGE_WORD_CREDIT | IMAGE_WORD_FIGURE},
        {"imgAttribution", IMAGE_WORD_CREDIT | IMAGE_WORD_FIGURE},
        {"avatar", IMAGE_WORD_FURNITURE | IMAGE_WORD_PERSON},
        {"headshot", IMAGE_WORD_FURNITURE | IMAGE_WORD_PERSON},
        {"bildunterschrift", IMAGE_WORD_CAPTION | IMAGE_WORD_FIGURE},
        {"didascalia", IMAGE_WORD_CAPTION},
        {"expand", IMAGE_WORD_SKIPPED},
        {"fullscreen", IMAGE_WORD_SKIPPED},
        {"gallery", IMAGE_WORD_VAGUE | IMAGE_WORD_OPENS},
        {"hero", IMAGE_WORD_VAGUE},
        {"icon", IMAGE_WORD_FURNITURE},
        {"leyenda", IMAGE_WORD_CAPTION},
        {"lightbox", IMAGE_WORD_VAGUE | IMAGE_WORD_OPENS},
        {"magnific", IMAGE_WORD_OPENS},
        {"newsletter", IMAGE_WORD_FURNITURE},
        {"owner", IMAGE_WORD_WEAK_CREDIT},
        {"promo", IMAGE_WORD_FURNITURE},
        {"quelle", IMAGE_WORD_WEAK_CREDIT},
        {"rights", IMAGE_WORD_WEAK_CREDIT},
        {"swipe", IMAGE_WORD_OPENS},
        {"tooltip", IMAGE_WORD_SKIPPED},
        {"urheber", IMAGE_WORD_CREDIT},
        {"visually-hidden", IMAGE_WORD_SKIPPED | IMAGE_WORD_VAGUE},
        {"writer", IMAGE_WORD_FURNITURE},
        {"zoom", IMAGE_WORD_SKIPPED | IMAGE_WORD_OPENS},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (image_words(sv_cstr(rows[i].attribute)) != rows[i].words) fail_msg("'%s': %x, not %x", rows[i].attribute, image_words(sv_cstr(rows[i].attribute)), rows[i].words);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(image_words_finds_stems_of_every_letter)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
