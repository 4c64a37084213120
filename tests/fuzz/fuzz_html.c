/* A page of HTML to an article. */
#include "fuzz_page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) { return page_run(EXTRACT_HTML, sv_from((const char *)data, size), SV_NONE); }
