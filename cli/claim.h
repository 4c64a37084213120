/* Who runs in an output folder: one `thresher run` at a time, with a temporary folder for its private server. The lock is inherited by
 * the run's programs, so that it falls only when the last of them is gone; the next run waits for that, and removes what a run that was
 * killed left in the temporary folder. */
#pragma once

#include "base/err.h"

struct claim {
    int fd;       /* of OUT/.thresher/run, -1 when there is no claim */
    char dir[48]; /* the temporary folder */
};

#define CLAIM_SOCKET "redis.sock" /* the only file that the private server leaves in it */

/* ERR_CONFLICT: another run is alive there, or the end of an earlier run's programs did not come within a minute. ERR_DENIED, ERR_IO:
 * the folder cannot be written. */
MUST_USE enum err_code claim_take(struct claim *, const char *out, struct err *);
void claim_release(struct claim *);
