/* `thresher queue`: which queues there are; pause, resume, limit and empty one. */
#pragma once

int queue_command(int argc, char **argv);
