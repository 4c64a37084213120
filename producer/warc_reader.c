#include "warc_reader.h"

#include <stdlib.h>

#include "arc_line.h"
#include "base/hash.h"
#include "byte_source.h"

enum { HEAD_MAX = 64 * 1024, DICTIONARY_MAX = 8 << 20, RECORD_END_MAX = 64, REWINDS_MAX = 8, AFTER_BYTES = 16 };

/* Positions from here on are none in the file: they count decoded bytes behind a member with many records. Exact as doubles, too. */
static const uint64_t beyond_file = UINT64_C(1) << 52;

enum form {
    FORM_PLAIN,   /* a window over records: of a plain file, or of what a whole file decodes to */
    FORM_MEMBERS, /* a member or frame a record */
};

struct warc_reader {
    struct byte_source bytes;
    struct warc_reader_cfg cfg;
    enum form form;
    enum inflate_kind kind; /* of the members */
    bool arc;               /* lines of ARC begin records */
    struct sbuf dictionary;                     /* of a zstd archive whose frames need one; else empty */
    bool lost;                                  /* what follows must be searched for a member */
    struct inflate_member *member, *probe;
    struct hash64_stream *hash;
    struct sbuf head; /* of the member, or of a large record */
    size_t used;      /* of the window by the item that was given last */
    unsigned rewinds;
};

static sv view(const struct warc_reader *r) { return byte_source_view(&r->bytes); }

static bool has_dictionary(const struct warc_reader *r) { return r->dictionary.n > 0; }

static enum warc_step skip(struct warc_reader *r, struct warc_item *out, const char *reason, uint64_t offset) {
    *out = (struct warc_item){.offset = offset, .reason = reason, .length = r->bytes.base > offset ? r->bytes.base - offset : 0};
    return WARC_SKIP;
}

/* -- where records begin ------------------------------------------------------------------------------------------------------ */

sv warc_field(sv head, sv name, sv *block) {
    sv rest = head, found = SV_NONE;
    while (rest.n) {
        sv line = sv_cut(&rest, '\n'), value = line;
        if (sv_ends(value, SV("\r"))) value.n--;
        if (value.n == 0) break;
        sv key = sv_trim(sv_cut(&value, ':'));
        if (!found.p && value.p && sv_eq_nocase(key, name)) found = sv_trim(value);
    }
    if (block) *block = rest;
    return found;
}

static bool is_warc(sv v) { return sv_starts(v, SV("WARC/")); }

static sv trim_start(sv v) {
    while (v.n && ascii_is_space(*v.p)) v = sv_skip(v, 1);
    return v;
}

/* Of a whole head at the front of v: its length, and that of the block behind it. */
static bool read_lengths(sv v, size_t *head, uint64_t *block) {
    if (is_warc(v)) {
        sv rest;
        if (!sv_to_u64(warc_field(v, SV("Content-Length"), &rest), block) || !rest.p) return false;
        *head = (size_t)(rest.p - v.p);
        return true;
    }
    struct arc_line line;
    size_t end = sv_find_char(sv_take(v, ARC_LINE_MAX), '\n', 0);
    if (end == SIZE_MAX || !arc_line_parse(sv_take(v, end), &line)) return false;
    *head = end + 1;
    *block = line.length;
    return true;
}

/* First beginning of a WARC record at or after `from`. */
static size_t find_warc(sv v, size_t from, size_t *keep) {
    *keep = v.n < 6 ? v.n : 6;
    for (size_t at; (at = sv_find(v, SV("WARC/"), from)) != SIZE_MAX; from = at + 1)
        if (at + 6 < v.n && (v.p[at + 5] == '1' || v.p[at + 5] == '0') && v.p[at + 6] == '.') return at;
    return SIZE_MAX;
}

static size_t find_arc(sv v, size_t from, size_t *keep) {
    size_t at = sv_find_char(v, '\n', from);
    for (; at != SIZE_MAX; from = at + 1, at = sv_find_char(v, '\n', from)) {
        struct arc_line line;
        size_t end = sv_find_char(v, '\n', at + 1);
        if (end == SIZE_MAX) break;
        if (arc_line_parse(sv_skip(sv_take(v, end), at + 1), &line)) return at + 1;
    }
    *keep = at != SIZE_MAX && v.n - at <= ARC_LINE_MAX ? v.n - at : 0;
    return SIZE_MAX;
}

