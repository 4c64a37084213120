/* JSON-LD scripts of a page, one behind the other, split at form feeds. */
#include "base/utf8.h"
#include "fuzz_target.h"
#include "jsonld.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena;
    struct jsonld out = {0};
    arena_init(&arena, 64 * 1024 * 1024);
    for (sv rest = sv_from((const char *)data, size); rest.p;) jsonld_read(sv_cut(&rest, '\f'), &arena, &out);
    for (size_t i = 0; i < out.author_count; i++) BUG_IF(out.authors[i].n > size);
    BUG_IF(out.headline.n > size || out.description.n > size || out.published.n > size);
    arena_clear(&arena);
    return 0;
}
