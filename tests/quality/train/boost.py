"""Gradient boosting over oblivious trees (CatBoost), and its trees as the integers that model.c sums."""
import json, os, tempfile
import numpy as np
from catboost import CatBoost, Pool

DEPTH, LEAVES, ONE, NEVER = 6, 64, 4096, 255


def thinned(weight, share, seed):
    """Which rows to train on, about `share` of them, and their weights: light rows are drawn by their weight and made as heavy as the limit below
    which that happens, so that sums over rows are what they were, in the mean."""
    low, high = 0.0, float(weight.max())
    for _ in range(50):
        limit = (low + high) / 2
        low, high = (limit, high) if np.minimum(1.0, weight / limit).mean() > share else (low, limit)
    chosen = np.random.default_rng(seed).random(len(weight)) * limit < weight
    return chosen, np.maximum(weight[chosen], limit)


def fit(x, y, weight, trees, rate, seed=1, l2=3.0, threads=2, share=1.0, depth=DEPTH):
    """x: bytes, rows by features; y: soft labels in 0..1, NaN where unknown."""
    known = np.flatnonzero(~np.isnan(y) & (weight > 0))
    chosen, weight = thinned(weight[known], share, seed)
    known = known[chosen]
    pool = Pool(x[known].astype(np.float32), label=y[known], weight=weight / weight.mean())
    model = CatBoost(dict(loss_function="CrossEntropy", iterations=trees, depth=depth, learning_rate=rate, l2_leaf_reg=l2, random_seed=seed, border_count=64,
                          bootstrap_type="Bernoulli", subsample=0.7, random_strength=0.5, thread_count=threads, verbose=False, allow_writing_files=False,
                          boosting_type="Plain", leaf_estimation_iterations=1, rsm=0.4))
    model.fit(pool)
    with tempfile.TemporaryDirectory() as folder:
        model.save_model(f"{folder}/model.json", format="json")
        with open(f"{folder}/model.json") as f:
            return to_integers(json.load(f))


def to_integers(exported):
    """(bias, [(features, thresholds, leaves)])"""
    scale, bias = exported["scale_and_bias"]
    trees = []
    for tree in exported["oblivious_trees"]:
        splits = tree["splits"] or []
        features = [s["float_feature_index"] for s in splits] + [0] * (DEPTH - len(splits))
        above = [int(np.floor(s["border"])) for s in splits] + [NEVER] * (DEPTH - len(splits))
        leaves = [int(round(scale * v * ONE)) for v in tree["leaf_values"]]
        leaves += [0] * (LEAVES - len(leaves))
        assert len(features) == DEPTH and all(abs(v) < 32768 for v in leaves)
        trees.append((features, above, leaves))
    return int(round(bias[0] * ONE)), trees


def mean(models):
    """One model whose sum is the mean of theirs."""
    n = len(models)
    return round(sum(bias for bias, _ in models) / n), [(f, a, [round(v / n) for v in leaves]) for _, trees in models for f, a, leaves in trees]


def predict(model, x):
    """Log-odds, as model.c sums them; for looking at a loss, not for serving."""
    bias, trees = model
    out = np.full(len(x), bias, np.int64)
    for features, above, leaves in trees:
        index = np.zeros(len(x), np.int64)
        for d in range(DEPTH):
            index |= (x[:, features[d]] > above[d]).astype(np.int64) << d
        out += np.array(leaves)[index]
    return out / ONE
