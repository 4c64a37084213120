#include "schema/wire.h"

#include "base/utf8.h"

static void *allocate(void *arena, size_t size) { return arena_alloc(arena, size); }
static void release(void *arena, void *p) { (void)arena, (void)p; }

ProtobufCAllocator wire_allocator(struct arena *arena) { return (ProtobufCAllocator){allocate, release, arena}; }

void wire_fail(struct wire *w, enum err_code code, const char *field, const char *what) {
    if (!w->code) w->code = err_set(w->e, code, "%s: %s", field, what);
}

static bool is_sound(struct wire *w, const char *field, sv value, size_t max) {
    if (value.n > max)
        wire_fail(w, ERR_INPUT, field, "too long");
    else if (!utf8_is_valid(value))
        wire_fail(w, ERR_INPUT, field, "not UTF-8");
    else
        return true;
    return false;
}

char *wire_string(struct wire *w, const char *field, sv value, size_t max) {
    static char empty[1];
    if (value.n == 0 || !is_sound(w, field, value, max)) return empty;
    if (memchr(value.p, '\0', value.n)) {
        wire_fail(w, ERR_INPUT, field, "holds a NUL");
        return empty;
    }
    char *copy = arena_alloc(w->arena, value.n + 1);
    if (!copy) {
        wire_fail(w, ERR_MEMORY, field, "no memory");
        return empty;
    }
    memcpy(copy, value.p, value.n);
    return copy;
}

ProtobufCBinaryData wire_bytes(sv value) { return (ProtobufCBinaryData){value.n, (uint8_t *)(uintptr_t)value.p}; }

sv wire_view(struct wire *w, const char *field, const char *value, size_t max) {
    sv view = sv_cstr(value);
    if (view.n == 0 || !is_sound(w, field, view, max)) return SV_NONE;
    return view;
}

void wire_check_enum(struct wire *w, const char *field, int value, int low, int end) {
    if (value < low || value >= end) wire_fail(w, ERR_INPUT, field, "a value that this version does not know");
}

enum err_code wire_append(const ProtobufCMessage *m, struct sbuf *out, struct err *e) {
    size_t size = protobuf_c_message_get_packed_size(m);
    char *at = sbuf_reserve(out, size);
    if (!at) return err_set(e, out->err, "no room for a message of %zu bytes", size);
    sbuf_commit(out, protobuf_c_message_pack(m, (uint8_t *)at));
    return ERR_OK;
}
