#include <cstdio>
#include <new>
#include <vector>

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

/* CLD2 is C++ and throws when memory is out. Returns the code of the first language, or NULL, with *percent -1 where memory is out.
 * `hint` is NUL-terminated or NULL. */
extern "C" const char *thresher_cld2(const char *text, int length, const char *hint, int *percent);

extern "C" const char *thresher_cld2(const char *text, int length, const char *hint, int *percent) {
    CLD2::CLDHints hints = {hint, nullptr, CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
    CLD2::Language languages[3];
    int percents[3] = {0}, bytes = 0, valid = 0;
    double scores[3] = {0};
    bool reliable = false;
    CLD2::Language found = CLD2::UNKNOWN_LANGUAGE;
    try {
        found = CLD2::ExtDetectLanguageSummaryCheckUTF8(text, length, true, &hints, 0, languages, percents, scores, nullptr, &bytes, &reliable, &valid);
    } catch (const std::bad_alloc &) {
        *percent = -1;
        return nullptr;
    }
    *percent = reliable ? percents[0] : percents[0] / 2;
    return found == CLD2::UNKNOWN_LANGUAGE ? nullptr : CLD2::LanguageCode(found);
}
