#include "byline.h"

#include <stdio.h>

#include "base/compiler.h"
#include "base/utf8.h"
#include "letters.h"
#include "months.h"

enum { TEXT_MAX = 400, NAME_BYTES_MAX = 90, WORDS_MAX = 6, LABEL_BYTES = 24, LABEL_BYTES_MIN = 4, /* not "by:", as of "Reviewed by:" */ STATED_BYTES_MAX = 70, GLUED_BYTES = 7, REPORTER_LINE_BYTES = 90, REPORTER_BYTES = 40, USER_LINE_BYTES = 60, ENDING_BYTES = 4 };

/* -- openers ------------------------------------------------------------------------------------------------------------------------ */

/* Of some thirty languages. A colon at the end: the word needs one behind it, unless it is known to stand in a byline. See phrase_table.h for the order. */
static const sv openers[] = {
    SV_OF("all posts by"), SV_OF("article by"), SV_OF("analysis by"), SV_OF("authored by"), SV_OF("added by"), SV_OF("asked by"), SV_OF("articles by"), SV_OF("as told to"), SV_OF("author:"), SV_OF("authors:"), SV_OF("alle beiträge von"),
    SV_OF("alle artikel von"), SV_OF("alles von"), SV_OF("artikel von"), SV_OF("autor:in:"), SV_OF("autorin:"), SV_OF("autoren:"), SV_OF("autor:"), SV_OF("auteur:"), SV_OF("auteurs:"), SV_OF("autora:"), SV_OF("autores:"),
    SV_OF("a cura di"), SV_OF("articolo di"), SV_OF("autore:"), SV_OF("av"), SV_OF("af"), SV_OF("autorzy:"), SV_OF("avtor:"), SV_OF("autorius:"), SV_OF("autors:"), SV_OF("byline:"), SV_OF("by"), SV_OF("blog beitrag von"),
    SV_OF("blogbeitrag von"), SV_OF("beitrag von"), SV_OF("bởi"), SV_OF("created by"), SV_OF("column by"), SV_OF("commentary by"), SV_OF("contributed by"), SV_OF("di"), SV_OF("door"), SV_OF("deur"), SV_OF("dodał"), SV_OF("ditulis oleh"), SV_OF("erstellt von"),
    SV_OF("ein beitrag von"), SV_OF("ein artikel von"), SV_OF("ein gastbeitrag von"), SV_OF("eine analyse von"), SV_OF("ein kommentar von"), SV_OF("eine kolumne von"), SV_OF("ein essay von"), SV_OF("eine reportage von"),
    SV_OF("eingestellt von"), SV_OF("eingetragen von"), SV_OF("escrito por"), SV_OF("escribe"), SV_OF("eftir"), SV_OF("forfatter:"), SV_OF("författare:"), SV_OF("geschrieben von"), SV_OF("gastbeitrag von"),
    SV_OF("guest post by"), SV_OF("guide by"), SV_OF("geschreven door"), SV_OF("geplaatst door"), SV_OF("gepubliceerd door"), SV_OF("haber:"), SV_OF("interview by"), SV_OF("interview:"), SV_OF("interview von"), SV_OF("kommentar von"), SV_OF("kolumne von"),
    SV_OF("kirjoittaja:"), SV_OF("kirjoittanut"), SV_OF("more posts by"), SV_OF("more articles by"), SV_OF("napisał"), SV_OF("napisała"), SV_OF("napsal"), SV_OF("napsala"), SV_OF("objavil"), SV_OF("opinion by"), SV_OF("oleh"), SV_OF("posts by"),
    SV_OF("posted by"), SV_OF("published by"), SV_OF("post by"), SV_OF("post written by"), SV_OF("publié par"), SV_OF("posté par"), SV_OF("proposé par"), SV_OF("par"), SV_OF("por:"), SV_OF("publicado por"), SV_OF("postado por"), SV_OF("por"),
    SV_OF("per"), SV_OF("pubblicato da"), SV_OF("publicerad av"), SV_OF("piše"), SV_OF("penulis:"), SV_OF("reported by"), SV_OF("report by"), SV_OF("review by"), SV_OF("rédigé par"), SV_OF("redactado por"), SV_OF("see all posts by"),
    SV_OF("submitted by"), SV_OF("story by"), SV_OF("started by"), SV_OF("scritto da"), SV_OF("skriven av"), SV_OF("skrevet av"), SV_OF("skrevet af"), SV_OF("scris de"), SV_OF("szerző:"), SV_OF("text by"), SV_OF("text von"),
    SV_OF("text:"), SV_OF("texto de"), SV_OF("texto por"), SV_OF("this article was written by"), SV_OF("this post was written by"), SV_OF("tekst:"), SV_OF("teksti:"), SV_OF("tác giả:"), SV_OF("view all posts by"), SV_OF("view all articles by"), SV_OF("view posts by"), SV_OF("veröffentlicht von"),
    SV_OF("verfasst von"), SV_OF("von"), SV_OF("voir tous les articles de"), SV_OF("voir tous les articles par"), SV_OF("ver todas las entradas de"), SV_OF("ver todos os posts de"), SV_OF("visualizza tutti gli articoli di"),
    SV_OF("written by"), SV_OF("words by"), SV_OF("yazan:"), SV_OF("yazar:"), SV_OF("zeige alle beiträge von"), SV_OF("écrit par"), SV_OF("írta"), SV_OF("γράφει ο"), SV_OF("γράφει η"), SV_OF("γράφει"),
    SV_OF("από"), SV_OF("του"), SV_OF("автор:"), SV_OF("авторы:"), SV_OF("автори:"), SV_OF("публикува"), SV_OF("от"), SV_OF("текст:"), SV_OF("מאת"), SV_OF("כתב"), SV_OF("بقلم"),
    SV_OF("المؤلف:"), SV_OF("كتبت"), SV_OF("كتب"), SV_OF("نویسنده:"), SV_OF("نوشته"), SV_OF("लेखक:"), SV_OF("लेखिका:"), SV_OF("द्वारा"), SV_OF("লেখক:"),
    SV_OF("โดย"), SV_OF("เขียนโดย"), SV_OF("ผู้เขียน"), SV_OF("作者"), SV_OF("供稿"), SV_OF("執筆者"), SV_OF("執筆"), SV_OF("取材・文"), SV_OF("文責"), SV_OF("投稿者"),
    SV_OF("撰文"), SV_OF("撰稿"), SV_OF("执笔"), SV_OF("执笔人"), SV_OF("楼主"), SV_OF("文字"), SV_OF("文"), SV_OF("筆者"), SV_OF("著者"), SV_OF("記者"), SV_OF("记者"), SV_OF("责任编辑"), SV_OF("글"),
    SV_OF("기자"),
};

