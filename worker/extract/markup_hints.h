/* What the start of a page's markup says of its encoding and language, read before the encoding is known: the Encoding Standard's sniffing of
 * <meta> and of an XML declaration, with attributes read as HTML reads them, and comments skipped. */
#pragma once

#include "base/sv.h"

struct markup_hints {
    sv charset;  /* the WHATWG name of the first label that is one, static; UTF-8 where UTF-16 is said, since the page could be read so far */
    sv language; /* lang of <html>, in the page */
};

/* Looks at the first 64 KiB: browsers take a <meta> wherever it comes, and pages put scripts before it. O(n). */
struct markup_hints markup_hints_find(sv bytes);
/* The WHATWG name behind a label, white space and quotes around it forgiven; absent for a label that the standard does not know. */
sv charset_of_label(sv label);
/* The label behind "charset=" in a Content-Type or in the content of a <meta>; absent where there is none. */
sv charset_label_in(sv value);
