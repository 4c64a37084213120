/* Dates as pages write them -> ISO 8601, as precise as they state. */
#pragma once

#include "base/arena.h"

/* "2024-07-03T10:15:00+02:00", "2024-07-03 10:15", "20240703", "3 July 2024", "Jul 3, 2024 10:15", "Wed, 03 Jul 2024 10:15:00 GMT",
 * "03.07.2024". Absent when it is no date from 1990 to 2100. Numeric dates with slashes are read day first unless only month first is
 * possible. The result lies in the arena. */
sv date_normalise(sv text, struct arena *);
/* "/2024/07/03/" or "/2024-07-03" or "/20240703" in a path. */
sv date_in_url(sv url, struct arena *);
