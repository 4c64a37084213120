/* The bytes of a file through a window that its reader moves: as they are, or decoded as one stream (gzip members, zstd frames, one after
 * another). Memory is the window's, whatever the file's size and whatever it decodes to. Where the stream is damaged, or decodes to so
 * much without end that it must be a bomb, the window ends there until the reader has taken note of it; then it goes on with the next
 * member. Not for threads. */
#pragma once

#include "base/inflate.h"

struct byte_source {
    uint64_t base;      /* position of the window's first byte: in the file, or in what it decodes to */
    const char *damage; /* NULL, or why the window ends here: "bad_gzip" "bad_zstd" "bomb" */
    uint64_t stream_id; /* of what has no name of its own, a pipe or standard input: a hash of its beginning; else 0 */
    bool eof, failed;   /* failed: reading failed, err says how */
    struct err err;
    /* private */
    struct sbuf window;
    size_t start; /* what is before it has been consumed */
    char *path;
    int fd;
    enum inflate_kind kind;
    struct inflate_member *member; /* NULL: not decoded */
    struct sbuf raw;               /* read and not decoded */
    bool in_member, last;          /* last: the file's end is in `raw` */
    uint64_t fed_bytes, came_bytes; /* since the last mark */
};

/* ERR_NOT_FOUND, ERR_DENIED, ERR_IO; ERR_INPUT for a folder and for an empty file. */
MUST_USE enum err_code byte_source_open(struct byte_source *, const char *path, struct err *);
void byte_source_close(struct byte_source *);
/* The window: what is read and not consumed. Valid until the next call. */
static inline sv byte_source_view(const struct byte_source *b) { return sv_skip(sbuf_view(&b->window), b->start); }
/* From the window's beginning on the bytes are decoded; positions count from there. The dictionary as inflate_member_new has it. */
MUST_USE enum err_code byte_source_decode(struct byte_source *, enum inflate_kind, sv dictionary, struct err *);
/* Moves the window. Back only where the file can seek, in a decoded stream by decoding again from its beginning: false when it cannot.
 * At the end when the position lies behind it. */
bool byte_source_seek(struct byte_source *, uint64_t position);
/* More bytes at the window's end; false at the end, at damage, and when reading failed. */
bool byte_source_fill(struct byte_source *);
/* Whether the window holds n bytes, filled as needed. */
bool byte_source_have(struct byte_source *, size_t n);
void byte_source_consume(struct byte_source *, size_t n);
/* Consumes `n` bytes that need not be in the window; false when the end came first. */
bool byte_source_skip(struct byte_source *, uint64_t n);
/* The damage has been noted: reading goes on behind it. Returns the word, NULL when there is none. */
const char *byte_source_take_damage(struct byte_source *);
/* Something of use was found: what may be a bomb counts from here. */
void byte_source_mark(struct byte_source *);
bool byte_source_is_bomb(uint64_t fed_bytes, uint64_t came_bytes);
/* Where positions end: UINT64_MAX where that is not known, as in a decoded stream or a pipe. */
uint64_t byte_source_end(const struct byte_source *);
