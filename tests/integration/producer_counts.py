#!/usr/bin/env python3
"""thresher-producer: all archives of the shared data with their counts, damage made here, and a real redis-server that it feeds twice.

The counts of the archives were checked by hand against `zcat -f FILE`, and are checked against a second reader below, which shares nothing
with the producer, where a file is whole. What is damaged, and what it costs:
  aut--badexample.arc.gz: one record's date is "null" (garbage), the next claims 680 bytes and has 276 before the last one begins
      (bad_record), and so does the last, at the end of the file (truncated).
  warcio--bad.arc: two lengths are -1 and one is "abc": the beginning and the end are garbage around one record of one byte.
  warcio--example-space-in-url.arc: the last record claims 1591 bytes and the file ends after 1579.
  warcio--example-trunc.warc: a warcinfo whose length is 50 bytes short, so that its end is garbage."""
import collections, gzip, json, os, pathlib, re, subprocess, sys, tempfile, time

binary = os.environ["THRESHER_BIN"]
archives = pathlib.Path(os.environ["THRESHER_SOURCE"]).parent / "shared/warc"
failures = 0
expected = {  # records, pages, skips
    "aut--badexample.arc.gz": (6, 1, {"filedesc": 1, "dns": 1, "garbage": 1, "bad_record": 1, "truncated": 1}),
    "aut--example.arc.gz": (300, 139, {"filedesc": 1, "dns": 38, "content_type": 75, "http_status": 47}),
    "aut--example.docs.warc.gz": (21, 0, {"warcinfo": 3, "content_type": 9, "request": 9}),
    "aut--example.pdf.warc.gz": (76, 1, {"warcinfo": 2, "content_type": 31, "request": 37, "http_status": 3, "revisit": 2}),
    "aut--example.txt.warc.gz": (6, 2, {"warcinfo": 2, "request": 2}),
    "aut--example.warc.gz": (822, 139, {"warcinfo": 1, "dns": 38, "request": 261, "metadata": 261, "content_type": 75, "http_status": 47}),
    "gowarc--skip-non-open.warc.gz": (10, 10, {}),
    "gowarc--test.warc.gz": (3, 0, {"warcinfo": 1, "request": 1, "content_type": 1}),
    "jwarc--cc.warc.gz": (1, 1, {}),
    "jwarc--gzip_extra_sl.warc.gz": (1, 0, {"warcinfo": 1}),
    "warcio--bad.arc": (3, 1, {"garbage": 2}),
    "warcio--example-bad-non-chunked.warc.gz": (6, 1, {"warcinfo": 2, "request": 2, "revisit": 1}),
    "warcio--example-digest.warc": (4, 0, {"request": 4}),
    "warcio--example-iana.org-chunked.warc": (3, 1, {"warcinfo": 1, "request": 1}),
    "warcio--example-resource.warc.gz": (3, 1, {"warcinfo": 2}),
    "warcio--example-space-in-target-uri.warc.gz": (2, 0, {"warcinfo": 1, "content_type": 1}),
    "warcio--example-space-in-url.arc": (2, 0, {"filedesc": 1, "truncated": 1}),
    "warcio--example-trunc.warc": (5, 1, {"warcinfo": 2, "garbage": 1, "request": 1}),
    "warcio--example-wget-bad-target-uri.warc.gz": (6, 3, {"warcinfo": 1, "request": 1, "metadata": 1}),
    "warcio--example-wrong-chunks.warc.gz": (2, 1, {"request": 1}),
    "warcio--example.arc": (2, 1, {"filedesc": 1}),
    "warcio--example.arc.gz": (2, 1, {"filedesc": 1}),
    "warcio--example.warc": (6, 1, {"warcinfo": 2, "request": 2, "revisit": 1}),
    "warcio--example.warc.gz": (6, 1, {"warcinfo": 2, "request": 2, "revisit": 1}),
    "warcio--post-test.warc.gz": (6, 0, {"content_type": 3, "request": 3}),
    "whirlwind-python--whirlwind.warc": (4, 1, {"warcinfo": 1, "request": 1, "metadata": 1}),
    "whirlwind-python--whirlwind.warc.gz": (4, 1, {"warcinfo": 1, "request": 1, "metadata": 1}),
    "whirlwind-python--whirlwind.warc.wat": (2, 0, {"warcinfo": 1, "metadata": 1}),
    "whirlwind-python--whirlwind.warc.wat.gz": (2, 0, {"warcinfo": 1, "metadata": 1}),
    "whirlwind-python--whirlwind.warc.wet": (2, 1, {"warcinfo": 1}),
    "whirlwind-python--whirlwind.warc.wet.gz": (2, 1, {"warcinfo": 1}),
}
broken = {"aut--badexample.arc.gz", "warcio--bad.arc", "warcio--example-space-in-url.arc", "warcio--example-trunc.warc"}


