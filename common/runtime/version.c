#include "runtime/version.h"

const char *version_text(void) { return THRESHER_VERSION; }
