/* SIGINT and SIGTERM for the programs without a loop: the first asks for a graceful stop, the second ends the process at once.
 * SIGPIPE is ignored. The flag is the one piece of state that a signal handler must reach; any thread may ask for it. */
#pragma once

#include <stdbool.h>

void stop_install(void);
bool stop_requested(void);
/* 128 + the signal's number when one asked for the stop, else 0. */
int stop_exit_status(void);
