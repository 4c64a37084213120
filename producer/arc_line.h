/* The line before each record of an ARC file: URL, IP address, date, media type ... length. Version 1 has these five fields, version 2 five
 * more between type and length. The URL may hold spaces, so the line is read from its end.
 * The format: Burner and Kahle, "Arc File Format" 1.0, Internet Archive, 1996. */
#pragma once

#include "base/sv.h"

enum { ARC_LINE_MAX = 16 * 1024 };

struct arc_line {
    sv url, date, type; /* views into the line; the date has 12 to 18 digits, YYYYMMDDhhmm... */
    uint64_t length;    /* of the block behind the line, in bytes */
};

/* The line without its newline. False: it is not one. */
bool arc_line_parse(sv line, struct arc_line *out);