/* Throws bytes away up to the next beginning of a record, `from` bytes ahead at least; false at the end or at damage. */
static bool find_record(struct warc_reader *r, size_t from) {
    while (true) {
        size_t keep, at = r->arc ? find_arc(view(r), from, &keep) : find_warc(view(r), from, &keep);
        if (at != SIZE_MAX) {
            byte_source_consume(&r->bytes, at);
            return true;
        }
        byte_source_consume(&r->bytes, view(r).n - keep);
        from = 0;
        if (byte_source_fill(&r->bytes)) continue;
        byte_source_consume(&r->bytes, view(r).n);
        return false;
    }
}

/* -- plain records --------------------------------------------------------------------------------------------------------- */

/* Fills the window until it holds the whole head of the record at its beginning. False: it has none. */
static bool have_head(struct warc_reader *r) {
    for (size_t looked = 0;;) {
        sv window = sv_take(view(r), HEAD_MAX);
        bool whole = is_warc(window) ? sv_find(window, SV("\r\n\r\n"), looked > 3 ? looked - 3 : 0) != SIZE_MAX || sv_find(window, SV("\n\n"), looked > 1 ? looked - 1 : 0) != SIZE_MAX
                                     : sv_find_char(window, '\n', looked) != SIZE_MAX;
        if (whole) return true;
        looked = window.n;
        if (window.n == HEAD_MAX || !byte_source_fill(&r->bytes)) return false;
    }
}

/* A length that is too long swallows the next record: then that begins within this one, and none where this one ends. */
static bool swallows_next(struct warc_reader *r, size_t total, size_t *next) {
    (void)byte_source_have(&r->bytes, total + (r->arc ? ARC_LINE_MAX / 8 : AFTER_BYTES));
    sv after = trim_start(sv_skip(view(r), total));
    size_t head, keep;
    uint64_t block;
    if (after.n == 0 || is_warc(after) || (r->arc && read_lengths(after, &head, &block))) return false;
    sv within = sv_take(view(r), total);
    *next = r->arc ? find_arc(within, 0, &keep) : find_warc(within, 5, &keep);
    return *next != SIZE_MAX;
}

/* A record that the window shall not hold. */
static enum warc_step next_large(struct warc_reader *r, uint64_t total, uint64_t offset, struct warc_item *out) {
    bool plain = r->bytes.member == NULL, give = plain && total <= r->cfg.max_large;
    /* A length that leads beyond the file is a lie: then the next record is looked for instead. */
    uint64_t size = byte_source_end(&r->bytes);
    if (size != UINT64_MAX && (total > size || offset > size - total)) {
        bool next = find_record(r, 1);
        return skip(r, out, next ? "bad_record" : "truncated", offset);
    }
    (void)byte_source_have(&r->bytes, HEAD_MAX);
    sbuf_reset(&r->head);
    sbuf_add(&r->head, sv_take(sv_take(view(r), HEAD_MAX), total));
    hash64_stream_reset(r->hash);
    uint64_t left = total;
    for (; left > 0 && byte_source_have(&r->bytes, 1);) {
        sv part = sv_take(view(r), left);
        if (give) hash64_stream_add(r->hash, part);
        byte_source_consume(&r->bytes, part.n);
        left -= part.n;
    }
    const char *damage = left ? byte_source_take_damage(&r->bytes) : NULL;
    if (left && !damage && r->rewinds < REWINDS_MAX && byte_source_seek(&r->bytes, offset)) {
        r->rewinds++;
        (void)byte_source_have(&r->bytes, 1);
        bool next = find_record(r, 1);
        return skip(r, out, next ? "bad_record" : "truncated", offset);
    }
    if (left && damage) (void)find_record(r, 0);
    if (left || !give) return skip(r, out, damage ? damage : left ? "truncated" : "too_large", offset);
    *out = (struct warc_item){.offset = offset, .length = total, .in_file = true, .is_large = true, .head = sbuf_view(&r->head), .hash = hash64_stream_value(r->hash)};
    return WARC_RECORD;
}

