/* What job.c and result.c share: moving strings between views and protobuf-c's structs, with every check on the way, and protobuf-c's
 * allocator over an arena. Private to this folder. */
#pragma once

#include <protobuf-c/protobuf-c.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/sbuf.h"
#include "schema/job.h"

/* Collects the first fault of a message that is being packed or unpacked, so that the code reads as a list of fields. */
struct wire {
    struct arena *arena;
    struct err *e;
    enum err_code code;
};

/* allocator_data is the arena; free does nothing. */
ProtobufCAllocator wire_allocator(struct arena *);

/* View -> protobuf-c's C string. A NUL inside or ill-formed UTF-8 is a fault; absent gives the empty string. */
char *wire_string(struct wire *, const char *field, sv value, size_t max);
ProtobufCBinaryData wire_bytes(sv value);
/* protobuf-c's C string -> view; empty gives the absent view, since proto3 does not tell them apart. */
sv wire_view(struct wire *, const char *field, const char *value, size_t max);
/* Fails unless low <= value < end. */
void wire_check_enum(struct wire *, const char *field, int value, int low, int end);
void wire_fail(struct wire *, enum err_code, const char *field, const char *what);

/* Appends the packed message. */
enum err_code wire_append(const ProtobufCMessage *, struct sbuf *out, struct err *);
