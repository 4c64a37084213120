"""The gold pages: rows, sites, folds, and what the C program dumps of them."""
import collections, hashlib, json, os, re, subprocess
from urllib.parse import urlsplit

# Sets whose licence allows weights that ship; the others are for measuring only.
PERMISSIVE = ("wcxb trafilatura_eval newspaper4k_dataset magic_html_article magic_html_forum scrapinghub_aeb fundus_eval fundus_parser_tests "
              "chinese_wced postlight_parser readability_js defuddle_tests").split()
FOLDS = 4
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
        self.worn = False


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
    __slots__ = "texts node tokens inline keep rule first last parent begin end classes ids columns type_row".split()


def dump(program, pages, work, models=None, kind="html", model=lambda p: p.model, texts=True):
    """Yields a Dump for each page, in order; its texts only if wanted. The layout is that of dump_page in quality_pages.c."""
    import numpy as np  # here, so that measuring needs the standard library only
    write_list(pages, f"{work}/list.tsv", kind, model)
    command = [program, "dump", f"{work}/list.tsv"] + ([models] if models else [])
    with open(f"{work}/dump.bin", "wb") as out:
        subprocess.run(command, check=True, stdout=out)
    with open(f"{work}/dump.bin", "rb") as f:
        data = f.read()
    os.unlink(f"{work}/dump.bin")
    at = 0

    def u32s(n):
        nonlocal at
        at += 4 * n
        return np.frombuffer(data, np.uint32, n, at - 4 * n).astype(np.int64)

    def strings(n):
        nonlocal at
        out = []
        for length in u32s(n).tolist():
            out.append(data[at:at + length].decode("utf-8", "replace"))
            at += length
        return out

    for _ in pages:
        blocks, nodes, features, type_features, left = u32s(5).tolist()
        d, end = Dump(), at + left
        d.node, d.tokens, flags, p = u32s(blocks), u32s(blocks).astype(float), u32s(blocks), u32s(blocks)
        d.keep, d.rule, d.first, d.last = (flags & 255).astype(bool), flags >> 8, (p & 65535) / 65535, (p >> 16) / 65535
        d.parent, d.begin, d.end = u32s(nodes), u32s(nodes), u32s(nodes)
        d.columns = np.frombuffer(data, np.uint8, features * blocks, at).reshape(features, blocks)
        at += features * blocks
        d.type_row = np.frombuffer(data, np.uint8, type_features, at)
        at += type_features
        if texts:
            d.texts, d.inline, d.classes, d.ids = strings(blocks), strings(blocks), strings(nodes), strings(nodes)
        at = end
        yield d
