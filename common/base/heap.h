/* The heap of a process that takes and gives back the same memory again and again, as an extractor does for each page. */
#pragma once

#include <stddef.h>

/* Up to `bytes` that were given back stay with the process; else the C library returns them to the system after each page, which must clear
 * and map them again for the next. Nothing where the C library has no such knob. */
void heap_keep(size_t bytes);
