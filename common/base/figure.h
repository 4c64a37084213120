/* A figure that one thread keeps and any may read at any time: plain arithmetic changes it, in one step. */
#pragma once

#include <stdatomic.h>
#include <stdint.h>

typedef _Atomic uint64_t figure;
