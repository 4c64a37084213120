"""Models as the files that quality_pages reads, and as the C tables that are built in."""
import math
from words import hash_of

REACH, STEPS = 8, 1024  # of the logistic table, as in model_tables.h


def write_file(path, first, second, types, words):
    with open(path, "w") as f:
        for name, (bias, trees) in [("first", first), ("second", second)] + [("type", t) for t in types]:
            f.write(f"{name} {len(trees)} {bias}\n")
            for features, above, leaves in trees:
                f.write(" ".join(map(str, features + above + leaves)) + "\n")
        f.write(f"words {len(words)}\n")
        f.writelines(f"{hash_of(w)} {s}\n" for w, s in sorted(words.items()))


def rows(values, width=150):
    line, out = "", []
    for v in map(str, values):
        if len(line) + len(v) + 1 > width:
            out.append(line)
            line = ""
        line += v + ","
    return "\n".join(out + [line])


def c_model(name, trees):
    tree = ",\n".join("{{%s},{%s}}" % (",".join(map(str, f)), ",".join(map(str, a))) for f, a, _ in trees)
    leaf = rows(v >> shift & 255 for _, _, leaves in trees for shift in (0, 8) for v in leaves)
    return f"static const struct model_tree {name}_tree[] = {{\n{tree}}};\nstatic const uint8_t {name}_leaf[] = {{\n{leaf}}};\n"


def c_words(name, words):
    size = 16
    while size < 2 * len(words) + 2:
        size *= 2
    slots = [None] * size
    for word in sorted(words):
        at = hash_of(word) & (size - 1)
        while slots[at]:
            at = (at + 1) & (size - 1)
        slots[at] = word
    body = "".join(f"[{i}] = {{{hash_of(w)}u, {words[w]}}}, /* {w} */\n" for i, w in enumerate(slots) if w)
    return f"static const struct word_score {name}[{size}] = {{\n{body}}};\n", size


def write_c(path, models, words):
    """models: {"html": (first, second, types), ...}"""
    step = 2 * REACH / STEPS
    logistic = [round(65535 / (1 + math.exp(-(-REACH + (i + 0.5) * step)))) for i in range(STEPS)]
    slots, size = c_words("word_slots", words)
    with open(path, "w") as f:
        f.write("/* Made by tests/quality/train/train.py. Do not edit. */\n#include \"model_tables.h\"\n\n/* clang-format off */\n")
        f.write(f"const uint16_t model_logistic[MODEL_LOGISTIC_COUNT] = {{\n{rows(logistic)}}};\n{slots}")
        for kind, (first, second, types) in models.items():
            sets = []
            for stage, (bias, trees) in [("first", first), ("second", second)] + [(f"type[{i}]", t) for i, t in enumerate(types)]:
                name = f"{kind}_{stage}".replace("[", "_").replace("]", "")
                f.write(c_model(name, trees))
                sets.append(f".{stage} = {{{name}_tree, {name}_leaf, {len(trees)}, {bias}}}")
            f.write(f"const struct model_set model_{kind} = {{{', '.join(sets)}, .words = {{word_slots, {size - 1}}}}};\n")
