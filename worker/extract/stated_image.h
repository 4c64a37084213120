/* What JSON-LD says about one image (ImageObject): matched by its address with the images that are on the page. */
#pragma once

#include "base/sv.h"

struct stated_image {
    sv url, caption, credit; /* credit: creditText, copyrightNotice, or the name of its author or holder */
};
enum { STATED_IMAGES_MAX = 32 };
