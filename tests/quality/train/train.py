#!/usr/bin/env python3
"""Trains the block models from what the C program dumps: word scores, then the first stage, then the second, which sees the first's out-of-fold
probabilities. Writes WORK/models/K.model for each fold and the final model, and with --tables the C tables.

  train.py --program build/release/bin/quality_pages --gold UNPACKED_SETS --work CACHE [--tables worker/extract/model_tables.c]
"""
import argparse, hashlib, os, pickle, time
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
        key = hashlib.sha1((page.id + "\0" + "\0".join(d.texts)).encode()).hexdigest()
        fresh[key] = known.get(key)
        if fresh[key] is None:
            fresh[key] = labels.of_page(page.row, d.texts)
        out.append(fresh[key])
    with open(path, "wb") as f:
        pickle.dump(fresh, f)
    return out


def weights(page, tokens, power=0.7):
    """A block weighs by its tokens, against the size of the page's gold: what a mistake costs in F1."""
    text = page.row.get("gold_text")
    size = (len(tokens_of(text)) if text is not None else 400) + 40
    return np.minimum((tokens / size) ** power, 1.0) * (1.0 if text is not None else 0.7)


class Data:
    def __init__(self, pages, dumps, y):
        self.fold = np.repeat([p.fold for p in pages], [len(d.texts) for d in dumps])
        self.x = np.concatenate([d.columns.T for d in dumps])
        self.y = np.concatenate(y)
        self.w = np.concatenate([weights(p, d.tokens) for p, d in zip(pages, dumps)])
        self.sets = np.repeat([p.set for p in pages], [len(d.texts) for d in dumps])


def loss(y, w, odds):
    p = np.clip(1 / (1 + np.exp(-odds)), 1e-6, 1 - 1e-6)
    known = ~np.isnan(y)
    return -(w * (y * np.log(p) + (1 - y) * np.log(1 - p)))[known].sum() / w[known].sum()


def train_stage(o, say, data, columns, trees):
    models, odds = [], np.zeros(len(data.y))
    for k in range(FOLDS + 1):
        chosen = data.fold != k
        models.append(boost.fit(data.x[:, :columns][chosen], data.y[chosen], data.w[chosen], trees, o.rate, threads=o.threads))
        here = data.fold == k
        odds[here] = boost.predict(models[k], data.x[here])
        say(f"model {k}")
    say(f"out-of-fold loss {loss(data.y, data.w, odds):.4f}")
    return models


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--program", required=True)
    a.add_argument("--gold", required=True)
    a.add_argument("--work", required=True)
    a.add_argument("--tables")
    a.add_argument("--first-trees", type=int, default=120)
    a.add_argument("--second-trees", type=int, default=120)
    a.add_argument("--rate", type=float, default=0.12)
    a.add_argument("--threads", type=int, default=2)
    o = a.parse_args()
    begun = time.time()

    def say(what):
        print(f"{time.time() - begun:6.0f} s  {what}", flush=True)

    os.makedirs(f"{o.work}/models", exist_ok=True)
    pages = [p for p in gold_pages.load(o.gold) if p.trains]
    names, first_columns = gold_pages.feature_names(o.program)
    empty = (0, [])

    def dump(model=lambda p: p.fold):
        return list(gold_pages.dump(o.program, pages, o.work, f"{o.work}/models", model=model))

    def write(first, second):
        for k in range(FOLDS + 1):
            model_out.write_file(f"{o.work}/models/{k}.model", first[k], second[k], tables[k])

    dumps = dump(lambda p: "-")
    y = cached_labels(o.work, pages, dumps)
    say(f"{len(pages)} pages, {sum(map(len, y))} blocks")
    counts = words.count(pages, dumps, y)
    fold_of = {p.site or p.bytes_hash: p.fold for p in pages}
    tables = [words.table(counts, {s for s, f in fold_of.items() if f == k}) for k in range(FOLDS)] + [words.table(counts)]
    say(f"{len(tables[FINAL])} words")
    none = [empty] * (FOLDS + 1)
    write(none, none)
    first = train_stage(o, say, Data(pages, dump(), y), first_columns, o.first_trees)
    write(first, none)
    second = train_stage(o, say, Data(pages, dump(), y), len(names), o.second_trees)
    write(first, second)
    if o.tables:
        model_out.write_c(o.tables, {"html": (first[FINAL], second[FINAL])}, tables[FINAL])
    say("done")


if __name__ == "__main__":
    main()
