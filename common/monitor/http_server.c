#include "http_server.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>

#include <uv.h>

/* What several clients are sent at once; freed with the last. */
struct page {
    unsigned holders;
    struct sbuf text;
};

enum client_state {
    CLIENT_ASKING,  /* its question is not whole yet */
    CLIENT_WAITING, /* for the gather */
    CLIENT_READING, /* its answer */
    CLIENT_LEAVING  /* what it still sends is thrown away: a close before that would take the answer back */
};

struct client {
    struct http_server *server; /* NULL: this place is free */
    uint64_t number;            /* in the order of their coming */
    enum client_state state;
    uv_tcp_t tcp;
    uv_timer_t clock;
    unsigned handles; /* that are not closed yet */
    uv_write_t write;
    bool head_only;
    size_t n;
    char request[HTTP_HEAD_MAX];
    char head[256];                                /* of the answer */
    char said[sizeof((struct err *)0)->msg + 1]; /* its text, when that is not the same for all */
    struct page *page;
};

/* Places are there from the start, so that a connection needs no memory; and one more is not accepted before a place is free, so that a flood of
 * them cannot hold the loop, which has other work. */
struct http_server {
    struct http_server_cfg cfg;
    uv_loop_t *loop;
    uv_tcp_t tcp;
    uv_work_t work;
    struct client clients[HTTP_CLIENTS_MAX];
    uint64_t came;
    unsigned handles; /* of clients and the listener, that are not closed yet */
    bool has_guest;   /* one waits to be accepted, and libuv listens for no other until it is */
    struct page *fresh; /* the last /metrics */
    uint64_t fresh_ms;
    bool gathering, stopping;
};

static void page_drop(struct page **page) {
    if (*page && --(*page)->holders == 0) {
        sbuf_clear(&(*page)->text);
        free(*page);
    }
    *page = NULL;
}

/* -- clients ---------------------------------------------------------------------------------------------------------------- */

static void seat_guest(struct http_server *s, struct client *c);

static void free_when_over(struct http_server *s) {
    if (!s->stopping || s->handles || s->gathering) return;
    page_drop(&s->fresh);
    free(s);
}

static void on_closed(uv_handle_t *handle) {
    struct client *c = handle->data;
    struct http_server *s = c->server;
    s->handles--;
    if (--c->handles) return;
    page_drop(&c->page);
    c->server = NULL;
    if (s->has_guest && !s->stopping) seat_guest(s, c);
    free_when_over(s);
}

static bool is_closing(const struct client *c) { return uv_is_closing((const uv_handle_t *)&c->tcp); }

static void client_close(struct client *c) {
    if (is_closing(c)) return;
    uv_close((uv_handle_t *)&c->tcp, on_closed);
    uv_close((uv_handle_t *)&c->clock, on_closed);
}

static void on_late(uv_timer_t *clock) { client_close(clock->data); }

static void on_room(uv_handle_t *handle, size_t wanted, uv_buf_t *out) {
    struct client *c = handle->data;
    (void)wanted;
    if (c->state == CLIENT_LEAVING) c->n = 0;
    *out = uv_buf_init(c->request + c->n, (unsigned)(sizeof c->request - c->n));
}

static void on_bytes(uv_stream_t *stream, ssize_t n, const uv_buf_t *room);

static void on_written(uv_write_t *write, int status) {
    struct client *c = write->data;
    page_drop(&c->page);
    if (is_closing(c)) return;
    c->state = CLIENT_LEAVING;
    uv_os_fd_t fd;
    if (status || uv_fileno((uv_handle_t *)&c->tcp, &fd) || shutdown(fd, SHUT_WR) || uv_read_start((uv_stream_t *)&c->tcp, on_room, on_bytes)) client_close(c);
    else uv_timer_start(&c->clock, on_late, HTTP_LEAVE_MS, 0);
}

/* `page` may be NULL: `text` is the body then. */
static void answer(struct client *c, const char *status, const char *media_type, struct page *page, const char *text) {
    sv body = page ? sbuf_view(&page->text) : sv_cstr(text);
    c->state = CLIENT_READING;
    if (page) {
        c->page = page;
        page->holders++;
    }
    int n = snprintf(c->head, sizeof c->head, "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n%sConnection: close\r\n\r\n", status, media_type, body.n,
                     sv_starts(sv_cstr(status), SV("405")) ? "Allow: GET, HEAD\r\n" : "");
    /* libuv does not write into it. */
    union {
        const char *in;
        char *out;
    } bytes = {.in = body.p};
    const uv_buf_t parts[] = {uv_buf_init(c->head, (unsigned)n), uv_buf_init(bytes.out, (unsigned)body.n)};
    c->write.data = c;
    if (uv_write(&c->write, (uv_stream_t *)&c->tcp, parts, c->head_only ? 1 : 2, on_written)) client_close(c);
}

