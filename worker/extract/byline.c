#include "byline.h"

#include <stdio.h>

#include "base/compiler.h"
#include "base/utf8.h"
#include "letters.h"
#include "months.h"

enum { TEXT_MAX = 400, NAME_BYTES_MAX = 90, WORDS_MAX = 6, LABEL_BYTES = 24, LABEL_BYTES_MIN = 4, /* not "by:", as of "Reviewed by:" */ STATED_BYTES_MAX = 70, GLUED_BYTES = 7, REPORTER_LINE_BYTES = 90, REPORTER_BYTES = 40 };

/* -- openers ------------------------------------------------------------------------------------------------------------------------ */

/* A colon at the end: the word needs one behind it, unless it is known to stand in a byline. */
static const char *const openers[] = {
    /* en */ "view all posts by", "view all articles by", "more posts by", "all posts by", "posts by", "see all posts by", "view posts by", "written by", "posted by", "published by", "submitted by", "reported by", "story by", "words by", "text by", "article by", "report by", "created by", "authored by", "added by",
    "contributed by", "started by", "asked by", "post by", "articles by", "more articles by", "as told to", "interview by", "author:", "authors:", "byline:", "by",
    /* de */ "zeige alle beiträge von", "alle beiträge von", "alle artikel von", "alles von", "artikel von", "geschrieben von", "veröffentlicht von", "verfasst von", "erstellt von", "ein beitrag von", "ein artikel von", "ein gastbeitrag von", "eine analyse von", "ein kommentar von",
    "kommentar von", "kolumne von", "eine kolumne von", "blog beitrag von", "blogbeitrag von", "gastbeitrag von", "ein essay von", "eine reportage von", "interview:", "verfasst von", "eingestellt von", "eingetragen von", "interview von", "beitrag von", "text von", "autor:in:", "autorin:", "autoren:", "autor:", "von", "text:",
    /* fr */ "voir tous les articles de", "voir tous les articles par", "écrit par", "publié par", "rédigé par", "posté par", "proposé par", "auteur:", "auteurs:", "par",
    /* es pt ca gl */ "ver todas las entradas de", "ver todos os posts de", "escrito por", "escribe", "por:", "publicado por", "redactado por", "postado por", "texto de", "texto por", "autora:", "autores:", "por", "per",
    /* it */ "visualizza tutti gli articoli di", "scritto da", "pubblicato da", "a cura di", "articolo di", "autore:", "di",
    /* nl af */ "geschreven door", "geplaatst door", "gepubliceerd door", "door", "deur",
    /* sv no da is */ "skriven av", "publicerad av", "skrevet av", "skrevet af", "tekst:", "forfatter:", "författare:", "av", "af", "eftir",
    /* pl cs sk sl hr sr ro */ "napisał", "napisała", "dodał", "autorzy:", "napsal", "napsala", "piše", "avtor:", "objavil", "scris de",
    /* hu fi et lt lv */ "írta", "szerző:", "teksti:", "kirjoittaja:", "kirjoittanut", "autorius:", "autors:", 
    /* tr id ms vi */ "yazan:", "yazar:", "haber:", "oleh", "penulis:", "ditulis oleh", "tác giả:", "bởi",
    /* el ru uk bg */ "γράφει ο", "γράφει η", "γράφει", "του", "από", "автор:", "авторы:", "текст:", "автори:", "публикува", "от",
    /* ar fa he */ "بقلم", "كتبت", "كتب", "المؤلف:", "نویسنده:", "نوشته", "מאת", "כתב",
    /* hi bn */ "लेखक:", "लेखिका:", "द्वारा", "লেখক:",
    /* ja zh ko th */ "著者", "執筆者", "執筆", "文責", "筆者", "投稿者", "取材・文", "記者", "作者", "记者", "撰文", "撰稿", "执笔", "执笔人", "供稿", "楼主", "责任编辑", "文字", "文", "글", "기자", "โดย", "เขียนโดย", "ผู้เขียน",
};

static uint32_t first_letter(sv v, size_t *n) {
    *n = 1;
    return v.n ? utf8_decode(v, n) : 0;
}

static bool is_upper(uint32_t cp) { return letters_lower(cp) != cp; }
/* A letter that may begin a name: a capital, or one of a script without case. */
static bool begins_name(uint32_t cp) { return cp >= 'A' && (is_upper(cp) || (letters_is_word(cp) && letters_upper(cp) == cp && letters_lower(cp) == cp)); }

static size_t phrase_length(sv text, const char *phrase) {
    size_t at = 0, n, m = 1;
    for (; *phrase && !(phrase[0] == ':' && !phrase[1]); phrase += m) {
        if (at >= text.n || letters_lower(utf8_decode(sv_skip(text, at), &n)) != utf8_decode(sv_from(phrase, 4), &m)) return 0;
        at += n;
    }
    return at;
}

