#!/usr/bin/env python3
"""Pages that mean harm, through the real `thresher extract`: all in one run, where each must end with its status and the good pages between them
must come through; then each alone, for its time and peak memory. Prints the table. Under sanitizers time and memory
say nothing; without optimisation it may take four times as long. `pages.py [--unoptimised] NAME...` runs some of them."""
import json, os, pathlib, subprocess, sys, tempfile

SECONDS_MAX, MEBIBYTES_MAX, MIB = 2.0, 450, 1 << 20  # of CPU; resident in one process
sentence = "The old bridge over the river was closed on Monday, and nobody in the town knows when it will open again. "
good = ("<title>Bridge</title><article><h1>Bridge closed</h1>" + ("<p>" + sentence + "</p>") * 3 + "</article>").encode()
russian = ("\u0421\u0442\u0430\u0440\u044b\u0439 \u043c\u043e\u0441\u0442 \u0437\u0430\u043a\u0440\u044b\u043b\u0438, \u0438 \u043d\u0438\u043a\u0442\u043e \u043d\u0435 "
           "\u0437\u043d\u0430\u0435\u0442, \u043a\u043e\u0433\u0434\u0430 \u043e\u043d \u043e\u0442\u043a\u0440\u043e\u0435\u0442\u0441\u044f. " * 4)


def many(text, times):
    return (text * times).encode()


def each(form, times):
    return "".join(form % i for i in range(times)).encode()


def ld(text):
    return b"<script type='application/ld+json'>" + text + b"</script>"


OPEN = ("ok", "empty")  # the article may lie inside what never ends
BRIDGE = "old bridge"