static void refuse(struct client *c, const char *status) { answer(c, status, "text/plain", NULL, ""); }

static void answer_ready(struct client *c) {
    struct err why = {0};
    bool ready = c->server->cfg.ready(c->server->cfg.user, &why) == ERR_OK;
    snprintf(c->said, sizeof c->said, "%s\n", ready ? "ready" : why.msg);
    answer(c, ready ? "200 OK" : "503 Service Unavailable", "text/plain", NULL, c->said);
}

/* -- /metrics --------------------------------------------------------------------------------------------------------------- */

static void answer_metrics(struct client *c) {
    if (c->server->fresh->text.err) refuse(c, "500 Internal Server Error");
    else answer(c, "200 OK", c->server->cfg.media_type, c->server->fresh, NULL);
}

static void make_page(struct http_server *s) {
    page_drop(&s->fresh);
    s->fresh = calloc(1, sizeof *s->fresh);
    if (!s->fresh) return;
    s->fresh->holders = 1;
    sbuf_init(&s->fresh->text, 0);
    s->cfg.write(s->cfg.user, &s->fresh->text);
    s->fresh_ms = uv_now(s->loop);
}

static void make_room(struct http_server *s);

static void on_gather(uv_work_t *work) {
    struct http_server *s = work->data;
    s->cfg.gather(s->cfg.user);
}

static void on_gathered(uv_work_t *work, int status) {
    struct http_server *s = work->data;
    (void)status;
    s->gathering = false;
    if (!s->stopping) make_page(s);
    for (size_t i = 0; i < HTTP_CLIENTS_MAX; i++) {
        struct client *c = &s->clients[i];
        if (!c->server || c->state != CLIENT_WAITING || is_closing(c)) continue;
        if (s->fresh) answer_metrics(c);
        else client_close(c);
    }
    if (s->has_guest) make_room(s);
    free_when_over(s);
}

static void ask_metrics(struct client *c) {
    struct http_server *s = c->server;
    bool fresh = s->fresh && uv_now(s->loop) - s->fresh_ms < HTTP_FRESH_MS;
    if (!fresh && s->cfg.gather) {
        c->state = CLIENT_WAITING;
        if (!s->gathering) s->gathering = uv_queue_work(s->loop, &s->work, on_gather, on_gathered) == 0;
        return;
    }
    if (!fresh) make_page(s);
    if (s->fresh) answer_metrics(c);
    else client_close(c);
}

/* -- questions -------------------------------------------------------------------------------------------------------------- */

static void handle(struct client *c, sv request) {
    sv rest = sv_cut(&request, '\n');
    if (sv_ends(rest, SV("\r"))) rest.n--;
    sv method = sv_cut(&rest, ' '), target = sv_cut(&rest, ' '), path = sv_cut(&target, '?');
    if (!method.n || !sv_starts(path, SV("/")) || (!sv_eq(rest, SV("HTTP/1.1")) && !sv_eq(rest, SV("HTTP/1.0")))) {
        refuse(c, "400 Bad Request");
        return;
    }
    c->head_only = sv_eq(method, SV("HEAD"));
    bool metrics = sv_eq(path, SV("/metrics")), ready = c->server->cfg.ready && sv_eq(path, SV("/readyz"));
    if (!metrics && !ready && !sv_eq(path, SV("/healthz"))) refuse(c, "404 Not Found");
    else if (!c->head_only && !sv_eq(method, SV("GET"))) refuse(c, "405 Method Not Allowed");
    else if (metrics) ask_metrics(c);
    else if (ready) answer_ready(c);
    else answer(c, "200 OK", "text/plain", NULL, "ok\n");
}

static void on_bytes(uv_stream_t *stream, ssize_t n, const uv_buf_t *room) {
    struct client *c = stream->data;
    (void)room;
    if (n < 0) {
        client_close(c);
        return;
    }
    if (c->state == CLIENT_LEAVING) return;
    size_t from = c->n < 3 ? 0 : c->n - 3;
    c->n += (size_t)n;
    sv request = sv_from(c->request, c->n);
    bool whole = sv_find(request, SV("\r\n\r\n"), from) != SIZE_MAX || sv_find(request, SV("\n\n"), from) != SIZE_MAX;
    if (!whole && c->n < sizeof c->request) return;
    uv_read_stop(stream);
    if (whole) handle(c, request);
    else refuse(c, "431 Request Header Fields Too Large");
}

/* -- connections ------------------------------------------------------------------------------------------------------------ */

/* The oldest of those whom we wait for goes; those who wait for us keep their places. One that is going already will do. */
static void make_room(struct http_server *s) {
    struct client *oldest = NULL;
    for (size_t i = 0; i < HTTP_CLIENTS_MAX; i++) {
        struct client *c = &s->clients[i];
        if (is_closing(c)) return;
        if (c->state != CLIENT_WAITING && (!oldest || c->number < oldest->number)) oldest = c;
    }
    if (oldest) client_close(oldest);
}

