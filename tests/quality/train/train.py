#!/usr/bin/env python3
"""Trains the block models from what the C program dumps: word scores, then the first stage, then the second, which sees the first's out-of-fold
probabilities. Writes WORK/models/K.model for each fold and the final model, and with --tables the C tables.

  train.py --program build/release/bin/quality_pages --gold UNPACKED_SETS --work CACHE [--tables worker/extract/model_tables.c]
"""
import argparse, copy, hashlib, os, pickle, re, subprocess, time
import numpy as np
import boost, labels, model_out, pages as gold_pages, words
from gold_tokens import tokens_of
from pages import FINAL, FOLDS


def cached_labels(work, pages, dumps):
    """Aligning takes minutes: kept by the page's identity and its blocks."""
    path = f"{work}/labels.pkl"
    known = {}
    if os.path.exists(path):
        with open(path, "rb") as f:
            known = pickle.load(f)
    out, fresh = [], {}
    for page, d in zip(pages, dumps):
        key = hashlib.sha1((page.id + ("worn" if page.worn else "") + "\0" + "\0".join(d.texts)).encode()).hexdigest()
        fresh[key] = known.get(key)
        if fresh[key] is None:
            fresh[key] = labels.of_page(page.row, d.texts)
        out.append(fresh[key])
    with open(path, "wb") as f:
        pickle.dump(fresh, f)
    return out


WORN_WEIGH = 0.5


def weights(page, tokens, power=0.7):
    """A block weighs by its tokens, against the size of the page's gold: what a mistake costs in F1."""
    text = page.row.get("gold_text")
    size = (len(tokens_of(text)) if text is not None else 400) + 40
    return np.minimum((tokens / size) ** power, 1.0) * (1.0 if text is not None else 0.7) * (WORN_WEIGH if page.worn else 1.0)


CUT_SHORT = {"newspaper4k_dataset"}
CUT_SHARE = 0.3


def unknown_behind(page, d, y):
    """Golds of some sets stop in the midst of a text (27 of the 46 worst pages of newspaper4k_dataset). What stands behind the last block of such a gold in
    the container of the text is not known to be no content, where it is too much for closing matter."""
    content = np.flatnonzero(y > 0.5)
    if page.set not in CUT_SHORT or not len(content):
        return y
    container = d.parent[d.node]
    held = np.bincount(container[content], d.tokens[content])
    behind = (np.arange(len(y)) > content[-1]) & (container == held.argmax()) & (y < 0.1)
    if d.tokens[behind].sum() > CUT_SHARE * d.tokens[content].sum():
        y = np.where(behind, np.nan, y)
    return y


class Data:
    def __init__(self, pages, dumps, y):
        y = [unknown_behind(p, d, of) for p, d, of in zip(pages, dumps, y)]
        self.fold = np.repeat([p.fold for p in pages], [len(d.tokens) for d in dumps])
        self.x = np.concatenate([d.columns.T for d in dumps])
        self.y = np.concatenate(y)
        self.w = np.concatenate([weights(p, d.tokens) for p, d in zip(pages, dumps)])
        self.worn = np.repeat([p.worn for p in pages], [len(d.tokens) for d in dumps])


def loss(y, w, odds):
    p = np.clip(1 / (1 + np.exp(-odds)), 1e-6, 1 - 1e-6)
    known = ~np.isnan(y)
    return -(w * (y * np.log(p) + (1 - y) * np.log(1 - p)))[known].sum() / w[known].sum()


# The first sees worn pages too, and all not too closely, so that its probabilities are as unsure there as on pages that it has not seen. For the second,
# more trees at a lower rate are better up to what tables and time allow, and worn pages add nothing. A flattened page has less to tell.
# One seed alone moves the out-of-fold loss of so few trees by a hundredth of itself.
FIRST = dict(trees=70, rate=0.15, share=0.25, seeds=2)
SECOND = dict(trees=600, rate=0.04, share=1.0, seeds=1)
FLATTENED = FIRST | {"trees": 49}
STAGES = {"html": (FIRST, SECOND), "text": (FLATTENED, FLATTENED)}


def train_stage(o, say, data, columns, trees, rate, share, seeds):
    models, odds = [], np.zeros(len(data.y))
    for k in range(FOLDS + 1):
        chosen = data.fold != k
        models.append(boost.mean([boost.fit(data.x[:, :columns][chosen], data.y[chosen], data.w[chosen], trees, rate, seed=s, threads=o.threads, share=share)
                                  for s in range(o.seed, o.seed + seeds)]))
        here = data.fold == k
        odds[here] = boost.predict(models[k], data.x[here])
        say(f"model {k}")
    say(f"out-of-fold loss {loss(data.y, np.where(data.worn, 0, data.w), odds):.4f}")
    return models


# In the order of enum page_type. Sets of one kind are known by their making.
TYPES = "article forum product listing documentation service collection".split()
TYPE_OF_SET = {"newspaper4k_dataset": "article", "fundus_parser_tests": "article", "fundus_eval": "article", "scrapinghub_aeb": "article",
               "magic_html_forum": "forum", "magic_html_article": "article"}
TYPE_TREES, TYPE_RATE, TYPE_DEPTH, OTHER_SETS_WEIGH = 60, 0.1, 4, 0.3