/* Whether text begins with a phrase (without the colon that may end it), case aside; its bytes in the text. Most end at the first byte. */
static inline size_t starts_phrase(sv text, const char *phrase) {
    if (!text.n || ((uint8_t)phrase[0] < 0x80 ? ascii_lower(text.p[0]) != phrase[0] : (uint8_t)text.p[0] < 0x80)) return 0;
    return phrase_length(text, phrase);
}

/* Bytes of `text` that are the opener; *noun: the table ends it in a colon. */
static size_t starts_opener(sv text, const char *opener, bool *noun) {
    size_t n = starts_phrase(text, opener);
    *noun = n && opener[strlen(opener) - 1] == ':';
    return n;
}

bool byline_is_opener(sv text) {
    bool noun;
    while (text.n && (text.p[text.n - 1] == ':' || text.p[text.n - 1] == ' ')) text.n--;
    for (size_t i = 0; i < COUNT_OF(openers); i++)
        if (text.n && starts_opener(text, openers[i], &noun) == text.n) return true;
    return false;
}

/* See byline.h; `marked`: nouns need no colon. */
static size_t opener_of(sv text, bool marked) {
    size_t best = 0, n;
    bool noun;
    if (text.n > 4 && sv_starts(text, SV("By")) && text.p[2] >= 'A' && text.p[2] <= 'Z' && text.p[3] >= 'a') return 2; /* "ByAnn Lee": two elements without a space */
    for (size_t i = 0; i < COUNT_OF(openers); i++) {
        size_t length = starts_opener(text, openers[i], &noun);
        if (!length || length <= best || length >= text.n) continue;
        sv rest = sv_skip(text, length);
        uint32_t next = utf8_decode(rest, &n);
        bool dense = letters_is_dense(first_letter(text, &n));
        if (next == ':' || next == 0xFF1A || next == '/' || next == 0xFF0F || next == 0x2502) {
            (void)utf8_decode(rest, &n);
            best = length + n;
        } else if (next == ' ' && length + 1 < text.n && (!noun || marked)) {
            sv word = sv_skip(text, length + 1);
            if (begins_name(first_letter(word, &n)) || marked) best = length + 1; /* "by annlee": a user's name */
        } else {
            bool glued = length >= GLUED_BYTES && !noun && next >= 'A' && next <= 'Z' && text.p[length - 1] >= 'a'; /* "Written byAnn Lee" */
            if (glued || (dense && length >= 6 && letters_is_dense(next))) best = length;
        }
    }
    return best;
}

/* Whether a text has any character of East Asia, without which most of what follows needs no look. */
static bool has_dense(sv text) {
    for (size_t i = 0; i < text.n; i++)
        if ((uint8_t)text.p[i] >= 0xE3) return true;
    return false;
}

/* "annlee 发表于 2019-3-3": bytes of what stands before such a word; 0 when there is none. */
static size_t before_posted(sv text) {
    static const char *const words[] = {"发表于", "發表於", "發表于", "张贴", "張貼"};
    for (size_t i = 0; i < COUNT_OF(words) && text.n <= REPORTER_LINE_BYTES && has_dense(text); i++) {
        size_t at = sv_find(text, sv_cstr(words[i]), 0);
        if (at != SIZE_MAX && at > 0 && at <= REPORTER_BYTES) return at;
    }
    return 0;
}

static bool is_colon(sv v, size_t at) { return at < v.n && (v.p[at] == ':' || sv_starts(sv_skip(v, at), SV("：")) || sv_starts(sv_skip(v, at), SV("∶"))); }

/* "Published by Example House, author: Ann Lee", "连载 出版社：… 作者：王小明": where the label of an author inside of a line ends; 0 when there is none. */
static size_t behind_label(sv text) {
    for (size_t i = 1; i < text.n; i++) {
        if (!is_colon(text, i)) continue;
        for (size_t from = i, n; from > 0 && i - from < LABEL_BYTES; from--) {
            bool begins = i - from >= LABEL_BYTES_MIN && (text.p[from - 1] == ' ' || ((uint8_t)text.p[from] >= 0xE3 && letters_is_dense(utf8_decode(sv_skip(text, from), &n))));
            size_t opener = begins ? opener_of(sv_skip(text, from), false) : 0;
            if (opener && is_colon(text, i) && from + opener > i) return from + opener;
        }
    }
    return 0;
}

