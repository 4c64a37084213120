#include "disposition.h"

static const struct disposition of_fate[] = {
    [CREW_TIMEOUT] = {DISPOSITION_RETRY_CRASH, STATUS_TIMEOUT, "timeout"},
    [CREW_SIGNALLED] = {DISPOSITION_RETRY_CRASH, STATUS_CRASHED, "crashed"},
    [CREW_OUT_OF_MEMORY] = {DISPOSITION_RETRY_CRASH, STATUS_OUT_OF_MEMORY, "out_of_memory"},
    [CREW_BAD_FRAME] = {DISPOSITION_RETRY_CRASH, STATUS_CRASHED, "crashed"},
};
_Static_assert(COUNT_OF(of_fate) == CREW_FATE_COUNT, "a line for every fate");

static const struct disposition of_error[] = {
    [ERR_OK] = {DISPOSITION_RELEASE, STATUS_REJECTED, "ok"}, /* nothing happened to it */
    [ERR_INPUT] = {DISPOSITION_FINISH, STATUS_REJECTED, "input"},
    [ERR_LIMIT] = {DISPOSITION_FINISH, STATUS_TOO_LARGE, "limit"},
    [ERR_MEMORY] = {DISPOSITION_RETRY_ATTEMPT, STATUS_OUT_OF_MEMORY, "out_of_memory"},
    [ERR_IO] = {DISPOSITION_RETRY_ATTEMPT, STATUS_REJECTED, "io"},
    [ERR_TIMEOUT] = {DISPOSITION_RETRY_ATTEMPT, STATUS_TIMEOUT, "timeout"},
    [ERR_NOT_FOUND] = {DISPOSITION_RETRY_ATTEMPT, STATUS_BAD_PAYLOAD, "not_found"},
    [ERR_DENIED] = {DISPOSITION_RETRY_ATTEMPT, STATUS_BAD_PAYLOAD, "denied"},
    [ERR_CONFLICT] = {DISPOSITION_RETRY_ATTEMPT, STATUS_REJECTED, "conflict"},
    [ERR_USAGE] = {DISPOSITION_FINISH, STATUS_REJECTED, "input"},
    [ERR_CANCELLED] = {DISPOSITION_RELEASE, STATUS_REJECTED, "cancelled"},
};
_Static_assert(COUNT_OF(of_error) == ERR_CODE_COUNT, "a line for every error code");

struct disposition disposition_of_fate(enum crew_fate fate) {
    BUG_IF((size_t)fate >= COUNT_OF(of_fate));
    return of_fate[fate];
}

struct disposition disposition_of_error(enum err_code code) {
    BUG_IF((size_t)code >= COUNT_OF(of_error));
    return of_error[code];
}
