#include "dom_tags.h"

#include <lexbor/html/tokenizer/state.h>

#include "base/eight.h"
#include "image_caption.h"

/* lexbor exports both and declares them where it needs them. */
const lxb_tag_data_t *lxb_tag_append_lower(lexbor_hash_t *, const lxb_char_t *name, size_t length);
lxb_dom_attr_data_t *lxb_dom_attr_local_name_append(lexbor_hash_t *, const lxb_char_t *name, size_t length);

enum { SPACE = 1, ENDS_TAG = 2 /* a name of a tag */, ENDS_NAME = 4 /* of an attribute */, ENDS_VALUE = 8 /* without quotes */ };
#define ALL_SPACE (SPACE | ENDS_TAG | ENDS_NAME | ENDS_VALUE)
static const uint8_t kinds[256] = {
    ['\0'] = ENDS_TAG | ENDS_NAME | ENDS_VALUE, ['\t'] = ALL_SPACE, ['\n'] = ALL_SPACE, ['\f'] = ALL_SPACE, ['\r'] = ALL_SPACE, [' '] = ALL_SPACE,
    ['/'] = ENDS_TAG | ENDS_NAME, ['>'] = ENDS_TAG | ENDS_NAME | ENDS_VALUE, ['='] = ENDS_NAME, ['&'] = ENDS_VALUE};

void dom_tags_begin(struct dom_tags *t, bool whole) {
    t->whole = whole;
    t->values = (struct dom_slab){NULL, NULL};
    memset(t->tag, 0, sizeof t->tag);
    memset(t->name, 0, sizeof t->name);
}

/* Sixteen bytes in a register, on every machine; a comparison gives all ones where it holds. */
typedef uint8_t bytes16 __attribute__((vector_size(16)));

/* The first `stop` or character that is not itself: '&', CR, NUL. */
static const lxb_char_t *seek(const lxb_char_t *p, const lxb_char_t *end, lxb_char_t stop) {
    for (; end - p >= (ptrdiff_t)sizeof(bytes16); p += sizeof(bytes16)) {
        bytes16 v, hit;
        uint64_t half[2];
        memcpy(&v, p, sizeof v);
        hit = (bytes16)(v == stop) | (bytes16)(v == '&') | (bytes16)(v == '\r') | (bytes16)(v == 0);
        memcpy(half, &hit, sizeof half);
        if (half[0]) return p + eight_before(half[0]);
        if (half[1]) return p + 8 + eight_before(half[1]);
    }
    while (p < end && *p != stop && *p != '&' && *p != '\r' && *p != '\0') p++;
    return p;
}

static const lxb_char_t *pass(const lxb_char_t *p, const lxb_char_t *end, unsigned until) {
    while (p < end && !(kinds[*p] & until)) p++;
    return p;
}

static const lxb_char_t *pass_space(const lxb_char_t *p, const lxb_char_t *end) {
    while (p < end && kinds[*p] & SPACE) p++;
    return p;
}

/* -- names ------------------------------------------------------------------------------------------------------------------------- */

typedef const void *ask_lexbor(lexbor_hash_t *, const lxb_char_t *name, size_t n);

static const void *ask_tag(lexbor_hash_t *tags, const lxb_char_t *name, size_t n) { return lxb_tag_append_lower(tags, name, n); }
static const void *ask_attribute(lexbor_hash_t *attributes, const lxb_char_t *name, size_t n) { return lxb_dom_attr_local_name_append(attributes, name, n); }

/* A name: where it ends, and, where it is short, its bytes with zeros behind them. */
struct name {
    const lxb_char_t *begin, *end;
    uint64_t eight[2];
    bool is_short;
};

/* The lowest mark is of the first byte that may end a name: white space and other controls, '/', '<', '=', '>', '?'. */
static inline uint64_t ends(uint64_t eight) { return eight_below(eight, ' ' + 1) | eight_equal(eight, '/') | eight_equal(eight & 0xFC * EIGHT_ONES, '<'); }

/* The bytes before the end, which is not the first of all. */
static inline uint64_t before(uint64_t eight, uint64_t end) { return end ? eight & (((end & -end) >> 7) - 1) : eight; }

/* Up to a byte that ends it, but for its first. */
static inline struct name read_name(const lxb_char_t *p, const lxb_char_t *end, unsigned until) {
    struct name name = {.begin = p};
    if (end - p > DOM_TAGS_NAME_BYTES) {
        memcpy(name.eight, p, sizeof name.eight);
        uint64_t first = ends(name.eight[0]), second = first ? 0 : ends(name.eight[1]);
        name.eight[0] = before(name.eight[0], first);
        name.eight[1] = first ? 0 : before(name.eight[1], second);
        name.end = p + (first ? eight_before(first) : second ? 8 + eight_before(second) : DOM_TAGS_NAME_BYTES);
        name.is_short = name.end > p && kinds[*name.end] & until;
        if (name.is_short) return name;
    }
    name.end = p < end ? pass(p + 1, end, until) : end;
    return name;
}

