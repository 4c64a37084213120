#include "runtime/stop.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

static atomic_int stop_signal;
_Static_assert(ATOMIC_INT_LOCK_FREE == 2, "so a signal handler may write it");

static void on_signal(int number) {
    if (stop_signal) _exit(128 + number);
    stop_signal = number;
}

void stop_install(void) {
    /* No SA_RESTART: a blocking call returns EINTR, so that the program looks at the flag. */
    struct sigaction action = {.sa_handler = on_signal}, ignore = {.sa_handler = SIG_IGN};
    sigemptyset(&action.sa_mask);
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
}

bool stop_requested(void) { return stop_signal != 0; }

int stop_exit_status(void) { return stop_signal ? 128 + stop_signal : 0; }
