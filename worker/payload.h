/* Payloads that jobs refer to: read from shared storage on the loop's thread pool, so that slow storage holds up no lease, and put into the
 * job, so that extractors need no files. Paths cannot leave the root: no "..", no absolute path, no symbolic link that leads out. What is read
 * is held against the hash in the job. Knows items and packed jobs, settles nothing. Callbacks run on the loop's thread. */
#pragma once

#include "base/err.h"
#include "base/sbuf.h"

struct uv_loop_s;
struct payload_store;

/* err: NULL when the payload is there; else ERR_INPUT (the reference itself is bad), ERR_LIMIT, ERR_NOT_FOUND, ERR_DENIED, ERR_IO,
 * ERR_CONFLICT (the bytes are not those that were enqueued), ERR_MEMORY. */
typedef void payload_read_cb(void *user, void *item, const struct err *);

/* root: a folder, or NULL: every reference is ERR_NOT_FOUND. ERR_USAGE when it is not one. */
MUST_USE enum err_code payload_store_new(struct payload_store **out, struct uv_loop_s *, const char *root, payload_read_cb *, void *user, struct err *);
/* When no read is under way: after the loop has ended. */
void payload_store_free(struct payload_store **);
/* False: the job does not refer to its payload. Else the callback will name the item, unless it is dropped before. */
bool payload_store_take(struct payload_store *, void *item, sv wire);
/* The packed job with its payload in it, until the item is dropped; of an item that was not taken, `wire` itself. O(items held). */
sv payload_store_wire(const struct payload_store *, const void *item, sv wire);
/* The item is settled, or gone. One that was never taken is no mistake. */
void payload_store_drop(struct payload_store *, const void *item);
/* An item that is being read, or NULL; for the one who stops. */
void *payload_store_reading(const struct payload_store *);

/* Makes the packed job with its payload in *out, as the store does; root_fd is a folder. Blocks. */
MUST_USE enum err_code payload_inline(int root_fd, sv wire, struct sbuf *out, struct err *);