/* "本报记者 王小明", "Example日报记者王小明": where the word for reporter ends behind the name of an outlet; 0 when there is none. */
static size_t behind_reporter(sv text) {
    static const char *const words[] = {"记者", "記者", "通讯员", "通訊員", "撰稿人"};
    for (size_t i = 0; i < COUNT_OF(words) && text.n <= REPORTER_LINE_BYTES && has_dense(text); i++) {
        size_t at = sv_find(text, sv_cstr(words[i]), 0), n;
        size_t end = at == SIZE_MAX ? 0 : at + strlen(words[i]);
        if (!end || at > REPORTER_BYTES || end >= text.n) continue;
        uint32_t next = utf8_decode(sv_skip(text, end), &n);
        if (next == ' ' || next == 0x3000 || next == ':' || next == 0xFF1A || letters_is_dense(next)) return end;
    }
    return 0;
}

/* Whether a word may be a person's name in Chinese: two to four characters, of which the first is one of the hundred most frequent family names. */
static bool is_chinese_name(sv word) {
    static const char families[] = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常康易乔賴赖文張劉陳楊黃趙吳孫馬羅鄭謝許韓馮鄧蕭蔣葉蘇魏呂盧鍾陸賈韋鄒薛閆龍陶賀顧龔萬錢嚴湯喬";
    return word.n >= 6 && word.n <= 12 && letters_count(word) * 3 == word.n && sv_has(sv_cstr(families), sv_take(word, 3));
}

bool byline_signs(sv text) {
    size_t names = 0;
    if (behind_reporter(text)) return true;
    for (sv rest = text; rest.n; names++)
        if (!is_chinese_name(sv_trim(sv_cut(&rest, ' ')))) return false;
    return names > 1; /* one alone may be a word: 高清图 */
}

/* "March 3, 2019 by Ann Lee", "Posted on 3.3.2019 von Ann Lee": where the opener behind a date ends; 0 when there is none. */
static size_t behind_date(sv text) {
    bool digit = false;
    for (size_t i = 0; i + 3 < text.n; i++) {
        digit |= ascii_is_digit(text.p[i]);
        size_t opener = digit && text.p[i] == ' ' ? opener_of(sv_skip(text, i + 1), false) : 0;
        if (opener >= 3) return i + 1 + opener;
    }
    return 0;
}

bool byline_opens(sv line) {
    size_t space = sv_find_char(line, ' ', 0);
    if (space != SIZE_MAX && line.n < 30 && sv_starts_nocase(line, SV("by ")) && sv_find_char(line, ' ', space + 1) == SIZE_MAX) return true; /* "by ann2" */
    if (behind_date(line) || behind_label(line) || behind_reporter(line) || before_posted(line)) return true;
    for (sv rest = line; rest.n;)
        if (opener_of(sv_trim(sv_cut(&rest, '|')), false)) return true;
    return false;
}

/* -- where a byline ends ----------------------------------------------------------------------------------------------------------- */

/* Phrases after which no author comes; between words. */
static const char *const stops[] = {
    "illustration", "illustrations", "illustrated by", "photo", "photos", "photograph", "photographs", "photography", "photographed", "video by", "edited by", "reviewed by", "medically", "fact checked",
    "fact-checked", "translated", "updated", "published", "posted", "last ", "view ", "more stories", "more by", "more from", "see all", "see more", "read more", "follow", "share", "email", "e-mail", "contact", "about the",
    "bio", "is a ", "is an ", "is the ", "is ", "was ", "has ", "for ", "of ", "at ", "on ", "in ", "filed", "min read", "minute read", "get author", "author archive", "am ", "vom ", "im gespräch", "foto", "fotos", "aktualisiert", "veröffentlicht",
    "le ", "publié", "mis à jour", "el ", "actualizado", "il ", "pubblicato", "aggiornato", "op ", "den ", "kl.", "dnia ", "- ", "– ", "— ", "опубликовано", "фото", "and others", "et al",
};

static const char *const roles[] = {
    "staff", "editor", "editors", "editor-in-chief", "correspondent", "reporter", "reporters", "writer", "writers", "contributor", "contributors", "columnist",
    "producer", "director", "manager", "specialist", "journalist", "fellow", "officer", "president", "professor", "founder", "ceo", "cto", "chief", "senior",
    "assistant", "associate", "analyst", "strategist", "expert", "consultant", "redactor", "redaktor", "journaliste", "korrespondent", "corresponsal", "freelance",
    "freelancer", "contributing", "executive", "deputy", "managing", "leitender", "leitende", "volontär", "volontärin", "reporterin", "editorin", "twitter", "facebook", "follow", "rédacteur",
    "rédactrice", "periodista", "giornalista", "redattore", "journalista", "redactora", "dziennikarz", "корреспондент", "журналист", "обозреватель",
};

