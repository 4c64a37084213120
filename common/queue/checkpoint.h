/* A file that says for each source the position below which nothing is left to do: for the collector, every result is on disk; for a
 * producer on its own, every job is in the queue. One line a source: its number in hex, a space, the position. Replaced as a whole, so a
 * crash leaves the old file or the new one. */
#pragma once

#include "base/err.h"
#include "queue/queue.h"

struct checkpoint {
    struct queue_group *item; /* sorted by source */
    size_t count, cap;
};

/* A file that is not there gives an empty checkpoint; ERR_INPUT names the line that is none. On an error nothing is to be cleared. */
MUST_USE enum err_code checkpoint_read(const char *path, struct checkpoint *out, struct err *);
void checkpoint_clear(struct checkpoint *);
/* The position of a source, 0 where it has none. O(log sources). */
uint64_t checkpoint_position(const struct checkpoint *, uint64_t source);
/* Positions only rise: a lower one changes nothing. *changed (may be NULL) is set, never cleared. ERR_MEMORY. O(sources). */
MUST_USE enum err_code checkpoint_raise(struct checkpoint *, struct queue_group, bool *changed, struct err *);
/* On disk when it returns ERR_OK. */
MUST_USE enum err_code checkpoint_write(const struct checkpoint *, const char *path, struct err *);
