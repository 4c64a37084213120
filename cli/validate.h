/* `thresher validate`: whether a finished output folder is what its manifest says. */
#pragma once

int validate_command(int argc, char **argv);