/* Phrases after which no author comes; between words. */
static const sv stops[] = {
    SV_OF("- "), SV_OF("about the"), SV_OF("at "), SV_OF("author archive"), SV_OF("am "), SV_OF("aktualisiert"), SV_OF("actualizado"), SV_OF("aggiornato"), SV_OF("and others"), SV_OF("bio"), SV_OF("contact"), SV_OF("den "),
    SV_OF("dnia "), SV_OF("edited by"), SV_OF("email"), SV_OF("e-mail"), SV_OF("el "), SV_OF("et al"), SV_OF("fact checked"), SV_OF("fact-checked"), SV_OF("follow"), SV_OF("for "), SV_OF("filed"), SV_OF("foto"), SV_OF("fotos"),
    SV_OF("get author"), SV_OF("has "), SV_OF("head of"), SV_OF("illustration"), SV_OF("illustrations"), SV_OF("illustrated by"), SV_OF("is a "), SV_OF("is an "), SV_OF("is the "), SV_OF("is "), SV_OF("in "), SV_OF("im gespräch"), SV_OF("il "),
    SV_OF("kl."), SV_OF("last "), SV_OF("le "), SV_OF("medically"), SV_OF("more stories"), SV_OF("more by"), SV_OF("more from"), SV_OF("min read"), SV_OF("minute read"), SV_OF("mis à jour"), SV_OF("of "), SV_OF("on "),
    SV_OF("op "), SV_OF("photo"), SV_OF("photos"), SV_OF("photograph"), SV_OF("photographs"), SV_OF("photography"), SV_OF("photographed"), SV_OF("published"), SV_OF("posted"), SV_OF("publié"), SV_OF("pubblicato"),
    SV_OF("reviewed by"), SV_OF("read more"), SV_OF("see all"), SV_OF("see more"), SV_OF("share"), SV_OF("translated"), SV_OF("updated"), SV_OF("under "), SV_OF("unter "), SV_OF("video by"), SV_OF("view "), SV_OF("vom "), SV_OF("veröffentlicht"), SV_OF("was "),
    SV_OF("опубликовано"), SV_OF("фото"), SV_OF("– "), SV_OF("— "),
};

