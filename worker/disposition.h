/* What becomes of a job, given what happened to it: one pure table, so that it can be read and tested as one. What the page decides is
 * a result; what took an extractor down is tried again with its crash counter risen; what only the worker failed at costs the job
 * nothing or an attempt. */
#pragma once

#include "base/err.h"
#include "crew.h"
#include "schema/result.h"

enum disposition_step {
    DISPOSITION_FINISH,        /* a failure result with `status` */
    DISPOSITION_RETRY_ATTEMPT, /* attempts + 1, with back-off */
    DISPOSITION_RETRY_CRASH,   /* crashes + 1, with back-off */
    DISPOSITION_RELEASE        /* back to the queue, no counter rises */
};

struct disposition {
    enum disposition_step step;
    enum status status; /* that a result would have, now or when the tries have run out */
    const char *reason; /* "timeout", "crashed", "out_of_memory", "io"...: fixed words */
};

/* Of a job whose extractor process ended while in it. */
struct disposition disposition_of_fate(enum crew_fate fate);
/* Of a job that could not be given to an extractor, or whose answer could not be used. */
struct disposition disposition_of_error(enum err_code code);
