/* The extractor process: started by a crew as `PROGRAM --extractor PARENT-PID MEMORY-BYTES locked|unlocked`, with one end of a socket
 * pair as standard input and an empty environment. It limits itself, sets up, locks itself in (sandbox.h; unlocked: not), says hello,
 * then reads job frames, extracts, writes result frames, in order, until the socket ends. It dies with its parent. Every page gets one
 * answer; a page that cannot be answered ends the process, and the crew knows which one it was in. */
#pragma once

#include <stdbool.h>

bool extractor_is_asked_for(int argc, char **argv);
/* The process' whole life; returns its exit status. */
int extractor_main(int argc, char **argv);
