/* cmocka with the headers that it needs before it. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/sv.h"

#define assert_sv_equal(view, literal)                                   \
    do {                                                                 \
        sv got_ = (view), want_ = sv_cstr(literal);                      \
        if (!sv_eq(got_, want_)) print_error("got '%.*s'\n", SV_ARG(got_)); \
        assert_true(sv_eq(got_, want_));                                 \
    } while (0)
