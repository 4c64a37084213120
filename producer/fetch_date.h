/* When a page was fetched, as archives and JSON say it: ISO 8601 (2024-07-03, 2024-07-03T10:00:00Z, with a fraction or +02:00), as short as a
 * year; or the digits of an ARC line, YYYYMMDDhhmmss. Without a zone: UTC. */
#pragma once

#include "base/sv.h"

/* Milliseconds of Unix time; parts that are not there are the first ones (January, the first, midnight). */
bool fetch_date_parse(sv text, int64_t *unix_ms);
