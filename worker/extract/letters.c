#include "letters.h"

#include "base/utf8.h"

/* In these ranges upper and lower case alternate, upper first at even or at odd numbers. */
static bool is_paired(uint32_t cp, bool *upper_even) {
    *upper_even = !((cp >= 0x139 && cp <= 0x148) || (cp >= 0x179 && cp <= 0x17E));
    return (cp >= 0x100 && cp <= 0x137 && cp != 0x130 && cp != 0x131) || (cp >= 0x139 && cp <= 0x148) || (cp >= 0x14A && cp <= 0x177) || (cp >= 0x179 && cp <= 0x17E) || (cp >= 0x460 && cp <= 0x481) ||
           (cp >= 0x48A && cp <= 0x4BF) || (cp >= 0x4D0 && cp <= 0x52F) || (cp >= 0x1E00 && cp <= 0x1E95) || (cp >= 0x1EA0 && cp <= 0x1EFF);
}

uint32_t letters_lower(uint32_t cp) {
    bool even;
    if (cp < 0x80) return cp >= 'A' && cp <= 'Z' ? cp + 32 : cp;
    if (cp >= 0xC0 && cp <= 0xDE && cp != 0xD7) return cp + 32;
    if (is_paired(cp, &even)) return (cp & 1) != even ? cp + 1 : cp;
    if (cp >= 0x391 && cp <= 0x3A9 && cp != 0x3A2) return cp + 32;
    if (cp >= 0x410 && cp <= 0x42F) return cp + 32;
    if (cp >= 0x400 && cp <= 0x40F) return cp + 80;
    if (cp >= 0x531 && cp <= 0x556) return cp + 48;
    if (cp == 0x130) return 'i';
    return cp == 0x178 ? 0xFF : cp;
}

uint32_t letters_upper(uint32_t cp) {
    bool even;
    if (cp < 0x80) return cp >= 'a' && cp <= 'z' ? cp - 32 : cp;
    if (cp >= 0xE0 && cp <= 0xFE && cp != 0xF7) return cp - 32;
    if (is_paired(cp, &even)) return (cp & 1) == even ? cp - 1 : cp;
    if (cp >= 0x3B1 && cp <= 0x3C9 && cp != 0x3C2) return cp - 32;
    if (cp >= 0x430 && cp <= 0x44F) return cp - 32;
    if (cp >= 0x450 && cp <= 0x45F) return cp - 80;
    if (cp >= 0x561 && cp <= 0x586) return cp - 48;
    return cp == 0x131 ? 'I' : cp == 0xFF ? 0x178 : cp;
}

bool letters_is_word(uint32_t cp) {
    if (cp < 0x80) return (cp >= '0' && cp <= '9') || (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z');
    if (cp < 0xC0) return cp == 0xAA || cp == 0xB5 || cp == 0xBA;
    if (cp == 0xD7 || cp == 0xF7) return false;
    if (cp >= 0x2000 && cp <= 0x2BFF) return cp >= 0x2070 && cp <= 0x209F;
    if ((cp >= 0x3000 && cp <= 0x3004) || (cp >= 0x3008 && cp <= 0x3020) || cp == 0x30FB) return false;
    if ((cp >= 0xFE10 && cp <= 0xFE6F) || (cp >= 0xFF00 && cp <= 0xFF0F) || (cp >= 0xFF1A && cp <= 0xFF20) || (cp >= 0xFF3B && cp <= 0xFF40) || (cp >= 0xFF5B && cp <= 0xFF65)) return false;
    if (cp == 0x60C || cp == 0x61B || cp == 0x61F || cp == 0x6D4 || cp == 0x964 || cp == 0x965 || cp == 0x37E || cp == 0x387 || cp == 0x5BE || cp == 0x5F3 || cp == 0x5F4) return false;
    return !(cp >= 0xE000 && cp <= 0xF8FF) && !(cp >= 0xFFF0 && cp <= 0xFFFF) && cp < 0x1F000;
}

bool letters_is_dense(uint32_t cp) {
    return (cp >= 0x3040 && cp <= 0x30FF) || (cp >= 0x3400 && cp <= 0x4DBF) || (cp >= 0x4E00 && cp <= 0x9FFF) || (cp >= 0xAC00 && cp <= 0xD7A3) || (cp >= 0xF900 && cp <= 0xFAFF) || (cp >= 0x0E00 && cp <= 0x0E7F);
}

sv letters_key(sv text, struct arena *arena) {
    size_t room = text.n * 2 + 4, n = 0, length = 1; /* lower case is never more than a byte longer */
    char *out = arena_room(arena, room);
    if (!out) return SV_NONE;
    for (size_t i = 0; i < text.n; i += length) {
        uint8_t c = (uint8_t)text.p[i];
        length = 1;
        if (c < 0x80) {
            uint8_t small = c | 0x20, digit = (uint8_t)(c - '0');
            bool letter = (uint8_t)(small - 'a') < 26;
            out[n] = (char)(letter ? small : c);
            n += letter | (digit < 10);
            continue;
        }
        uint32_t cp = utf8_decode(sv_skip(text, i), &length);
        if (letters_is_word(cp)) n += utf8_encode(letters_lower(cp), out + n);
    }
    out[n] = '\0';
    arena_trim(arena, out, room, n);
    return sv_from(out, n);
}

bool letters_all_caps(sv text) {
    size_t upper = 0, length = 1;
    for (size_t i = 0; i < text.n; i += length) {
        uint32_t cp = utf8_decode(sv_skip(text, i), &length);
        if (letters_upper(cp) != cp) return false;
        upper += letters_lower(cp) != cp;
    }
    return upper > 0;
}

size_t letters_count(sv text) {
    size_t count = 0;
    for (size_t i = 0; i < text.n; i++) count += ((uint8_t)text.p[i] & 0xC0) != 0x80;
    return count;
}