/* lexbor's entry of a name. NULL without memory. */
static inline const void *find(struct dom_tags_name *names, const struct name *name, ask_lexbor *ask, lexbor_hash_t *hash) {
    if (!name->is_short) return ask(hash, name->begin, (size_t)(name->end - name->begin));
    struct dom_tags_name *slot = &names[((name->eight[0] ^ name->eight[1] * 31) * 0x9E3779B97F4A7C15u) >> 56];
    _Static_assert(DOM_TAGS_NAMES == 256, "eight bits of the hash");
    if (slot->eight[0] != name->eight[0] || slot->eight[1] != name->eight[1])
        *slot = (struct dom_tags_name){{name->eight[0], name->eight[1]}, ask(hash, name->begin, (size_t)(name->end - name->begin))};
    return slot->data;
}

/* -- tags -------------------------------------------------------------------------------------------------------------------------- */

/* The value of an attribute from behind its '=': where it ends, its quotes included; NULL where it is not plain. */
static const lxb_char_t *read_value(const lxb_char_t *p, const lxb_char_t *end, sv *value) {
    p = pass_space(p, end);
    if (p == end || *p == '>') return NULL;
    if (*p == '"' || *p == '\'') {
        const lxb_char_t *close = seek(p + 1, end, *p);
        if (close == end || *close != *p) return NULL;
        *value = sv_range((const char *)p + 1, (const char *)close);
        return close + 1;
    }
    const lxb_char_t *begin = p;
    p = pass(p, end, ENDS_VALUE);
    if (p == end || *p == '&' || *p == '\0') return NULL;
    *value = sv_range((const char *)begin, (const char *)p);
    return p;
}

static bool is_known(const lxb_html_token_t *token, const lxb_dom_attr_data_t *name) {
    for (const lxb_html_token_attr_t *a = token->attr_first; a; a = a->next)
        if (a->name == name) return true;
    return false;
}

/* What is written for scripts alone. Where a picture comes from may be in any attribute of its own. */
static bool is_unread(lxb_tag_id_t tag, sv name) {
    if (*name.p != 'd' && *name.p != 'o' && *name.p != 'a') return false;
    bool picture = tag == LXB_TAG_IMG || tag == LXB_TAG_SOURCE || tag == LXB_TAG_PICTURE || tag >= LXB_TAG__LAST_ENTRY;
    if (sv_starts(name, SV("data-"))) return !picture && !image_caption_reads(name);
    return sv_starts(name, SV("on")) || (sv_starts(name, SV("aria-")) && !sv_eq(name, SV("aria-hidden")));
}

/* Adds an attribute to the token; a second of one name is none. False without memory. */
static bool add(struct dom_tags *t, lxb_html_tokenizer_t *tokenizer, lxb_html_token_attr_t *a, const lxb_dom_attr_data_t *data, const struct name *name, sv value) {
    lxb_html_token_t *token = tokenizer->token;
    *a = (lxb_html_token_attr_t){.name = data, .name_begin = name->begin, .name_end = name->end, .prev = token->attr_last};
    if (value.p) {
        a->value = dom_slab_alloc(&t->values, tokenizer->attrs_mraw, value.n + 1);
        if (!a->value) return false;
        memcpy(a->value, value.p, value.n);
        a->value[value.n] = '\0';
        a->value_size = value.n;
        a->value_begin = (const lxb_char_t *)value.p;
        a->value_end = a->value_begin + value.n;
    }
    if (token->attr_last) token->attr_last->next = a;
    else token->attr_first = a;
    token->attr_last = a;
    return true;
}

static const lxb_char_t *out_of_memory(lxb_html_tokenizer_t *tokenizer, const lxb_char_t *end) {
    tokenizer->status = LXB_STATUS_ERROR_MEMORY_ALLOCATION;
    return end;
}