static enum warc_step next_plain(struct warc_reader *r, struct warc_item *out) {
    struct byte_source *b = &r->bytes;
    while (byte_source_have(b, 1) && ascii_is_space(*view(r).p)) byte_source_consume(b, 1);
    uint64_t offset = b->base, block, total;
    size_t head, next;
    const char *stretch = NULL;
    for (const char *word; !byte_source_have(b, 1) && (word = byte_source_take_damage(b)); (void)find_record(r, 0))
        if (!stretch) stretch = word;
    if (stretch) return skip(r, out, stretch, offset);
    if (!byte_source_have(b, 1)) return WARC_END;
    bool warc = byte_source_have(b, 5) && is_warc(view(r)), whole = have_head(r);
    if (!warc && (!r->arc || !whole || !read_lengths(view(r), &head, &block))) {
        (void)find_record(r, r->arc ? 0 : 1);
        return skip(r, out, "garbage", offset);
    }
    if (!whole || !read_lengths(view(r), &head, &block) || __builtin_add_overflow(block, head, &total)) {
        const char *damage = whole ? NULL : byte_source_take_damage(b);
        bool cut = !whole && b->eof, found = find_record(r, 1);
        return skip(r, out, damage ? damage : cut && !found ? "truncated" : "bad_record", offset);
    }
    if (total > r->cfg.max_record) return next_large(r, total, offset, out);
    if (!byte_source_have(b, (size_t)total)) {
        const char *damage = byte_source_take_damage(b);
        bool found = find_record(r, 1);
        return skip(r, out, damage ? damage : found ? "bad_record" : "truncated", offset);
    }
    if (swallows_next(r, (size_t)total, &next)) {
        byte_source_consume(b, next);
        return skip(r, out, "bad_record", offset);
    }
    r->used = (size_t)total;
    *out = (struct warc_item){.offset = offset, .length = total, .payload = sv_take(view(r), r->used), .in_file = b->member == NULL};
    out->head = sv_take(out->payload, HEAD_MAX);
    return WARC_RECORD;
}

/* -- gzip members and zstd frames --------------------------------------------------------------------------------------------- */

struct member {
    size_t size;            /* its bytes at the window's beginning; what of a large one has not been consumed */
    uint64_t consumed;      /* of a large one, before the window */
    uint64_t fed, decoded, expected; /* expected: what the record's head says, 0 while that is not known */
    char after[AFTER_BYTES];         /* what is decoded behind that */
    size_t after_n;
    bool bomb;
};

static bool is_member(const struct warc_reader *r, sv v) {
    if (r->kind == INFLATE_GZIP) return sv_starts(v, SV("\x1f\x8b\x08"));
    return sv_starts(v, SV("\x28\xb5\x2f\xfd")) || (v.n >= 4 && ((uint8_t)v.p[0] & 0xf0) == 0x50 && memcmp(v.p + 1, "\x2a\x4d\x18", 3) == 0);
}

/* Notes what a piece of decoded bytes says of the record. */
static void note_decoded(struct warc_reader *r, struct member *m, sv piece) {
    uint64_t begin = m->decoded, block;
    size_t head, keep = has_dictionary(r) ? r->cfg.max_record : HEAD_MAX;
    m->decoded += piece.n;
    if (r->head.n < keep) sbuf_add(&r->head, sv_take(piece, keep - r->head.n));
    if (!m->expected && begin < HEAD_MAX) {
        sv v = trim_start(sbuf_view(&r->head));
        bool whole = !is_warc(v) || sv_has(v, SV("\n\r\n")) || sv_has(v, SV("\n\n"));
        if (whole && read_lengths(v, &head, &block) && block < UINT64_MAX / 2) m->expected = (r->head.n - v.n) + head + block;
    }
    if (!m->expected || m->decoded <= m->expected) return;
    sv behind = begin < m->expected ? sv_skip(piece, (size_t)(m->expected - begin)) : piece;
    for (; behind.n && m->after_n < AFTER_BYTES; behind = sv_skip(behind, 1))
        if (m->after_n > 0 || !ascii_is_space(*behind.p)) m->after[m->after_n++] = *behind.p;
}

