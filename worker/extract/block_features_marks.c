#include "block_features_marks.h"

#include "base/compiler.h"
#include "base/utf8.h"
#include "block_features_scale.h"
#include "block_text.h"
#include "letters.h"

enum { UNFINISHED_TOKENS = 12, DATED_TOKENS = 16, REACH = 10, SAID_TOKENS = 12, SAID_BYTES = 120, SLOTS = 256 };
_Static_assert((int)SAID_TOKENS < (int)BLOCK_WORDS_MAX, "the words of such blocks are known");

static uint8_t *column(const struct features *f, enum feature id) { return f->column + (size_t)id * f->stride; }

/* -- pieces of one sentence ---------------------------------------------------------------------------------------------------- */

/* In small letters, or with a mark that only stands behind something. */
static bool starts_within(sv text) {
    size_t n;
    if (!text.n) return false;
    uint32_t cp = utf8_decode(text, &n);
    return letters_upper(cp) != cp || (cp < 0x80 && cp && strchr(",.;:)]%", (int)cp)) || cp == 0x2019 || cp == 0xFF0C || cp == 0x3002 || cp == 0x3001;
}

/* Whether block i goes on with what the one before it began, as around a link that became a line of its own. */
static bool goes_on(const struct blocks *b, size_t i) {
    const struct text_block *before = &b->block[i - 1], *k = &b->block[i];
    if (before->ends_sentence || before->ends_colon) return false;
    return starts_within(k->text) || sv_ends(before->text, SV(",")) || (before->tokens >= UNFINISHED_TOKENS && before->alone == 0);
}

static void write_joined(const struct blocks *b, const struct features *features) {
    const struct features own = *features, *f = &own; /* that no store of a byte can change */
    for (size_t i = 0, end; i < b->count; i = end) {
        uint32_t tokens = b->block[i].tokens;
        for (end = i + 1; end < b->count && goes_on(b, end); end++) tokens += b->block[end].tokens;
        for (size_t k = i; k < end; k++) {
            column(f, F_JOINED_TOKENS)[k] = scale_count(tokens);
            column(f, F_JOINED_END)[k] = (uint8_t)(b->block[end - 1].ends_sentence + 2 * (end - i > 1));
        }
    }
    for (size_t i = 0; i < b->count; i++) {
        const struct text_block *before = i ? &b->block[i - 1] : NULL, *after = i + 1 < b->count ? &b->block[i + 1] : NULL;
        column(f, F_BEFORE1_END)[i] = (uint8_t)(!before ? 0 : before->ends_sentence ? 3 : before->ends_colon ? 2 : 1);
        column(f, F_AFTER1_START)[i] = (uint8_t)(!after ? 0 : after->starts_upper ? 2 : starts_within(after->text) ? 3 : 1);
    }
}

/* -- dates --------------------------------------------------------------------------------------------------------------------- */

static bool is_dated(const struct text_block *k) { return k->has_date && k->tokens <= DATED_TOKENS; }

static void write_dates(const struct blocks *b, const struct features *features) {
    const struct features own = *features, *f = &own; /* that no store of a byte can change */
    size_t last = SIZE_MAX;
    uint32_t seen = 0, near = 0;
    for (size_t i = 0; i < b->count && i < REACH; i++) near += is_dated(&b->block[i]);
    for (size_t i = 0; i < b->count; i++) {
        if (i + REACH < b->count) near += is_dated(&b->block[i + REACH]);
        if (i > REACH) near -= is_dated(&b->block[i - REACH - 1]);
        column(f, F_DATE_BEFORE)[i] = last == SIZE_MAX ? 255 : scale_count(i - last);
        column(f, F_DATES_BEFORE)[i] = scale_count(seen);
        column(f, F_DATES_NEAR)[i] = scale_count(near);
        if (is_dated(&b->block[i])) last = i, seen++;
    }
    last = SIZE_MAX;
    for (size_t i = b->count; i-- > 0;) {
        column(f, F_DATE_AFTER)[i] = last == SIZE_MAX ? 255 : scale_count(last - i);
        if (is_dated(&b->block[i])) last = i;
    }
}

/* -- comments ------------------------------------------------------------------------------------------------------------------ */

