/* uchardet knows letter pairs of some thirty languages and the structure of the East Asian encodings. What it answers is held against two
 * things that it does not look at: how the text reads then, and the language that the page states. */
#include "charset_detect.h"

#include "base/compiler.h"
#include "charset_points.h"
#include "markup_hints.h"

bool thresher_uchardet(const char *bytes, size_t n, char name[48]);

enum { WIDE_LOOK_BYTES = 1024, LETTERS_MIN = 6, SHORT_BYTES = 64, ACCENTED_WORDS_IN = 16 };

sv charset_wide(sv bytes, bool *marked) {
    static const struct {
        const char *bytes;
        size_t n;
        const char *name;
    } marks[] = {{"\xff\xfe\0\0", 4, "UTF-32"}, {"\0\0\xfe\xff", 4, "UTF-32"}, {"\xff\xfe", 2, "UTF-16LE"}, {"\xfe\xff", 2, "UTF-16BE"}};
    for (size_t i = 0; i < COUNT_OF(marks); i++) {
        *marked = sv_starts(bytes, sv_from(marks[i].bytes, marks[i].n));
        if (*marked) return sv_cstr(marks[i].name);
    }
    size_t zeros[4] = {0}, quads = (bytes.n < WIDE_LOOK_BYTES ? bytes.n : WIDE_LOOK_BYTES) / 4;
    for (size_t i = 0; i < quads * 4; i++) zeros[i % 4] += bytes.p[i] == 0;
    size_t even = zeros[0] + zeros[2], odd = zeros[1] + zeros[3];
    if (quads < 2 || (even + odd) * 4 < quads) return SV_NONE; /* markup alone gives more in any of these */
    if (zeros[1] == quads && zeros[2] == quads && (zeros[0] == quads) != (zeros[3] == quads)) return SV("UTF-32");
    if (even * 8 < odd) return SV("UTF-16LE");
    return odd * 8 < even ? SV("UTF-16BE") : SV_NONE;
}

sv charset_escaped(sv ascii) {
    for (size_t at = sv_find_char(ascii, 0x1b, 0); at != SIZE_MAX; at = sv_find_char(ascii, 0x1b, at + 1)) {
        sv escape = sv_skip(ascii, at + 1);
        if (sv_starts(escape, SV("$B")) || sv_starts(escape, SV("$@")) || sv_starts(escape, SV("(J")) || sv_starts(escape, SV("(I"))) return SV("ISO-2022-JP");
        if (sv_starts(escape, SV("$)"))) return SV("replacement");
    }
    return SV_NONE;
}

/* Behind a tag, or behind the whole of a script, style or comment. */
static sv skip_markup(sv rest) {
    static const char *const whole[][2] = {{"<!--", "-->"}, {"<script", "</script"}, {"<style", "</style"}};
    for (size_t i = 0; i < COUNT_OF(whole); i++) {
        if (!sv_starts_nocase(rest, sv_cstr(whole[i][0]))) continue;
        size_t end = sv_find_nocase(rest, sv_cstr(whole[i][1]), 4);
        return sv_skip(rest, end == SIZE_MAX ? rest.n : end + 2);
    }
    size_t end = sv_find_char(rest, '>', 0);
    return sv_skip(rest, end == SIZE_MAX ? rest.n : end + 1);
}

static void take_words(struct charset_sample *s, sv rest, bool markup) {
    size_t used = 0;
    s->count = s->word_count = 0;
    while (rest.n && used < CHARSET_SAMPLE_BYTES - 2) {
        if (markup && *rest.p == '<') {
            rest = skip_markup(rest);
            continue;
        }
        size_t n = 0;
        bool high = false;
        while (n < rest.n && (uint8_t)rest.p[n] > ' ' && rest.p[n] != '<' && rest.p[n] != '>') high |= (uint8_t)rest.p[n++] >> 7;
        s->word_count += n > 0;
        if (high) {
            sv word = sv_take(sv_take(rest, n), CHARSET_SAMPLE_BYTES - 1 - used);
            memcpy(s->bytes + used, word.p, word.n);
            used += word.n;
            s->bytes[used++] = ' ';
            s->count++;
        }
        rest = sv_skip(rest, n ? n : 1);
    }
    s->words = sv_from(s->bytes, used);
}

