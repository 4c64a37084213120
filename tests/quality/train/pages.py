"""The gold pages: rows, sites, folds, and what the C program dumps of them."""
import collections, hashlib, json, os, re, subprocess
from urllib.parse import urlsplit

# Sets whose licence allows weights that ship; the others are for measuring only.
PERMISSIVE = ("wcxb trafilatura_eval newspaper4k_dataset magic_html_article magic_html_forum scrapinghub_aeb fundus_eval fundus_parser_tests "
              "chinese_wced postlight_parser readability_js defuddle_tests").split()
FOLDS = 5
FINAL = FOLDS  # the number of the model that is trained on all folds
SECOND_LEVEL = {"co", "com", "org", "net", "gov", "ac", "edu", "gob", "or", "ne", "go"}
HEAD_URL = re.compile(rb"<(?:link|meta)\b[^>]*>", re.I)


class Page:
    def __init__(self, name, row, gold):
        self.set, self.id, self.row = name, row["id"], row
        self.path = f"{gold}/{row['html_file']}"
        self.url = row.get("url") or ""
        with open(self.path, "rb") as f:
            data = f.read()
        self.bytes_hash = hashlib.sha1(data).hexdigest()
        self.site = site_of(self.url) or site_of(head_url(data))
        self.trains = name in PERMISSIVE
        self.fold = self.model = None


def head_url(data):
    """The canonical address or og:url that a page states."""
    for tag in HEAD_URL.findall(data[:200000]):
        if re.search(rb"canonical|og:url", tag, re.I):
            found = re.search(rb"(?:href|content)\s*=\s*[\"']?(https?://[^\"'\s>]+)", tag, re.I)
            if found:
                return found.group(1).decode("utf-8", "replace")
    return ""


def site_of(url):
    """The registrable host, near enough: two labels, three where the last but one is of the co.uk kind."""
    try:
        host = (urlsplit(url).hostname or "").strip(".").lower()
    except ValueError:
        return ""
    labels = host.split(".")
    if len(labels) < 2 or re.fullmatch(r"[\d.]+", host):
        return host
    deep = len(labels) > 2 and labels[-2] in SECOND_LEVEL and len(labels[-1]) == 2
    return ".".join(labels[-3 if deep else -2:])


def load(gold, sets=None):
    pages = []
    for name in sorted(os.listdir(gold)):
        path = f"{gold}/{name}/gold.jsonl"
        if not os.path.exists(path) or name.startswith("htmldate") or (sets and name not in sets):
            continue
        with open(path, encoding="utf-8") as f:
            pages += [Page(name, json.loads(line), gold) for line in f]
    assign_folds(pages)
    return pages


def assign_folds(pages):
    """Pages of a site or of the same bytes share a fold. Pages that do not train, and whose site does not, are answered by the final model."""
    parent = {}

    def find(x):
        parent.setdefault(x, x)
        while parent[x] != x:
            parent[x] = x = parent[parent[x]]
        return x

    for p in pages:
        if p.site:
            parent[find("site " + p.site)] = find("bytes " + p.bytes_hash)
    groups = collections.defaultdict(list)
    for p in pages:
        groups[find("bytes " + p.bytes_hash)].append(p)
    size = [0] * FOLDS
    order = sorted(groups.values(), key=lambda g: (-sum(p.trains for p in g), min(hashlib.sha1(p.id.encode()).hexdigest() for p in g)))
    for group in order:
        fold = size.index(min(size))
        size[fold] += sum(p.trains for p in group)
        known = any(p.trains for p in group)
        for p in group:
            p.fold, p.model = fold, fold if known else FINAL


def write_list(pages, path, kind="html", model=lambda p: p.model):
    with open(path, "w") as f:
        f.writelines(f"{p.path}\t{p.url}\t{kind}\t{model(p)}\n" for p in pages)


def feature_names(program):
    rows = [line.split() for line in subprocess.run([program, "names"], check=True, capture_output=True, text=True).stdout.splitlines()]
    return [r[0] for r in rows], sum(r[1] == "1" for r in rows)


class Dump:
    """One page as the C program sees it."""
    __slots__ = "texts node tokens inline keep rule first last parent begin end classes ids columns".split()


def dump(program, pages, work, models=None, kind="html", model=lambda p: p.model):
    """Yields a Dump for each page, in order."""
    import numpy as np  # here, so that measuring needs the standard library only
    write_list(pages, f"{work}/list.tsv", kind, model)
    command = [program, "dump", f"{work}/list.tsv"] + ([models] if models else [])
    with open(f"{work}/dump.bin", "wb") as out:
        subprocess.run(command, check=True, stdout=out)
    with open(f"{work}/dump.bin", "rb") as f:
        data = f.read()
    os.unlink(f"{work}/dump.bin")
    at = 0

    def u32():
        nonlocal at
        at += 4
        return int.from_bytes(data[at - 4:at], "little")

    def text():
        nonlocal at
        n = u32()
        at += n
        return data[at - n:at].decode("utf-8", "replace")

    for _ in pages:
        d, blocks, nodes, features = Dump(), u32(), u32(), u32()
        rows = [(text(), u32(), u32(), text(), u32(), u32()) for _ in range(blocks)]
        d.texts, d.inline = [r[0] for r in rows], [r[3] for r in rows]
        d.node, d.tokens = np.array([r[1] for r in rows], int), np.array([r[2] for r in rows], float)
        d.keep, d.rule = np.array([r[4] & 255 for r in rows], bool), np.array([r[4] >> 8 for r in rows], int)
        d.first, d.last = np.array([r[5] & 65535 for r in rows]) / 65535, np.array([r[5] >> 16 for r in rows]) / 65535
        table = [(u32(), u32(), u32(), text(), text()) for _ in range(nodes)]
        d.parent, d.begin, d.end = (np.array([r[k] for r in table], int) for k in range(3))
        d.classes, d.ids = [r[3] for r in table], [r[4] for r in table]
        d.columns = np.frombuffer(data, np.uint8, features * blocks, at).reshape(features, blocks)
        at += features * blocks
        yield d