/* The word, in as many languages as we know it in, that stands where comments begin, end, or are linked to. */
const struct comment_word comment_words[COMMENT_WORDS] = {
    {"comment", 0xf4e9165f}, {"comments", 0xc8e9084d}, {"commented", 0xaba69621}, {"kommentar", 0x1071b709}, {"kommentare", 0x8a8422fd},
    {"kommentieren", 0x3c887be5}, {"kommentarer", 0x9db68e01}, {"commentaire", 0x0ea2a005}, {"commentaires", 0xdc747dcd}, {"commenter", 0xd9a69621},
    {"comentario", 0xeff98c61}, {"comentarios", 0xa1b627a7}, {"comentar", 0x97e6b999}, {"comentário", 0x9e7b7669}, {"comentários", 0x975aec81},
    {"comentari", 0xe66da697}, {"comentaris", 0xebf98c61}, {"commento", 0xfacf81bf}, {"commenti", 0x5828d8ad}, {"commenta", 0x94453549},
    {"reactie", 0x7ec7e047}, {"reacties", 0x5dc44d93}, {"kommentera", 0x6c4e3fd5}, {"kommentti", 0x368c5259}, {"kommentit", 0x9205f0b5},
    {"kommentoi", 0xc6621db3}, {"komentarz", 0x2033610f}, {"komentarze", 0x295c63e3}, {"komentarzy", 0xd55c63e3}, {"komentář", 0x2581f0ad},
    {"komentáře", 0xd38e0ad9}, {"komentářů", 0xcd8f9467}, {"komentáre", 0xf59d1ddb}, {"komentár", 0xfa833ffd}, {"komentar", 0x6da8d3bb},
    {"komentari", 0xaf33610f}, {"komentarji", 0x640c63e3}, {"komentara", 0x0733610f}, {"hozzászólás", 0x49654dcd}, {"hozzászólások", 0x6fd0ad97},
    {"komment", 0xb0b6e259}, {"kommentek", 0xc2e111e9}, {"comentariu", 0x6df98c61}, {"comentarii", 0x19f98c61}, {"yorum", 0xc765bc61},
    {"yorumlar", 0x1a40549d}, {"комментарии", 0x2df643cb}, {"комментарий", 0x2cf64239}, {"комментариев", 0x59a68a7b}, {"комментария", 0xe2f5cdbb},
    {"комментировать", 0x6174f47b}, {"коментарі", 0xbeb380cd}, {"коментар", 0x12d17449}, {"коментарів", 0x339a5d6d}, {"коментари", 0x10b401e3},
    {"коментара", 0x18b40e7b}, {"σχόλια", 0x06812215}, {"σχόλιο", 0xfc811257}, {"bình luận", 0x78203f2f}, {"评论", 0x1734e985}, {"評論", 0xb4d818f9},
    {"留言", 0xb0d4d4e3}, {"コメ", 0x1a7deecb}, {"댓글", 0x8387dfc7}, {"تعليق", 0x8240c2bd}, {"تعليقات", 0xff8235b1}, {"التعليقات", 0x99936ed9},
    {"نظرات", 0xbea14b9b}, {"תגובות", 0x5ec1a731}, {"תגובה", 0xa1e9018d}, {"टिप्पणी", 0x8241cd63}, {"टिप्पणियां", 0x5018a2c3},
};

struct said {
    uint32_t slot[SLOTS];
};

static uint32_t pair_of(uint32_t first, uint32_t second) { return (first * 16777619u ^ second) | 1; }

uint32_t comment_word_key(sv text) {
    uint32_t hash[2] = {0};
    size_t n = block_text_hashes(text, hash, COUNT_OF(hash));
    return n == 2 ? pair_of(hash[0], hash[1]) : hash[0] | 1;
}

static uint32_t *find(struct said *s, uint32_t key) {
    unsigned i = (key >> 8) % SLOTS;
    while (s->slot[i] && s->slot[i] != key) i = (i + 1) % SLOTS;
    return &s->slot[i];
}

static void learn(struct said *s) {
    _Static_assert(COMMENT_WORDS * 2 < SLOTS, "half of the slots stay free");
    for (size_t i = 0; i < COUNT_OF(comment_words); i++) *find(s, comment_words[i].key) = comment_words[i].key;
}

static bool says_comments(struct said *s, const struct text_block *k, const uint32_t *hash, size_t n) {
    if (k->tokens > SAID_TOKENS || k->text.n > SAID_BYTES) return false;
    if (n > SAID_TOKENS) n = SAID_TOKENS;
    for (size_t i = 0; i < n; i++)
        if (*find(s, hash[i] | 1) || (i && *find(s, pair_of(hash[i - 1], hash[i])))) return true;
    return false;
}

static void write_comments(const struct blocks *b, const struct block_words *words, struct features *f) {
    struct said said = {0};
    size_t last = SIZE_MAX;
    uint32_t seen = 0;
    learn(&said);
    for (size_t i = 0; i < b->count; i++) {
        bool says = says_comments(&said, &b->block[i], words->hash + words->first[i], words->first[i + 1] - words->first[i]);
        if (says) last = i, seen++;
        column(f, F_COMMENTS_GAP)[i] = last == SIZE_MAX ? 255 : scale_count(i - last);
        column(f, F_COMMENTS_BEFORE)[i] = scale_count(seen);
    }
    uint8_t all = scale_count(seen);
    for (size_t i = 0; i < b->count; i++) column(f, F_COMMENTS_LEFT)[i] = (uint8_t)(all - column(f, F_COMMENTS_BEFORE)[i]);
}

void features_measure_marks(const struct blocks *b, const struct block_words *words, struct features *f) {
    write_joined(b, f);
    write_dates(b, f);
    write_comments(b, words, f);
}