/* Words that make a piece an outlet or nothing at all. */
static const char *const no_names[] = {
    "editorial", "admin", "administrator", "team", "guest", "newsroom", "redaktion", "redaktionen", "onlineredaktion", "rédaction", "redacción", "redazione", "redactie", "redacção", "redação",
    "redakcja", "redakce", "redakcia", "redaksi", "toimitus", "редакция", "редакція", "unknown", "anonymous", "webmaster", "moderator", "wire", "wires", "agencies", "agency", 
    "desk", "news", "press", "media", "magazine", "inc", "llc", "gmbh", "ltd", "university", "institute", "foundation",
    "association", "department", "bureau", "service", "online", "publisher", "blog", "blogger", "author", "authors", "autor", "autoren", 
    "comments", "comment", "subscribe", "newsletter", "home", "login", "profile", "no author", "read", "share", "published", "updated", "views", 
    "company", "group", "network", "society", "committee", "center", "centre", "council", "politics", "sports", "business", "opinion", "world", "editora", "redakteur", "redakteurin", "chefredakteur", 
    "the", "www", "null", "none", "undefined", "n/a", "nbsp", "support", "marketing", "gastautor", "gastbeitrag", "system", "root", "default", "website", "articles", "article", "posts", "post", "biography", "advertisement", "presse", "pressestelle", "sponsored", "posted", "veröffentlicht", "veröffentlichung", "mehr", "folgen", "abbruch", "search", "rebloggt", "name", "see", "here", "view", "follow", "following",
    "more", "by", "von", "und", "and", "last", "written", "fact", "checked", "reviewed", "korrespondentin", "journalistin", "autoras", "autora", "related", "topics", "insights", "ressort", "kommentar", "email", "contact", "bio", "archive", "rss",
    "menu", "close", "open", "show", "all", "text", "creator", "autoreninfo", "beiträge", "artikel", "posts", "alle", "today", "yesterday", "columnists", "staffwriter", "publié", "publicado", "pubblicato",
    "opublikowano", "autorzy", "auteur", "auteurs", "redakce", "автор", "編集部", "編集", "编辑", "记者", "記者", "기자", "編輯", "来源", "來源", "出典", "source", "quelle", "fonte", "fuente", "photo", "foto",
    "für", "über", "datum", "date", "nachricht", "instagram", "linkedin", "whatsapp", "youtube", "germany", "about", "cookies", "privacy", "policy", "advertising", "reply", "quote", "like", "report", "edit", "delete", "print", "pdf", "video", "audio", "podcast", "episode", "min", "mins", "minutes", "hours", "days", "ago", "vor",
};

/* What stands between two names. */
static const char *const joints[] = {
    ", ", "; ", ";", " | ", "|", " / ", "/", " & ", " + ", " · ", " • ", " and ", " und ", " et ", " y ", " e ", " og ", " och ", " en ", " ja ", " i ", " és ", " ve ", " dan ", " và ", " și ", " și ", " oraz ", " и ", " і ", " та ", " και ", " with ", " mit ", " avec ",
    " con ", " und mit ", "、", "，", "；", "،", "・", " و ", ", and ", " sowie ", "／", "\t",
};

/* The same in scripts that do not part words. */
static const char *const dense_stops[] = {"发自", "發自", "报道", "報道", "報導", "摄影", "攝影", "出自", "时间", "時間", "来源", "來源", "发表于", "發表於", "发布", "發布", "责任编辑", "編輯", "编辑", "阅读", "閱讀", "评论", "評論", "点击", "通讯员", "通訊員", "综合", "/文", "文/", "さん", "氏", "기자"};

/* Up to what is no name in scripts that do not part words: "王小明发自北京", "王小明（北京）"; and up to the next label, as in "王小明 时间：". */
static sv cut_dense(sv v) {
    for (size_t k = 0; k < COUNT_OF(dense_stops); k++) {
        size_t at = sv_find(v, sv_cstr(dense_stops[k]), 0);
        if (at != SIZE_MAX && at > 0) v = sv_take(v, at);
    }
    for (size_t i = 1; i + 4 <= v.n; i++)
        if ((sv_starts(sv_skip(v, i), SV("20")) || sv_starts(sv_skip(v, i), SV("19"))) && ascii_is_digit(v.p[i + 2]) && ascii_is_digit(v.p[i + 3])) v = sv_take(v, i); /* a year */
    size_t brace = sv_find(v, SV("（"), 0);
    return brace > 0 && brace != SIZE_MAX ? sv_take(v, brace) : v;
}

/* Up to the word that a colon makes a label, from the second on: "Ann Lee Photos: Bo Berg". */
static sv cut_label(sv v) {
    size_t word = 0;
    for (size_t i = 0; i < v.n; i++) {
        if (v.p[i] == ' ') word = i;
        else if (word && is_colon(v, i) && !ascii_is_digit(v.p[i - 1])) return sv_take(v, word);
    }
    return v;
}

static bool is_word_end(sv v, size_t at) {
    size_t n;
    return at >= v.n || !letters_is_word(utf8_decode(sv_skip(v, at), &n));
}

