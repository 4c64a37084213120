#!/usr/bin/env python3
"""The same bytes give the same article, whatever was read before in the same process, in any order, in any number of processes. By hand over a
list of pages, and against the build of another compiler: order.py LIST [OTHER_BIN_FOLDER]; it prints a hash over all articles."""
import hashlib, json, os, pathlib, random, subprocess, sys, tempfile

source, binary = pathlib.Path(os.environ["THRESHER_SOURCE"]), os.environ["THRESHER_BIN"]
PROSE = "The ferry leaves at nine, and nobody knows when it comes back, says the harbour office. "
STATES = {  # pages that leave a parser in another state than they found it in, and pages that would show it
    "limited.html": '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd"><p>Limited quirks.',
    "limited_then.html": "<!DOCTYPE html><title>Ferry</title>" + f"<p>{PROSE}<table><tr><td>{PROSE}<p>{PROSE}</table>" * 6,
    "quirks.html": f"<p>Without a doctype a table lies inside of its paragraph.<table><tr><td>{PROSE}</table>",
    "quirks_then.html": "<!DOCTYPE html><title>Bridge</title>" + f"<p>{PROSE}<table><tr><td>{PROSE}<p>{PROSE}</table>" * 5,
    "invented.html": "<!DOCTYPE html>" + "".join(f"<x-{i} a{i}=1><y-card class=card>Item {i}</y-card></x-{i}>" for i in range(60)),
    "cards.html": "<!DOCTYPE html>" + "".join(f"<y-card class=card><z-title>Town {i}</z-title><p>The bridge of town {i} is closed until the end of May, as the office says.</p></y-card>" for i in range(30)),
    "unclosed.html": "<!DOCTYPE html><p>Before <!-- a comment that never ends",
}


def articles(folder, pages, jobs):
    with tempfile.NamedTemporaryFile("w", suffix=".list") as names:
        names.write("".join(f"{page}\n" for page in pages))
        names.flush()
        program = os.path.join(folder, "thresher-extract")
        out = subprocess.run([program, "--jobs", str(jobs), "--format", "jsonl", "--files-from", names.name], capture_output=True, timeout=1800).stdout
    found = {}
    for line in filter(None, out.decode().split("\n")):
        page = json.loads(line)
        page.pop("provenance", None)
        found[page["path"]] = json.dumps(page, sort_keys=True, ensure_ascii=False)
    return found


with tempfile.TemporaryDirectory() as name:
    if len(sys.argv) > 1:
        pages = pathlib.Path(sys.argv[1]).read_text().split("\n")[:-1]
    else:
        for file, text in STATES.items():
            pathlib.Path(name, file).write_text(text)
        pages = [str(p) for p in sorted([*pathlib.Path(name).iterdir(), *source.glob("tests/golden/**/*.html")])]
    first = articles(binary, pages, 1)
    shuffled = pages[:]
    random.Random(5).shuffle(shuffled)
    others = {"reversed": (binary, pages[::-1], 1), "in three processes": (binary, pages, 3), "shuffled": (binary, shuffled, 1)}
    if len(sys.argv) > 2:
        others["by the other build"] = (sys.argv[2], pages, 2)
    bad = {how: sorted(p for p in first if first[p] != got.get(p)) for how, (folder, order, jobs) in others.items() for got in [articles(folder, order, jobs)]}
for how, paths in bad.items():
    if paths:
        print(f"FAIL {how}: {len(paths)} pages differ: {paths[:5]}")
print(f"{len(first)} articles, sha256 {hashlib.sha256(''.join(first[p] for p in sorted(first)).encode()).hexdigest()}")
sys.exit(1 if any(bad.values()) or len(first) < min(len(set(pages)), 20) else 0)