def make_pages():
    """name: (bytes, statuses, words that must be in the text)"""
    return {
        "empty": (b"", None, ""),
        "nested div": (many("<div>", 100000) + good, "ok", BRIDGE),
        "nested div, closed": (many("<div>", 100000) + many("</div>", 100000) + good, "ok", BRIDGE),
        "nested ul li": (many("<ul><li>", 50000) + good, "ok", BRIDGE),
        "nested dl dd": (many("<dl><dd>", 50000) + good, "ok", BRIDGE),
        "nested tables": (many("<table><tr><td>", 30000) + good, "ok", BRIDGE),
        "nested template": (many("<template>", 50000) + good, OPEN, ""),
        "nested select": (many("<select><optgroup><option>", 50000) + good, OPEN, ""),
        "nested svg": (many("<svg><g>", 50000) + good, OPEN, ""),
        "nested math": (many("<math><mi>", 50000) + good, OPEN, ""),
        "svg and html in turn": (many("<svg><foreignObject>", 50000) + good, OPEN, ""),
        "nested figure": (many("<figure><figcaption>", 50000) + good, OPEN, ""),
        "nested form, button": (many("<form><button>", 50000) + good, "ok", BRIDGE),
        "b i, adoption agency": (many("<b><i>", 50000) + good, "ok", BRIDGE),
        "misnested b p": (many("<b><p></b>", 50000) + good, "ok", BRIDGE),
        "misnested a div": (many("<a href=x><div></a>", 30000) + good, OPEN, ""),  # all of it is one link, too deep for its paragraphs
        "100,000 font": (each("<font color=%d>", 100000) + good, "ok", BRIDGE),
        "font made again in each p": (b"<p>" + each("<font color=%d>", 400) + many("<p>x</p>", 20000) + good, OPEN, ""),
        "end tags alone": (many("</p></br></b></x>", 50000) + good, "ok", BRIDGE),
        "text fostered out of a table": (b"<table>" + many("x<b>y<tr>", 30000) + b"</table>" + good, "ok", BRIDGE),
        "a table of 200,000 cells": (b"<table>" + many("<tr><td>x<td>y", 100000) + b"</table>" + good, "ok", BRIDGE),
        "a million attributes": (b"<div " + each("a%d=1 ", 1000000) + b">" + good, OPEN, ""),
        "200,000 attributes": (b"<div " + b"a=1 " * 200000 + b">" + good, "ok", BRIDGE),
        "attributes on every body": (each("<body a%d=1>", 15000) + good, "ok", BRIDGE),
        "a tag of another name each": (each("<x%d>y</x>", 100000) + good, OPEN, ""),
        "an enormous class": (b"<div class='" + b"abc " * 500000 + b"'>" + good, "ok", BRIDGE),
        "enormous classes": (many("<div class='" + "abc " * 5000 + "'>x</div>", 200) + good, "ok", BRIDGE),
        "one tag as large as a page may be": (b"<div title='" + b"x" * (15 * MIB) + b"'>" + good, "ok", BRIDGE),
        "one tag that is larger": (b"<div title='" + b"x" * (17 * MIB) + b"'>" + good, "too_large", ""),
        "a million links": (many("<a href=/x>y</a>", 400000) + good, OPEN, ""),
        "100,000 other links": (each("<a href=/p%d>some text</a> ", 100000) + good, "ok", BRIDGE),
        "a million br": (many("<br>", 900000) + good, "ok", BRIDGE),
        "200,000 br and words": (many("word<br>", 200000) + good, "ok", ""),
        "300,000 paragraphs": (many("<p>x", 300000) + good, "ok", ""),
        "100,000 options": (b"<select>" + many("<option>x", 100000) + b"</select>" + good, "ok", BRIDGE),
        "100,000 images": (each("<img src=/a%d.jpg width=800 height=600 alt=x>", 100000) + good, "ok", BRIDGE),
        "a srcset of 100,000": (b"<article><img srcset='" + b", ".join(b"a%d.jpg %dw" % (i, i + 1) for i in range(100000)) + b"'></article>" + good, "ok", BRIDGE),
        "an image's URL of 70,000": (good.replace(b"</h1>", b"</h1><figure><img src=/" + b"a" * 70000 + b".jpg><figcaption>A bridge</figcaption></figure>"),
                                     "ok", BRIDGE),
        "NUL in JSON-LD": (ld(b'{"@type":"NewsArticle","image":{"@type":"ImageObject","url":"/b-picture.jpg","caption":"One\\u0000two three four five"}}') +
                           good.replace(b"</h1>", b"</h1><img src=/b-picture.jpg width=800>"), "ok", BRIDGE),
        "images among words of captions": (
            good + b"".join(b"<div class='image photo caption'>" * 6 + b"<img src=/p/%d-picture.jpg>" % i +
                            (b"<span class='caption credit image photo figure'>a" * 12 + b"</span>" * 12) * 15 + b"</div>" * 6 for i in range(300)) + good,
            "ok", BRIDGE),
        "a flood of entities": (b"<p>" + b"&amp;&lt;&notin;&#x26;" * 100000 + b"</p>" + good, "ok", ""),
        "entities that are none": (b"<p>" + b"&notanentity&CounterClockwiseContourIntegra" * 50000 + b"</p>" + good, "ok", ""),
        "ampersands and brackets": (b"<p>" + b"&<" * 1000000 + b"</p>" + good, "ok", ""),
        "JSON-LD 100,000 deep": (ld(b"[" * 100000 + b"]" * 100000) + good, "ok", BRIDGE),
        "JSON-LD objects 100,000 deep": (ld(b'{"a":' * 100000 + b"1" + b"}" * 100000) + good, "ok", BRIDGE),
        "JSON-LD without an end": (ld(b'{"@type":"Article","headline":"' + b"x" * (4 * MIB)) + good, "ok", BRIDGE),
        "20,000 JSON-LD scripts": (ld(b'{"@type":"NewsArticle","author":{"name":"Ann Bell"}}') * 20000 + good, "ok", BRIDGE),
        "a graph of 50,000 people": (ld(b'{"@graph":[' + b",".join(b'{"@type":"Person","@id":"#%d","name":"P %d"}' % (i, i) for i in range(50000)) + b"]}") + good,
                                     "ok", BRIDGE),
        "an article of 50,000 authors": (ld(b'{"@type":"Article","author":[' + b",".join(b'{"name":"Ann B%d"}' % i for i in range(50000)) + b"]}") + good, "ok", BRIDGE),
        "comment without an end": (b"<p>" + many("<!--", 100000) + good, "empty", ""),
        "100,000 comments": (many("<!-- x -->", 100000) + good, "ok", BRIDGE),
        "script without an end": (many("<script>", 100000) + good, "empty", ""),
        "textarea without an end": (many("<textarea>", 100000) + good, OPEN, ""),
        "plaintext": (b"<plaintext>" + many("<p>x", 100000), OPEN, ""),
        "data: image of 12 MB": (b"<img src='data:image/png;base64," + b"A" * (12 * MIB) + b"'>" + good, "ok", BRIDGE),
        "data: image of 50 MB": (b"<img src='data:image/png;base64," + b"A" * (50 * MIB) + b"'>" + good, "too_large", ""),
        "one word of 15 MB": (b"<p>" + b"a" * (15 * MIB) + b"</p>" + good, "ok", ""),
        "one line of words of 6 MB": (b"<p>" + b"word " * (6 * MIB // 5) + b"</p>" + good, "ok", ""),
        "larger than a page may be": (good + b" " * (17 * MIB), "too_large", ""),
        "digits": (b"<p>" + b"1/" * 500000 + b"1" * 500000 + b"</p>" + good, "ok", ""),
        "dates without end": (b"<p>" + b"Published 12 March 2024 10:00 " * 30000 + b"</p>" + good, "ok", ""),
        "bylines without end": (many("<div class=byline>By Ann Bell and By Bob Carr</div>", 20000) + good, "ok", BRIDGE),
        "title of 3 MB": (b"<title>" + b"x - y | " * 400000 + b"</title>" + good, "ok", BRIDGE),
        "100,000 titles, metas": (many("<title>x</title><meta name=author content='Ann Bell'>", 30000) + good, "ok", BRIDGE),
        "NULs": (good.replace(b" ", b"\0 "), "ok", "bridge"),
        "NULs alone": (b"\0" * MIB, None, ""),
        "control characters": (good.replace(b"bridge", b"\x01\x1b[31m\x08bri\x7fdge"), "ok", "river"),
        "terminal escapes in the title": (b"<title>\x1b]0;x\x07\x1b[2J\xc2\x9b31m</title>" + good, "ok", BRIDGE),
        "bidi controls": (good.replace(b"old", "\u202eold\u202c\u2066".encode() * 1000), "ok", "bridge"),
        "combining characters": (b"<p>a" + "\u0301".encode() * 500000 + b"</p>" + good, "ok", ""),
        "formulas": (good.replace(b"<p>", b"<p>=cmd|' /C calc'!A0 "), "ok", BRIDGE),
        "invalid UTF-8 everywhere": (b"<meta charset=utf-8>" + good.replace(b"e", b"e\xff\xc0\x80\xed\xa0\x80"), "ok", ""),
        "a charset that lies": (b"<meta charset=shift_jis>" + good.replace(b"bridge", "br\u00fccke".encode()), "ok", "br\u00fccke"),
        "a charset that lies, in Cyrillic": (b"<meta charset=iso-8859-1><p>" + russian.encode("cp1251"), "ok", "\u043c\u043e\u0441\u0442"),
        "no charset, in Cyrillic": (b"<p>" + russian.encode("koi8-r"), "ok", "\u043c\u043e\u0441\u0442"),
        "an encoding nobody decodes": (b"<meta charset=hz-gb-2312>~{<:Ky~}" + good, "unsupported_encoding", ""),
        "UTF-32": (good.decode().encode("utf-32"), "unsupported_encoding", ""),
        "PDF": (b"%PDF-1.7\n" + bytes(range(256)) * 50, "not_html", ""),
        "noise": (bytes((i * 7919 + i // 251) % 256 for i in range(200000)), None, ""),
        "noise of 8 MB": (bytes(range(256)) * (8 * MIB // 256), None, ""),
    }


def measure(program, path):
    """seconds of CPU, peak MiB of the largest process; before anything large is here, since a child begins with our own memory"""
    child = subprocess.Popen([program, "--jobs", "1", path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, used = os.wait4(child.pid, 0)
    child.returncode = 0
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def wrong(got, statuses, words):
    if got["status"] in ("crashed", "timeout", "out_of_memory"):
        return True
    if statuses and got["status"] not in ((statuses,) if isinstance(statuses, str) else statuses):
        return True
    return words not in (got.get("text") or "")


def write_pages(folder, only):
    """In a process of its own: what it needs to make the pages would count as the memory of those that it starts."""
    table = []
    for i, (name, (body, statuses, words)) in enumerate(make_pages().items()):
        if not only or name in only:
            path = os.path.join(folder, f"{i}.html")
            pathlib.Path(path).write_bytes(body)
            table.append((name, path, len(body), statuses, words))
    pathlib.Path(folder, "table.json").write_text(json.dumps(table))


if sys.argv[1:2] == ["--write"]:
    write_pages(sys.argv[2], sys.argv[3:])
    sys.exit(0)
program = os.path.join(os.environ["THRESHER_BIN"], "thresher-extract")
sanitized = subprocess.run(["grep", "-q", "__asan_init", program]).returncode == 0
seconds_max = SECONDS_MAX * (4 if "--unoptimised" in sys.argv else 1)
failures = 0
with tempfile.TemporaryDirectory() as folder:
    subprocess.run([sys.executable, __file__, "--write", folder, *(a for a in sys.argv[1:] if a != "--unoptimised")], check=True)
    table = json.loads(pathlib.Path(folder, "table.json").read_text())
    neighbour = os.path.join(folder, "good.html")
    pathlib.Path(neighbour).write_bytes(good)
    used = [(0, 0) if sanitized else measure(program, row[1]) for row in table]
    mixed = [path for row in table for path in (row[1], neighbour)]
    done = subprocess.run([program, "--jobs", "2", "--deadline", "60s" if sanitized else "10s", *mixed], capture_output=True)
    results = [json.loads(line) for line in done.stdout.splitlines()]
    if len(results) != len(mixed):
        sys.exit(f"{len(results)} lines for {len(mixed)} pages: {done.stderr.decode()}")
    lost = sum(wrong(got, "ok", BRIDGE) for got in results[1::2])
    failures += lost
    print(f"{'page':36}{'bytes':>10}{'seconds':>9}{'peak MiB':>10}  outcome")
    for (name, _, size, statuses, words), got, (seconds, mebibytes) in zip(table, results[0::2], used):
        bad = wrong(got, statuses, words) or seconds > seconds_max or mebibytes > MEBIBYTES_MAX
        failures += bad
        print(f"{name:36}{size:10}{seconds:9.3f}{mebibytes:10.0f}  {got['status']}{' FAIL ' + repr(got.get('failure')) if bad else ''}", flush=True)
    print(f"{len(table)} pages; of {len(table)} good ones between them {lost} were lost")
sys.exit(1 if failures else 0)
