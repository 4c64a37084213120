#include "alloc_fault.h"

#include <errno.h>
#include <stdlib.h>

/* The functions that we stand in for, by the names under which they can still be called. */
#ifdef THRESHER_SANITIZED
#define REAL(name) __interceptor_##name
#else
#define REAL(name) __libc_##name
#endif
void *REAL(malloc)(size_t);
void *REAL(calloc)(size_t, size_t);
void *REAL(realloc)(void *, size_t);

static size_t left; /* allocations up to the one that fails; 0: none will */
static enum alloc_fault kind;
static bool failed;

void alloc_fault_set(size_t nth, enum alloc_fault what) {
    left = nth;
    kind = what;
    failed = false;
}

bool alloc_fault_clear(void) {
    left = 0;
    return failed;
}

static bool fails(void) {
    if (left == 0) return false;
    if (left > 1) {
        left--;
        return false;
    }
    if (kind == ALLOC_FAULT_ONE) left = 0;
    failed = true;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size) { return fails() ? NULL : REAL(malloc)(size); }
void *calloc(size_t count, size_t size) { return fails() ? NULL : REAL(calloc)(count, size); }
void *realloc(void *old, size_t size) { return fails() ? NULL : REAL(realloc)(old, size); }
