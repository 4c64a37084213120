/* Parts of a URL, as views into it. Nothing is decoded or checked further. */
#pragma once

#include "base/sv.h"

/* The host of "scheme://[user@]host[:port][/...]", with the brackets of an IPv6 address left off; absent where there is none. */
sv url_host(sv url);
