/* `thresher dead`: what became of jobs that will not be tried again, and what shall become of them. */
#pragma once

int dead_command(int argc, char **argv);
