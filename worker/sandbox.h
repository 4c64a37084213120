/* What an extractor process takes away from itself before it looks at a page. Two steps: limits come first, since they count what is
 * loaded; the lock comes after start-up, since loading libraries needs files. Neither can be undone.
 *
 *   sandbox_limit  no descriptor but 0, 1 and 2, no core, nobody may trace it, first to go when memory is short, bounded address space
 *   sandbox_lock   no new privileges, no new descriptor, Landlock with nothing allowed (where the kernel has it), then seccomp: reading
 *                  and writing what is open, memory that is not executable, the clock, the end. Whatever a library may try by habit
 *                  (open, stat, ...) is answered EPERM; what no parser ever does (exec, fork, socket, ptrace, kill, executable memory)
 *                  ends the process with SIGSYS.
 *
 * In builds with sanitizers the address space is not bounded and sandbox_lock takes new privileges away and nothing more: sanitizers map
 * shadow memory, and read files and trace at exit. The tests of the sandbox build this file without them. */
#pragma once

#include "base/err.h"

void sandbox_limit(uint64_t address_space_bytes);
/* ERR_NOT_FOUND: this kernel has no seccomp filters, or something around us forbids them; all the rest is done. */
MUST_USE enum err_code sandbox_lock(struct err *);
