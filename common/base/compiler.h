/* Attributes and checks that every file may use. */
#pragma once

#if defined(__GNUC__) || defined(__clang__)
#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define NORETURN __attribute__((noreturn))
#define APART __attribute__((noinline)) /* so that the registers it saves are not saved by its callers, which seldom or last call it */
#else
#define MUST_USE
#define PRINTF_LIKE(fmt, args)
#define NORETURN
#define APART
#endif

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Aborts with file and line when a condition shows a mistake of ours. Never for input. */
#define BUG_IF(cond) ((cond) ? bug_abort(__FILE__, __LINE__, #cond) : (void)0)
NORETURN void bug_abort(const char *file, int line, const char *what);