void charset_sample_take(struct charset_sample *s, sv bytes) {
    take_words(s, bytes, true);
    if (!s->count) take_words(s, bytes, false);
}

enum script { SCRIPT_NONE, SCRIPT_ASCII, SCRIPT_LATIN, SCRIPT_OTHER, SCRIPT_BAD };

struct reading {
    enum script before;
    bool before_small;
    size_t beyond, bad, latin, latin_rows, other, mixed, case_breaks;
};

static enum script script_of(uint32_t c) {
    if (c < 0x80) return ascii_is_alpha((char)c) ? SCRIPT_ASCII : SCRIPT_NONE;
    if (c < 0xA0 || c == 0xFFFD || (c >= 0xE000 && c <= 0xF8FF) || c > 0x10FFFF) return SCRIPT_BAD;
    if ((c >= 0xC0 && c < 0x250 && c != 0xD7 && c != 0xF7) || (c >= 0x1E00 && c < 0x1F00)) return SCRIPT_LATIN;
    return c >= 0x370 && c < 0x1000 ? SCRIPT_OTHER : SCRIPT_NONE;
}

/* Of Greek and Cyrillic, the scripts with two cases. */
static bool is_small(uint32_t c) { return (c >= 0x3AC && c < 0x3CF) || (c >= 0x430 && c < 0x460); }
static bool is_capital(uint32_t c) { return (c >= 0x386 && c < 0x3AC && c != 0x390) || (c >= 0x400 && c < 0x430); }

static void read_point(struct reading *r, uint32_t c) {
    enum script script = script_of(c);
    r->beyond += c >= 0x80;
    r->bad += script == SCRIPT_BAD;
    r->latin += script == SCRIPT_LATIN;
    r->other += script == SCRIPT_OTHER;
    /* A symbol between two letters is as odd as a letter there: half of what a wrong Latin reading makes are symbols. */
    r->latin_rows += script == SCRIPT_LATIN && (r->before == SCRIPT_LATIN || r->before == SCRIPT_BAD);
    r->mixed += (script == SCRIPT_OTHER && (r->before == SCRIPT_ASCII || r->before == SCRIPT_LATIN)) || (script == SCRIPT_ASCII && r->before == SCRIPT_OTHER);
    r->case_breaks += r->before_small && is_capital(c);
    r->before_small = is_small(c);
    r->before = script;
}

static bool read_points(void *user, const uint32_t *points, size_t n) {
    for (size_t i = 0; i < n; i++) read_point(user, points[i]);
    return true;
}

bool charset_reads_wrong(sv name, const struct charset_sample *sample) {
    struct reading r = {.before = SCRIPT_NONE};
    const struct lxb_encoding_data *decoder = charset_decoder(name);
    if (!decoder) return true;
    charset_points(decoder, sample->words, read_points, &r);
    if (r.beyond < LETTERS_MIN) return r.bad * 2 > r.beyond;
    return r.bad * 20 > r.beyond || r.mixed > r.other || r.latin_rows * 2 > r.latin || (r.case_breaks > 1 && r.case_breaks * 50 > r.other);
}

/* What pages in a language were written in before UTF-8, as the HTML standard gives it for a user's locale. */
static sv charset_of_language(sv language) {
    static const struct {
        const char *languages, *charset;
    } table[] = {{" cs hu pl sk sl hr bs sq ro ", "windows-1250"}, {" ru uk bg be sr mk ", "windows-1251"}, {" el ", "windows-1253"},
                 {" tr az ku ", "windows-1254"},                   {" he iw yi ", "windows-1255"},         {" ar fa ur ", "windows-1256"},
                 {" et lt lv ", "windows-1257"},                   {" vi ", "windows-1258"},               {" th ", "windows-874"},
                 {" ja ", "Shift_JIS"},                            {" ko ", "EUC-KR"},                     {" zh ", "GBK"},
                 {" de fr es it pt nl sv da no nb nn fi is ca gl eu id ms af ga ", "windows-1252"}};
    char word[4] = {' ', 0, 0, ' '};
    if (language.n < 2 || (language.n > 2 && ascii_is_alpha(language.p[2]))) return SV_NONE;
    word[1] = ascii_lower(language.p[0]);
    word[2] = ascii_lower(language.p[1]);
    for (size_t i = 0; i < COUNT_OF(table); i++)
        if (sv_has(sv_cstr(table[i].languages), sv_from(word, 4))) return sv_cstr(table[i].charset);
    return SV_NONE;
}

