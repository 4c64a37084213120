/* What the words of a class or id attribute say about an image and what stands around it. The stems are those that site templates share;
 * they count anywhere in a word, since templates write "figcaption" and "imgcredit". */
#pragma once

#include "base/sv.h"

enum image_word { /* bits */
    IMAGE_WORD_CAPTION = 1 << 0,
    IMAGE_WORD_CREDIT = 1 << 1,
    IMAGE_WORD_WEAK_CREDIT = 1 << 2, /* source, author: a credit only beside an image */
    IMAGE_WORD_SKIPPED = 1 << 3,     /* buttons, counters, dates: no part of a caption */
    IMAGE_WORD_FIGURE = 1 << 4,      /* the element is about an image */
    IMAGE_WORD_VAGUE = 1 << 5,       /* it may be, and hold much else */
    IMAGE_WORD_FURNITURE = 1 << 6,   /* avatars, logos, boxes for newsletters */
    IMAGE_WORD_PERSON = 1 << 8,      /* the portrait of who wrote it */
    IMAGE_WORD_OPENS = 1 << 7,       /* a link that opens the image itself */
};

/* At most the first 200 bytes are looked at. O(length). */
unsigned image_words(sv attribute);
