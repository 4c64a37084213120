/* The extractor process as a program of its own. Built without sanitizers, so that its sandbox is whole in every build. */
#include "extractor.h"

int main(int argc, char **argv) { return extractor_main(argc, argv); }
