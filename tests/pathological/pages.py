#!/usr/bin/env python3
"""Pages that mean harm, each within seconds, each with its status; a page behind them is still extracted."""
import json, os, pathlib, subprocess, sys, tempfile

sentence = "The old bridge over the river was closed on Monday, and nobody in the town knows when it will open again. "
good = ("<title>Bridge</title><article><h1>Bridge closed</h1>" + ("<p>" + sentence + "</p>") * 3 + "</article>").encode()
pages = {  # name: (bytes, status, words that must be in the text)
    "good": (good, "ok", "old bridge"),
    "empty": (b"", None, ""),
    "deep": (b"<div>" * 100000 + good, "ok", "old bridge"),
    "deep_closed": (b"<div>" * 100000 + b"</div>" * 100000 + good, "ok", "old bridge"),
    "deep_inline": (b"<b><i>" * 50000 + good, "ok", "old bridge"),
    "tables": (b"<table><tr><td>" * 20000 + good, "ok", "old bridge"),
    "attributes": (b"<div " + b" ".join(b"a%d=1" % i for i in range(20000)) + b">" + good, "ok", "old bridge"),
    "nuls": (good.replace(b" ", b"\0 "), "ok", "bridge"),
    "pdf": (b"%PDF-1.7\n" + bytes(range(256)) * 50, "not_html", ""),
    "noise": (bytes((i * 7919 + i // 251) % 256 for i in range(200000)), None, ""),
    "open_comment": (b"<p>" + b"<!--" * 20000, "empty", ""),
    "wrong_charset": (b"<meta charset=shift_jis>" + good.replace(b"bridge", "br\u00fccke".encode()), "ok", "br\u00fccke"),
    "windows_1251": (b"<meta charset=windows-1251><p>" + ("\u0421\u0442\u0430\u0440\u044b\u0439 \u043c\u043e\u0441\u0442 \u0437\u0430\u043a\u0440\u044b\u043b\u0438, \u0438 \u043d\u0438\u043a\u0442\u043e \u043d\u0435 \u0437\u043d\u0430\u0435\u0442, \u043a\u043e\u0433\u0434\u0430 \u043e\u043d \u043e\u0442\u043a\u0440\u043e\u0435\u0442\u0441\u044f. " * 4).encode("cp1251"), "ok", "\u043c\u043e\u0441\u0442"),
    "long_image_url": (good.replace(b"</h1>", b"</h1><figure><img src=/" + b"a" * 70000 + b".jpg><figcaption>A bridge</figcaption></figure>"), "ok", "old bridge"),
    "nul_in_json_ld": (b'<script type="application/ld+json">{"@type":"NewsArticle","image":{"@type":"ImageObject","url":"/b-picture.jpg","caption":"One\\u0000two three four five"}}</script>' + good.replace(b"</h1>", b"</h1><img src=/b-picture.jpg width=800>"), "ok", "old bridge"),
    "wordy_images": (good + b"".join(b"<div class='image photo caption'>" * 6 + b"<img src=/p/%d-picture.jpg>" % i + (b"<span class='caption credit image photo figure'>a" * 12 + b"</span>" * 12) * 15 + b"</div>" * 6 for i in range(300)) + good, "ok", "old bridge"),
    "huge": (good + b" " * (17 << 20), "too_large", ""),
}
failures = 0
with tempfile.TemporaryDirectory() as folder:
    names = list(pages)
    for name in names:
        pathlib.Path(folder, name + ".html").write_bytes(pages[name][0])
    program = os.path.join(os.environ["THRESHER_BIN"], "thresher-extract")
    done = subprocess.run([program, "--jobs", "2"] + [os.path.join(folder, n + ".html") for n in names], capture_output=True, text=True, timeout=100)
    results = [json.loads(line) for line in done.stdout.splitlines()]
    if len(results) != len(names):
        sys.exit(f"{len(results)} lines for {len(names)} pages: {done.stderr}")
    for name, got in zip(names, results):
        _, status, words = pages[name]
        text = got.get("text") or ""
        if got["status"] in ("crashed", "timeout", "out_of_memory") or (status and got["status"] != status) or words not in text:
            failures += 1
            print(f"FAIL {name}: {got['status']} {got.get('failure')} {text[:80]!r}")
sys.exit(1 if failures else 0)
