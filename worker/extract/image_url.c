#include "image_url.h"

#include "base/err.h"
#include "base/hash.h"
#include "dom_attr.h"

enum { STEM_MIN = 5, SOURCES_MAX = 16, KEY_MAX = 512 };

static const sv extensions[] = {SV_OF(".jpg"), SV_OF(".jpeg"), SV_OF(".png"), SV_OF(".gif"), SV_OF(".webp"), SV_OF(".avif"), SV_OF(".bmp"), SV_OF(".jfif")};

static bool has_word(sv v, const sv *words, size_t count) {
    for (size_t i = 0; i < v.n;) {
        while (i < v.n && !ascii_is_alpha(v.p[i])) i++;
        size_t start = i;
        while (i < v.n && ascii_is_alpha(v.p[i])) i++;
        for (size_t k = 0; k < count && i > start; k++)
            if (sv_eq_nocase(sv_from(v.p + start, i - start), words[k])) return true;
    }
    return false;
}

static sv without_query(sv url) {
    url = sv_take(url, sv_find_char(url, '?', 0));
    return sv_take(url, sv_find_char(url, '#', 0));
}

static sv without_host(sv url) {
    size_t at = sv_find(url, SV("//"), 0);
    if (at == SIZE_MAX) return url;
    at = sv_find_char(url, '/', at + 2);
    return at == SIZE_MAX ? SV("") : sv_skip(url, at);
}

static size_t extension_length(sv name) {
    for (size_t i = 0; i < COUNT_OF(extensions); i++) {
        sv e = extensions[i];
        if (name.n > e.n && sv_eq_nocase(sv_skip(name, name.n - e.n), e)) return e.n;
    }
    return 0;
}

bool image_url_is_vector(sv url) {
    sv path = without_query(url);
    return path.n > 4 && sv_eq_nocase(sv_skip(path, path.n - 4), SV(".svg"));
}

bool image_url_is_file(sv url) { return extension_length(without_query(url)) > 0; }

bool image_url_is_furniture(sv url) {
    static const sv words[] = {SV_OF("icon"), SV_OF("icons"), SV_OF("ico"), SV_OF("logo"), SV_OF("logos"), SV_OF("avatar"), SV_OF("avatars"), SV_OF("gravatar"), SV_OF("sprite"), SV_OF("sprites"), SV_OF("pixel"), SV_OF("spacer"), SV_OF("blank"), SV_OF("badge"), SV_OF("badges"), SV_OF("btn"),
                                        SV_OF("button"), SV_OF("buttons"), SV_OF("emoji"), SV_OF("emojis"), SV_OF("smiley"), SV_OF("smilies"), SV_OF("favicon"), SV_OF("tracker"), SV_OF("tracking"), SV_OF("beacon"), SV_OF("counter"), SV_OF("doubleclick"), SV_OF("adserver"),
                                        SV_OF("placeholder"), SV_OF("loading"), SV_OF("loader"), SV_OF("arrow"), SV_OF("arrows"), SV_OF("flag"), SV_OF("flags"), SV_OF("banner"), SV_OF("banners"), SV_OF("ads"), SV_OF("advert"), SV_OF("qrcode"), SV_OF("newsletter"), SV_OF("signup"), SV_OF("subscribe"), SV_OF("paywall"), SV_OF("appstore"), SV_OF("playstore"), SV_OF("placeholders"), SV_OF("masthead"), SV_OF("furniture"), SV_OF("captcha"), SV_OF("securimage"), SV_OF("bullet"), SV_OF("bullets"), SV_OF("hamburger"), SV_OF("menu"), SV_OF("toggle")};
    static const sv trackers[] = {SV_OF("gravatar.com"), SV_OF("doubleclick.net"), SV_OF("scorecardresearch.com"), SV_OF("quantserve.com"), SV_OF("google-analytics.com"), SV_OF("googletagmanager.com"), SV_OF("facebook.com/tr"), SV_OF("mc.yandex.ru"), SV_OF("top.mail.ru"),
                                           SV_OF("top-fwz1.mail.ru"), SV_OF("chartbeat."), SV_OF("adnxs.com"), SV_OF("amazon-adsystem.com"), SV_OF("matomo.php"), SV_OF("piwik.php"), SV_OF("/count.gif"), SV_OF("stats.wordpress.com"), SV_OF("pixel.wp.com"), SV_OF("bat.bing.com"), SV_OF("px.ads.")};
    sv path = without_query(url);
    if (sv_has_any(path, trackers, COUNT_OF(trackers))) return true;
    return has_word(without_host(path), words, COUNT_OF(words));
}

