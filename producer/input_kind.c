#include "input_kind.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/inflate.h"

enum { LOOK_BYTES = 4096, DECODED_BYTES = 1024 };

static bool ends_as(sv name, const char *const *suffixes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        sv suffix = sv_cstr(suffixes[i]);
        if (name.n > suffix.n && sv_eq_nocase(sv_skip(name, name.n - suffix.n), suffix)) return true;
    }
    return false;
}

/* The name without the suffix of its compression. */
static sv plain_name(sv path) {
    static const char *const packed[] = {".gz", ".zst"};
    for (size_t i = 0; i < COUNT_OF(packed); i++)
        if (ends_as(path, &packed[i], 1)) return sv_take(path, path.n - strlen(packed[i]));
    return path;
}

static enum payload_codec codec_of(sv bytes) {
    if (sv_starts(bytes, SV("\x1f\x8b\x08"))) return CODEC_GZIP;
    if (sv_starts(bytes, SV("\x28\xb5\x2f\xfd"))) return CODEC_ZSTD;
    return CODEC_NONE;
}

static bool begins_markup(sv v) {
    char next = v.n > 1 ? v.p[1] : '\0';
    return v.n && v.p[0] == '<' && (ascii_is_alpha(next) || next == '!' || next == '?');
}

static enum input_kind kind_of(sv path, sv head, bool is_named) {
    static const char *const html[] = {".html", ".htm", ".xhtml"}, *const text[] = {".txt"}, *const json[] = {".jsonl", ".ndjson", ".json"},
                             *const archive[] = {".warc", ".arc", ".wet", ".wat"};
    sv name = plain_name(path), start = head;
    if (sv_starts(start, SV("\xef\xbb\xbf"))) start = sv_skip(start, 3);
    while (start.n && ascii_is_space(*start.p)) start = sv_skip(start, 1);
    bool json_name = ends_as(name, json, COUNT_OF(json));
    if (sv_starts(start, SV("WARC/")) || sv_starts(start, SV("filedesc:"))) return INPUT_ARCHIVE;
    if (ends_as(name, archive, COUNT_OF(archive))) return INPUT_ARCHIVE;
    if (ends_as(name, html, COUNT_OF(html))) return INPUT_HTML;
    if (begins_markup(start)) return INPUT_HTML;
    if (ends_as(name, text, COUNT_OF(text))) return INPUT_TEXT;
    if (sv_starts(start, SV("{")) ? json_name || is_named : json_name && !sv_starts(start, SV("["))) return INPUT_JSONL;
    return INPUT_UNKNOWN;
}

struct input_look input_kind_of(sv path, sv first_bytes, bool is_named) {
    struct input_look look = {.codec = codec_of(first_bytes)};
    /* The dictionary of a zstd archive */
    if (sv_starts(first_bytes, SV("\x5d\x2a\x4d\x18"))) {
        look.kind = INPUT_ARCHIVE;
        return look;
    }
    struct inflate_member *member = NULL;
    struct sbuf decoded;
    sbuf_init(&decoded, DECODED_BYTES);
    sv head = first_bytes;
    if (look.codec != CODEC_NONE && inflate_member_new(&member, look.codec == CODEC_GZIP ? INFLATE_GZIP : INFLATE_ZSTD, SV_NONE, NULL) == ERR_OK) {
        sv in = first_bytes, out;
        if (inflate_member_step(member, &in, &out) != INFLATE_BAD || out.n) sbuf_add(&decoded, sv_take(out, DECODED_BYTES));
        head = sbuf_view(&decoded);
    }
    look.kind = kind_of(path, head, is_named);
    inflate_member_free(&member);
    sbuf_clear(&decoded);
    return look;
}

enum err_code input_kind_look(const char *path, bool is_named, struct input_look *out, struct err *e) {
    char head[LOOK_BYTES];
    struct stat st;
    *out = (struct input_look){0};
    if (stat(path, &st) != 0) return err_set(e, err_from_errno(errno), "%s: %s: check the path", path, strerror(errno));
    out->kind = S_ISDIR(st.st_mode) ? INPUT_FOLDER : INPUT_ARCHIVE;
    if (!S_ISREG(st.st_mode)) return ERR_OK;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, head, sizeof head) : -1;
    enum err_code code = n < 0 ? err_set(e, err_from_errno(errno), "%s: cannot be read: %s", path, strerror(errno)) : ERR_OK;
    if (fd >= 0) close(fd);
    if (!code) *out = input_kind_of(sv_cstr(path), sv_from(head, (size_t)n), is_named);
    return code;
}

bool input_kind_parse(sv word, enum input_kind *out) {
    static const struct {
        const char *word;
        enum input_kind kind;
    } words[] = {{"archive", INPUT_ARCHIVE}, {"jsonl", INPUT_JSONL}, {"html", INPUT_HTML}, {"text", INPUT_TEXT}};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (!sv_eq(word, sv_cstr(words[i].word))) continue;
        *out = words[i].kind;
        return true;
    }
    return false;
}