static bool is_month_or_day(sv word) {
    static const char *const others[] = {"am", "pm", "on", "at", "um", "uhr", "the", "le", "den", "op", "il", "el", "den", "est", "edt", "pst", "gmt", "utc", "today", "yesterday"};
    for (size_t i = 0; i < COUNT_OF(others); i++)
        if (sv_eq_nocase(word, sv_cstr(others[i]))) return true;
    return months_find(word) || months_is_weekday(word);
}

static sv trim_marks(sv v) {
    static const char *const ends[] = {"–", "—", "•", "·", "|", "»", "›", "：", "\xe2\x80\xa6", "，", "“", "”", "（", "）", "【", "】"};
    for (bool again = true; again && v.n;) {
        again = false;
        v = sv_trim(v);
        while (v.n && strchr(",;:-|/*<>()[]{}\"~+&#=_", v.p[v.n - 1])) v.n--, again = true;
        while (v.n && strchr(",;:-|/*<>()[]{}\".~+&#=_", v.p[0])) v = sv_skip(v, 1), again = true;
        for (size_t i = 0; i < COUNT_OF(ends); i++) {
            size_t n = strlen(ends[i]);
            if (sv_ends(v, sv_cstr(ends[i]))) v.n -= n, again = true;
            if (sv_starts(v, sv_cstr(ends[i]))) v = sv_skip(v, n), again = true;
        }
    }
    return v;
}

/* Takes words of dates and times off the end: "Ann Lee Wednesday, 3" was cut before the digit. */
static sv drop_date_tail(sv v) {
    for (;;) {
        v = trim_marks(v);
        size_t at = v.n;
        while (at > 0 && v.p[at - 1] != ' ') at--;
        sv last = trim_marks(sv_skip(v, at));
        if (at > 0 && is_month_or_day(sv_ends(last, SV(".")) ? sv_take(last, last.n - 1) : last)) {
            v = sv_take(v, at);
            continue;
        }
        /* "LeeSeptember": two elements without a space between. */
        for (size_t i = 1; i + 2 < last.n; i++)
            if (last.p[i] >= 'A' && last.p[i] <= 'Z' && last.p[i - 1] >= 'a' && is_month_or_day(sv_skip(last, i))) return trim_marks(sv_take(v, at + i));
        return v;
    }
}

/* Whether the first word of a text goes over into a date or a time where a digit begins: "Lee12:20pm", "Lee22 Dec". */
static bool is_glued_date(sv v, size_t digit) {
    size_t end = digit;
    while (end < v.n && ascii_is_digit(v.p[end])) end++;
    if (end < v.n && v.p[end] != ' ' && !ascii_is_alpha(v.p[end])) return true;
    sv next = sv_skip(v, end + 1);
    sv word = sv_take(next, sv_find_char(next, ' ', 0));
    return end < v.n && v.p[end] == ' ' && (months_find(word) || months_is_weekday(word));
}

/* The part of a byline that may hold names: up to the first digit, address, handle, or phrase after which none come. */
static sv cut_tail(sv v) {
    for (size_t i = 0; i < v.n; i++) {
        size_t n;
        bool begins = i == 0 || v.p[i - 1] == ' ' || v.p[i - 1] == ',' || v.p[i - 1] == '.';
        if (v.p[i] == 'T' && i > 0 && v.p[i - 1] == ' ' && sv_starts(sv_skip(v, i), SV("The ")) && sv_find_char(v, ' ', 0) < i - 1) return trim_marks(sv_take(v, i)); /* "Ann Lee The Island Post" */
        if (ascii_is_digit(v.p[i]) && i > 0 && ascii_is_alpha(v.p[i - 1]) && sv_find_char(v, ' ', 0) > i && !is_glued_date(v, i)) { /* "annlee42 on March 3": a user's name */
            i = sv_find_char(v, ' ', i) - 1;
            if (i >= v.n) break;
            continue;
        }
        if (ascii_is_digit(v.p[i]) || v.p[i] == '@' || sv_starts(sv_skip(v, i), SV("http")) || sv_starts(sv_skip(v, i), SV("www."))) {
            size_t end = i;
            while (v.p[i] == '@' && end > 0 && v.p[end - 1] != ' ') end--; /* an address begins before its sign */
            return drop_date_tail(sv_take(v, end ? end : i));
        }
        if (v.p[i] == '(' && i > 2) {
            size_t close = sv_find_char(v, ')', i);
            if (close == SIZE_MAX || close + 2 >= v.n) v = sv_take(v, i);
            if (close == SIZE_MAX || close + 2 >= v.n) break;
        }
        if (!begins || i == 0) continue;
        for (size_t k = 0; k < COUNT_OF(stops); k++) {
            n = starts_phrase(sv_skip(v, i), stops[k]);
            bool lower = n && v.p[i] >= 'a'; /* "of", "in" as words, not "In Sook Kim" */
            if (n && (n > 5 || lower) && (v.p[i + n - 1] == ' ' || is_word_end(v, i + n))) {
                v = sv_take(v, i);
                break;
            }
        }
    }
    return trim_marks(v);
}

