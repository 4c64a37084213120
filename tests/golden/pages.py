#!/usr/bin/env python3
"""What users of extractors complain of: pages of our own (pages/NAME.html), each with what must come out of it (NAME.json).

A key that is there is checked: title, authors, page_type; date_day; text (all lines, in order); has and lacks (pieces of the text);
blocks ([kind, level, text], and the number of an item and "continues" where it has one of them); comments ([text, author, day]); spans ([kind, text], and the address of a link);
block_notes ([item, columns and language of a block, text] of those that have one); markdown (lines that it has, in order);
image_blocks ([last part of the address, the beginning of the block that it stands before]); images ([last part of the address, caption, credit]); image_urls; links ([address, text]). `complaint` says what it is about. `open` names
the keys that are not right yet, and why: they are told, and fail nothing. Take them out once they are right.
"""
import json, os, pathlib, subprocess, sys, tempfile

folder = pathlib.Path(os.environ["THRESHER_SOURCE"]) / "tests/golden/pages"
program = os.path.join(os.environ["THRESHER_BIN"], "thresher-extract")


def answer(page, key, want):
    """What the page says to a key, in the form of what is wanted."""
    text = page["text"] or ""
    if key == "text":
        return text.split("\n")
    if key == "has":
        return [piece for piece in want if piece in text]
    if key == "lacks":
        return [piece for piece in want if piece not in text]
    if key == "date_day":
        return (page["date_published"] or "")[:10]
    if key == "images":
        return [[(i["url"] or "").rsplit("/", 1)[-1], i["caption"], i["credit"]] for i in page["images"]]
    if key == "image_blocks":
        lines = [text.encode()[b["start"]:b["start"] + b["length"]].decode() for b in page["blocks"]] + [None]
        return [[(i["url"] or "").rsplit("/", 1)[-1], i["block"] if i["block"] is None else lines[i["block"]] and lines[i["block"]][:12]] for i in page["images"]]
    if key == "image_urls":
        return [i["url"] for i in page["images"]]
    if key == "blocks":
        data = text.encode()
        rows = [[b["kind"], b.get("level", 0), data[b["start"]:b["start"] + b["length"]].decode()] for b in page["blocks"]]
        more = [[b.get("number", 0)] + ["continues"] * b.get("continues", False) for b in page["blocks"]]
        return [row + extra * (extra != [0]) for row, extra in zip(rows, more)]
    if key == "spans":
        data = text.encode()
        spans = [s for b in page["blocks"] for s in b.get("spans", [])]
        return [[s["kind"], data[s["start"]:s["start"] + s["length"]].decode()] + [s[k] for k in s if k == "url"] for s in spans]
    if key == "markdown":
        done = subprocess.run([program, "--format", "markdown", "--url", page["url"], page["path"]], capture_output=True, text=True, timeout=100)
        return [line for line in done.stdout.split("\n") if line in want]
    if key == "block_notes":
        notes = [{k: b[k] for k in ("item", "columns", "language") if k in b} for b in page["blocks"]]
        return [[note, text.encode()[b["start"]:b["start"] + b["length"]].decode()] for note, b in zip(notes, page["blocks"]) if note]
    if key == "comments":
        return [[c["text"], c["author"], (c["date"] or "")[:10]] for c in page["comments"]]
    if key == "links":
        return [[link["url"], link["text"]] for link in page["links"]]
    return page[key]


pages = sorted(p for p in folder.glob("*.html") if len(sys.argv) < 2 or p.stem in sys.argv[1:])
with tempfile.NamedTemporaryFile("w", suffix=".tsv") as names:
    names.writelines(f"{p}\thttps://news.example/2024/07/{p.stem}\n" for p in pages)
    names.flush()
    done = subprocess.run([program, "--files-from", names.name], capture_output=True, text=True, timeout=100)
answered = {pathlib.Path(page["path"]).stem: page for page in map(json.loads, done.stdout.splitlines())}
failures, open_keys, checked = 0, 0, 0
for p in pages:
    want = json.loads(p.with_suffix(".json").read_text(encoding="utf-8"))
    complaint, waits = want.pop("complaint"), want.pop("open", {})
    for key, value in want.items():
        got = answer(answered[p.stem], key, value)
        checked += 1
        if got == value:
            if key in waits:
                print(f"{p.stem}: {key} is right now: take it out of `open`")
        elif key in waits:
            open_keys += 1
            print(f"open: {p.stem}: {key}: {waits[key]}")
        else:
            failures += 1
            print(f"FAIL {p.stem}: {key} ({complaint})\n  is   {json.dumps(got, ensure_ascii=False)}\n  must {json.dumps(value, ensure_ascii=False)}")
print(f"{len(pages)} pages, {checked} answers: {checked - failures - open_keys} right, {open_keys} open, {failures} wrong")
sys.exit(1 if failures or not pages else 0)
