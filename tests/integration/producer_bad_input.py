#!/usr/bin/env python3
"""Bad input for the producer: for each, what is given, what is said, what is counted and the exit status; nothing hangs, memory stays flat."""
import gzip, json, os, pathlib, re, subprocess, sys, tempfile, threading, time, zlib

binary = os.path.join(os.environ["THRESHER_BIN"], "thresher-producer")
archives = pathlib.Path(os.environ["THRESHER_SOURCE"]).parent / "shared/warc"
MEMORY_MAX = 500 << 20  # with the sanitizers' own; without them it is a tenth
failures = cases = 0


def page(number, body=b"<p>a page</p>"):
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://site.example/{number}\r\nContent-Length: {len(block)}\r\n\r\n"
    return head.encode() + block + b"\r\n\r\n"


def with_length(text):
    return re.sub(rb"Content-Length: \d+", b"Content-Length: " + text, page(7))


def expect(what, arguments, status, counts=None, said="", stdin=None, seconds=30, user=None):
    """counts: records, enqueued, skips of all inputs together; said: a pattern in what is written for people."""
    global failures, cases
    cases += 1
    began = time.monotonic()
    child = subprocess.Popen([binary, "--dry-run", "--json", *map(str, arguments)], stdin=subprocess.PIPE if stdin else subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, user=user)
    if stdin:
        threading.Thread(target=stdin, args=(child.stdin,), daemon=True).start()
    errors = []
    reader = threading.Thread(target=lambda: errors.append(child.stderr.read().decode(errors="replace")))
    reader.start()
    reports = [json.loads(line) for line in child.stdout]
    reader.join()
    _, code, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(code)
    skips = {}
    for report in reports:
        for reason, count in report["skips"].items():
            skips[reason] = skips.get(reason, 0) + count
    got = (sum(r["records"] for r in reports), sum(r["enqueued"] for r in reports), skips)
    took = time.monotonic() - began
    for name, ok, detail in (("exit", child.returncode == status, f"{child.returncode}, want {status}"), ("counts", counts is None or got == counts, f"{got}, want {counts}"),
                             ("words", re.search(said, errors[0]), f"{errors[0][:300]!r}, want /{said}/"), ("time", took < seconds, f"{took:.1f} s"),
                             ("memory", usage.ru_maxrss * 1024 < MEMORY_MAX, f"{usage.ru_maxrss >> 10} MiB")):
        if not ok:
            failures += 1
            print(f"FAIL {what}: {name}: {detail}")