/* -- names ------------------------------------------------------------------------------------------------------------------------- */

static bool is_listed(sv word, const char *const *list, size_t count) {
    if (sv_ends(word, SV("."))) word.n--;
    for (size_t i = 0; i < count; i++)
        if (word.n && starts_phrase(word, list[i]) == word.n) return true;
    return false;
}

/* A role that follows a name: "Ann Lee Reporter". */
static bool is_role(sv word) {
    static const char *const ends[] = {"redakteur", "redakteurin", "korrespondentin", "journalistin"}; /* of German compounds */
    for (size_t i = 0; i < COUNT_OF(ends); i++)
        if (sv_ends(word, sv_cstr(ends[i]))) return true;
    return is_listed(word, roles, COUNT_OF(roles));
}

static bool is_no_name_word(sv word) { return is_listed(word, no_names, COUNT_OF(no_names)) || is_role(word); }

/* Where a role begins that was glued to a name: 3 of "LeeReporter"; 0 when there is none. */
static size_t glued_role(sv word) {
    for (size_t i = 2; i < word.n; i++)
        if (word.p[i] >= 'A' && word.p[i] <= 'Z' && word.p[i - 1] >= 'a' && is_role(sv_skip(word, i))) return i;
    return 0;
}

/* The words before the first that is a role, where two or more stand there: "Ann Lee Staff Writer", "Ann LeeReporter". */
static sv before_role(sv name) {
    size_t words = 0;
    for (size_t at = 0; at < name.n; words++) {
        sv word = sv_take(sv_skip(name, at), sv_find_char(sv_skip(name, at), ' ', 0));
        if (is_role(trim_marks(word))) return words > 1 ? sv_trim(sv_take(name, at)) : SV_NONE;
        if (words > 0 && glued_role(word)) return sv_take(name, at + glued_role(word));
        at += word.n + 1;
    }
    return SV_NONE;
}

static bool has_vowel(sv word) {
    for (size_t i = 0; i < word.n; i++)
        if (strchr("AEIOUYaeiouy", word.p[i]) || (uint8_t)word.p[i] >= 0x80) return true;
    return false;
}

/* Capitals to a name's form: "JEAN-LUC O'NEIL" -> "Jean-Luc O'Neil"; words of up to three letters without a vowel are initials and stay. */
static sv mend_capitals(sv name, struct arena *arena) {
    char *out = arena_room(arena, name.n + 8);
    size_t n = 0, length;
    bool start = true, initials = false;
    if (!out) return SV_NONE;
    for (size_t i = 0; i < name.n && n + 4 <= name.n + 8; i += length) {
        sv rest = sv_skip(name, i);
        uint32_t cp = utf8_decode(rest, &length);
        if (start) {
            sv word = sv_take(rest, sv_find_char(rest, ' ', 0));
            initials = word.n <= 3 && !has_vowel(word);
        }
        n += utf8_encode(start || initials ? cp : letters_lower(cp), out + n);
        start = !letters_is_word(cp);
    }
    return sv_from(out, n);
}

/* Small words inside of names. */
static bool is_particle(sv word) {
    static const char *const particles[] = {"de", "del", "della", "di", "da", "das", "do", "dos", "du", "van", "von", "der", "den", "het", "ter", "ten", "te", "la", "le", "el", "al", "bin", "ibn", "y", "e", "zu", "zum", "zur", "vom", "af", "av", "of", "'t", "und", "i", "genannt", "ben", "abu", "bint", "san"};
    for (size_t i = 0; i < COUNT_OF(particles); i++)
        if (sv_eq(word, sv_cstr(particles[i]))) return true;
    return (word.n > 2 && (sv_starts(word, SV("d'")) || sv_starts(word, SV("al-")) || sv_starts(word, SV("el-")))) || (word.n == 2 && word.p[1] == '.');
}

/* Whether no character is of those that names do not have, and how many letters and digits there are. */
static bool has_form(sv name, size_t *letters, bool *digit, bool *dense) {
    size_t length;
    *letters = 0;
    *digit = *dense = false;
    for (size_t i = 0; i < name.n; i += length) {
        uint32_t cp = utf8_decode(sv_skip(name, i), &length);
        bool number = cp < 0x80 && ascii_is_digit((char)cp);
        *dense |= letters_is_dense(cp);
        *digit |= number;
        *letters += letters_is_word(cp) && !number;
        if ((cp < 0x80 && cp && strchr(":@!?%$=<>{}|*\\^;(", (int)cp)) || cp == 0xA9 || cp == 0xFF1A || cp == 0x3002 || cp == 0x201C || cp == 0x201E || cp == 0xBB) return false;
    }
    return true;
}