/* Whether what follows at `from` in the window is a member that goes on with the record before it: it does not begin one. */
static bool goes_on(struct warc_reader *r, size_t from) {
    char begin[5];
    size_t n = 0, fed = from;
    (void)byte_source_have(&r->bytes, from + 4);
    if (r->arc || !is_member(r, sv_skip(view(r), from))) return false;
    inflate_member_reset(r->probe);
    while (n < sizeof begin && fed - from < HEAD_MAX) {
        sv in = sv_skip(view(r), fed), out;
        size_t offered = in.n;
        enum inflate_step step = inflate_member_step(r->probe, &in, &out);
        fed += offered - in.n;
        for (size_t i = 0; i < out.n && n < sizeof begin; i++) begin[n++] = out.p[i];
        if (step == INFLATE_END && n == 0) inflate_member_reset(r->probe); /* an empty one, or a frame that is to be skipped */
        else if (step != INFLATE_MORE) break;
        if (in.n == 0 && out.n == 0 && !byte_source_fill(&r->bytes)) break;
    }
    return n > 0 && !is_warc(sv_from(begin, n));
}

/* Feeds the member at the window's beginning, and those behind it that hold the rest of the same record. */
static enum inflate_step feed_member(struct warc_reader *r, struct member *m) {
    *m = (struct member){0};
    inflate_member_reset(r->member);
    hash64_stream_reset(r->hash);
    sbuf_reset(&r->head);
    while (true) {
        sv in = sv_skip(view(r), m->size), out;
        size_t offered = in.n;
        enum inflate_step step = inflate_member_step(r->member, &in, &out);
        m->size += offered - in.n;
        m->fed += offered - in.n;
        note_decoded(r, m, out);
        m->bomb = byte_source_is_bomb(m->fed, m->decoded);
        if (step == INFLATE_BAD || m->bomb) return INFLATE_BAD;
        bool part = m->expected ? m->decoded < m->expected : r->head.n > 0;
        if (step == INFLATE_END && !(part && goes_on(r, m->size))) return step;
        if (step == INFLATE_END) inflate_member_reset(r->member);
        if (m->fed > r->cfg.max_record) {
            hash64_stream_add(r->hash, sv_take(view(r), m->size));
            byte_source_consume(&r->bytes, m->size);
            m->consumed += m->size;
            m->size = 0;
        }
        if (step == INFLATE_MORE && in.n == 0 && out.n == 0 && !byte_source_fill(&r->bytes)) return INFLATE_MORE;
    }
}

/* A member with more than one record, in a file that began with a record a member: from here on the records are decoded. */
static bool read_on_decoded(struct warc_reader *r, uint64_t offset) {
    struct err none;
    if (!byte_source_seek(&r->bytes, offset) || byte_source_decode(&r->bytes, r->kind, sbuf_view(&r->dictionary), &none) != ERR_OK) return false;
    r->bytes.base = beyond_file + offset;
    r->form = FORM_PLAIN;
    r->rewinds = REWINDS_MAX; /* these positions are of no use for going back */
    return true;
}

static enum warc_step give_member(struct warc_reader *r, const struct member *m, uint64_t offset, struct warc_item *out) {
    sv head = trim_start(sbuf_view(&r->head));
    bool large = m->fed > r->cfg.max_record || (has_dictionary(r) && m->decoded > r->cfg.max_record), whole = m->expected > 0;
    bool many = whole && m->after_n && (r->arc || is_warc(sv_from(m->after, m->after_n)));
    if (many && read_on_decoded(r, offset)) return next_plain(r, out);
    const char *reason = NULL;
    if (!whole) reason = "bad_record";
    else if (many) reason = "many_records";
    else if (large && (has_dictionary(r) || m->fed > r->cfg.max_large)) reason = "too_large";
    if (reason || large) {
        hash64_stream_add(r->hash, sv_take(view(r), m->size));
        byte_source_consume(&r->bytes, m->size);
    } else
        r->used = m->size;
    if (reason) return skip(r, out, reason, offset);
    *out = (struct warc_item){.offset = offset, .length = m->fed, .codec = r->kind == INFLATE_ZSTD ? CODEC_ZSTD : CODEC_GZIP, .in_file = true, .is_large = large, .head = sv_take(head, HEAD_MAX)};
    if (large) out->hash = hash64_stream_value(r->hash);
    else out->payload = sv_take(view(r), m->size);
    if (!has_dictionary(r)) return WARC_RECORD;
    out->codec = CODEC_NONE;
    out->in_file = false;
    out->payload = head;
    return WARC_RECORD;
}

