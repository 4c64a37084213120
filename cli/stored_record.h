/* The records of an output folder's files, one at a time, and whose they are. */
#pragma once

#include "base/arena.h"
#include "base/sbuf.h"
#include "schema/result_format.h"

/* The first whole record in `data`: true, and *size says how many bytes it takes, with what ends it. */
bool stored_record_cut(enum result_format, sv data, sv *record, size_t *size);
/* The job's id in it. ERR_INPUT: it is not a record of this format. The arena is scratch. */
MUST_USE enum err_code stored_record_id(enum result_format, sv record, struct arena *, struct hash128 *id, struct err *);