bool image_url_is_placeholder(sv url) {
    static const sv words[] = {SV_OF("blank"), SV_OF("placeholder"), SV_OF("spacer"), SV_OF("pixel"), SV_OF("loading"), SV_OF("loader"), SV_OF("lazy"), SV_OF("lazyload"), SV_OF("transparent"), SV_OF("grey"), SV_OF("gray"), SV_OF("trans"), SV_OF("missing"), SV_OF("dummy"), SV_OF("preload"), SV_OF("pix"), SV_OF("default")};
    if (!url.n || sv_starts_nocase(url, SV("data:")) || sv_starts_nocase(url, SV("about:")) || sv_starts_nocase(url, SV("javascript:")) || sv_has(url, SV("{"))) return true;
    if (without_host(url).n < 2) return true; /* a site is no picture */
    sv path = without_query(url);
    size_t slash = path.n;
    while (slash > 0 && path.p[slash - 1] != '/') slash--;
    sv name = sv_skip(path, slash);
    return sv_has(name, SV("1x1")) || has_word(name, words, COUNT_OF(words));
}

static bool looks_like_url(sv v) {
    if (v.n < 5 || sv_has(v, SV(" ")) || sv_has(v, SV("{")) || sv_has(v, SV("<"))) return false;
    return sv_starts_nocase(v, SV("http")) || sv_starts(v, SV("/")) || image_url_is_file(v);
}

/* The next candidate of a srcset (HTML, "parse a srcset attribute") and its width or density; absent at the end. */
static sv next_candidate(sv *set, unsigned *size) {
    size_t i = 0, n = 0;
    while (i < set->n && (ascii_is_space(set->p[i]) || set->p[i] == ',')) i++;
    *set = sv_skip(*set, i);
    while (n < set->n && ((uint8_t)set->p[n] > ' ' || !ascii_is_space(set->p[n]))) n++;
    sv url = sv_take(*set, n);
    *set = sv_skip(*set, n);
    *size = 1;
    if (sv_ends(url, SV(","))) return sv_take(url, url.n - 1);
    if (!url.n) return SV_NONE;
    sv descriptor = sv_trim(sv_cut(set, ','));
    unsigned value = 0;
    for (i = 0; i < descriptor.n && i < 6 && ascii_is_digit(descriptor.p[i]); i++) value = value * 10 + (unsigned)(descriptor.p[i] - '0');
    if (i > 0) *size = value;
    return url;
}

static sv largest_of(sv set) {
    sv best = SV_NONE, url;
    unsigned most = 0, size;
    while ((url = next_candidate(&set, &size)).n) {
        if ((best.n && size <= most) || image_url_is_placeholder(url)) continue;
        best = url;
        most = size;
    }
    return best;
}

static bool any_has_key(sv set, uint64_t key) {
    sv url;
    unsigned size;
    while ((url = next_candidate(&set, &size)).n)
        if (image_url_key(url) == key) return true;
    return false;
}

static sv from_scripts(lxb_dom_node_t *img) {
    static const sv names[] = {SV_OF("data-src"), SV_OF("data-lazy-src"), SV_OF("data-original"), SV_OF("data-original-src"), SV_OF("data-lazy"), SV_OF("data-lazysrc"), SV_OF("data-hi-res-src"), SV_OF("data-full-src"), SV_OF("data-large-src"), SV_OF("data-image-src"),
                                        SV_OF("data-image"), SV_OF("data-img"), SV_OF("data-url"), SV_OF("data-echo"), SV_OF("data-cfsrc"), SV_OF("data-flickity-lazyload"), SV_OF("data-fallback-src"), SV_OF("data-original-mos"), SV_OF("data-pin-media"),
                                        SV_OF("data-orig-file"), SV_OF("data-large-file"), SV_OF("lazy-src"), SV_OF("lazysrc"), SV_OF("original")};
    sv values[COUNT_OF(names)];
    dom_attributes(img, names, COUNT_OF(names), values);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        sv v = values[i];
        if (looks_like_url(v) && !image_url_is_placeholder(v)) return v;
    }
    for (struct dom_attr_walk w = dom_attr_walk(img); dom_attr_next(&w);) {
        sv v = sv_trim(w.here.value);
        if (sv_starts(dom_attr_name(img, w.here.id), SV("data-")) && image_url_is_file(v) && looks_like_url(v) && !image_url_is_placeholder(v)) return v;
    }
    return SV_NONE;
}

static lxb_dom_node_t *picture_around(lxb_dom_node_t *img) {
    lxb_dom_node_t *n = img->parent;
    for (int up = 0; n && up < 3 && n->local_name != LXB_TAG_PICTURE; up++) n = n->parent;
    return n && n->local_name == LXB_TAG_PICTURE ? n : NULL;
}

