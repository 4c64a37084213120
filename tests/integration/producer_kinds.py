#!/usr/bin/env python3
"""One input of every kind through --dry-run, produce and run: the counts are the same in all three, and every page has its result. Options that
choose inputs and pages reach the producer through run as they do without it."""
import collections, gzip, json, os, pathlib, re, subprocess, sys, tempfile, time

binary = os.environ["THRESHER_BIN"]
failures = 0


def check(what, got, want):
    global failures
    if got != want:
        failures += 1
        print(f"FAIL {what}: got {str(got)[:500]!r}, want {str(want)[:500]!r}")


def page(number):
    text = f"In town number {number} the old ferry was sold on a Monday, and the harbour office says that nobody knows when it sails again. "
    return f"<title>Ferry {number}</title><article><h1>Ferry {number} sold</h1><p>{text}</p><p>{text}</p></article>".encode()


def http(number, status="200 OK", media="text/html", extra=""):
    return f"HTTP/1.1 {status}\r\nContent-Type: {media}\r\n{extra}\r\n".encode() + page(number)


def warc(kind, number, block, media="application/http", url=True, extra=""):
    head = f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Date: 2024-0{number % 9 + 1}-02T03:04:05Z\r\nContent-Type: {media}\r\n{extra}"
    head += f"WARC-Target-URI: http://h{number % 3}.site.example/{number}\r\n" if url else ""
    return head.encode() + f"Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"


def arc(number, block, media="text/html"):
    return f"http://h{number % 3}.site.example/{number} 10.0.0.1 20240{number % 9 + 1}02030405 {media} {len(block)}\n".encode() + block + b"\n"


records = [
    warc("warcinfo", 0, b"software: a test\r\n", "application/warc-fields", False), warc("request", 1, b"GET / HTTP/1.1\r\n\r\n"), warc("response", 1, http(1)),
    warc("metadata", 1, b"seed:\r\n", "application/warc-fields"), warc("revisit", 2, b"HTTP/1.1 200 OK\r\n\r\n"), warc("response", 3, http(3, "404 Not Found")),
    warc("response", 4, http(4, media="image/png")), warc("response", 5, http(5)), warc("resource", 6, page(6), "text/html"),
    warc("conversion", 7, b"Ferry 7 sold\n" + b"In town number 7 the old ferry was sold on a Monday, and nobody knows when it sails again. " * 3, "text/plain"),
    warc("response", 8, b"20240102030405\nh.site.example.\t60\tIN\tA\t10.0.0.1\n", "text/dns").replace(b"http://h2.site.example/8", b"dns:h2.site.example"),
    warc("response", 9, http(9), url=False),
]
warc_counts = (12, 4, {"warcinfo": 1, "request": 1, "metadata": 1, "revisit": 1, "http_status": 1, "content_type": 1, "dns": 1, "no_url": 1})
arcs = [b"filedesc://a.arc 0.0.0.0 20240102030405 text/plain 8\n1 0 T\n\n\n", arc(1, http(1)), arc(2, http(2, "404 Not Found")), arc(3, http(3)), arc(4, b"not HTTP", "image/png")]
arc_counts = (5, 2, {"filedesc": 1, "http_status": 1, "content_type": 1})
lines = [json.dumps({"url": f"http://h{i % 3}.site.example/{i}", "html": page(i).decode(), "source": "test", "rank": i}).encode() for i in range(4)]
lines += [json.dumps({"url": "http://x.example/t", "text": "Ferry sold\nIn town the old ferry was sold on a Monday, and nobody knows when it sails again."}).encode(), b'{"html": "<p>broken', b'{"other": 1}']
json_counts = (7, 5, {"bad_json": 1, "no_page": 1})


def zstd(data, *arguments):
    return subprocess.run(["zstd", "-q", "-c", *arguments], input=data, capture_output=True, check=True).stdout


