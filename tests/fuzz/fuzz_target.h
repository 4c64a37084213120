/* The entry that libFuzzer and replay_main.c call. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/sv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
