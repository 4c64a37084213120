#include "caption.h"

#include "base/err.h"
#include "cmocka_all.h"

struct row {
    const char *text, *caption, *credit; /* NULL: absent */
};

static void assert_view(const char *text, const char *what, sv got, const char *want) {
    sv w = sv_cstr(want);
    if (sv_eq(got, w) && (got.n > 0) == (w.n > 0)) return;
    fail_msg("%s of '%s': got '%.*s', want '%s'", what, text, SV_ARG(got), want ? want : "(absent)");
}

static void assert_rows(const struct row *rows, size_t count, enum caption_trust trust) {
    for (size_t i = 0; i < count; i++) {
        struct caption c = caption_split(sv_cstr(rows[i].text), trust);
        assert_view(rows[i].text, "caption", c.caption, rows[i].caption);
        assert_view(rows[i].text, "credit", c.credit, rows[i].credit);
    }
}

static void caption_split_knows_the_forms_of_newsrooms(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"The ferry leaves. (Harbour Press/Cara Model/Pool via Gazette)", "The ferry leaves.", "Harbour Press/Cara Model/Pool via Gazette"},
        {"The ferry leaves. Photo: Cara Model", "The ferry leaves.", "Cara Model"},
        {"The ferry leaves. Photograph: Cara Model/AFP", "The ferry leaves.", "Cara Model/AFP"},
        {"The ferry leaves. (Photo by Cara Model/Getty Images)", "The ferry leaves.", "Cara Model/Getty Images"},
        {"The ferry leaves. (AP Photo/Cara Model, File)", "The ferry leaves.", "AP Photo/Cara Model, File"},
        {"The ferry leaves (Reuters)", "The ferry leaves", "Reuters"},
        {"The ferry leaves. © Cara Model", "The ferry leaves.", "Cara Model"},
        {"The ferry leaves | Foto: Cara Model", "The ferry leaves", "Cara Model"},
        {"Die Fähre legt ab. Bild: Cara Model/dpa", "Die Fähre legt ab.", "Cara Model/dpa"},
        {"Die Fähre legt ab. Quelle: Hafenamt", "Die Fähre legt ab.", "Hafenamt"},
        {"Le ferry quitte le port. Crédit photo : Cara Model", "Le ferry quitte le port.", "Cara Model"},
        {"Trajekt odplouvá. Zdroj: ČTK", "Trajekt odplouvá.", "ČTK"},
        {"Prom odpływa (fot. Cara Model)", "Prom odpływa", "Cara Model"},
        {"Färjan lämnar kajen. Foto: Cara Model/TT", "Färjan lämnar kajen.", "Cara Model/TT"},
        {"Lautta lähtee. Kuva: Cara Model", "Lautta lähtee.", "Cara Model"},
        {"Паром отходит от причала. Фото: Кара Модель / ТАСС", "Паром отходит от причала.", "Кара Модель / ТАСС"},
        {"Το πλοίο φεύγει. Φωτογραφία: Κάρα", "Το πλοίο φεύγει.", "Κάρα"},
        {"Vapur iskeleden ayrılıyor. Fotoğraf: Cara Model", "Vapur iskeleden ayrılıyor.", "Cara Model"},
        {"המעבורת יוצאת (צילום: קארה מודל)", "המעבורת יוצאת", "קארה מודל"},
        {"العبارة تغادر المرفأ (تصوير: كارا)", "العبارة تغادر المرفأ", "كارا"},
        {"नाव रवाना हुई। फोटो: कारा", "नाव रवाना हुई।", "कारा"},
        {"桟橋を離れるフェリー（写真：港新聞）", "桟橋を離れるフェリー", "港新聞"},
        {"渡轮驶离旧码头。图源：海港报", "渡轮驶离旧码头。", "海港报"},
        {"부두를 떠나는 여객선 [사진 = 항구신문]", "부두를 떠나는 여객선", "항구신문"},
        {"Photo: Cara Model", NULL, "Cara Model"},
        {"© 2024 Harbour Press", NULL, "2024 Harbour Press"},
        {"Image credit: Photo by Cara Model", NULL, "Cara Model"},
        {"Bild © Cara Model (hg)", NULL, "Cara Model (hg)"},
        {"Image source, Harbour Press", NULL, "Harbour Press"},
        {"Image caption, The ferry leaves. Photo: Cara Model", "The ferry leaves.", "Cara Model"},
    };
    assert_rows(rows, COUNT_OF(rows), CAPTION_LINE);
    assert_rows(rows, COUNT_OF(rows), CAPTION_PLACE);
}

