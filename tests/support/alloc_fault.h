/* Allocations that fail when a test says so. alloc_fault.c stands in for malloc, calloc and realloc of the whole program that links it,
 * its shared libraries too, with and without AddressSanitizer. One thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum alloc_fault {
    ALLOC_FAULT_ONE, /* that allocation alone */
    ALLOC_FAULT_ALL, /* that one and all behind it */
    ALLOC_FAULT_END
};

/* The nth allocation from here on fails; 1 is the next. */
void alloc_fault_set(size_t nth, enum alloc_fault);
/* No allocation fails any more. Returns whether one did. */
bool alloc_fault_clear(void);
