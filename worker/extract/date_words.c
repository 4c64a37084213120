#include "date_words.h"

#include "base/compiler.h"
#include "base/utf8.h"
#include "letters.h"

static const struct {
    const char *word; /* lower case */
    enum date_word meaning;
} words[] = {
    {"publish", DATE_WORD_PUBLISHED}, {"posted", DATE_WORD_PUBLISHED}, {"written", DATE_WORD_PUBLISHED}, {"submitted", DATE_WORD_PUBLISHED}, {"created", DATE_WORD_PUBLISHED},
    {"veröffentlicht", DATE_WORD_PUBLISHED}, {"erstellt", DATE_WORD_PUBLISHED}, {"erschienen", DATE_WORD_PUBLISHED}, {"geschrieben", DATE_WORD_PUBLISHED}, {"publié", DATE_WORD_PUBLISHED}, {"posté", DATE_WORD_PUBLISHED},
    {"publicad", DATE_WORD_PUBLISHED}, {"pubblicat", DATE_WORD_PUBLISHED}, {"gepubliceerd", DATE_WORD_PUBLISHED}, {"geplaatst", DATE_WORD_PUBLISHED}, {"publicerad", DATE_WORD_PUBLISHED}, {"publisert", DATE_WORD_PUBLISHED},
    {"publiceret", DATE_WORD_PUBLISHED}, {"offentliggjort", DATE_WORD_PUBLISHED}, {"julkaistu", DATE_WORD_PUBLISHED}, {"opublikowan", DATE_WORD_PUBLISHED}, {"publikováno", DATE_WORD_PUBLISHED}, {"vydáno", DATE_WORD_PUBLISHED},
    {"objavljeno", DATE_WORD_PUBLISHED}, {"publicat", DATE_WORD_PUBLISHED}, {"megjelent", DATE_WORD_PUBLISHED}, {"yayın", DATE_WORD_PUBLISHED}, {"giriş", DATE_WORD_PUBLISHED}, {"опубликован", DATE_WORD_PUBLISHED},
    {"опубліковано", DATE_WORD_PUBLISHED}, {"публикуван", DATE_WORD_PUBLISHED}, {"δημοσίευση", DATE_WORD_PUBLISHED}, {"diterbitkan", DATE_WORD_PUBLISHED}, {"đăng", DATE_WORD_PUBLISHED}, {"نشر", DATE_WORD_PUBLISHED},
    {"تاریخ انتشار", DATE_WORD_PUBLISHED}, {"פורסם", DATE_WORD_PUBLISHED}, {"公開", DATE_WORD_PUBLISHED}, {"掲載", DATE_WORD_PUBLISHED}, {"投稿", DATE_WORD_PUBLISHED}, {"发布", DATE_WORD_PUBLISHED}, {"發布", DATE_WORD_PUBLISHED},
    {"发表", DATE_WORD_PUBLISHED}, {"发表于", DATE_WORD_PUBLISHED}, {"刊登", DATE_WORD_PUBLISHED}, {"입력", DATE_WORD_PUBLISHED}, {"등록", DATE_WORD_PUBLISHED}, {"เผยแพร่", DATE_WORD_PUBLISHED}, {"प्रकाशित", DATE_WORD_PUBLISHED},
    {"updated", DATE_WORD_MODIFIED}, {"modified", DATE_WORD_MODIFIED}, {"last edited", DATE_WORD_MODIFIED}, {"last reviewed", DATE_WORD_MODIFIED}, {"last changed", DATE_WORD_MODIFIED}, {"last update", DATE_WORD_MODIFIED},
    {"last revision", DATE_WORD_MODIFIED}, {"edited", DATE_WORD_MODIFIED}, {"aktualisiert", DATE_WORD_MODIFIED}, {"geändert", DATE_WORD_MODIFIED}, {"letzte änderung", DATE_WORD_MODIFIED}, {"bearbeitet", DATE_WORD_MODIFIED},
    {"stand:", DATE_WORD_MODIFIED}, {"mis à jour", DATE_WORD_MODIFIED}, {"modifié", DATE_WORD_MODIFIED}, {"mise à jour", DATE_WORD_MODIFIED}, {"actualizad", DATE_WORD_MODIFIED}, {"atualizad", DATE_WORD_MODIFIED},
    {"actualització", DATE_WORD_MODIFIED}, {"aggiornat", DATE_WORD_MODIFIED}, {"ultima modifica", DATE_WORD_MODIFIED}, {"bijgewerkt", DATE_WORD_MODIFIED}, {"gewijzigd", DATE_WORD_MODIFIED}, {"uppdaterad", DATE_WORD_MODIFIED},
    {"oppdatert", DATE_WORD_MODIFIED}, {"opdateret", DATE_WORD_MODIFIED}, {"päivitetty", DATE_WORD_MODIFIED}, {"muokattu", DATE_WORD_MODIFIED}, {"aktualizac", DATE_WORD_MODIFIED}, {"aktualizováno", DATE_WORD_MODIFIED},
    {"zmodyfikowan", DATE_WORD_MODIFIED}, {"frissítve", DATE_WORD_MODIFIED}, {"módosítva", DATE_WORD_MODIFIED}, {"actualizat", DATE_WORD_MODIFIED}, {"güncelle", DATE_WORD_MODIFIED}, {"обновлен", DATE_WORD_MODIFIED},
    {"изменен", DATE_WORD_MODIFIED}, {"оновлено", DATE_WORD_MODIFIED}, {"обновена", DATE_WORD_MODIFIED}, {"ενημέρωση", DATE_WORD_MODIFIED}, {"diperbarui", DATE_WORD_MODIFIED}, {"cập nhật", DATE_WORD_MODIFIED},
    {"تحديث", DATE_WORD_MODIFIED}, {"به روز", DATE_WORD_MODIFIED}, {"עודכן", DATE_WORD_MODIFIED}, {"更新", DATE_WORD_MODIFIED}, {"수정", DATE_WORD_MODIFIED}, {"แก้ไข", DATE_WORD_MODIFIED}, {"अपडेट", DATE_WORD_MODIFIED},
    {"©", DATE_WORD_OTHER}, {"copyright", DATE_WORD_OTHER}, {"(c)", DATE_WORD_OTHER}, {"since", DATE_WORD_OTHER}, {"expires", DATE_WORD_OTHER}, {"until", DATE_WORD_OTHER}, {"deadline", DATE_WORD_OTHER}, {"born", DATE_WORD_OTHER},
    {"founded", DATE_WORD_OTHER}, {"registered", DATE_WORD_OTHER}, {"registriert", DATE_WORD_OTHER}, {"mitglied seit", DATE_WORD_OTHER}, {"inscrit", DATE_WORD_OTHER}, {"registrado", DATE_WORD_OTHER}, {"miembro desde", DATE_WORD_OTHER}, {"iscritto", DATE_WORD_OTHER}, {"dołączył", DATE_WORD_OTHER}, {"регистрация", DATE_WORD_OTHER}, {"注册", DATE_WORD_OTHER}, {"註冊", DATE_WORD_OTHER}, {"登録日", DATE_WORD_OTHER}, {"가입", DATE_WORD_OTHER},
    {"joined", DATE_WORD_OTHER}, {"member since", DATE_WORD_OTHER}, {"accessed", DATE_WORD_OTHER}, {"retrieved", DATE_WORD_OTHER}, {"abgerufen", DATE_WORD_OTHER}, {"gültig", DATE_WORD_OTHER}, {"bis zum", DATE_WORD_OTHER},
};

enum { LOOKED_AT = 160, PAIRS = 1024 };

static unsigned pair(const char *p) { return ((uint8_t)p[0] * 37u ^ (uint8_t)p[1]) % PAIRS; }

enum date_word date_words_of(sv before) {
    char lower[LOOKED_AT + 8];
    size_t n = 0, length, last = 0;
    enum date_word meaning = DATE_WORD_NONE;
    before = before.n > LOOKED_AT ? sv_skip(before, before.n - LOOKED_AT) : before;
    for (size_t i = 0; i < before.n && n < LOOKED_AT; i += length) n += utf8_encode(letters_lower(utf8_decode(sv_skip(before, i), &length)), lower + n);
    sv text = sv_from(lower, n);
    bool pairs[PAIRS] = {false}; /* of bytes in the text: most words are done with by their first two */
    for (size_t i = 1; i < n; i++) pairs[pair(lower + i - 1)] = true;
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (!pairs[pair(words[i].word)]) continue;
        sv word = sv_cstr(words[i].word);
        for (size_t at = sv_find(text, word, 0); at != SIZE_MAX; at = sv_find(text, word, at + 1))
            if (at + word.n > last) last = at + word.n, meaning = words[i].meaning;
    }
    return meaning;
}