static const sv source_sets[] = {SV_OF("srcset"), SV_OF("data-srcset"), SV_OF("data-lazy-srcset"), SV_OF("src"), SV_OF("data-src")};

static sv from_sources(lxb_dom_node_t *img) {
    lxb_dom_node_t *picture = picture_around(img);
    unsigned seen = 0;
    for (lxb_dom_node_t *n = picture ? picture->first_child : NULL; n && seen < SOURCES_MAX; n = n->next) {
        if (n->type != LXB_DOM_NODE_TYPE_ELEMENT || n->local_name != LXB_TAG_SOURCE) continue;
        seen++;
        sv values[COUNT_OF(source_sets)];
        dom_attributes(n, source_sets, COUNT_OF(source_sets), values);
        for (size_t i = 0; i < COUNT_OF(source_sets); i++) {
            sv url = largest_of(values[i]);
            if (url.n) return url;
        }
    }
    return SV_NONE;
}

static bool sources_name(lxb_dom_node_t *element, uint64_t key) {
    sv values[COUNT_OF(source_sets)];
    dom_attributes(element, source_sets, COUNT_OF(source_sets), values);
    for (size_t i = 0; i < COUNT_OF(source_sets); i++)
        if (any_has_key(values[i], key)) return true;
    return false;
}

bool image_url_names(lxb_dom_node_t *img, uint64_t key) {
    lxb_dom_node_t *picture = picture_around(img);
    unsigned seen = 0;
    if (sources_name(img, key)) return true;
    for (lxb_dom_node_t *n = picture ? picture->first_child : NULL; n && seen < SOURCES_MAX; n = n->next) {
        if (n->type != LXB_DOM_NODE_TYPE_ELEMENT || n->local_name != LXB_TAG_SOURCE) continue;
        seen++;
        if (sources_name(n, key)) return true;
    }
    return false;
}

bool image_url_is_small(sv url, unsigned most) {
    for (size_t i = 0; i < url.n; i++) {
        unsigned w = 0, h = 0;
        size_t k = i;
        if (!ascii_is_digit(url.p[i]) || (i > 0 && (ascii_is_digit(url.p[i - 1]) || ascii_is_alpha(url.p[i - 1])))) continue;
        for (; k < url.n && k < i + 5 && ascii_is_digit(url.p[k]); k++) w = w * 10 + (unsigned)(url.p[k] - '0');
        if (k >= url.n || url.p[k] != 'x') continue;
        size_t start = ++k;
        for (; k < url.n && k < start + 5 && ascii_is_digit(url.p[k]); k++) h = h * 10 + (unsigned)(url.p[k] - '0');
        if (k > start && w && h) return w <= most && h <= most;
    }
    return false;
}

sv image_url_best(lxb_dom_node_t *img) {
    enum { SETS = 3, SRC = 3 }; /* of the sources above */
    sv values[COUNT_OF(source_sets)], src;
    dom_attributes(img, source_sets, COUNT_OF(source_sets), values);
    src = values[SRC];
    for (size_t i = 0; i < SETS; i++) {
        sv url = largest_of(values[i]);
        if (url.n) return url;
    }
    sv lazy = from_scripts(img);
    if (lazy.n) return lazy;
    if (!image_url_is_placeholder(src)) return src;
    return from_sources(img);
}

/* -- the key ---------------------------------------------------------------------------------------------------------------- */

/* "_16x9", "-4x3". */
static bool ends_in_ratio(sv v) {
    static const sv ratios[] = {SV_OF("16x9"), SV_OF("9x16"), SV_OF("4x3"), SV_OF("3x4"), SV_OF("3x2"), SV_OF("2x3"), SV_OF("1x1"), SV_OF("12x5"), SV_OF("2x1"), SV_OF("16x10")};
    for (size_t i = 0; i < COUNT_OF(ratios); i++) {
        sv r = ratios[i];
        if (v.n > r.n + STEM_MIN && sv_ends(v, r) && (v.p[v.n - r.n - 1] == '_' || v.p[v.n - r.n - 1] == '-')) return true;
    }
    return false;
}

