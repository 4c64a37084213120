#include "base/url.h"

sv url_host(sv url) {
    size_t at = sv_find(url, SV("://"), 0);
    if (at == SIZE_MAX) return SV_NONE;
    sv host = sv_skip(url, at + 3);
    for (size_t i = 0; i < host.n; i++) {
        if (!strchr("/?#\\", host.p[i]) || host.p[i] == '\0') continue;
        host = sv_take(host, i);
        break;
    }
    for (size_t i = host.n; i > 0; i--) {
        if (host.p[i - 1] != '@') continue;
        host = sv_skip(host, i);
        break;
    }
    if (sv_starts(host, SV("["))) {
        sv rest = sv_skip(host, 1);
        return sv_cut(&rest, ']');
    }
    host = sv_cut(&host, ':');
    return host.n ? host : SV_NONE;
}
