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
static const char *const comment_words[] = {
    "comment", "comments", "commented", "kommentar", "kommentare", "kommentieren", "kommentarer", "commentaire", "commentaires", "commenter", "comentario",
    "comentarios", "comentar", "comentário", "comentários", "comentari", "comentaris", "commento", "commenti", "commenta", "reactie", "reacties",
    "kommentera", "kommentti", "kommentit", "kommentoi", "komentarz", "komentarze", "komentarzy", "komentář", "komentáře", "komentářů", "komentáre",
    "komentár", "komentar", "komentari", "komentarji", "komentara", "hozzászólás", "hozzászólások", "komment", "kommentek", "comentariu", "comentarii",
    "yorum", "yorumlar", "комментарии", "комментарий", "комментариев", "комментария", "комментировать", "коментарі", "коментар", "коментарів", "коментари",
    "коментара", "σχόλια", "σχόλιο", "bình luận", "评论", "評論", "留言", "コメ", "댓글", "تعليق", "تعليقات", "التعليقات", "نظرات", "תגובות", "תגובה",
    "टिप्पणी", "टिप्पणियां"};

struct said {
    uint32_t slot[SLOTS];
};

static uint32_t pair_of(uint32_t first, uint32_t second) { return (first * 16777619u ^ second) | 1; }

static uint32_t *find(struct said *s, uint32_t key) {
    unsigned i = (key >> 8) % SLOTS;
    while (s->slot[i] && s->slot[i] != key) i = (i + 1) % SLOTS;
    return &s->slot[i];
}

static void learn(struct said *s) {
    _Static_assert(COUNT_OF(comment_words) * 2 < SLOTS, "half of the slots stay free");
    for (size_t i = 0; i < COUNT_OF(comment_words); i++) {
        uint32_t hash[2];
        size_t n = block_text_hashes(sv_cstr(comment_words[i]), hash, COUNT_OF(hash));
        uint32_t key = n == 2 ? pair_of(hash[0], hash[1]) : hash[0] | 1;
        *find(s, key) = key;
    }
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