def train_types(o, say, pages, dumps):
    """Each type against the rest, from wcxb's page types and from the sets of one kind."""
    names = [p.row.get("page_type") if p.set == "wcxb" else TYPE_OF_SET.get(p.set) for p in pages]
    known = np.array([n in TYPES and len(d.tokens) > 0 and not p.worn for p, n, d in zip(pages, names, dumps)])
    x, fold = np.array([d.type_row for d in dumps]), np.array([p.fold for p in pages])
    weight = np.array([1.0 if p.set == "wcxb" else OTHER_SETS_WEIGH for p in pages])
    models, odds = [], np.zeros((len(pages), len(TYPES)))
    for k in range(FOLDS + 1):
        chosen = known & (fold != k)
        models.append([boost.fit(x[chosen], np.array([float(n == t) for n in names])[chosen], weight[chosen], TYPE_TREES, TYPE_RATE, threads=o.threads,
                                 depth=TYPE_DEPTH) for t in TYPES])
        for i, m in enumerate(models[k]):
            odds[fold == k, i] = boost.predict(m, x[fold == k])
    judged = np.array([p.set == "wcxb" for p in pages]) & known
    right = np.array([TYPES[i] == n for i, n in zip(odds.argmax(1), names)])
    say(f"page type right out of fold on {right[judged].mean():.3f} of {judged.sum()} wcxb pages")
    return models


def flattened(program, pages, work):
    """The same pages as flattened text."""
    folder = f"{work}/flat"
    os.makedirs(folder, exist_ok=True)
    gold_pages.write_list(pages, f"{work}/flat.tsv")
    subprocess.run([program, "flatten", f"{work}/flat.tsv", folder], check=True)
    out = []
    for i, p in enumerate(pages):
        q = copy.copy(p)
        q.path = f"{folder}/{i}.txt"
        out.append(q)
    return out


NAMES = re.compile(rb"""\s(?:class|id|role|itemprop)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"']+)""", re.I)
MEANING = re.compile(rb"<(/?)(?:article|main|section|nav|aside|header|footer|figure|figcaption|time|address)(?=[\s>/])", re.I)


def worn(pages, work):
    """Every other page once more as older pages are written: without class names and without elements that say what they hold. So the first
    model learns what to do where markup tells nothing; a worn page weighs half."""
    folder = f"{work}/worn"
    os.makedirs(folder, exist_ok=True)
    out = []
    for p in pages:
        key = hashlib.sha1(p.id.encode()).hexdigest()
        if int(key[:2], 16) % 2:
            continue
        q = copy.copy(p)
        q.path, q.worn = f"{folder}/{key}.html", True
        with open(p.path, "rb") as f, open(q.path, "wb") as g:
            g.write(MEANING.sub(rb"<\1div", NAMES.sub(b"", f.read())))
        out.append(q)
    return out


def train_kind(o, say, pages, work, kind):
    """(first, second, types, word table) of the final models; the models of folds are left in WORK/models."""
    os.makedirs(f"{work}/models", exist_ok=True)
    names, first_columns = gold_pages.feature_names(o.program)
    first_stage, second_stage = STAGES[kind]

    def dump(model=lambda p: p.fold, texts=False):
        return list(gold_pages.dump(o.program, pages, work, f"{work}/models", kind, model, texts))

    def write(first, second, types):
        for k in range(FOLDS + 1):
            model_out.write_file(f"{work}/models/{k}.model", first[k], second[k], types[k], tables[k])

    dumps = dump(lambda p: "-", texts=True)
    y = cached_labels(work, pages, dumps)
    say(f"{kind}: {len(pages)} pages, {sum(map(len, y))} blocks")
    counts = words.count(pages, dumps, y)
    fold_of = {p.site or p.bytes_hash: p.fold for p in pages}
    tables = [words.table(counts, {s for s, f in fold_of.items() if f == k}) for k in range(FOLDS)] + [words.table(counts)]
    say(f"{len(tables[FINAL])} words")
    empty = (0, [])
    none, no_types = [empty] * (FOLDS + 1), [[empty] * len(TYPES)] * (FOLDS + 1)
    write(none, none, no_types)
    first = train_stage(o, say, Data(pages, dump(), y), first_columns, **first_stage)
    write(first, none, no_types)
    types = train_types(o, say, pages, dump())
    write(first, none, types)
    data = Data(pages, dump(), y)
    data.w = np.where(data.worn, 0, data.w)
    second = train_stage(o, say, data, len(names), **second_stage)
    write(first, second, types)
    final = first[FINAL], second[FINAL], types[FINAL], tables[FINAL]
    with open(f"{work}/final.pkl", "wb") as f:
        pickle.dump(final, f)
    return final


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--program", required=True)
    a.add_argument("--gold", required=True)
    a.add_argument("--work", required=True)
    a.add_argument("--tables")
    a.add_argument("--kinds", default="html,text", help="which to train; the tables hold the last of both")
    a.add_argument("--threads", type=int, default=2)
    a.add_argument("--seed", type=int, default=1)
    o = a.parse_args()
    begun = time.time()

    def say(what):
        print(f"{time.time() - begun:6.0f} s  {what}", flush=True)

    os.makedirs(o.work, exist_ok=True)
    pages = [p for p in gold_pages.load(o.gold) if p.trains]
    for kind in o.kinds.split(","):
        work = o.work if kind == "html" else f"{o.work}/text"
        os.makedirs(work, exist_ok=True)
        train_kind(o, say, pages + worn(pages, work) if kind == "html" else flattened(o.program, pages, work), work, kind)
    if o.tables:
        final = {}
        for kind, work in (("html", o.work), ("text", f"{o.work}/text")):
            with open(f"{work}/final.pkl", "rb") as f:
                final[kind] = pickle.load(f)
        model_out.write_c(o.tables, {kind: f[:3] for kind, f in final.items()}, final["html"][3])
    say("done")


if __name__ == "__main__":
    main()
