/* Which language a text is in: CLD2, through a small C++ shim. */
#pragma once

#include "base/sv.h"

struct language {
    sv code; /* BCP 47, static; absent when it cannot be told */
    double confidence; /* 0..1 */
};
/* `hint` is what the page or its source states, or absent. Text must be UTF-8; at most the first 64 KiB are looked at. */
struct language language_of(sv text, sv hint);