static void caption_split_of_a_line_leaves_prose_alone(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"The council will vote again in May, he said (see below).", "The council will vote again in May, he said (see below).", NULL},
        {"He gave her the photo by the door and left.", "He gave her the photo by the door and left.", NULL},
        {"The old source of the river is dry.", "The old source of the river is dry.", NULL},
        {"We met the two of them again (Ada Example)", "We met the two of them again (Ada Example)", NULL},
        {"Position: PG/SG", "Position: PG/SG", NULL},
        {"Management Utilities (inspect/control)", "Management Utilities (inspect/control)", NULL},
        {"Tickets go on sale at 10 a.m. local time via Live Nation", "Tickets go on sale at 10 a.m. local time via Live Nation", NULL},
        {"Prices rose by 3 percent and/or more.", "Prices rose by 3 percent and/or more.", NULL},
        {"", NULL, NULL},
    };
    assert_rows(rows, COUNT_OF(rows), CAPTION_LINE);
}

static void caption_split_of_a_caption_trusts_names_at_its_end(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"The ferry leaves. (Cara Model)", "The ferry leaves.", "Cara Model"},
        {"The ferry - Belga", "The ferry", "Belga"},
        {"The ferry / Shutterstock", "The ferry", "Shutterstock"},
        {"The ferry leaves the pier. Pat Sample / The Harbour Gazette", "The ferry leaves the pier.", "Pat Sample / The Harbour Gazette"},
        {"The harbour master speaks on 21 May. (Northport)", "The harbour master speaks on 21 May. (Northport)", NULL},
        {"The pier (left) and the ferry", "The pier (left) and the ferry", NULL},
    };
    assert_rows(rows, COUNT_OF(rows), CAPTION_PLACE);
}

static void caption_credit_names_strips_labels_and_brackets(void **state) {
    (void)state;
    static const struct {
        const char *text, *names;
    } rows[] = {
        {"(Foto: Cara Model)", "Cara Model"}, {" – Bildquelle: © Cara Model. ", "Cara Model"}, {"Cara Model", "Cara Model"}, {"COURTESY OF HARBOUR TV", "HARBOUR TV"}, {"By Cara Model/HP", "Cara Model/HP"}, {"Photo:", "Photo"}, {" | ", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) assert_view(rows[i].text, "names", caption_credit_names(sv_cstr(rows[i].text)), rows[i].names);
}

static void caption_split_survives_any_bytes(void **state) {
    (void)state;
    static const char bytes[] = "\0(\xff\xc2\xa9 \xe5\x9b\xbe\0Photo:)\0.";
    for (size_t from = 0; from < sizeof bytes; from++)
        for (size_t n = 0; from + n <= sizeof bytes; n++) {
            sv v = sv_from(bytes + from, n);
            struct caption c = caption_split(v, n % 2 ? CAPTION_LINE : CAPTION_PLACE);
            assert_true(c.caption.n <= n && c.credit.n <= n);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(caption_split_knows_the_forms_of_newsrooms),     cmocka_unit_test(caption_split_of_a_line_leaves_prose_alone),
        cmocka_unit_test(caption_split_of_a_caption_trusts_names_at_its_end), cmocka_unit_test(caption_credit_names_strips_labels_and_brackets),
        cmocka_unit_test(caption_split_survives_any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
