/* The extractor process: started by a crew as `PROGRAM --extractor PARENT-PID MEMORY-BYTES`, with one end of a socket pair as standard
 * input. It reads job frames, extracts, writes result frames, in order, until the socket ends. It limits itself first: no other file is
 * open, address space and CPU time are bounded, no core, and it dies with its parent. Every page gets one answer; a page that cannot be
 * answered ends the process, and the crew knows which one it was in. */
#pragma once

#include <stdbool.h>

bool extractor_is_asked_for(int argc, char **argv);
/* The process' whole life; returns its exit status. */
int extractor_main(int argc, char **argv);
