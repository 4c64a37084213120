/* A server on a Unix socket, in a thread, for the targets that feed replies of Redis to the queue's clients. Whatever is asked, a connection
 * gets the next whole reply of its script; where no whole one is left, the rest as it is, and the end. The first connection of a run has
 * script 0, the second script 1. (Not more than one reply a question: hiredis itself aborts on an answer that nobody waits for.) */
#pragma once

#include <hiredis/hiredis.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "fuzz_target.h"

#define FAKE_INFO "$22\r\nredis_version:7.0.15\r\n\r\n"

enum { FAKE_CONNECTIONS = 8, FAKE_BYTES = 64 * 1024 };

static struct {
    char url[128];
    pthread_mutex_t lock;
    sv first[2];  /* goes before the script, at the first question; static */
    sv script[2]; /* lies in the run's input */
    unsigned next;          /* connection of this run */
} fake = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* One connection's copy. */
struct fake_connection {
    sv first, script;
    char bytes[FAKE_BYTES];
};

/* How many bytes the first reply in v has; 0 when it is not whole. */
static size_t fake_reply_bytes(sv v) {
    redisReader *reader = redisReaderCreate();
    void *reply = NULL;
    size_t n = 0;
    if (reader) reader->maxelements = 1 << 16; /* what a script of a few KB asks for is not to be had here either */
    if (reader && redisReaderFeed(reader, v.p, v.n) == REDIS_OK && redisReaderGetReply(reader, &reply) == REDIS_OK && reply) n = v.n - ((size_t)(reader->len - reader->pos));
    freeReplyObject(reply);
    redisReaderFree(reader);
    return n;
}

/* The client may go away before it has read all; SIGPIPE is not for us. */
static void fake_send(int fd, sv bytes) {
    while (bytes.n > 0) {
        ssize_t put = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);
        if (put <= 0) return;
        bytes = sv_skip(bytes, (size_t)put);
    }
}

/* The input of a run that is over is gone: its late connections get nothing. */
static void fake_set(sv script, sv second_script) {
    pthread_mutex_lock(&fake.lock);
    fake.script[0] = script;
    fake.script[1] = second_script;
    fake.next = 0;
    pthread_mutex_unlock(&fake.lock);
}

static void fake_open(struct fake_connection *c) {
    pthread_mutex_lock(&fake.lock);
    unsigned which = fake.next++ % 2;
    sv script = sv_take(fake.script[which], FAKE_BYTES);
    if (script.n) memcpy(c->bytes, script.p, script.n);
    c->script = sv_from(c->bytes, script.n);
    c->first = fake.first[which];
    pthread_mutex_unlock(&fake.lock);
}

static bool fake_answer(int fd, struct fake_connection *c) {
    char ignored[1 << 17];
    if (read(fd, ignored, sizeof ignored) <= 0) return false;
    fake_send(fd, c->first);
    c->first = SV_NONE;
    size_t n = fake_reply_bytes(c->script);
    fake_send(fd, n ? sv_take(c->script, n) : c->script);
    if (n == 0) shutdown(fd, SHUT_WR);
    c->script = n ? sv_skip(c->script, n) : SV_NONE;
    return true;
}

static void *fake_serve(void *argument) {
    struct pollfd fds[FAKE_CONNECTIONS + 1] = {{.fd = *(int *)argument, .events = POLLIN}};
    static struct fake_connection connection[FAKE_CONNECTIONS + 1];
    for (int i = 1; i <= FAKE_CONNECTIONS; i++) fds[i].fd = -1;
    while (poll(fds, COUNT_OF(fds), -1) >= 0) {
        for (int i = 1; i <= FAKE_CONNECTIONS; i++) {
            if (fds[i].fd < 0 || !fds[i].revents || fake_answer(fds[i].fd, &connection[i])) continue;
            close(fds[i].fd);
            fds[i].fd = -1;
        }
        if (!fds[0].revents) continue;
        int fd = accept(fds[0].fd, NULL, NULL), free_slot = 1;
        while (free_slot < FAKE_CONNECTIONS && fds[free_slot].fd >= 0) free_slot++;
        fake_open(&connection[free_slot]);
        if (fds[free_slot].fd >= 0) close(fds[free_slot].fd);
        fds[free_slot] = (struct pollfd){.fd = fd, .events = POLLIN};
    }
    return NULL;
}

static void fake_remove(void) { (void)unlink(fake.url + strlen("unix://")); }

static void fake_start(void) {
    static int listener;
    pthread_t thread;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (listener) return;
    snprintf(address.sun_path, sizeof address.sun_path, "/tmp/thresher-fuzz-%ld.sock", (long)getpid());
    snprintf(fake.url, sizeof fake.url, "unix://%s", address.sun_path);
    (void)unlink(address.sun_path);
    listener = socket(AF_UNIX, SOCK_STREAM, 0);
    BUG_IF(bind(listener, (const struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 16) != 0);
    BUG_IF(pthread_create(&thread, NULL, fake_serve, &listener) != 0);
    (void)atexit(fake_remove);
}