def read_by_hand(path):
    """(type, media type, HTTP status or None) of each record of a whole file, by its lengths alone."""
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    at, field = 0, lambda head, name: (re.search(rb"(?im)^%s:[ \t]*(.*?)\r?$" % name, head) or [b"", b""])[1].decode("latin1")
    while found := re.compile(rb"\S").search(data, at):
        at = found.start()
        if data.startswith(b"WARC/", at):
            end = data.index(b"\r\n\r\n", at) + 4
            head = data[at:end]
            kind, media, length = field(head, b"WARC-Type"), field(head, b"Content-Type"), int(field(head, b"Content-Length"))
            url = field(head, b"WARC-Target-URI")
        else:
            end = data.index(b"\n", at) + 1
            words = data[at:end].split()
            kind, media, length, url = "response", words[-2].decode(), int(words[-1]), words[0].decode()
            kind = "filedesc" if url.startswith("filedesc:") else kind
        block, status = data[end:end + length], None
        if block.startswith(b"HTTP/") and kind == "response":
            status, media = int(block.split(None, 2)[1]), field(block.split(b"\r\n\r\n")[0], b"Content-Type")
        yield "dns" if url.startswith("dns:") else kind, media, status
        at = end + length


def count_by_hand(path):
    records, skips = 0, collections.Counter()
    for kind, media, status in read_by_hand(path):
        records += 1
        if kind not in ("response", "resource", "conversion"):
            skips[kind] += 1
        elif status is not None and not 200 <= status < 300:
            skips["http_status"] += 1
        elif media and not re.match("text/(html|plain|xml)|application/(xhtml|xml)", media.lower()):
            skips["content_type"] += 1
    return records, records - sum(skips.values()), dict(skips)


def check(what, got, want):
    global failures
    if got != want:
        failures += 1
        print(f"FAIL {what}: got {got!r}, want {want!r}")


def produce(*arguments):
    done = subprocess.run([os.path.join(binary, "thresher-producer"), "--json", *map(str, arguments)], capture_output=True, text=True, timeout=60)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def shape(report):
    return report["records"], report["enqueued"], report["skips"]


def record(number, kind="response", body=b"<p>a page</p>"):
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: http://site.example/{number}\r\nWARC-Record-ID: <urn:uuid:{number}>\r\nContent-Length: {len(block)}\r\n\r\n"
    return head.encode() + block + b"\r\n\r\n"


