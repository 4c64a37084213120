#include "base/heap.h"

#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

void heap_keep(size_t bytes) {
#ifdef __GLIBC__
    (void)mallopt(M_TRIM_THRESHOLD, (int)bytes);
    (void)mallopt(M_MMAP_THRESHOLD, (int)(bytes / 16)); /* setting one ends the guessing of both */
#else
    (void)bytes;
#endif
}
