/* JSON-LD scripts of a page, one behind the other, split at form feeds. */
#include "fuzz_target.h"
#include "jsonld.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena;
    arena_init(&arena, 64 * 1024 * 1024);
    struct page_facts facts = {.arena = &arena};
    for (sv rest = sv_from((const char *)data, size); rest.p;) {
        sv script = sv_cut(&rest, '\f');
        jsonld_read(script, &facts);
        BUG_IF(jsonld_body(script, &arena).n > 4 * size);
    }
    for (int fact = 0; fact < FACT_END; fact++) {
        const struct claims *claims = &facts.of[fact];
        BUG_IF(claims->count > CLAIMS_MAX);
        for (size_t i = 0; i < claims->count; i++) BUG_IF(claims->item[i].value.n == 0 || claims->item[i].source == CLAIM_NONE);
    }
    arena_clear(&arena);
    return 0;
}