def damaged(folder):
    members = [gzip.compress(record(i), mtime=0) for i in range(5)]
    broken = bytearray(members[2])
    broken[len(broken) // 2] ^= 0xFF
    plain = [record(i) for i in range(4)]
    lie = record(9).replace(b"Content-Length: ", b"Content-Length: 99")
    cases = {
        "members.warc.gz": (b"".join(members), (5, 5, {}), 0),
        "broken.warc.gz": (b"".join(members[:2]) + bytes(broken) + b"".join(members[3:]), (5, 4, {"bad_gzip": 1}), 1),
        "cut.warc.gz": (b"".join(members)[:-20], (5, 4, {"truncated": 1}), 1),
        "between.warc.gz": (members[0] + b"garbage here" + members[1], (3, 2, {"garbage": 1}), 1),
        "whole.warc.gz": (gzip.compress(b"".join(plain), mtime=0), (4, 4, {}), 0),
        "plain.warc": (b"".join(plain), (4, 4, {}), 0),
        "cut.warc": (b"".join(plain)[:-30], (4, 3, {"truncated": 1}), 1),
        "lie.warc": (plain[0] + lie + plain[1], (3, 2, {"bad_record": 1}), 1),
        "no_length.warc": (plain[0] + plain[1].replace(b"Content-Length", b"Content-Longth") + plain[2], (3, 2, {"bad_record": 1}), 1),
        "between.warc": (plain[0] + b"noise\r\nmore noise\r\n" + plain[1], (3, 2, {"garbage": 1}), 1),
        "large.warc": (plain[0] + record(7, body=b"x" * (9 << 20)) + plain[1], (3, 2, {"too_large": 1}), 1),
        "noise.warc": (b"neither gzip nor WARC", (1, 0, {"garbage": 1}), 1),
    }
    for name, (content, want, status) in cases.items():
        path = folder / name
        path.write_bytes(content)
        code, reports, _ = produce("--dry-run", path)
        check(name, shape(reports[0]), want)
        check(name + " exit", code, status)
    (folder / "empty.warc").touch()
    (folder / "text.bin").write_bytes(b"neither gzip nor WARC")
    for bad, word in ((folder / "empty.warc", "is empty"), (folder / "none.warc", "No such file"), (folder / "text.bin", "--kind")):
        code, _, said = produce("--dry-run", bad)
        check(f"{bad.name} exit", code, 1)
        check(f"{bad.name} says why", word in said and bad.name in said, True)
    return folder / "members.warc.gz"


def fed_twice(folder, path):
    sock = folder / "redis.sock"
    server = subprocess.Popen(["redis-server", "--port", "0", "--unixsocket", sock, "--save", "", "--dir", folder], stdout=subprocess.DEVNULL)
    try:
        for _ in range(200):
            if sock.exists():
                break
            time.sleep(0.05)
        url = f"unix://{sock}"
        check("first", [(r["enqueued"], r["duplicates"]) for r in produce("--redis", url, path)[1]], [(5, 0)])
        check("again", [(r["enqueued"], r["duplicates"]) for r in produce("--redis", url, path)[1]], [(0, 5)])
        check("another crawl", [(r["enqueued"], r["duplicates"]) for r in produce("--redis", url, "--crawl-id", "two", path)[1]], [(5, 0)])
        streams = [path.read_bytes(), gzip.compress(record(77), mtime=0)]
        for what, data, want in (("a stream", streams[0], (5, 0)), ("another stream", streams[1], (1, 0)), ("the first again", streams[0], (0, 5))):
            done = subprocess.run([os.path.join(binary, "thresher-producer"), "--json", "--redis", url, "-"], input=data, capture_output=True, timeout=60)
            report = json.loads(done.stdout)
            check(what, (report["enqueued"], report["duplicates"]), want)
        status = json.loads(subprocess.run([os.path.join(binary, "thresher"), "status", "--json", "--redis", url], capture_output=True, text=True, timeout=30).stdout)
        check("status", {k: status[k] for k in ("enqueued", "duplicates", "ready", "done", "conservation_error")},
              {"enqueued": 16, "duplicates": 10, "ready": 16, "done": 0, "conservation_error": 0})
    finally:
        server.terminate()
        server.wait(20)
    code, _, said = produce("--redis", url, path)
    check("no server: exit", code, 3)
    check("no server: says where", str(sock) in said, True)


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    path = damaged(folder)
    fed_twice(folder, path)
    pages = folder / "pages"
    (pages / "sub").mkdir(parents=True)
    (pages / "a.html").write_text("<p>a</p>")
    (pages / "sub/b.txt").write_text("b")
    (pages / "c.png").write_bytes(b"\x89PNG")
    (pages / "d.htm").touch()
    check("folder", shape(produce("--dry-run", pages)[1][0]), (4, 2, {"other_file": 1, "empty_file": 1}))

if archives.is_dir():
    check("the archives", sorted(expected), sorted(f.name for f in archives.iterdir()))
    code, reports, _ = produce("--dry-run", *(archives / name for name in expected))
    for report in reports:
        name = pathlib.Path(report["path"]).name
        check(name, shape(report), expected[name])
        if name not in broken:
            check(name + " by hand", count_by_hand(archives / name), expected[name])
    check("all files were read", len(reports), len(expected))
    check("exit", code, 1)
else:
    print(f"skipped: {archives} is not there")
sys.exit(1 if failures else 0)
