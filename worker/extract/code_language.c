#include "code_language.h"

enum { LANGUAGE_MAX = 24, CLASSES_MAX = 400, AROUND_MAX = 4, AROUND_BLOCKS_MAX = 2 };

static bool is_separator(char c) { return ascii_is_space(c) || c == ';' || c == ','; }

static sv next_word(sv *rest) {
    size_t begin = 0, end;
    while (begin < rest->n && is_separator(rest->p[begin])) begin++;
    for (end = begin; end < rest->n && !is_separator(rest->p[end]);) end++;
    sv word = sv_skip(sv_take(*rest, end), begin);
    *rest = sv_skip(*rest, end);
    return word;
}

/* What stands behind a prefix and may be a name: "c++", "objective-c", "c#". Words that say that it is none are none. */
static sv name_behind(sv word, sv prefix) {
    static const char *const none[] = {"none", "default", "undefined", "plain", "plaintext", "text", "txt", "auto", "unknown"};
    if (word.n <= prefix.n || word.n > prefix.n + LANGUAGE_MAX || !sv_starts_nocase(word, prefix)) return SV_NONE;
    sv name = sv_skip(word, prefix.n);
    for (size_t i = 0; i < name.n; i++)
        if (!ascii_is_alpha(name.p[i]) && (i == 0 || !(ascii_is_digit(name.p[i]) || strchr("+#._-", name.p[i])))) return SV_NONE;
    for (size_t i = 0; i < COUNT_OF(none); i++)
        if (sv_is(name, none[i])) return SV_NONE;
    return name;
}

static sv name_in(sv classes) {
    static const sv prefixes[] = {SV_OF("language-"), SV_OF("lang-"), SV_OF("highlight-source-"), SV_OF("brush:")};
    sv rest = sv_take(classes, CLASSES_MAX), name = SV_NONE, word;
    bool untranslated = sv_has_nocase(rest, SV("notranslate"));
    while (!name.n && (word = next_word(&rest)).n) {
        for (size_t i = 0; i < COUNT_OF(prefixes) && !name.n; i++) name = name_behind(word, prefixes[i]);
        if (!name.n && untranslated) name = name_behind(word, SV("highlight-"));
        if (sv_is(word, "brush:") || sv_is(word, "sourceCode")) name = name_behind(next_word(&rest), SV(""));
    }
    return name;
}

static sv lower(sv name, struct arena *arena) {
    char *copy = arena_room(arena, name.n);
    for (size_t i = 0; copy && i < name.n; i++) copy[i] = ascii_lower(name.p[i]);
    return copy ? sv_from(copy, name.n) : SV_NONE;
}

sv code_language_of(const struct blocks *b, size_t block, struct arena *arena) {
    uint32_t n = b->block[block].node;
    sv name = name_in(b->block[block].inline_class);
    for (unsigned up = 0; !name.n && up < AROUND_MAX; up++) {
        const struct block_node *node = &b->node[n];
        if (!(node->own & IN_PRE) && node->end - node->first > AROUND_BLOCKS_MAX) break;
        name = name_in(node->classes);
        n = node->parent;
    }
    return name.n ? lower(name, arena) : SV_NONE;
}
