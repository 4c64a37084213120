/* `thresher metrics`: the figures of a server's queues for Prometheus, once or over HTTP. */
#pragma once

/* argv[0] is "metrics". Returns the exit status: 0; 1 when a queue's conservation law does not hold; 2 usage; 3 no Redis; 5 stdout. */
int metrics_command(int argc, char **argv);
