#!/usr/bin/env python3
"""The page that this project began with, flattened and as a web page that is built here around its text: both must come out as the headline,
one image with caption and credit, eight paragraphs, and nothing of the page's furniture. Its text is not ours: without it, skipped."""
import html, json, os, pathlib, subprocess, sys, tempfile

seed = pathlib.Path(os.environ["THRESHER_SOURCE"]).parent / "shared/seed/article.txt"
program = os.path.join(os.environ["THRESHER_BIN"], "thresher-extract")
if not seed.exists():
    print(f"skipped: {seed} is not there")
    sys.exit(77)

lines = [line for line in seed.read_text().split("\n") if line.strip()]
headline, size, again, caption = lines[0], lines[1], lines[2], lines[3]
paragraphs, question = lines[5:-1], lines[-1]
assert again == headline and lines[4] == caption and len(paragraphs) == 8, "the seed is not what this test was written for"
words, _, credit = caption.rstrip(")").partition(" (")

menu = "".join(f'<li><a href="/{name}">{name}</a></li>' for name in ("World", "Business", "Sport", "Opinion", "Weather"))
teasers = "".join(f'<li><a href="/story/{n}">Another story that the paper would like to be read, number {n}</a></li>' for n in range(6))
page = f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(headline)} | The Example Times</title>
<meta property="og:site_name" content="The Example Times"><meta property="og:title" content="{html.escape(headline)}"></head><body>
<header><a href="/">The Example Times</a><nav><ul>{menu}</ul></nav></header>
<div id="consent" class="cookie-banner"><p>We use cookies to make this site better. You can accept all of them or choose.</p><button>Accept</button></div>
<main><div class="tools"><span>{size}</span> <button>A</button> <button>A+</button></div>
<article><h1>{html.escape(headline)}</h1>
<figure><img src="/img/lead.jpg" alt="{html.escape(words)}"><figcaption>{html.escape(caption)}</figcaption></figure>
<div class="story">{"".join(f"<p>{html.escape(p)}</p>" for p in paragraphs)}</div></article>
<div class="feedback"><p>{html.escape(question)}</p><button>Yes</button><button>No</button></div>
<section class="related"><h3>More on this</h3><ul>{teasers}</ul></section></main>
<footer><p>About us. Contact. Terms of use. All rights reserved.</p></footer></body></html>"""

failures = 0
with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder, "seed.html")
    path.write_text(page)
    for kind, arguments in (("text", ["--kind", "text", seed]), ("html", ["--url", "https://times.example/a", path])):
        done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, timeout=60)
        got = json.loads(done.stdout)
        for what, is_, want in (("title", got["title"], headline), ("paragraphs", got["text"].split("\n"), paragraphs),
                                ("images", [(i["caption"], i["credit"]) for i in got["images"]], [(words, credit)])):
            if is_ != want:
                failures += 1
                print(f"FAIL {kind} {what}: got {is_!r}, want {want!r}")
sys.exit(1 if failures else 0)