/* Without "-1024x683", "_640x", "@2x", "-scaled" and the like at the end. */
static sv without_size(sv stem) {
    static const sv suffixes[] = {SV_OF("-scaled"), SV_OF("_scaled"), SV_OF("@2x"), SV_OF("-large"), SV_OF("_large"), SV_OF("-small"), SV_OF("-medium"), SV_OF("-thumb"), SV_OF("-thumbnail"), SV_OF("_thumb"), SV_OF("-crop")};
    for (bool again = true; again;) {
        again = false;
        size_t n = stem.n;
        while (n > 0 && (ascii_is_digit(stem.p[n - 1]) || stem.p[n - 1] == 'x' || stem.p[n - 1] == 'X')) n--;
        bool sized = stem.n - n >= 5 && stem.n - n <= 9 && sv_has_nocase(sv_skip(stem, n), SV("x"));
        size_t width = stem.n; /* "_16x9_992": a number behind a ratio */
        while (width > 0 && ascii_is_digit(stem.p[width - 1])) width--;
        if (width > 4 && width < stem.n && stem.p[width - 1] == '_' && ends_in_ratio(sv_take(stem, width - 1))) {
            stem = sv_take(stem, width - 1);
            again = true;
            continue;
        }
        if (ends_in_ratio(stem)) {
            while (stem.n > 0 && stem.p[stem.n - 1] != '_' && stem.p[stem.n - 1] != '-') stem.n--;
            stem.n -= stem.n > 0;
            again = true;
            continue;
        }
        if (sized && n > 0 && !ascii_is_alpha(stem.p[n - 1])) {
            stem = sv_take(stem, n - 1);
            again = true;
        } else if (sized && n == 0)
            return SV("");
        for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
            sv s = suffixes[i];
            if (stem.n <= s.n + STEM_MIN || !sv_eq_nocase(sv_skip(stem, stem.n - s.n), s)) continue;
            stem = sv_take(stem, stem.n - s.n);
            again = true;
        }
    }
    return stem;
}

static size_t extension_at(sv url, size_t dot) {
    for (size_t i = 0; i < COUNT_OF(extensions); i++) {
        sv e = extensions[i];
        size_t after = dot + e.n;
        if (sv_starts_nocase(sv_skip(url, dot), e) && (after >= url.n || !ascii_is_alpha(url.p[after]))) return e.n;
    }
    return 0;
}

/* The last file name in the address, wherever it lies: resizers carry the original's address in their query. */
static bool find_name(sv url, size_t *start, size_t *end) {
    size_t best = url.n;
    while (best > 0 && !(url.p[best - 1] == '.' && extension_at(url, best - 1))) best--;
    if (best < 2) return false;
    *end = *start = best - 1;
    while (*start > 0 && url.p[*start - 1] != '/' && url.p[*start - 1] != '=' && !(*start >= 3 && sv_eq_nocase(sv_from(url.p + *start - 3, 3), SV("%2F")))) (*start)--;
    return true;
}

static bool has_letter(sv v) {
    for (size_t i = 0; i < v.n; i++)
        if (ascii_is_alpha(v.p[i]) && v.p[i] != 'x') return true;
    return false;
}

/* ".../4711/jpg/640x360" without its last part. */
static sv without_size_folder(sv url) {
    size_t slash = url.n;
    while (slash > 0 && url.p[slash - 1] != '/') slash--;
    sv last = sv_skip(url, slash);
    return slash > 1 && last.n >= 5 && sv_has(last, SV("x")) && !has_letter(last) && !sv_has(last, SV(".")) ? sv_take(url, slash - 1) : url;
}

uint64_t image_url_key(sv url) {
    static const sv generic[] = {SV_OF("image"), SV_OF("photo"), SV_OF("picture"), SV_OF("rawimage"), SV_OF("default"), SV_OF("original"), SV_OF("large"), SV_OF("small"), SV_OF("medium"), SV_OF("thumb"), SV_OF("thumbnail"), SV_OF("poster"), SV_OF("cover"), SV_OF("header"), SV_OF("index")};
    char folded[KEY_MAX];
    size_t start, end, scheme = sv_find(url, SV("//"), 0);
    if (scheme != SIZE_MAX && scheme < 8) url = sv_skip(url, scheme + 2);
    sv stem = without_size_folder(url);
    if (find_name(url, &start, &end)) {
        stem = sv_from(url.p + start, end - start);
        stem = without_size(sv_take(stem, stem.n - extension_length(stem)));
        bool says_nothing = stem.n < 10 && !has_letter(stem);
        for (size_t i = 0; i < COUNT_OF(generic); i++) says_nothing |= sv_eq_nocase(stem, generic[i]);
        if (says_nothing) stem = sv_take(url, start);
        else if (stem.n < STEM_MIN) stem = sv_range(url.p, stem.p + stem.n);
    }
    size_t n = stem.n < KEY_MAX ? stem.n : KEY_MAX;
    for (size_t i = 0; i < n; i++) folded[i] = ascii_lower(stem.p[i]);
    return hash64(sv_from(folded, n));
}
