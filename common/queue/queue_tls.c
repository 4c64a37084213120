#include "queue/queue_tls.h"

#include <arpa/inet.h>
#include <hiredis/hiredis.h>
#include <hiredis/hiredis_ssl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

struct queue_tls {
    SSL_CTX *context;
    const struct queue_address *address;
    int verdict; /* X509_V_ERR_..., of the last connection */
};

static enum err_code refuse(const char *what, sv path, struct err *e) {
    unsigned long number = ERR_get_error();
    const char *reason = number ? ERR_reason_error_string(number) : NULL;
    return err_set(e, ERR_USAGE, "TLS to Redis: %s %.*s cannot be used (%s)", what, SV_ARG(path), reason ? reason : "OpenSSL does not say why");
}

static enum err_code load(SSL_CTX *context, const struct queue_address *a, struct err *e) {
    if (a->ca.n ? SSL_CTX_load_verify_locations(context, a->ca.p, NULL) != 1 : SSL_CTX_set_default_verify_paths(context) != 1)
        return refuse("the CA file", a->ca, e);
    if (a->cert.n && SSL_CTX_use_certificate_chain_file(context, a->cert.p) != 1) return refuse("the certificate", a->cert, e);
    sv key = a->key.n ? a->key : a->cert; /* one file may hold both */
    if (key.n && SSL_CTX_use_PrivateKey_file(context, key.p, SSL_FILETYPE_PEM) != 1) return refuse("the key", key, e);
    return ERR_OK;
}

/* OpenSSL's own text for a refused certificate is lost on the way through hiredis, so it is kept here. */
static int on_verified(int ok, X509_STORE_CTX *store) {
    const SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct queue_tls *t = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
    if (!ok && t) t->verdict = X509_STORE_CTX_get_error(store);
    return ok;
}

const char *queue_tls_verdict(const struct queue_tls *t) { return t && t->verdict != X509_V_OK ? X509_verify_cert_error_string(t->verdict) : NULL; }

enum err_code queue_tls_new(struct queue_tls **out, const struct queue_address *address, struct err *e) {
    struct queue_tls *t = calloc(1, sizeof *t);
    *out = t;
    if (!t) return err_set(e, ERR_MEMORY, "no memory for TLS");
    t->address = address;
    t->context = SSL_CTX_new(TLS_client_method());
    enum err_code code = t->context ? ERR_OK : err_set(e, ERR_MEMORY, "no memory for TLS");
    if (!code) {
        SSL_CTX_set_min_proto_version(t->context, TLS1_2_VERSION);
        SSL_CTX_set_app_data(t->context, t);
        SSL_CTX_set_verify(t->context, SSL_VERIFY_PEER, on_verified);
        code = load(t->context, address, e);
    }
    if (code) queue_tls_free(out);
    return code;
}

void queue_tls_free(struct queue_tls **p) {
    if (*p && (*p)->context) {
        SSL_CTX_set_app_data((*p)->context, NULL); /* a connection that hiredis has yet to close still refers to it */
        SSL_CTX_free((*p)->context);
    }
    free(*p);
    *p = NULL;
}

/* The name is checked as well as the chain: a certificate of the same CA for another host does not pass. */
static bool expect_host(SSL *ssl, const char *host) {
    unsigned char address[sizeof(struct in6_addr)];
    if (inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1)
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1;
    union {
        const char *in;
        char *out;
    } name = {.in = host}; /* OpenSSL's macro casts, and copies */
    return SSL_set_tlsext_host_name(ssl, name.out) == 1 && SSL_set1_host(ssl, host) == 1;
}

bool queue_tls_start(struct queue_tls *t, struct redisContext *context, struct err *why) {
    SSL *ssl = SSL_new(t->context);
    t->verdict = X509_V_OK;
    if (ssl && expect_host(ssl, t->address->host.p) && redisInitiateSSL(context, ssl) == REDIS_OK) return true; /* the context owns it */
    const char *verdict = queue_tls_verdict(t);
    err_set(why, ERR_IO, "TLS: %s", verdict ? verdict : context->err ? context->errstr : "no memory");
    SSL_free(ssl);
    return false;
}
