/* A page as a crawler's plain-text dump has it. */
#pragma once

#include "base/err.h"
#include "base/sbuf.h"

/* Appends every text node of the body as a line, white space collapsed, without scripts and styles. `html` may be in any encoding. */
MUST_USE enum err_code flatten_html(sv html, struct sbuf *out, struct err *);
