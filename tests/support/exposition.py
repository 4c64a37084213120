"""Reads Prometheus' text format 0.0.4, and takes nothing that the format, or the conventions for names, do not allow:
families(text) gives {name: (type, help, {(sample name, ((label, value), ...)): value})}."""
import math, re

NAME, LABEL = re.compile(r"[a-z][a-z0-9_]*"), re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"')
NUMBER = re.compile(r"[+-]?(\d+(\.\d+)?([eE][+-]?\d+)?|Inf)|NaN")
ESCAPES = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}


def labels_of(text):
    found, at = [], 0
    while at < len(text):
        m = LABEL.match(text, at)
        assert m, f"no label at {text[at:]!r}"
        found.append((m[1], re.sub(r"\\.", lambda e: ESCAPES[e[0]], m[2])))
        at = m.end()
        if at < len(text):
            assert text[at] == "," and at + 1 < len(text), f"behind a label: {text[at:]!r}"
            at += 1
    assert len({name for name, _ in found}) == len(found), f"a label twice: {text}"
    return tuple(found)


def check_histogram(name, samples):
    series = {}
    for (sample, labels), value in samples.items():
        rest = tuple(pair for pair in labels if pair[0] != "le")
        series.setdefault(rest, {})[sample.removeprefix(name), dict(labels).get("le")] = value
    for key, values in series.items():
        buckets = [(float(le), v) for (kind, le), v in values.items() if kind == "_bucket"]
        assert [b for b, _ in buckets] == sorted({b for b, _ in buckets}) and buckets[-1][0] == math.inf, f"{name} {key}: bounds"
        assert [v for _, v in buckets] == sorted(v for _, v in buckets), f"{name} {key}: buckets fall"
        assert buckets[-1][1] == values["_count", None] and values["_sum", None] >= 0, f"{name} {key}: count and sum"
        assert len(values) == len(buckets) + 2, f"{name} {key}: {values}"


def check_family(name, kind, samples):
    assert kind in ("counter", "gauge", "histogram"), f"{name}: {kind}"
    assert name.endswith("_total") == (kind == "counter"), f"{name} is a {kind}"
    assert not re.search(r"_(ms|us|milliseconds|kb|mb)(_|$)", name), f"{name}: no base unit"
    assert samples, f"{name}: no sample"
    if kind == "histogram":
        check_histogram(name, samples)
    assert all(math.isfinite(v) and (v >= 0 or kind == "gauge") for v in samples.values()), f"{name}: {samples}"
    assert len({tuple(n for n, _ in labels if n != "le") for _, labels in samples}) == 1, f"{name}: labels differ"


def families(text, allow_empty=False):
    assert text.endswith("\n") and "\0" not in text, "the last line has no end"
    out, name = {}, None
    lines = text[:-1].split("\n")
    at = 0
    while at < len(lines):
        head = re.fullmatch(r"# HELP (\S+) (\S.*)", lines[at])
        kind = re.fullmatch(r"# TYPE (\S+) (\S+)", lines[at + 1])
        assert head and kind and head[1] == kind[1], f"not HELP and TYPE: {lines[at:at + 2]}"
        name, samples = head[1], {}
        assert NAME.fullmatch(name) and name not in out, f"{name}: twice, or no name"
        at += 2
        while at < len(lines) and not lines[at].startswith("#"):
            m = re.fullmatch(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)", lines[at], re.S)
            assert m and NUMBER.fullmatch(m[3]), f"not a sample: {lines[at]!r}"
            ours = [name + end for end in ("_bucket", "_sum", "_count")] if kind[2] == "histogram" else [name]
            assert m[1] in ours, f"{m[1]} among those of {name}"
            key = m[1], labels_of(m[2] or "")
            assert key not in samples, f"twice: {lines[at]}"
            samples[key] = float(m[3])
            at += 1
        if samples or not allow_empty:
            check_family(name, kind[2], samples)
        out[name] = kind[2], head[2], samples
    return out


def values(text):
    """{(sample name, label values, in their order): value}, for a lookup; a sample without labels is (name,)."""
    return {(sample, *(v for _, v in labels)): value for _, _, samples in families(text, allow_empty=True).values() for (sample, labels), value in samples.items()}


def documented(markdown, heading):
    """{name: (type, unit, labels)} of the table below this heading of docs/METRICS.md."""
    section = re.split(r"^#", markdown.split(f"\n{heading}\n", 1)[1], maxsplit=1, flags=re.M)[0]
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| ([^|]*) \| ([^|]*) \| (.*) \|$", section, re.M)
    assert rows and len({row[0] for row in rows}) == len(rows), f"{heading}: no rows, or one twice"
    return {name: (kind, unit.strip(), sorted(re.findall(r"`(\w+)`", labels))) for name, kind, unit, labels, _ in rows}


def shape(text):
    """The same of an answer."""
    unit = lambda name: next((u for u in ("seconds", "bytes") if re.search(f"_{u}(_total)?$", name)), "")
    all_of = families(text, allow_empty=True)
    return {name: (kind, unit(name), sorted({label for _, labels in samples for label, _ in labels} - {"le"})) for name, (kind, _, samples) in all_of.items()}
