#include "monitor/http_thread.h"

#include <signal.h>
#include <stdlib.h>

#include <uv.h>

struct http_thread {
    uv_loop_t loop;
    uv_async_t stop;
    uv_thread_t thread;
    struct http_server *server;
};

static void on_stop(uv_async_t *stop) {
    struct http_thread *t = stop->data;
    http_server_stop(&t->server);
    uv_close((uv_handle_t *)stop, NULL);
}

static void serve(void *user) {
    struct http_thread *t = user;
    uv_run(&t->loop, UV_RUN_DEFAULT);
}

/* A signal must interrupt what the program waits for, so that it stops. */
static int start_thread(struct http_thread *t) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = uv_thread_create(&t->thread, serve, t);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc;
}

static struct http_thread *make_loop(void) {
    struct http_thread *t = calloc(1, sizeof *t);
    if (!t || uv_loop_init(&t->loop)) {
        free(t);
        return NULL;
    }
    t->stop.data = t;
    if (uv_async_init(&t->loop, &t->stop, on_stop) == 0) return t;
    uv_loop_close(&t->loop);
    free(t);
    return NULL;
}

enum err_code http_thread_start(struct http_thread **out, const struct http_server_cfg *cfg, struct err *e) {
    *out = NULL;
    if (!cfg->listen) return ERR_OK;
    struct http_thread *t = make_loop();
    if (!t) return err_set(e, ERR_MEMORY, "no event loop can be had to answer a monitor");
    enum err_code code = http_server_start(&t->server, &t->loop, cfg, e);
    int rc = code ? 0 : start_thread(t);
    if (rc) code = err_set(e, ERR_MEMORY, "no thread can be had to answer a monitor: %s", uv_strerror(rc));
    if (!code) {
        *out = t;
        return ERR_OK;
    }
    on_stop(&t->stop);
    serve(t);
    uv_loop_close(&t->loop);
    free(t);
    return code;
}

void http_thread_stop(struct http_thread **p) {
    struct http_thread *t = *p;
    *p = NULL;
    if (!t) return;
    uv_async_send(&t->stop);
    uv_thread_join(&t->thread);
    uv_loop_close(&t->loop);
    free(t);
}
