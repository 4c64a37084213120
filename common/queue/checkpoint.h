/* A file that says for each source the position below which nothing is left to do: for the collector, every result is on disk; for a
 * producer on its own, every job is in the queue. One line a source: its number in hex, a space, the position. Replaced as a whole, so a
 * crash leaves the old file or the new one. */
#pragma once

#include "base/err.h"
#include "queue/queue.h"

enum { CHECKPOINT_SOURCES_MAX = 1 << 20 }; /* of ours: a file of 40 MB, and whoever answers for Redis makes it no larger */

struct checkpoint {
    struct queue_group *item; /* in the order of sources, each once */
    size_t count, cap;
    bool is_full; /* and ERR_LIMIT has been returned */
};

/* A file that is not there gives an empty checkpoint; ERR_INPUT names the line that is none, or out of order, or one too many. On an error
 * nothing is to be cleared. */
MUST_USE enum err_code checkpoint_read(const char *path, struct checkpoint *out, struct err *);
void checkpoint_clear(struct checkpoint *);
/* The position of a source, 0 where it has none. O(log sources). */
uint64_t checkpoint_position(const struct checkpoint *, uint64_t source);
/* In any order, also a source twice; what lies in groups is used up. Positions only rise: a lower one changes nothing. *changed is set, never
 * cleared. Where the new sources of a call do not all fit, the known ones rise and the new ones are left out, which costs that they are fed
 * again from their start: ERR_LIMIT, the first time; ERR_MEMORY, each time. O(count log count + sources). */
MUST_USE enum err_code checkpoint_raise(struct checkpoint *, struct queue_group *groups, size_t count, bool *changed, struct err *);
/* On disk when it returns ERR_OK. */
MUST_USE enum err_code checkpoint_write(const struct checkpoint *, const char *path, struct err *);
