/* What a process knows of itself, by the names that every Prometheus client library has: start, processor time, resident memory, open descriptors. */
#pragma once

#include "base/sbuf.h"

/* begun_ms: Unix time. What /proc does not tell is left out. O(descriptors). */
void process_write(int64_t begun_ms, struct sbuf *out);
