/* `thresher run INPUT... -o OUT`: the whole pipeline on this machine, with a Redis of its own on a Unix socket. */
#pragma once

/* argv[0] is "run". Returns the exit status: 0; 1 some input was damaged or failed; 2 usage; 3 no Redis; 5 disk; 128 + signal. */
int run_command(int argc, char **argv);
