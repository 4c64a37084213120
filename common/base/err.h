/* What a function that can fail returns, and the details that it leaves for a person. */
#pragma once

#include "base/compiler.h"
#include "base/sv.h"

enum err_code {
    ERR_OK = 0,
    ERR_INPUT,    /* foreign bytes are not what they should be */
    ERR_LIMIT,    /* a limit of ours was reached */
    ERR_MEMORY,   /* an allocation or an arena's budget failed */
    ERR_IO,       /* a system call, the disk or the network failed; trying again may help */
    ERR_TIMEOUT,  /* a deadline passed */
    ERR_NOT_FOUND,
    ERR_DENIED,   /* no permission, or a password is missing or wrong */
    ERR_CONFLICT, /* what is there belongs to somebody else */
    ERR_USAGE,    /* the caller's options do not make sense */
    ERR_CANCELLED,
    ERR_CODE_COUNT
};

/* Filled by the function that fails; `offset` is a position in the input, or UINT64_MAX. */
struct err {
    enum err_code code;
    uint64_t offset;
    char msg[240];
};

/* Sets *e (which may be NULL) and returns `code`. The message is cut at its buffer. */
enum err_code err_set(struct err *e, enum err_code code, const char *fmt, ...) PRINTF_LIKE(3, 4);
enum err_code err_set_at(struct err *e, enum err_code code, uint64_t offset, const char *fmt, ...) PRINTF_LIKE(4, 5);
/* Puts "context: " before the message. Returns e->code (ERR_OK for NULL). */
enum err_code err_prefix(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The code of an errno value: ENOENT -> NOT_FOUND, EACCES -> DENIED, ENOMEM -> MEMORY, else IO. */
enum err_code err_from_errno(int error_number);
/* A fixed lower-case word. */
const char *err_code_name(enum err_code code);