/* "page.head.author": what a template was to put in is missing. */
static bool is_key(sv word) {
    size_t dots = 0;
    for (size_t i = 1; i + 1 < word.n; i++) dots += word.p[i] == '.';
    return dots >= 3 && word.p[0] >= 'a' && word.p[0] <= 'z' && !ascii_is_digit(word.p[word.n - 1]);
}

/* Whether a piece has the form of a person's name, or of a user's where `marked`. */
static bool is_name(sv name, bool marked, const struct site_names *site, struct arena *arena) {
    size_t words = 0, small = 0, letters, n;
    bool digit, dense;
    if (name.n < 2 || name.n > NAME_BYTES_MAX || !has_form(name, &letters, &digit, &dense)) return false;
    for (sv rest = name; rest.n;) {
        sv word = trim_marks(sv_cut(&rest, ' '));
        if (!word.n) continue;
        words++;
        if (is_no_name_word(word) || glued_role(word)) return false;
        small += !begins_name(first_letter(word, &n)) && !is_particle(word);
    }
    if (dense && (sv_has(name, SV("记者")) || sv_has(name, SV("記者")) || sv_has(name, SV("编辑")) || sv_has(name, SV("編輯")))) return false;
    if (letters < 2 || words > WORDS_MAX || (dense && letters_count(name) > 16)) return false;
    if (site && site_names_is(site, name, arena)) return false;
    if (words == 1 && (name.p[name.n - 1] == '.' || months_find(name) || months_is_weekday(name) || byline_is_opener(name))) return false;
    if (words == 1 && is_key(name)) return false;
    if (words == 1) return marked || (!digit && !small && (dense || letters > 2));
    return !digit && !small;
}

static void add_name(sv name, struct arena *arena, struct byline *out) {
    if (name.n > 8 && name.n % 2 == 0 && sv_eq(sv_take(name, name.n / 2), sv_skip(name, name.n / 2))) name.n /= 2; /* "Ann LeeAnn Lee" */
    if (name.n > 8 && name.p[name.n / 2] == ' ' && sv_eq(sv_take(name, name.n / 2), sv_skip(name, name.n / 2 + 1))) name.n /= 2; /* "annlee annlee" */
    if (letters_all_caps(name) && name.n > 3) name = mend_capitals(name, arena);
    sv key = letters_key(name, arena);
    for (size_t i = 0; i < out->count; i++)
        if (sv_eq(letters_key(out->name[i], arena), key)) return;
    if (out->count < BYLINE_NAMES_MAX) out->name[out->count++] = arena_dup(arena, name);
}

/* Bytes up to the next joint, and those of the joint. */
static size_t next_joint(sv v, size_t *length) {
    *length = 0;
    for (size_t at = 0; at < v.n && !*length; at++) {
        sv rest = sv_skip(v, at);
        if (ascii_is_alpha(rest.p[0]) || ascii_is_digit(rest.p[0])) continue;
        for (size_t i = 0; i < COUNT_OF(joints); i++)
            if (joints[i][0] == rest.p[0] && strlen(joints[i]) > *length && sv_starts_nocase(rest, sv_cstr(joints[i]))) *length = strlen(joints[i]);
        if (*length) return at;
    }
    return v.n;
}

/* "Smith, John" and "Smith, John T." of library records, turned around; absent where it is none. */
static sv turn(sv v, const struct site_names *site, struct arena *arena) {
    size_t comma = sv_find(v, SV(", "), 0);
    if (comma == SIZE_MAX || v.n > 50) return SV_NONE;
    sv last = sv_take(v, comma), first = sv_skip(v, comma + 2);
    size_t space = sv_find_char(first, ' ', 0);
    bool initial = space != SIZE_MAX && first.n == space + 3 && first.p[first.n - 1] == '.';
    if (sv_find_char(last, ' ', 0) != SIZE_MAX || sv_find_char(first, ',', 0) != SIZE_MAX || (space != SIZE_MAX && !initial)) return SV_NONE;
    char *turned = is_name(sv_take(first, space), true, site, arena) && is_name(last, true, site, arena) && !letters_all_caps(first) ? arena_room(arena, v.n) : NULL;
    if (!turned) return SV_NONE;
    memcpy(turned, first.p, first.n);
    turned[first.n] = ' ';
    memcpy(turned + first.n + 1, last.p, last.n);
    return sv_from(turned, first.n + 1 + last.n);
}