static bool is_latin(sv name) {
    static const char *const others[] = {"windows-1251", "windows-1253", "windows-1255", "windows-1256", "windows-874", "KOI8-U", "IBM866",
                                         "ISO-8859-5",   "ISO-8859-6",   "ISO-8859-7",   "ISO-8859-8",   "x-mac-cyrillic"};
    for (size_t i = 0; i < COUNT_OF(others); i++)
        if (sv_eq(name, sv_cstr(others[i]))) return false;
    return sv_starts(name, SV("windows-")) || sv_starts(name, SV("ISO-8859-")) || sv_eq(name, SV("macintosh"));
}

/* uchardet's names as the web has them: the Windows encodings are what the ISO labels mean there, or what pages with their bytes use. */
static sv web_name(sv found, sv words) {
    static const char *const renamed[][2] = {
        {"UHC", "EUC-KR"},               {"JOHAB", ""},                  {"GB18030", "gb18030"},           {"KOI8-R", "KOI8-U"},
        {"TIS-620", "windows-874"},      {"ISO-8859-11", "windows-874"}, {"MAC-CYRILLIC", "x-mac-cyrillic"}, {"ISO-8859-1", "windows-1252"},
        {"ISO-8859-15", "windows-1252"}, {"ISO-8859-9", "windows-1254"}, {"ISO-8859-13", "windows-1257"},  {"ISO-8859-4", "windows-1257"},
        {"ISO-8859-10", "windows-1257"}, {"ISO-8859-16", "windows-1250"}, {"VISCII", ""},                  {"HZ-GB-2312", ""}};
    for (size_t i = 0; i < COUNT_OF(renamed); i++)
        if (sv_eq(found, sv_cstr(renamed[i][0]))) found = sv_cstr(renamed[i][1]);
    sv name = charset_of_label(found);
    bool windows_bytes = false;
    for (size_t i = 0; i < words.n; i++) windows_bytes |= ((uint8_t)words.p[i] & 0xE0) == 0x80;
    if (windows_bytes && sv_eq(name, SV("ISO-8859-2"))) return SV("windows-1250");
    if (windows_bytes && sv_eq(name, SV("ISO-8859-7"))) return SV("windows-1253");
    return sv_starts(name, SV("UTF-")) || sv_eq(name, SV("replacement")) ? SV_NONE : name;
}

enum err_code charset_guess(const struct charset_sample *sample, sv language, sv *name, struct err *e) {
    char found[48];
    if (!thresher_uchardet(sample->words.p, sample->words.n, found)) return err_set(e, ERR_MEMORY, "no memory to detect an encoding");
    sv guess = web_name(sv_cstr(found), sample->words), stated = charset_of_language(language);
    if (guess.n && charset_reads_wrong(guess, sample)) guess = SV_NONE;
    /* Among Latin encodings, and on a few words, the page's language knows better; both central European encodings are as likely. */
    bool same = sv_eq(guess, SV("ISO-8859-2")) && sv_eq(stated, SV("windows-1250"));
    bool latin = guess.n && is_latin(guess), open = !guess.n || latin || sample->words.n < SHORT_BYTES;
    if (stated.n && open && !same && !charset_reads_wrong(stated, sample)) guess = stated;
    else if (latin && !same && sample->count * ACCENTED_WORDS_IN < sample->word_count) guess = SV("windows-1252");
    *name = guess;
    return ERR_OK;
}
