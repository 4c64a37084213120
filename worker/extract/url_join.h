/* A reference resolved against a base URL (RFC 3986, section 5.2, without the rarer corners: an odd reference comes back as it is). */
#pragma once

#include "base/arena.h"

/* What stands before the colon of a URL; absent of a reference without a scheme. */
sv url_scheme(sv url);
/* The result lies in the arena. A base without a scheme gives a copy of the reference. */
sv url_join(sv base, sv reference, struct arena *);
