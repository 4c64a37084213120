#!/usr/bin/env python3
"""The page that the project began with as flattened text, and a page of our own as HTML: what must come out of them."""
import json, os, pathlib, subprocess, sys

source = pathlib.Path(os.environ["THRESHER_SOURCE"])
failures = 0


def extract(*arguments):
    program = os.path.join(os.environ["THRESHER_BIN"], "thresher-extract")
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, timeout=60)
    return json.loads(done.stdout)


def check(what, got, want):
    global failures
    if got != want:
        failures += 1
        print(f"FAIL {what}: got {got!r}, want {want!r}")


def image(page):
    return [(i["caption"], i["credit"]) for i in page["images"]]


page = extract("--url", "https://news.example/2024/07/ferry", source / "tests/golden/seed.html")
check("html title", page["title"], "Ferry returns to the northern islands after nine years")
check("html authors", page["authors"], ["Ada Example", "Bo Sample"])
check("html date", page["date_published"], "2024-07-03T10:15:00+02:00")
check("html site", page["sitename"], "The Harbour Gazette")
check("html language", page["language"], "en")
check("html image", image(page), [("The ferry leaves the old pier.", "Harbour Press/Cara Model/Pool via Gazette")])
check("html image url", page["images"][0]["url"], "https://news.example/img/ferry.jpg")
lines = page["text"].split("\n")
check("html paragraphs", len(lines), 4)
check("html inline tail", lines[0], "The ferry to the northern islands sailed again on Wednesday, nine years after the last one, and the old pier was full of people.")

program = os.path.join(os.environ["THRESHER_BIN"], "thresher-extract")
why = subprocess.run([program, "--explain", "text", source / "tests/golden/seed.html"], capture_output=True, text=True, timeout=60)
check("explained", (why.returncode, sum(" keep " in line for line in why.stdout.splitlines())), (0, 4))
why = subprocess.run([program, "--explain", "html", source / "tests/golden/seed.html"], capture_output=True, text=True, timeout=60)
check("explained as a page", (why.returncode, why.stdout.count("<div class=k")), (0, 4))
why = subprocess.run([program, "--explain", "pdf", source / "tests/golden/seed.html"], capture_output=True, text=True, timeout=60)
check("explained in no known way", (why.returncode, "--explain takes text or html" in why.stderr), (2, True))

seed = source.parent / "shared/seed/article.txt"
if seed.exists():
    page = extract("--kind", "text", seed)
    check("seed title", page["title"], seed.read_text().split("\n")[0])
    check("seed image", image(page), [("Russian President Vladimir Putin.", "Sputnik/Vyacheslav Prokofyev/Pool via Reuters")])
    check("seed paragraphs", len(page["text"].split("\n")), 8)
    check("seed chrome", [w for w in ("text size", "Do you like") if w in page["text"]], [])
else:
    print(f"skipped: {seed} is not there")

sys.exit(1 if failures else 0)