static uint32_t first_letter(sv v, size_t *n) {
    *n = 1;
    return v.n ? utf8_decode(v, n) : 0;
}

static bool is_upper(uint32_t cp) { return letters_lower(cp) != cp; }
/* A letter that may begin a name: a capital, or one of a script without case. */
static bool begins_name(uint32_t cp) { return cp >= 'A' && (is_upper(cp) || (letters_is_word(cp) && letters_upper(cp) == cp && letters_lower(cp) == cp)); }

/* Whether text begins with a phrase (without the colon that may end it), case aside; its bytes in the text. */
static size_t starts_phrase(sv text, sv phrase) {
    size_t at = 0, n, m;
    if (phrase.p[phrase.n - 1] == ':') phrase.n--;
    for (size_t i = 0; i < phrase.n; i += m, at += n) {
        if (at >= text.n) return 0;
        n = m = 1;
        if (((uint8_t)text.p[at] | (uint8_t)phrase.p[i]) < 0x80) {
            if (ascii_lower(text.p[at]) != phrase.p[i]) return 0;
        } else if (letters_lower(utf8_decode(sv_skip(text, at), &n)) != utf8_decode(sv_skip(phrase, i), &m))
            return 0;
    }
    return at;
}

bool byline_is_opener(sv text) {
    while (text.n && (text.p[text.n - 1] == ':' || text.p[text.n - 1] == ' ')) text.n--;
    struct phrase_table may = phrase_table_for(PHRASE_TABLE(openers), text);
    for (size_t i = 0; i < may.count; i++)
        if (starts_phrase(text, may.item[i]) == text.n) return true;
    return false;
}