static bool find_member(struct warc_reader *r, size_t from) {
    sv magic = r->kind == INFLATE_ZSTD ? SV("\x28\xb5\x2f\xfd") : SV("\x1f\x8b\x08");
    for (size_t at; (at = sv_find(view(r), magic, from)) == SIZE_MAX; from = 0) {
        size_t keep = view(r).n < magic.n ? view(r).n : magic.n - 1;
        byte_source_consume(&r->bytes, view(r).n - keep);
        if (byte_source_fill(&r->bytes)) continue;
        byte_source_consume(&r->bytes, view(r).n);
        return false;
    }
    byte_source_consume(&r->bytes, sv_find(view(r), magic, from));
    return true;
}

static enum warc_step next_member(struct warc_reader *r, struct warc_item *out) {
    struct member m;
    while (byte_source_have(&r->bytes, 1)) {
        uint64_t offset = r->bytes.base;
        (void)byte_source_have(&r->bytes, 4);
        if (!is_member(r, view(r))) {
            (void)find_member(r, 0);
            return skip(r, out, "garbage", offset);
        }
        enum inflate_step step = feed_member(r, &m);
        bool was_lost = r->lost;
        r->lost = step != INFLATE_END;
        if (step == INFLATE_END && m.decoded > 0) return give_member(r, &m, offset, out);
        if (step == INFLATE_END) { /* an empty member, or a frame that is to be skipped */
            byte_source_consume(&r->bytes, m.size);
            continue;
        }
        /* The next member may lie in what a damaged one has swallowed. What only looks like one within it is not told apart. */
        if (m.consumed && r->rewinds < REWINDS_MAX && byte_source_seek(&r->bytes, offset)) r->rewinds++;
        bool found = find_member(r, 1);
        const char *reason = m.bomb ? "bomb" : step == INFLATE_MORE && !found ? "truncated" : r->kind == INFLATE_ZSTD ? "bad_zstd" : "bad_gzip";
        if (!was_lost) return skip(r, out, reason, offset);
    }
    return WARC_END;
}

enum warc_step warc_reader_next(struct warc_reader *r, struct warc_item *out, struct err *e) {
    *out = (struct warc_item){0};
    byte_source_consume(&r->bytes, r->used);
    byte_source_mark(&r->bytes);
    r->used = 0;
    enum warc_step step = r->form == FORM_MEMBERS ? next_member(r, out) : next_plain(r, out);
    if (r->bytes.failed) {
        if (e) *e = r->bytes.err;
        return WARC_ERROR;
    }
    if (step == WARC_RECORD && r->cfg.hash && !out->is_large) out->hash = hash64(out->payload);
    return step;
}

/* -- open and close -------------------------------------------------------------------------------------------------------- */

/* The frame at the beginning that holds the dictionary of all others. */
static enum err_code read_dictionary(struct warc_reader *r, const char *path, struct err *e) {
    (void)byte_source_have(&r->bytes, 8);
    sv v = view(r);
    if (!sv_starts(v, SV("\x5d\x2a\x4d\x18"))) return ERR_OK;
    uint64_t size = 0;
    for (size_t i = 0; v.n >= 8 && i < 4; i++) size |= (uint64_t)(uint8_t)v.p[4 + i] << (8 * i);
    if (size > DICTIONARY_MAX) return err_set(e, ERR_LIMIT, "%s: its zstd dictionary has %llu bytes; 8 MiB is the most", path, (unsigned long long)size);
    if (size == 0 || !byte_source_have(&r->bytes, 8 + (size_t)size)) return err_set(e, ERR_INPUT, "%s: ends within its zstd dictionary", path);
    sv dictionary = sv_take(sv_skip(view(r), 8), size);
    enum err_code code = ERR_OK;
    if (sv_starts(dictionary, SV("\x28\xb5\x2f\xfd"))) code = inflate_all(INFLATE_ZSTD, dictionary, DICTIONARY_MAX, &r->dictionary, e);
    else if (sv_starts(dictionary, SV("\x37\xa4\x30\xec"))) sbuf_add(&r->dictionary, dictionary);
    else code = err_set(e, ERR_INPUT, "%s: the zstd dictionary at its beginning is not one", path);
    if (code) return code;
    return r->dictionary.err ? err_set(e, r->dictionary.err, "no memory for a dictionary") : ERR_OK;
}