def bomb(begin, gigabytes=10, end=b""):
    """A gzip member that decodes to `begin` and that many gigabytes of zeros; the trailer is wrong, but who gets there?"""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = packer.compress(begin) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(16 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + first + block * (gigabytes * 64) + packer.compress(end) + packer.flush() + bytes(8)


def table(folder):
    def put(name, data):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
        return folder / name

    good = put("good.warc", page(1))
    # The command line and the files that it names
    expect("no input", [], 2, said="name at least one archive")
    expect("no such option", ["--no-such", good], 2, said="--no-such")
    expect("a kind that is none", ["--kind", "pdf", good], 2, said="--kind takes archive, jsonl, html or text, not 'pdf'")
    expect("statuses that are none", ["--status", "2xx", good], 2, said="--status takes .* not '2xx'")
    expect("a date that is none", ["--since", "yesterday", good], 2, said="--since takes a date .* not 'yesterday'")
    expect("a share that is none", ["--sample", "2", good], 2, said="--sample takes a share")
    expect("a bad pattern", ["--include-url", "regex:(", good], 2, said="--include-url: not a regular expression, at its byte 2")
    expect("a pattern of no kind", ["--exclude-url", "site.example", good], 2, said="host:NAME, prefix:URL or regex:EXPRESSION, not 'site.example'")
    expect("a bad pattern in a file", ["--exclude-urls-from", put("patterns", b"# ours\nhost:a.test\nregex:[a-\n"), good], 2, said=r"patterns:3: not a regular expression")
    expect("a bad host in a file", ["--deny-hosts", put("hosts", b"a.test\nhttp://b.test/\n"), good], 2, said=r"hosts:2: not the name of a host: 'http://b.test/'")
    expect("no such filter file", ["--allow-hosts", folder / "none", good], 2, said="none: No such file")
    expect("a folder as a filter file", ["--allow-hosts", folder, good], 2, said="Is a directory")
    expect("by reference without a root", ["--by-reference", good], 2, said="--by-reference needs --payload-root")
    expect("a root that is none", ["--payload-root", folder / "none", good], 2, said="--payload-root .*none: No such file")
    expect("a checkpoint that is none", ["--start-at", good, good], 2, said="good.warc")
    # Files
    expect("no such file", [folder / "none.warc"], 1, (0, 0, {}), "none.warc: No such file or directory: check the path")
    expect("an empty file", [put("empty.warc", b"")], 1, (0, 0, {}), "empty.warc: is empty")
    expect("one bad of two", [folder / "none.warc", good], 1, (1, 1, {}), "none.warc")
    expect("no known kind", [put("noise", b"\x00\x01\x02")], 1, (0, 0, {}), "noise: is no archive, JSON lines or HTML .* say with --kind")
    expect("a folder as a list", ["--files-from", folder], 1, (0, 0, {}), "is a folder, not a file")
    expect("an empty list", ["--files-from", folder / "empty.warc"], 1, (0, 0, {}), "is empty")
    expect("no such list", ["--files-from", folder / "none"], 1, (0, 0, {}), "none: cannot be opened: No such file")
    names = f"{folder}/good.warc\n{folder}/gone.html\n{folder}/gone.warc\n{'x' * 5000}\na\0b\n{folder}/good.warc\n"
    expect("a list of missing files", ["--files-from", put("names", names.encode())], 1, (4, 2, {"bad_name": 2}), "gone.html: No such file(.|\n)*gone.warc: No such file")
    locked = put("locked/a.html", b"<p>a")
    locked.chmod(0)
    probe, closed = None, False
    try:
        probe = subprocess.run([binary, "--version"], user=65534, capture_output=True) if os.geteuid() == 0 else None
    except PermissionError:
        closed = True
        print("skipped: unreadable files, since only root can run programs that lie here")
    if not closed and (probe is None or probe.returncode == 0):
        folder.chmod(0o755)
        expect("an unreadable file", [locked], 1, (0, 0, {}), "a.html: cannot be read: Permission denied", user=65534 if probe else None)
        expect("an unreadable file in a folder", [locked.parent], 1, (1, 0, {"unreadable": 1}), user=65534 if probe else None)
    (folder / "link.warc").symlink_to(good)
    expect("a reference out of the root", ["--by-reference", "--payload-root", locked.parent, folder / "link.warc"], 1, (1, 0, {"outside_root": 1}))
    # Lengths that lie
    for what, length, skip in (("negative", b"-1", "bad_record"), ("no number", b"abc", "bad_record"), ("two to the 64th", b"18446744073709551616", "bad_record"),
                               ("nearly two to the 64th", b"18446744073709551615", "bad_record"), ("beyond the file", b"9000", "bad_record"),
                               ("far beyond the file", b"99999999999", "bad_record"), ("the next record too", b"200", "bad_record"), ("too short", b"50", "garbage")):
        pages = 3 if what == "too short" else 2
        for name, packed in ((f"{what}.warc", lambda data: data), (f"{what}.warc.gz", lambda data: gzip.compress(data, mtime=0))):
            expect(f"a length: {name}", [put(name, packed(page(1) + with_length(length) + page(2)))], 1, (4 if pages == 3 else 3, pages, {skip: 1}))
    # Compression
    members = [gzip.compress(page(i), mtime=0) for i in range(3)]
    expect("two bytes of gzip", [put("two.warc.gz", b"\x1f\x8b")], 1, (1, 0, {"garbage": 1}))
    expect("padding behind gzip", [put("padded.warc.gz", members[0] + bytes(512))], 1, (2, 1, {"garbage": 1}))
    expect("a whole file cut off", [put("cut.warc.gz", gzip.compress(b"".join(page(i, os.urandom(3000)) for i in range(9)), mtime=0)[:20000])], 1)
    expect("a dictionary that is none", [put("bad.warc.zst", b"\x5d\x2a\x4d\x18\x04\x00\x00\x00none....")], 1, (0, 0, {}), "zstd dictionary at its beginning is not one")
    expect("a dictionary of 4 GB", [put("large.warc.zst", b"\x5d\x2a\x4d\x18\xff\xff\xff\xff" + bytes(100))], 1, (0, 0, {}), "8 MiB is the most")
    expect("a member of another kind", [put("mixed.warc.gz", members[0] + gzip.compress(b"<html>", mtime=0) + members[1])], 1, (3, 2, {"bad_record": 1}))
    expect("two records in a later member", [put("two_in.warc.gz", members[0] + gzip.compress(page(8) + page(9), mtime=0) + members[1])], 0, (4, 4, {}))
    # JSON lines
    line = json.dumps({"url": "http://a.test/", "html": "<p>a"}).encode()
    expect("a broken line in the middle", [put("broken.jsonl", b"\n".join([line, line[:20], b"[]", b'{"html": 5}', line]))], 1, (5, 2, {"bad_json": 2, "no_page": 1}))
    expect("a field that is not there", ["--field-html", "body", put("fields.jsonl", line)], 1, (1, 0, {"no_page": 1}))
    expect("a line that is too long", ["--max-record", "1K", put("long.jsonl", b"\n".join([line, json.dumps({"html": "x" * 200000}).encode(), json.dumps({"html": "x" * 2000}).encode(), line]))], 1, (4, 2, {"too_large": 2}))
    expect("an array", [put("array.json", b"[1, 2]")], 1, (0, 0, {}), "say with --kind")
    # Bombs: ten gigabytes each
    head = page(5).split(b"\r\n\r\n")[0].replace(b"Content-Length: 57", b"Content-Length: 9999999999") + b"\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    big = bomb(head)
    expect("a bomb between records", [put("bomb.warc.gz", members[0] + big + members[1])], 1, (3, 2, {"bomb": 1}), seconds=60)
    expect("a bomb as a whole file", [put("whole_bomb.warc.gz", bomb(page(1) + page(2)))], 1, (4, 2, {"garbage": 1, "bomb": 1}), seconds=60)
    expect("a bomb as a page", [put("bomb.html.gz", bomb(b"<html>"))], 0, (1, 0, {"too_large": 1}), seconds=60)
    expect("a bomb as a line", [put("bomb.jsonl.gz", gzip.compress(line + b"\n", mtime=0) + bomb(b'{"html": "') + gzip.compress(b"\n" + line, mtime=0))], 1, (4, 2, {"too_large": 1, "bomb": 1}), seconds=60)

    # A long stream, whose memory is that of its largest record
    def long_stream(pipe):
        record = page(3, bytes(1 << 20))
        for _ in range(400):
            pipe.write(record)
        pipe.close()

    def short_stream(data):
        return lambda pipe: (pipe.write(data), pipe.close())

    packed = gzip.compress(line + b"\n" + line, mtime=0)
    expect("packed JSON lines through a pipe", ["--kind", "jsonl", "-"], 0, (2, 2, {}), stdin=short_stream(packed))
    expect("a page through a pipe", ["-"], 1, (1, 0, {"garbage": 1}), stdin=short_stream(b"<html>"))
    expect("one page through a pipe", ["--kind", "html", "-"], 1, (1, 0, {"not_a_file": 1}), stdin=short_stream(b"<html>"))
    expect("a whole archive through a pipe", ["-"], 0, (2, 2, {}), stdin=short_stream(gzip.compress(page(1) + page(2), mtime=0)))
    expect("400 MB through a pipe", ["/dev/stdin"], 0, (400, 400, {}), stdin=long_stream, seconds=120)
    if archives.is_dir():
        for name in ("aut--badexample.arc.gz", "warcio--bad.arc", "warcio--example-space-in-url.arc", "warcio--example-trunc.warc"):
            expect(name, [archives / name], 1)
        for name in ("warcio--example-bad-non-chunked.warc.gz", "warcio--example-wget-bad-target-uri.warc.gz", "warcio--example-wrong-chunks.warc.gz", "jwarc--gzip_extra_sl.warc.gz"):
            expect(name, [archives / name], 0)


with tempfile.TemporaryDirectory() as name:
    table(pathlib.Path(name))
print(f"{cases} cases")
sys.exit(1 if failures else 0)
