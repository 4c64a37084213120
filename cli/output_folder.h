/* An output folder against its manifest: every file there, with its size, hash and count of records, each record readable, no id twice. */
#pragma once

#include "base/arena.h"
#include "base/sbuf.h"

enum { PROBLEMS_KEPT = 1000 };

struct output_problem {
    const char *file; /* within the folder; NULL: of the folder */
    char text[200];
};

struct output_report {
    uint64_t files, records, bytes, ids; /* looked at */
    struct output_problem *problems;     /* in the arena; the first PROBLEMS_KEPT */
    size_t problem_count;                /* of all */
};

/* What is wrong with the folder is in the report, an error is what kept it from being looked at. The report lies in the arena.
 * O(bytes); 24 bytes of memory a record. */
MUST_USE enum err_code output_folder_check(const char *dir, struct arena *, struct output_report *, struct err *);
