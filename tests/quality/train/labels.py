"""Gold text -> for each block the share of its tokens that are content."""
import collections
import numpy as np
from gold_tokens import tokens_of

BITS_MAX = 3_000_000_000  # of the alignment's table


def aligned(gold, page):
    """A longest common subsequence, bit-parallel: for each page token its position in gold, or -1."""
    out = np.full(len(page), -1, np.int64)
    width = len(gold)
    if not width or not page or width * len(page) > BITS_MAX:
        return out
    where, ones = collections.defaultdict(int), (1 << width) - 1
    for i, token in enumerate(gold):
        where[token] |= 1 << i
    rows, row = [], ones
    for token in page:
        match = row & where.get(token, 0)
        row = ((row + match) | (row - match)) & ones
        rows.append(row)
    i, j = width - 1, len(page) - 1
    while i >= 0 and j >= 0:  # a zero bit: the subsequence grows at this gold position
        if rows[j] >> i & 1:
            i -= 1
        elif j and not rows[j - 1] >> i & 1:
            j -= 1
        else:
            out[j] = i
            i, j = i - 1, j - 1
    return out


def run_shares(words, where):
    """The share of each block that lies in runs of three tokens or more of the alignment (or is a run as a whole)."""
    shares, at = [], 0
    for block in words:
        w, good, i = where[at:at + len(block)], 0, 0
        at += len(block)
        while i < len(block):
            end = i + 1
            while end < len(block) and w[i] >= 0 and w[end] == w[end - 1] + 1:
                end += 1
            if w[i] >= 0 and (end - i >= 3 or end - i == len(block)):
                good += end - i
            i = end
        shares.append(good / len(block) if block else 0.0)
    return shares


def from_text(gold_text, texts):
    """Blocks claim the 4-word shingles of the gold, the best aligned first, so that a text that stands twice counts once."""
    gold, words = tokens_of(gold_text), [tokens_of(t) for t in texts]
    runs = run_shares(words, aligned(gold, [t for block in words for t in block]))
    lines = {tuple(tokens_of(line)) for line in gold_text.split("\n")}
    left = collections.Counter(tuple(gold[i:i + 4]) for i in range(len(gold) - 3))
    out = np.zeros(len(texts))
    for i in sorted(range(len(texts)), key=lambda i: (-round(runs[i], 1), -len(words[i]))):
        block = words[i]
        if len(block) < 4:
            sure = tuple(block) in lines or (runs[i] == 1 and len(block) > 1)
            out[i] = runs[i] if sure else runs[i] / 2
            continue
        covered = np.zeros(len(block), bool)
        for k in range(len(block) - 3):
            shingle = tuple(block[k:k + 4])
            if left[shingle] > 0:
                left[shingle] -= 1
                covered[k:k + 4] = True
        out[i] = covered.mean() if len(block) >= 8 else max(covered.mean(), runs[i])
    return out


def from_snippets(must, mustnot, texts):
    """Labels where snippets say something, NaN elsewhere. A snippet that must appear and stands more than once: the longest block."""
    words = [tokens_of(t) for t in texts]
    starts, flat = [], " "
    for block in words:
        starts.append(len(flat))
        flat += "".join(token + " " for token in block)
    starts = np.array(starts)
    out = np.full(len(texts), np.nan)
    for snippets, label in ((mustnot, 0.0), (must, 1.0)):
        for snippet in snippets or []:
            needle = tokens_of(snippet)
            key, hits, at = " " + " ".join(needle) + " ", [], 0
            while needle and len(hits) < 20 and (at := flat.find(key, at)) >= 0:
                first, last = (int(np.searchsorted(starts, x, "right")) - 1 for x in (at + 1, at + len(key) - 2))
                hits.append(range(first, last + 1))
                at += 1
            if label == 1.0 and len(hits) > 1:
                hits = [max(hits, key=lambda h: max(len(words[i]) for i in h))]
            for i in (i for h in hits for i in h):
                if label == 1.0 or len(needle) >= 0.3 * len(words[i]):
                    out[i] = label
    return out


def of_page(row, texts):
    if row.get("gold_text") is not None:
        return from_text(row["gold_text"], texts)
    return from_snippets(row.get("gold_must"), row.get("gold_mustnot"), texts)