/* The attributes of a tag, up to its '>': a pointer to that; else lexbor's state is set for what follows, or `end` returned without memory. */
static const lxb_char_t *read_attributes(struct dom_tags *t, lxb_html_tokenizer_t *tokenizer, const lxb_char_t *p, const lxb_char_t *end) {
    for (size_t count = 0;;) {
        p = pass_space(p, end);
        if (p < end && *p == '>') return p;
        if (end - p > 1 && *p == '/') {
            if (*++p != '>') continue;
            tokenizer->token->type |= LXB_HTML_TOKEN_TYPE_CLOSE_SELF;
            return p;
        }
        struct name name = read_name(p, end, ENDS_NAME);
        const lxb_char_t *next = pass_space(name.end, end);
        sv value = SV_NONE;
        bool plain = next < end && *name.begin != '\0' && *name.end != '\0' && count < DOM_TAGS_ATTRIBUTES;
        if (plain && *next == '=') plain = (next = read_value(next + 1, end, &value)) != NULL;
        if (!plain) {
            tokenizer->pos = tokenizer->start;
            tokenizer->state = lxb_html_tokenizer_state_before_attribute_name;
            return p;
        }
        if (!t->whole && is_unread(tokenizer->token->tag_id, sv_range((const char *)name.begin, (const char *)name.end))) {
            p = next;
            continue;
        }
        const lxb_dom_attr_data_t *data = find(t->name, &name, ask_attribute, tokenizer->attrs);
        if (!data || (!is_known(tokenizer->token, data) && !add(t, tokenizer, &t->attribute[count++], data, &name, value))) return out_of_memory(tokenizer, end);
        p = next;
    }
}

/* Hands the token over. False where the callback gave up. */
static bool emit(lxb_html_tokenizer_t *tokenizer) {
    tokenizer->token = tokenizer->callback_token_done(tokenizer, tokenizer->token, tokenizer->callback_token_ctx);
    if (!tokenizer->token) {
        if (tokenizer->status == LXB_STATUS_OK) tokenizer->status = LXB_STATUS_ERROR;
        return false;
    }
    return true;
}

/* Behind a token, as lexbor's states expect it. */
static const lxb_char_t *leave(lxb_html_tokenizer_t *tokenizer, const lxb_char_t *data) {
    lxb_html_token_clean(tokenizer->token);
    tokenizer->pos = tokenizer->start;
    return data;
}

static const lxb_char_t *leave_to_lexbor(lxb_html_tokenizer_t *tokenizer, const lxb_char_t *data) {
    tokenizer->state = lxb_html_tokenizer_state_data_before;
    return leave(tokenizer, data);
}

/* Behind a comment, which ends as early as the standard lets it: in "<!-->" and "<!--->" too. NULL where this is none, or has no end in sight. */
static const lxb_char_t *pass_comment(const lxb_char_t *open, const lxb_char_t *end) {
    if (end - open < 5 || memcmp(open, "<!--", 4) != 0) return NULL;
    for (const lxb_char_t *p = open + 4; (p = memchr(p, '>', (size_t)(end - p))) != NULL; p++) {
        if (p[-1] == '-' && p[-2] == '-') return p + 1;
        if (p[-1] == '!' && p - open >= 7 && p[-2] == '-' && p[-3] == '-') return p + 1;
    }
    return NULL;
}

/* Text before a tag or a comment. False where the callback gave up. */
static bool emit_text(lxb_html_tokenizer_t *tokenizer, const lxb_char_t *begin, const lxb_char_t *end) {
    if (begin == end) return true;
    *tokenizer->token = (lxb_html_token_t){.begin = begin, .end = end, .text_start = begin, .text_end = end, .tag_id = LXB_TAG__TEXT};
    return emit(tokenizer);
}

const lxb_char_t *dom_tags_read(struct dom_tags *t, lxb_html_tokenizer_t *tokenizer, const lxb_char_t *data, const lxb_char_t *end) {
    const lxb_html_tokenizer_state_f own = tokenizer->state;
    while (data < end) {
        const lxb_char_t *open = seek(data, end, '<');
        if (end - open < 3 || *open != '<') return leave_to_lexbor(tokenizer, data);
        bool closes = open[1] == '/';
        const lxb_char_t *behind = open[1] == '!' && !t->whole ? pass_comment(open, end) : NULL;
        if (!behind && !ascii_is_alpha((char)open[1 + closes])) return leave_to_lexbor(tokenizer, data);
        if (!emit_text(tokenizer, data, open)) return end;
        if (tokenizer->state != own) return leave(tokenizer, open);
        if (behind) {
            data = behind;
            continue;
        }
        struct name name = read_name(open + 1 + closes, end, ENDS_TAG);
        if (name.end == end || *name.end == '\0') return leave_to_lexbor(tokenizer, open);
        const lxb_tag_data_t *tag = find(t->tag, &name, ask_tag, tokenizer->tags);
        if (!tag) return out_of_memory(tokenizer, end);
        *tokenizer->token = (lxb_html_token_t){.begin = name.begin, .end = name.end, .tag_id = tag->tag_id, .type = closes ? LXB_HTML_TOKEN_TYPE_CLOSE : LXB_HTML_TOKEN_TYPE_OPEN};
        data = read_attributes(t, tokenizer, name.end, end);
        if (tokenizer->state != own || tokenizer->status != LXB_STATUS_OK) return data;
        data++;
        tokenizer->state = lxb_html_tokenizer_state_data_before;
        if (!emit(tokenizer)) return end;
        if (tokenizer->state != own) break;
    }
    return leave(tokenizer, data);
}
