"""Class and id words -> how much of what lies below them is content, over sites."""
import collections, math, re

WORD = re.compile(r"[A-Za-z]+")
HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
ATTRIBUTE_BYTES, WORD_BYTES = 200, 20  # as in class_words.c
LEAST_SITES, PRIOR, STRENGTH, SCALE = 6, 0.35, 3.0, 16


def words_of(attribute):
    text = attribute.encode()[:ATTRIBUTE_BYTES].decode("utf-8", "ignore")
    found = (w.lower() for part in WORD.findall(text) for w in HUMP.split(part))
    return {w for w in found if 1 < len(w) <= WORD_BYTES}


def hash_of(word):
    h = 2166136261
    for byte in word.encode():
        h = (h ^ byte) * 16777619 & 0xFFFFFFFF
    return h or 1


def count(pages, dumps, labels):
    """word -> site -> [sum over pages of the content share below the word, pages]"""
    out = collections.defaultdict(lambda: collections.defaultdict(lambda: [0.0, 0]))
    for page, d, y in zip(pages, dumps, labels):
        if not page.row.get("gold_text") or not len(y):
            continue
        below = collections.defaultdict(lambda: [0.0, 0.0])
        good, size = [0.0], [0.0]
        for label, tokens in zip(y, d.tokens):
            good.append(good[-1] + label * tokens)
            size.append(size[-1] + tokens)
        for classes, ident, a, z in zip(d.classes, d.ids, d.begin, d.end):
            if size[z] > size[a]:
                for w in words_of(classes) | words_of(ident):
                    below[w][0] += good[z] - good[a]
                    below[w][1] += size[z] - size[a]
        for inline, label, tokens in zip(d.inline, y, d.tokens):
            for w in words_of(inline):
                below[w][0] += label * tokens
                below[w][1] += tokens
        for w, (g, t) in below.items():
            row = out[w][page.site or page.bytes_hash]
            row[0] += g / t
            row[1] += 1
    return out


def table(counts, without=frozenset()):
    """word -> score; a site has one vote, and words that few sites use are not known."""
    out, base = {}, math.log(PRIOR / (1 - PRIOR))
    for word in sorted(counts):
        votes = [g / n for site, (g, n) in counts[word].items() if site not in without]
        if len(votes) >= LEAST_SITES:
            good, n = sum(votes), len(votes)
            odds = math.log((good + STRENGTH * PRIOR) / (n - good + STRENGTH * (1 - PRIOR))) - base
            if round(SCALE * odds):
                out[word] = round(SCALE * odds)
    return out
