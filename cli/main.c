/* thresher: the one command. Each part is a program of its own beside it; this finds and becomes it. The others are answered here. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dead.h"
#include "metrics.h"
#include "queue.h"
#include "run.h"
#include "runtime/version.h"
#include "status.h"
#include "validate.h"

enum { EXIT_USAGE = 2, EXIT_NOT_INSTALLED = 127 };

static const struct part {
    const char *name, *program, *help;
} parts[] = {
    {"extract", "thresher-extract", "articles from files, without a queue"},
    {"produce", "thresher-producer", "pages of WARC files and folders into the queue"},
    {"collect", "thresher-collector", "results of the queue onto disk, each exactly once"},
    {"work", "thresher-worker", "take jobs from the queue and extract them"},
};

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
} commands[] = {
    {"run", run_command, "WARC files in, articles on disk: the whole pipeline on this machine"},
    {"status", status_command, "what is in the queue, and what became of what was"},
    {"metrics", metrics_command, "the same for Prometheus, once or over HTTP"},
    {"queue", queue_command, "list queues; pause, resume, limit or empty one"},
    {"dead", dead_command, "jobs that will not be tried again: list, show, retry, drop, export"},
    {"validate", validate_command, "whether an output folder is what its manifest says"},
};

static void usage(FILE *to) {
    fprintf(to, "Usage: thresher COMMAND [OPTIONS]\n\nCommands:\n");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) fprintf(to, "  %-10s %s\n", parts[i].name, parts[i].help);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) fprintf(to, "  %-10s %s\n", commands[i].name, commands[i].help);
    fprintf(to, "\n  thresher COMMAND --help says more. thresher --version names the libraries.\n");
}

/* Only returns when it fails. */
static int become(const struct part *part, char **argv) {
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 64);
    if (n > 0) {
        path[n] = '\0';
        snprintf(strrchr(path, '/') + 1, 64, "%s", part->program);
        execv(path, argv);
    }
    execvp(part->program, argv);
    fprintf(stderr, "thresher: cannot start %s (%s): is it installed beside thresher?\n", part->program, strerror(errno));
    return EXIT_NOT_INSTALLED;
}

int main(int argc, char **argv) {
    const char *command = argc > 1 ? argv[1] : "";
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (strcmp(command, parts[i].name) == 0) return become(&parts[i], argv + 1);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(command, commands[i].name) == 0) return commands[i].run(argc - 1, argv + 1);
    if (strcmp(command, "--version") == 0) return printf("thresher %s\n%s\n", version_text(), version_libraries()) < 0;
    if (strcmp(command, "--help") == 0 || strcmp(command, "help") == 0) {
        usage(stdout);
        return 0;
    }
    if (*command) fprintf(stderr, "thresher: '%s' is not a command\n\n", command);
    usage(stderr);
    return EXIT_USAGE;
}
