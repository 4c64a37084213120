#include "runtime/version.h"

const char *version_text(void) { return THRESHER_VERSION; }

const char *version_libraries(void) { return THRESHER_LIBRARIES; }