/* Looks into the first member: ARC or WARC, and whether it holds more than its first record. */
static bool holds_many(struct warc_reader *r) {
    struct member m = {0};
    sbuf_reset(&r->head);
    for (size_t fed = 0; (m.expected == 0 || m.decoded < m.expected + RECORD_END_MAX) && m.decoded < HEAD_MAX + r->cfg.max_record;) {
        sv in = sv_take(sv_skip(view(r), fed), HEAD_MAX), out;
        size_t offered = in.n;
        enum inflate_step step = inflate_member_step(r->member, &in, &out);
        fed += offered - in.n;
        note_decoded(r, &m, out);
        /* Skippable frames, empty members and the parts of a long record */
        if (step == INFLATE_END && m.expected && m.decoded > m.expected) break;
        if (step == INFLATE_END && m.decoded && !goes_on(r, fed)) break;
        if (step == INFLATE_END) inflate_member_reset(r->member);
        if (step == INFLATE_BAD || (sv_skip(view(r), fed).n == 0 && out.n == 0 && !byte_source_fill(&r->bytes))) break;
    }
    sv head = trim_start(sbuf_view(&r->head));
    r->arc = sv_starts(head, SV("filedesc:"));
    return m.after_n > 0 && (r->arc || is_warc(sv_from(m.after, m.after_n)));
}

/* What kind of file it is, by its first bytes. */
static enum err_code look(struct warc_reader *r, const char *path, struct err *e) {
    (void)byte_source_have(&r->bytes, 10);
    r->arc = sv_starts(trim_start(view(r)), SV("filedesc:"));
    r->kind = sv_starts(view(r), SV("\x1f\x8b")) ? INFLATE_GZIP : INFLATE_ZSTD;
    if (!is_member(r, view(r))) return ERR_OK;
    enum err_code code = r->kind == INFLATE_ZSTD ? read_dictionary(r, path, e) : ERR_OK;
    sv words = sbuf_view(&r->dictionary);
    if (!code) code = inflate_member_new(&r->member, r->kind, words, e);
    if (!code) code = inflate_member_new(&r->probe, r->kind, words, e);
    if (!code) {
        r->form = holds_many(r) ? FORM_PLAIN : FORM_MEMBERS;
        if (r->form == FORM_PLAIN) code = byte_source_decode(&r->bytes, r->kind, words, e);
    }
    return code;
}

enum err_code warc_reader_open(struct warc_reader **out, const char *path, const struct warc_reader_cfg *cfg, struct err *e) {
    struct warc_reader *r = calloc(1, sizeof *r);
    *out = NULL;
    if (!r) return err_set(e, ERR_MEMORY, "no memory to read %s", path);
    r->cfg = *cfg;
    sbuf_init(&r->head, 0);
    sbuf_init(&r->dictionary, 0);
    enum err_code code = byte_source_open(&r->bytes, path, e);
    if (!code) {
        r->hash = hash64_stream_new();
        code = r->hash ? look(r, path, e) : err_set(e, ERR_MEMORY, "no memory to read %s", path);
    }
    /* Better twice than not at all. */
    uint64_t from = cfg->from < beyond_file ? cfg->from : 0;
    if (!code && from > 0 && (!byte_source_seek(&r->bytes, from) || from > byte_source_end(&r->bytes)))
        code = err_set(e, ERR_INPUT, "%s: ends before position %llu, where reading should go on: it is not the file that it was", path, (unsigned long long)cfg->from);
    if (code) {
        warc_reader_close(&r);
        return code;
    }
    *out = r;
    return ERR_OK;
}

uint64_t warc_reader_stream_id(const struct warc_reader *r) { return r->bytes.stream_id; }

void warc_reader_close(struct warc_reader **pr) {
    struct warc_reader *r = *pr;
    if (!r) return;
    byte_source_close(&r->bytes);
    inflate_member_free(&r->member);
    inflate_member_free(&r->probe);
    hash64_stream_free(&r->hash);
    sbuf_clear(&r->head);
    sbuf_clear(&r->dictionary);
    free(r);
    *pr = NULL;
}
