/* A producer's own checkpoint: the positions of its inputs below which every job is in the queue, on its replicas too. Written at most once a
 * second and at the end. When the server was started anew or another has taken over since the last write, what came after it may be gone:
 * reading begins again there, and what is in the queue already is a duplicate. One thread. */
#pragma once

#include "queue/checkpoint.h"

struct checkpointer;

struct checkpointer_cfg {
    const char *path;
    unsigned replicas; /* that must have a job at the least; those that are connected, if these are more */
    const struct log_ctx *log;
};

/* Reads the file; queue NULL (a dry run): it is never written. ERR_INPUT: the file is no checkpoint. */
MUST_USE enum err_code checkpointer_new(struct checkpointer **out, const struct checkpointer_cfg *, struct queue *queue, struct err *);
void checkpointer_free(struct checkpointer **);
/* Where to begin; changes with notes. */
const struct checkpoint *checkpointer_positions(const struct checkpointer *);
/* All jobs of the group's source below its position have been taken by the queue. ERR_CANCELLED: read again from checkpointer_positions,
 * which have gone back to what is safe. ERR_CONFLICT: the server has lost jobs that were safe; e says where to begin. Else as queue_enqueue. */
MUST_USE enum err_code checkpointer_note(struct checkpointer *, struct queue_group, struct err *);
/* Writes what was noted. Errors as for a note. */
MUST_USE enum err_code checkpointer_finish(struct checkpointer *, struct err *);