/* See byline.h; `marked`: nouns need no colon. */
static size_t opener_of(sv text, bool marked) {
    size_t best = 0, n;
    if (text.n > 4 && sv_starts(text, SV("By")) && text.p[2] >= 'A' && text.p[2] <= 'Z' && text.p[3] >= 'a') return 2; /* "ByAnn Lee": two elements without a space */
    struct phrase_table may = phrase_table_for(PHRASE_TABLE(openers), text);
    for (size_t i = 0; i < may.count; i++) {
        size_t length = starts_phrase(text, may.item[i]);
        bool noun = sv_ends(may.item[i], SV(":"));
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

static sv trim_marks(sv v) {
    static const sv ends[] = {SV_OF("–"), SV_OF("—"), SV_OF("•"), SV_OF("·"), SV_OF("»"), SV_OF("›"), SV_OF("："), SV_OF("\xe2\x80\xa6"), SV_OF("，"), SV_OF("“"), SV_OF("”"), SV_OF("（"), SV_OF("）"), SV_OF("【"), SV_OF("】")};
    for (bool again = true; again && v.n;) {
        again = false;
        v = sv_trim(v);
        while (v.n && strchr(",;:-|/*<>()[]{}\"~+&#=_?", v.p[v.n - 1])) v.n--, again = true;
        while (v.n && strchr(",;:-|/*<>()[]{}\".~+&#=_", v.p[0])) v = sv_skip(v, 1), again = true;
        bool ascii = v.n && ((uint8_t)v.p[0] | (uint8_t)v.p[v.n - 1]) < 0x80;
        for (size_t i = 0; i < COUNT_OF(ends) && !ascii; i++) {
            if (sv_ends(v, ends[i])) v.n -= ends[i].n, again = true;
            if (sv_starts(v, ends[i])) v = sv_skip(v, ends[i].n), again = true;
        }
    }
    return v;
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

static bool has_digit(sv text) {
    for (size_t i = 0; i < text.n; i++)
        if (ascii_is_digit(text.p[i])) return true;
    return false;
}

static bool is_month_or_day(sv word) {
    static const char *const others[] = {"am", "pm", "on", "at", "um", "uhr", "the", "le", "den", "op", "il", "el", "den", "est", "edt", "pst", "gmt", "utc", "today", "yesterday"};
    for (size_t i = 0; i < COUNT_OF(others); i++)
        if (sv_is(word, others[i])) return true;
    return months_find(word) || months_is_weekday(word);
}

/* Whether a word ends a date or a time: it has a digit, but is no price, is a mark, a zone in parentheses, or what may follow one. */
static bool ends_date(sv word) {
    static const char *const others[] = {"ago", "um", "uhr"};
    for (size_t i = 0; i < COUNT_OF(others); i++)
        if (sv_is(word, others[i])) return true;
    sv bare = trim_marks(word);
    return !(word.n && strchr("$%", *word.p)) && (has_digit(word) || !bare.n || *word.p == '(' || *word.p == '@' || is_month_or_day(bare));
}

/* "March 3, 2019 by Ann Lee", "Posted on 3.3.2019 von Ann Lee": where the opener behind a date begins; the text's end when there is none. */
static size_t opener_at(sv text, bool marked) {
    bool digit = false;
    for (size_t i = 0, word = 0; i + 3 < text.n; i++) {
        digit |= ascii_is_digit(text.p[i]);
        if (text.p[i] != ' ') continue;
        if (digit && opener_of(sv_skip(text, i + 1), marked) >= 3 && ends_date(sv_take(sv_skip(text, word), i - word))) return i + 1; /* a month costs a look in a large table */
        word = i + 1;
    }
    return text.n;
}

/* Where the opener behind a date ends; 0 when there is none. */
static size_t behind_date(sv text) {
    size_t at = opener_at(text, false);
    return at < text.n ? at + opener_of(sv_skip(text, at), false) : 0;
}

bool byline_opens(sv line) {
    size_t space = sv_find_char(line, ' ', 0);
    if (space != SIZE_MAX && line.n < 30 && sv_starts_nocase(line, SV("by ")) && sv_find_char(line, ' ', space + 1) == SIZE_MAX) return true; /* "by ann2" */
    if (behind_date(line) || behind_label(line) || behind_reporter(line) || before_posted(line)) return true;
    for (sv rest = line; rest.n;)
        if (opener_of(sv_trim(sv_cut(&rest, '|')), false)) return true;
    return false;
}

/* Whether a text is one word that stands alone, or before what follows a name in a byline: "annlee on March 3". */
static bool is_one_word(sv text) {
    size_t space = sv_find_char(text, ' ', 0);
    if (space == SIZE_MAX || !ascii_is_alpha(text.p[space - 1])) return true;
    sv next = sv_skip(text, space + 1);
    if (!ascii_is_alpha(*next.p)) return true;
    struct phrase_table may = phrase_table_for(PHRASE_TABLE(stops), next);
    for (size_t i = 0; i < may.count; i++)
        if (starts_phrase(next, may.item[i])) return true;
    return false;
}

sv byline_behind(sv line) {
    line = trim_marks(line);
    sv text = opener_of(line, true) ? line : sv_skip(line, opener_at(line, true));
    size_t opener = opener_of(text, true);
    sv rest = sv_trim(sv_skip(text, opener));
    if (opener && rest.n > 1 && *rest.p == '@') return sv_skip(rest, 1);
    bool words = sv_find_char(sv_trim(sv_take(text, opener)), ' ', 0) != SIZE_MAX, user = line.n <= USER_LINE_BYTES && has_digit(line) && is_one_word(rest);
    return opener && rest.n && (words || user || opener_of(text, false)) ? rest : SV_NONE;
}

/* -- where a byline ends ----------------------------------------------------------------------------------------------------------- */

static const sv roles[] = {
    SV_OF("assistant"), SV_OF("associate"), SV_OF("analyst"), SV_OF("astrologer"), SV_OF("attorney"), SV_OF("correspondent"), SV_OF("contributor"), SV_OF("contributors"), SV_OF("columnist"), SV_OF("ceo"), SV_OF("cto"), SV_OF("chief"), SV_OF("consultant"),
    SV_OF("corresponsal"), SV_OF("contributing"), SV_OF("director"), SV_OF("deputy"), SV_OF("dziennikarz"), SV_OF("editor"), SV_OF("editors"), SV_OF("editor-in-chief"), SV_OF("editor-at-large"), SV_OF("expert"), SV_OF("executive"), SV_OF("engineer"), SV_OF("economist"), SV_OF("editorin"),
    SV_OF("fellow"), SV_OF("founder"), SV_OF("freelance"), SV_OF("freelancer"), SV_OF("facebook"), SV_OF("follow"), SV_OF("gardener"), SV_OF("giornalista"), SV_OF("journalist"), SV_OF("journaliste"), SV_OF("journalista"), SV_OF("korrespondent"),
    SV_OF("leitender"), SV_OF("leitende"), SV_OF("manager"), SV_OF("managing"), SV_OF("officer"), SV_OF("producer"), SV_OF("president"), SV_OF("professor"), SV_OF("periodista"), SV_OF("reporter"), SV_OF("reporters"), SV_OF("researcher"),
    SV_OF("redactor"), SV_OF("redaktor"), SV_OF("reporterin"), SV_OF("rédacteur"), SV_OF("rédactrice"), SV_OF("redattore"), SV_OF("redactora"), SV_OF("staff"), SV_OF("scientist"), SV_OF("specialist"), SV_OF("senior"), SV_OF("strategist"),
    SV_OF("twitter"), SV_OF("volontär"), SV_OF("volontärin"), SV_OF("writer"), SV_OF("writers"), SV_OF("корреспондент"), SV_OF("журналист"), SV_OF("обозреватель"),
};

/* Words that make a piece an outlet or nothing at all. */
static const sv no_names[] = {
    SV_OF("admin"), SV_OF("administrator"), SV_OF("anonymous"), SV_OF("agencies"), SV_OF("agency"), SV_OF("association"), SV_OF("author"), SV_OF("authors"), SV_OF("autor"), SV_OF("autoren"), SV_OF("articles"), SV_OF("article"),
    SV_OF("advertisement"), SV_OF("abbruch"), SV_OF("and"), SV_OF("autoras"), SV_OF("autora"), SV_OF("archive"), SV_OF("all"), SV_OF("autoreninfo"), SV_OF("artikel"), SV_OF("alle"), SV_OF("autorzy"), SV_OF("auteur"),
    SV_OF("auteurs"), SV_OF("about"), SV_OF("advertising"), SV_OF("audio"), SV_OF("ago"), SV_OF("bureau"), SV_OF("blog"), SV_OF("blogger"), SV_OF("business"), SV_OF("biography"), SV_OF("by"), SV_OF("bio"), SV_OF("beiträge"),
    SV_OF("comments"), SV_OF("comment"), SV_OF("company"), SV_OF("committee"), SV_OF("center"), SV_OF("centre"), SV_OF("council"), SV_OF("chefredakteur"), SV_OF("checked"), SV_OF("contact"), SV_OF("close"), SV_OF("creator"),
    SV_OF("columnists"), SV_OF("cookies"), SV_OF("desk"), SV_OF("department"), SV_OF("default"), SV_OF("datum"), SV_OF("date"), SV_OF("delete"), SV_OF("days"), SV_OF("editorial"), SV_OF("editora"), SV_OF("email"), SV_OF("e-mail"), SV_OF("edit"),
    SV_OF("episode"), SV_OF("foundation"), SV_OF("folgen"), SV_OF("follow"), SV_OF("following"), SV_OF("fact"), SV_OF("false"), SV_OF("fonte"), SV_OF("fuente"), SV_OF("foto"), SV_OF("für"), SV_OF("from"), SV_OF("guest"), SV_OF("gmbh"), SV_OF("group"),
    SV_OF("gastautor"), SV_OF("gastbeitrag"), SV_OF("germany"), SV_OF("home"), SV_OF("here"), SV_OF("hours"), SV_OF("inc"), SV_OF("institute"), SV_OF("insights"), SV_OF("instagram"), SV_OF("joined"), SV_OF("journalistin"),
    SV_OF("korrespondentin"), SV_OF("kommentar"), SV_OF("llc"), SV_OF("ltd"), SV_OF("login"), SV_OF("last"), SV_OF("linkedin"), SV_OF("like"), SV_OF("moderator"), SV_OF("member"), SV_OF("media"), SV_OF("magazine"), SV_OF("marketing"),
    SV_OF("mehr"), SV_OF("more"), SV_OF("menu"), SV_OF("min"), SV_OF("mins"), SV_OF("minutes"), SV_OF("newsroom"), SV_OF("news"), SV_OF("newsletter"), SV_OF("no author"), SV_OF("network"), SV_OF("null"), SV_OF("none"),
    SV_OF("n/a"), SV_OF("nbsp"), SV_OF("name"), SV_OF("nachricht"), SV_OF("onlineredaktion"), SV_OF("online"), SV_OF("opinion"), SV_OF("open"), SV_OF("opublikowano"), SV_OF("press"), SV_OF("publisher"), SV_OF("profile"),
    SV_OF("published"), SV_OF("politics"), SV_OF("posts"), SV_OF("post"), SV_OF("presse"), SV_OF("pressestelle"), SV_OF("posted"), SV_OF("publié"), SV_OF("publicado"), SV_OF("pubblicato"), SV_OF("photo"), SV_OF("privacy"),
    SV_OF("policy"), SV_OF("print"), SV_OF("pdf"), SV_OF("podcast"), SV_OF("quelle"), SV_OF("quote"), SV_OF("redaktion"), SV_OF("redaktionen"), SV_OF("rédaction"), SV_OF("redacción"), SV_OF("redazione"), SV_OF("redactie"),
    SV_OF("redacção"), SV_OF("redação"), SV_OF("redakcja"), SV_OF("redakce"), SV_OF("redakcia"), SV_OF("redaksi"), SV_OF("read"), SV_OF("redakteur"), SV_OF("redakteurin"), SV_OF("root"), SV_OF("rebloggt"), SV_OF("reviewed"),
    SV_OF("related"), SV_OF("ressort"), SV_OF("rss"), SV_OF("reply"), SV_OF("report"), SV_OF("service"), SV_OF("subscribe"), SV_OF("share"), SV_OF("society"), SV_OF("sports"), SV_OF("support"), SV_OF("system"), SV_OF("sponsored"),
    SV_OF("search"), SV_OF("see"), SV_OF("show"), SV_OF("staffwriter"), SV_OF("source"), SV_OF("team"), SV_OF("toimitus"), SV_OF("the"), SV_OF("thread"), SV_OF("topics"), SV_OF("text"), SV_OF("today"), SV_OF("true"), SV_OF("unknown"), SV_OF("university"),
    SV_OF("updated"), SV_OF("undefined"), SV_OF("und"), SV_OF("user"), SV_OF("username"), SV_OF("views"), SV_OF("veröffentlicht"), SV_OF("veröffentlichung"), SV_OF("view"), SV_OF("von"), SV_OF("video"), SV_OF("vor"), SV_OF("webmaster"), SV_OF("wire"),
    SV_OF("wires"), SV_OF("world"), SV_OF("www"), SV_OF("website"), SV_OF("written"), SV_OF("whatsapp"), SV_OF("yesterday"), SV_OF("youtube"), SV_OF("über"), SV_OF("автор"), SV_OF("редакция"),
    SV_OF("редакція"), SV_OF("來源"), SV_OF("出典"), SV_OF("来源"), SV_OF("編集部"), SV_OF("編集"), SV_OF("编辑"), SV_OF("編輯"), SV_OF("记者"), SV_OF("記者"), SV_OF("기자"),
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
            while (v.p[i] == '@' && end > 0 && !strchr(" /(<,", v.p[end - 1])) end--; /* an address begins before its sign */
            return drop_date_tail(sv_take(v, end ? end : i));
        }
        if (v.p[i] == '(' && i > 2) {
            size_t close = sv_find_char(v, ')', i);
            if (close == SIZE_MAX || close + 2 >= v.n) v = sv_take(v, i);
            if (close == SIZE_MAX || close + 2 >= v.n) break;
        }
        if (v.p[i] == '[' && i > 2) v = sv_take(v, i);
        if (!begins || i == 0) continue;
        struct phrase_table may = phrase_table_for(PHRASE_TABLE(stops), sv_skip(v, i));
        for (size_t k = 0; k < may.count; k++) {
            n = starts_phrase(sv_skip(v, i), may.item[k]);
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

static bool is_listed(sv word, struct phrase_table list) {
    if (sv_ends(word, SV("."))) word.n--;
    struct phrase_table may = phrase_table_for(list, word);
    for (size_t i = 0; i < may.count; i++)
        if (starts_phrase(word, may.item[i]) == word.n) return true;
    return false;
}

/* A role that follows a name: "Ann Lee Reporter". */
static bool is_role(sv word) {
    static const char *const ends[] = {"redakteur", "redakteurin", "korrespondentin", "journalistin", "-experte", "-expertin", "-autor", "-autorin", "-reporter", "-reporterin"}; /* of German compounds */
    for (size_t i = 0; i < COUNT_OF(ends); i++)
        if (word.n > strlen(ends[i]) && sv_eq_nocase(sv_skip(word, word.n - strlen(ends[i])), sv_cstr(ends[i]))) return true;
    return is_listed(word, PHRASE_TABLE(roles));
}

static bool is_no_name_word(sv word) { return is_listed(word, PHRASE_TABLE(no_names)) || is_role(word); }

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
        if (is_role(trim_marks(word))) return words > 1 ? trim_marks(sv_take(name, at)) : SV_NONE;
        if (words > 0 && glued_role(word)) return sv_take(name, at + glued_role(word));
        at += word.n + 1;
    }
    return SV_NONE;
}

/* The words behind a role or an outlet that stands before a name: "Staff Writer Ann Lee", "Island-Expertin Ann Lee", "IPO's Ann Lee". */
static sv behind_role(sv name) {
    for (;;) {
        size_t space = sv_find_char(name, ' ', 0);
        if (space == SIZE_MAX || sv_find_char(name, ' ', space + 1) == SIZE_MAX) return name;
        sv word = sv_take(name, space);
        if (!is_role(word) && !sv_ends(word, SV("'s")) && !sv_ends(word, SV("’s"))) return name;
        name = sv_skip(name, space + 1);
    }
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
        if ((cp < 0x80 && cp && strchr(":@!?%$=<>{}[]|*\\^;(", (int)cp)) || cp == 0xA9 || cp == 0xFF1A || cp == 0x3002 || cp == 0x201C || cp == 0x201E || cp == 0xBB) return false;
    }
    return true;
}

/* "islandpost.com": a period and small letters inside. */
static bool is_domain(sv word) {
    for (size_t i = 1; i + 1 < word.n; i++)
        if (word.p[i] == '.' && word.p[i + 1] >= 'a' && word.p[i + 1] <= 'z') return true;
    return false;
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
    bool digit, dense, particle = false;
    if (name.n < 2 || name.n > NAME_BYTES_MAX || !has_form(name, &letters, &digit, &dense)) return false;
    for (sv rest = name; rest.n;) {
        sv word = trim_marks(sv_cut(&rest, ' '));
        if (!word.n) continue;
        words++;
        particle = is_particle(word);
        bool inside = particle && words > 1 && rest.n; /* "Ann von Berg" */
        if ((!inside && is_no_name_word(word)) || glued_role(word) || (!marked && is_domain(word))) return false;
        small += !begins_name(first_letter(word, &n)) && !particle;
    }
    if (dense && (sv_has(name, SV("记者")) || sv_has(name, SV("記者")) || sv_has(name, SV("编辑")) || sv_has(name, SV("編輯")))) return false;
    if (letters < 2 || words > WORDS_MAX || (dense && letters_count(name) > 16)) return false;
    if (site && site_names_is(site, name, arena)) return false;
    if (words > 1 && particle && name.p[name.n - 1] >= 'a') return false; /* "Bauten der" */
    if (words == 1 && (name.p[name.n - 1] == '.' || months_find(name) || months_is_weekday(name) || byline_is_opener(name))) return false;
    if (words == 1 && is_key(name)) return false;
    if (words == 1) return marked || (!digit && !small && (dense || letters > 2));
    return !digit && !small;
}

static void add_name(sv name, struct arena *arena, struct byline *out) {
    if (name.n > 8 && name.n % 2 == 0 && sv_eq(sv_take(name, name.n / 2), sv_skip(name, name.n / 2))) name.n /= 2; /* "Ann LeeAnn Lee" */
    if (name.n > 8 && name.p[name.n / 2] == ' ' && sv_eq(sv_take(name, name.n / 2), sv_skip(name, name.n / 2 + 1))) name.n /= 2; /* "annlee annlee" */
    size_t last = name.n;
    while (last > 0 && name.p[last - 1] != ' ') last--;
    if (last && name.n - last > ENDING_BYTES && sv_find_char(name, '.', last) == name.n - 1) name.n--; /* the sentence's: "written by Ann Lanter.", not "Jr." */
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

/* From the first piece behind a bar that opens as a byline does, where the first is nobody in full: "Isle | By Ann Lee". */
static sv from_piece(sv text) {
    size_t bar = sv_find_char(text, '|', 0);
    if (bar == SIZE_MAX || byline_is_full(sv_trim(sv_take(text, bar)))) return text;
    for (; bar != SIZE_MAX; bar = sv_find_char(text, '|', bar + 1)) {
        sv piece = trim_marks(sv_skip(text, bar + 1));
        if (opener_of(piece, false)) return piece;
    }
    return text;
}

/* A text without what opens it and without what follows the names in it. */
static sv strip(sv text, bool marked) {
    size_t opener;
    text = trim_marks(sv_take(text, TEXT_MAX));
    if (!opener_of(text, marked)) {
        sv piece = from_piece(text);
        opener = behind_date(text);
        if (!opener && piece.p == text.p) opener = behind_label(text);
        text = opener ? trim_marks(sv_skip(text, opener)) : piece;
    }
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
static const sv nobody[] = {
    SV_OF("admin"), SV_OF("administrator"), SV_OF("anonymous"), SV_OF("author"), SV_OF("authors"), SV_OF("autor"), SV_OF("advertisement"), SV_OF("agencies"), SV_OF("by"),
    SV_OF("default"), SV_OF("follow"), SV_OF("guest"), SV_OF("home"), SV_OF("last updated"), SV_OF("null"), SV_OF("none"), SV_OF("no author"), SV_OF("n/a"), SV_OF("name"),
    SV_OF("profile"), SV_OF("published"), SV_OF("posted"), SV_OF("posted on"), SV_OF("published on"), SV_OF("publié"), SV_OF("publicado"), SV_OF("pubblicato"), SV_OF("root"), SV_OF("read more"), SV_OF("redaktør"), SV_OF("reblogged"),
    SV_OF("rebloggt"), SV_OF("system"), SV_OF("share"), SV_OF("super user"), SV_OF("unknown"), SV_OF("undefined"), SV_OF("user"), SV_OF("username"), SV_OF("updated"), SV_OF("view"), SV_OF("veröffentlicht"), SV_OF("webmaster"), SV_OF("website"),
    SV_OF("written"),
};

static bool is_nobody(sv name) { return is_listed(name, PHRASE_TABLE(nobody)); }

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
        size_t at = next_joint(text, &joint);
        bool word = joint > 2 && ascii_is_alpha(text.p[at + 1]);
        sv name = trim_marks(sv_take(text, at));
        text = joint ? sv_skip(text, at + joint) : SV_NONE;
        name = behind_role(trim_marks(sv_skip(name, opener_of(name, marked))));
        bool agency = found && letters_all_caps(name) && name.n <= 6 && sv_find_char(name, ' ', 0) == SIZE_MAX; /* "CNN", "MD" */
        if (!agency && is_name(name, marked, site, arena)) {
            add_name(name, arena, out);
            found = true;
            continue;
        }
        bool institution = word && sv_find_char(name, ' ', 0) != SIZE_MAX; /* "Office for Roads and Bridges" */
        name = before_role(name);
        if (!found && is_name(name, false, site, arena)) add_name(name, arena, out);
        if (found || name.n || institution) return; /* roles and outlets follow the names */
    }
}

const struct phrase_table byline_tables[] = {PHRASE_TABLE_OF(openers), PHRASE_TABLE_OF(stops), PHRASE_TABLE_OF(roles), PHRASE_TABLE_OF(no_names), PHRASE_TABLE_OF(nobody), {NULL, 0}};