static void seat_guest(struct http_server *s, struct client *c) {
    s->has_guest = false;
    *c = (struct client){.server = s, .number = s->came++, .handles = 2};
    s->handles += c->handles;
    uv_tcp_init(s->loop, &c->tcp);
    uv_timer_init(s->loop, &c->clock);
    c->tcp.data = c->clock.data = c;
    uv_timer_start(&c->clock, on_late, HTTP_CLIENT_MS, 0);
    if (uv_accept((uv_stream_t *)&s->tcp, (uv_stream_t *)&c->tcp) || uv_read_start((uv_stream_t *)&c->tcp, on_room, on_bytes)) client_close(c);
}

static void on_connection(uv_stream_t *listener, int status) {
    struct http_server *s = listener->data;
    size_t i = 0;
    if (status) return;
    while (i < HTTP_CLIENTS_MAX && s->clients[i].server) i++;
    s->has_guest = i == HTTP_CLIENTS_MAX;
    if (s->has_guest) make_room(s);
    else seat_guest(s, &s->clients[i]);
}

/* -- life ------------------------------------------------------------------------------------------------------------------- */

static enum err_code find_address(const char *listen, struct addrinfo **out, struct err *e) {
    static const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    char host[256];
    uint64_t port;
    const char *colon = strrchr(listen, ':');
    sv name = colon ? sv_range(listen, colon) : SV_NONE;
    if (sv_starts(name, SV("[")) && sv_ends(name, SV("]"))) name = sv_from(name.p + 1, name.n - 2);
    else if (sv_find_char(name, ':', 0) != SIZE_MAX) colon = NULL;
    if (!colon || !sv_to_u64(sv_cstr(colon + 1), &port) || port > UINT16_MAX || name.n >= sizeof host)
        return err_set(e, ERR_USAGE, "--listen takes HOST:PORT or [IPV6]:PORT, not '%.100s'", listen);
    snprintf(host, sizeof host, "%.*s", SV_ARG(name.n ? name : SV("127.0.0.1")));
    int rc = getaddrinfo(host, colon + 1, &hints, out);
    return rc ? err_set(e, ERR_USAGE, "--listen %.100s: %s", listen, gai_strerror(rc)) : ERR_OK;
}

static void say_where(struct http_server *s) {
    struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
    int size = sizeof address;
    char host[64] = "", port[16] = "";
    union {
        struct sockaddr_storage *any;
        struct sockaddr *plain;
    } place = {.any = &address};
    if (uv_tcp_getsockname(&s->tcp, place.plain, &size) ||
        getnameinfo(place.plain, (socklen_t)size, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV))
        return;
    bool v6 = address.ss_family == AF_INET6;
    log_msg(s->cfg.log, LOG_INFO, "listening", "http://%s%s%s:%s/metrics", v6 ? "[" : "", host, v6 ? "]" : "", port);
}

static void on_listener_closed(uv_handle_t *handle) {
    struct http_server *s = handle->data;
    s->handles--;
    free_when_over(s);
}

static enum err_code bind_and_listen(struct http_server *s, struct err *e) {
    struct addrinfo *address = NULL;
    enum err_code code = find_address(s->cfg.listen, &address, e);
    if (code) return code;
    int rc = uv_tcp_bind(&s->tcp, address->ai_addr, 0);
    if (!rc) rc = uv_listen((uv_stream_t *)&s->tcp, HTTP_CLIENTS_MAX, on_connection);
    freeaddrinfo(address);
    return rc ? err_set(e, ERR_USAGE, "--listen %.100s: %s", s->cfg.listen, uv_strerror(rc)) : ERR_OK;
}

enum err_code http_server_start(struct http_server **out, struct uv_loop_s *loop, const struct http_server_cfg *cfg, struct err *e) {
    struct http_server *s = *out = calloc(1, sizeof *s);
    if (!s) return err_set(e, ERR_MEMORY, "no memory to answer a monitor");
    s->cfg = *cfg;
    s->loop = loop;
    uv_tcp_init(loop, &s->tcp);
    s->handles = 1;
    s->tcp.data = s->work.data = s;
    enum err_code code = bind_and_listen(s, e);
    if (code) http_server_stop(out);
    else say_where(s);
    return code;
}

void http_server_stop(struct http_server **p) {
    struct http_server *s = *p;
    *p = NULL;
    if (!s) return;
    s->stopping = true;
    uv_close((uv_handle_t *)&s->tcp, on_listener_closed);
    for (size_t i = 0; i < HTTP_CLIENTS_MAX; i++)
        if (s->clients[i].server) client_close(&s->clients[i]);
}
