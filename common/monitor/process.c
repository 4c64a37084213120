#define _DEFAULT_SOURCE
#include "monitor/process.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "monitor/series.h"

/* Of /proc/self/statm; 0: not known. */
static uint64_t resident_bytes(void) {
    unsigned long long size, resident = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    if (!f) return 0;
    if (fscanf(f, "%llu %llu", &size, &resident) != 2) resident = 0;
    fclose(f);
    return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* 0: not known, since this one is open, too. */
static uint64_t open_descriptors(void) {
    uint64_t count = 0;
    DIR *dir = opendir("/proc/self/fd");
    if (!dir) return 0;
    for (const struct dirent *entry; (entry = readdir(dir));) count += entry->d_name[0] != '.';
    closedir(dir);
    return count ? count - 1 : 0;
}

static uint64_t us_of(const struct timeval *t) { return (uint64_t)t->tv_sec * 1000000 + (uint64_t)t->tv_usec; }

static void add_seconds(struct sbuf *out, const char *name, uint64_t us, const char *help) {
    series_add_head(out, name, NULL, help);
    sbuf_addf(out, "%s ", name);
    series_add_seconds(out, us);
}

void process_write(int64_t begun_ms, struct sbuf *out) {
    struct rusage used = {0};
    uint64_t resident = resident_bytes(), open = open_descriptors();
    add_seconds(out, "process_start_time_seconds", (uint64_t)begun_ms * 1000, "When the program began, in Unix time.");
    if (getrusage(RUSAGE_SELF, &used) == 0)
        add_seconds(out, "process_cpu_seconds_total", us_of(&used.ru_utime) + us_of(&used.ru_stime), "Processor time of this process, user and system.");
    if (resident) series_add_gauge(out, "process_resident_memory_bytes", resident, "Resident memory of this process.");
    if (open) series_add_gauge(out, "process_open_fds", open, "File descriptors that are open.");
}
