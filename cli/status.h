/* `thresher status`: the figures of a queue, of one moment. */
#pragma once

/* argv[0] is "status". Returns the exit status: 0; 1 when the conservation law does not hold; 2 usage; 3 no Redis. Writes to stdout. */
int status_command(int argc, char **argv);
