/* Thresher's own version, as CMakeLists.txt states it: "0.1.0". */
#pragma once

const char *version_text(void);
