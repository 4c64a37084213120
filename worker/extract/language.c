#include "language.h"

#include <stdio.h>

#include "base/err.h"
#include "base/utf8.h"

const char *thresher_cld2(const char *text, int length, const char *hint, int *percent);

enum { LOOK_BYTES = 64 * 1024, TEXT_MIN = 20 };

struct language language_of(sv text, sv hint) {
    static const char *const renamed[][2] = {{"iw", "he"}, {"zh-Hant", "zh-Hant"}, {"in", "id"}, {"jw", "jv"}};
    char hint_text[16];
    int percent = 0;
    text = utf8_cut(text, LOOK_BYTES);
    if (text.n < TEXT_MIN) return (struct language){SV_NONE, 0};
    snprintf(hint_text, sizeof hint_text, "%.*s", (int)(hint.n < 15 ? hint.n : 15), hint.n ? hint.p : "");
    const char *code = thresher_cld2(text.p, (int)text.n, hint.n ? hint_text : NULL, &percent);
    if (!code) return (struct language){SV_NONE, 0};
    for (size_t i = 0; i < COUNT_OF(renamed); i++)
        if (strcmp(code, renamed[i][0]) == 0) code = renamed[i][1];
    return (struct language){sv_cstr(code), percent / 100.0};
}
