/* A 64-bit simhash of a text: texts that share most words differ in few bits (Charikar, "Similarity estimation techniques from rounding
 * algorithms", 2002). Words are what stands between spaces; where a script has none, pieces of a dozen bytes. Pure, O(bytes). */
#pragma once

#include "base/sv.h"

uint64_t simhash(sv text);