def make(folder):
    """name: (what is passed to the program, counts)"""
    kinds = {}

    def put(name, data, counts):
        (folder / name).write_bytes(data)
        kinds[name] = ([folder / name], counts)

    samples = folder / "samples"
    samples.mkdir()
    for i in range(300):
        (samples / f"{i}").write_bytes(warc("response", i, http(i)))
    subprocess.run(["zstd", "-q", "--train", "-r", samples, "-o", folder / "dictionary", "--maxdict=4096"], check=True)
    dictionary = (folder / "dictionary").read_bytes()
    put("plain.warc", b"".join(records), warc_counts)
    put("members.warc.gz", b"".join(gzip.compress(r, mtime=0) for r in records), warc_counts)
    put("whole.warc.gz", gzip.compress(b"".join(records), mtime=0), warc_counts)
    put("frames.warc.zst", b"".join(zstd(r) for r in records), warc_counts)
    put("dict.warc.zst", b"\x5d\x2a\x4d\x18" + len(dictionary).to_bytes(4, "little") + dictionary + b"".join(zstd(r, "-D", folder / "dictionary") for r in records), warc_counts)
    put("whole.warc.zst", zstd(b"".join(records)), warc_counts)
    put("text.warc.wet.gz", b"".join(gzip.compress(r, mtime=0) for r in (records[0], records[9])), (2, 1, {"warcinfo": 1}))
    put("plain.arc", b"".join(arcs), arc_counts)
    put("members.arc.gz", b"".join(gzip.compress(r, mtime=0) for r in arcs), arc_counts)
    put("an archive by another name.txt", b"".join(records), warc_counts)
    put("lines.jsonl", b"\n".join(lines), json_counts)
    put("lines.jsonl.gz", gzip.compress(b"\n".join(lines), mtime=0), json_counts)
    put("lines.ndjson.zst", zstd(b"\n".join(lines)), json_counts)
    put("page.html", page(1), (1, 1, {}))
    put("page without a name", b"<!doctype html>" + page(1), (1, 1, {}))
    put("page.html.gz", gzip.compress(page(1), mtime=0), (1, 1, {}))
    put("page.txt", b"Ferry sold\nIn town the old ferry was sold on a Monday, and nobody knows when it sails again.\n", (1, 1, {}))
    tree = folder / "tree"
    (tree / "sub").mkdir(parents=True)
    for name, data in {"a.html": page(2), "b.txt": b"Ferry sold\nThe old ferry was sold on a Monday.\n", "c.png": b"\x89PNG", "d.html": b"", "sub/e.html": page(3), "sub/f.warc": b"".join(records)}.items():
        (tree / name).write_bytes(data)
    (tree / "link.html").symlink_to("a.html")
    tree_skips = collections.Counter(warc_counts[2]) + collections.Counter({"other_file": 1, "empty_file": 1, "not_a_file": 1})
    kinds["a folder"] = ([tree], (6 + 12, 3 + 4, dict(tree_skips)))
    kinds["a folder, some files"] = (["--glob", "*.html", "--glob", "sub/f.*", tree], (6 + 12, 2 + 4, dict(tree_skips - collections.Counter(other_file=1) + collections.Counter(glob=2))))
    (folder / "names").write_text(f"{folder}/page.html\n\n{folder}/plain.arc\r\n{tree}/a.html\n")
    kinds["a list"] = (["--files-from", folder / "names"], (2 + 5, 2 + 2, arc_counts[2]))
    kinds["two inputs and a list"] = (["--files-from", folder / "names", folder / "page.txt", folder / "plain.warc"],
                                      (3 + 5 + 12, 3 + 2 + 4, dict(collections.Counter(arc_counts[2]) + collections.Counter(warc_counts[2]))))
    (folder / "deny").write_text("h1.site.example\n")
    kinds["filters"] = (["--deny-hosts", folder / "deny", "--exclude-url", r"regex:/6$", "--since", "2024-06-01", folder / "plain.warc"],
                        (12, 1, {**warc_counts[2], "date": 1, "url_excluded": 1, "host_denied": 1}))
    kinds["text by force"] = (["--kind", "text", folder / "page.html"], (1, 1, {}))
    return kinds


def totals(reports):
    skips = collections.Counter()
    for report in reports:
        skips.update(report["skips"])
    return sum(r["records"] for r in reports), sum(r["enqueued"] for r in reports), dict(skips)


def produce(*arguments):
    done = subprocess.run([os.path.join(binary, "thresher-producer"), "--json", *map(str, arguments)], capture_output=True, text=True, timeout=60)
    return done.returncode, totals([json.loads(line) for line in done.stdout.splitlines()])


def run(arguments, out):
    done = subprocess.run([os.path.join(binary, "thresher"), "run", "-o", out, *map(str, arguments)], capture_output=True, text=True, timeout=120)
    reports = []
    for records_, enqueued, skips in re.findall(r": (\d+) records: (\d+) enqueued, 0 duplicates, \d+ skipped(?: \((.*)\))?$", done.stderr, re.M):
        reports.append({"records": int(records_), "enqueued": int(enqueued), "skips": {one.rsplit(" ", 1)[0]: int(one.rsplit(" ", 1)[1]) for one in filter(None, skips.split(", "))}})
    results = [json.loads(line) for file in out.glob("articles-*.jsonl") for line in file.open()]
    return done.returncode, totals(reports), results


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    kinds = make(folder)
    sock = folder / "redis.sock"
    server = subprocess.Popen(["redis-server", "--port", "0", "--unixsocket", sock, "--save", "", "--dir", folder], stdout=subprocess.DEVNULL)
    try:
        for _ in range(200):
            if sock.exists():
                break
            time.sleep(0.05)
        for number, (what, (arguments, counts)) in enumerate(kinds.items()):
            status = 1 if set(counts[2]) & {"bad_json", "no_page"} else 0
            check(f"{what}: dry run", produce("--dry-run", *arguments), (status, counts))
            check(f"{what}: produce", produce("--redis", f"unix://{sock}", "--queue", f"q{number}", *arguments), (status, counts))
            code, ran, results = run(arguments, folder / f"out{number}")
            check(f"{what}: run", (code, ran), (status, counts))
            check(f"{what}: results", (len(results), {r["status"] for r in results} <= {"ok", "empty"}), (counts[1], True))
            if what == "lines.jsonl":
                check("metadata is repeated", sorted((r.get("metadata") or {}).get("rank", "") for r in results), ["", "0", "1", "2", "3"])
    finally:
        server.terminate()
        server.wait(20)
sys.exit(1 if failures else 0)