/* A text without what opens it and without what follows the names in it. */
static sv strip(sv text, bool marked) {
    size_t opener;
    text = trim_marks(sv_take(text, TEXT_MAX));
    opener = opener_of(text, marked) ? 0 : behind_date(text);
    if (!opener && !opener_of(text, marked)) opener = behind_label(text);
    if (opener) text = trim_marks(sv_skip(text, opener));
    for (int times = 0; times < 3 && (opener = opener_of(text, marked)) > 0; times++) text = trim_marks(sv_skip(text, opener));
    if ((opener = before_posted(text)) > 0) text = trim_marks(sv_starts(text, SV("由")) ? sv_skip(sv_take(text, opener), 3) : sv_take(text, opener));
    if ((opener = behind_reporter(text)) > 0) text = trim_marks(sv_skip(text, opener));
    if (sv_starts_nocase(text, SV("by ")) && text.n < 30) text = sv_skip(text, 3);
    if (sv_starts_nocase(text, SV("http")) || sv_starts_nocase(text, SV("www."))) return SV_NONE;
    size_t n;
    if (letters_is_dense(first_letter(text, &n))) text = trim_marks(cut_dense(text));
    text = cut_label(text);
    return sv_find_char(text, ' ', 0) == SIZE_MAX && text.n <= 30 ? text : cut_tail(text);
}

bool byline_is_full(sv name) {
    size_t words = 0, n;
    for (sv rest = name; rest.n; words++) {
        sv word = sv_cut(&rest, ' ');
        uint32_t first = first_letter(word, &n);
        if (letters_is_dense(first)) return false;
        if (is_particle(word)) continue;
        if (!begins_name(first) || (n < word.n && !sv_ends(word, SV(".")) && letters_all_caps(word))) return false;
    }
    size_t last = name.n;
    while (last > 0 && name.p[last - 1] != ' ') last--;
    return words >= 2 && words <= 4 && !is_particle(sv_skip(name, last));
}

/* What systems put where nobody is named. */
static bool is_nobody(sv name) {
    static const char *const nobody[] = {"admin", "administrator", "unknown", "anonymous", "guest", "null", "none", "undefined", "root", "default", "webmaster", "author", "authors", "autor", "user", "system",
                                         "no author", "n/a", "by", "view", "profile", "home", "share", "read more", "follow", "website", "name", "redaktør", "published", "posted", "written", "posted on", "published on", "last updated", "updated", "reblogged", "rebloggt", "advertisement", "agencies"};
    return is_listed(name, nobody, COUNT_OF(nobody));
}

bool byline_stated(sv text, struct arena *arena, struct byline *out) {
    size_t opener, letters, words = 0, joint;
    bool digit, dense;
    text = trim_marks(text);
    for (int times = 0; times < 3 && (opener = opener_of(text, true)) > 0; times++) text = trim_marks(sv_skip(text, opener));
    if (sv_starts_nocase(text, SV("by "))) text = sv_trim(sv_skip(text, 3));
    if (text.n > STATED_BYTES_MAX || sv_has(text, SV("://")) || sv_has(text, SV("www.")) || sv_has(text, SV("@"))) return false;
    for (size_t i = 1; i < text.n; i++)
        if (ascii_is_digit(text.p[i]) && text.p[i - 1] == ' ') text = drop_date_tail(sv_take(text, i));
    text = trim_marks(sv_take(text, sv_find(text, SV(" | "), 0)));
    for (sv rest = text; rest.n; words++) (void)sv_cut(&rest, ' ');
    if (text.n < 2 || words > WORDS_MAX || !has_form(text, &letters, &digit, &dense) || letters < 2 || (words == 1 && is_key(text)) || is_nobody(text) || byline_is_opener(text) || months_find(text) || months_is_weekday(text)) return false;
    joint = out->count;
    add_name(text, arena, out);
    return out->count > joint;
}

void byline_names(sv text, bool marked, const struct site_names *site, struct arena *arena, struct byline *out) {
    size_t joint;
    bool found = false;
    text = strip(text, marked);
    sv turned = turn(text, site, arena);
    if (turned.n) {
        add_name(turned, arena, out);
        return;
    }
    while (text.n) {
        sv name = trim_marks(sv_take(text, next_joint(text, &joint)));
        text = joint ? sv_skip(text, next_joint(text, &joint) + joint) : SV_NONE;
        name = trim_marks(sv_skip(name, opener_of(name, marked)));
        bool agency = found && letters_all_caps(name) && name.n <= 6 && sv_find_char(name, ' ', 0) == SIZE_MAX; /* "CNN", "MD" */
        if (!agency && is_name(name, marked, site, arena)) {
            add_name(name, arena, out);
            found = true;
            continue;
        }
        name = before_role(name);
        if (!found && is_name(name, false, site, arena)) add_name(name, arena, out);
        if (found || name.n) return; /* roles and outlets follow the names */
    }
}
