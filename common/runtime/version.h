/* Thresher's own version, as CMakeLists.txt states it: "0.1.0". */
#pragma once

const char *version_text(void);
/* The libraries of the build, as "libuv 1.44.2, hiredis 1.2.0". */
const char *version_libraries(void);
