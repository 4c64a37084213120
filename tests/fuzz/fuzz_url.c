/* Base and reference of a link (split at the first newline), and the same bytes as an address of Redis, whose password must not be shown. */
#include "base/arena.h"
#include "fuzz_target.h"
#include "queue/queue_core.h"
#include "url_join.h"

static void check_address(sv text, struct arena *arena) {
    struct queue_address a;
    struct queue_keys keys;
    struct err e = {0};
    sv url = arena_dup(arena, text);
    if (queue_address_parse(url.p, arena, &a, &e) != ERR_OK) {
        BUG_IF(e.msg[0] == '\0');
        return;
    }
    BUG_IF(a.host.n == 0 || a.shown.n == 0);
    BUG_IF(!a.is_unix && (a.port == 0 || a.port > 65535));
    BUG_IF(a.password.n > 12 && !sv_has(a.host, a.password) && sv_has(sv_skip(a.shown, a.is_tls ? 9 : 8), a.password)); /* behind "rediss://" */
    if (queue_keys_init(&keys, url.p, NULL) == ERR_OK) BUG_IF(text.n > QUEUE_NAME_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena;
    arena_init(&arena, 1024 * 1024);
    sv reference = sv_from((const char *)data, size), base = sv_cut(&reference, '\n');
    sv joined = url_join(base, reference.p ? reference : SV(""), &arena);
    BUG_IF(joined.n > base.n + reference.n + 2);
    check_address(base, &arena);
    arena_clear(&arena);
    return 0;
}
