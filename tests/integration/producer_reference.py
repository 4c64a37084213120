#!/usr/bin/env python3
"""Payloads by reference: the same pages give the same articles inline and by reference, whatever holds them; a payload that is missing or has
changed is retried, and then a dead letter that says so; records too large for the queue go by reference on their own."""
import gzip, json, os, pathlib, random, subprocess, sys, tempfile, time

binary = os.environ["THRESHER_BIN"]
failures = 0


def check(what, got, want):
    global failures
    if got != want:
        failures += 1
        print(f"FAIL {what}: got {str(got)[:400]!r}, want {str(want)[:400]!r}")


def page(number, filler=b""):
    text = f"In town number {number} the old ferry was sold on a Monday, and the harbour office says that nobody knows when it sails again. "
    return f"<title>Ferry {number}</title><article><h1>Ferry {number} sold</h1><p>{text}</p><p>{text}</p></article>".encode() + filler


def record(number, filler=b""):
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page(number, filler)
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://site.example/{number}\r\nContent-Length: {len(block)}\r\n\r\n"
    return head.encode() + block + b"\r\n\r\n"


def produce(url, *arguments):
    done = subprocess.run([os.path.join(binary, "thresher-producer"), "--redis", url, "--json", *map(str, arguments)], capture_output=True, text=True, timeout=60)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def finish(url, root, out):
    """A worker until everything is done, then a collector that drains."""
    worker = subprocess.Popen([os.path.join(binary, "thresher-worker"), "--redis", url, "--jobs", "1", "--log-level", "error", *(["--payload-root", root] if root else [])])
    try:
        subprocess.run([os.path.join(binary, "thresher-collector"), "--redis", url, "-o", out, "--drain"], check=True, timeout=90)
    finally:
        worker.terminate()
        check("worker's exit", worker.wait(40), 0)
    lines = [json.loads(line) for file in sorted(out.glob("articles-*.jsonl")) for line in file.open()]
    dead = [json.loads(line) for file in sorted(out.glob("dead-*.jsonl")) for line in file.open()]
    for line in lines:
        line.pop("provenance", None)
    return sorted(lines, key=lambda line: (line["url"], line["job_id"])), dead


def run(folder):
    servers = []
    shared = folder / "shared"
    (shared / "pages").mkdir(parents=True)
    noise = random.Random(5).randbytes(1500).hex().encode()
    members = [gzip.compress(record(i), mtime=0) for i in range(20)]
    (shared / "a.warc.gz").write_bytes(b"".join(members))
    (shared / "b.warc").write_bytes(b"".join(record(i) for i in range(20, 30)) + record(30, b"<!-- " + noise * 100 + b" -->"))
    (shared / "whole.warc.gz").write_bytes(gzip.compress(b"".join(record(i) for i in range(31, 36)), mtime=0))
    (shared / "pages/p.html").write_bytes(page(40))
    (shared / "pages/q.html.gz").write_bytes(gzip.compress(page(41), mtime=0))
    inputs = [shared / name for name in ("a.warc.gz", "b.warc", "whole.warc.gz", "pages")]

    def server(name):
        sock = folder / f"{name}.sock"
        servers.append(subprocess.Popen(["redis-server", "--port", "0", "--unixsocket", sock, "--save", "", "--dir", folder], stdout=subprocess.DEVNULL))
        for _ in range(200):
            if sock.exists():
                break
            time.sleep(0.05)
        return f"unix://{sock}"

    try:
        url = server("inline")
        check("inline: exit", produce(url, *inputs)[0], 0)
        inline, _ = finish(url, None, folder / "inline")
        url = server("reference")
        check("by reference: exit", produce(url, "--by-reference", "--payload-root", shared, *inputs)[0], 0)
        referred, dead = finish(url, shared, folder / "reference")
        check("pages", (len(inline), len([line for line in inline if line["status"] == "ok"])), (38, 38))
        check("dead", dead, [])
        check("the same articles", referred, inline)

        url = server("large")
        limit = ["--max-record", "64K", shared / "b.warc"]
        check("too large", produce(url, *limit)[1][0]["skips"], {"too_large": 1})
        check("large by reference", produce(url, "--crawl-id", "two", "--payload-root", shared, *limit)[1][0]["enqueued"], 11)
        check("outside", produce(url, "--by-reference", "--payload-root", shared / "pages", shared / "a.warc.gz")[1][0]["skips"], {"outside_root": 20})
        large, dead = finish(url, shared, folder / "large")
        check("large: the same", [line["text"] for line in large if line["url"].endswith("/30")], [line["text"] for line in inline if line["url"].endswith("/30")])

        url = server("changed")
        check("to be changed", produce(url, "--by-reference", "--payload-root", shared, *inputs)[0], 0)
        changed = bytearray(b"".join(members))
        changed[len(members[0]) + 30] ^= 1
        (shared / "a.warc.gz").write_bytes(changed)
        (shared / "pages/p.html").unlink()
        (shared / "b.warc").write_bytes((shared / "b.warc").read_bytes()[:1000])
        left, dead = finish(url, shared, folder / "changed")
        said = sorted((line["reason"], "has changed" in line["detail"], "No such file" in line["detail"], line["attempts"]) for line in dead)
        # Of a.warc.gz one record, of b.warc those that end beyond byte 1000, and p.html.
        kept = 1000 // len(record(20))
        check("dead letters", said, [("payload_changed", True, False, 5)] * (1 + 11 - kept) + [("payload_missing", False, True, 5)])
        check("all others", len(left), 38 - len(dead))
    finally:
        for process in servers:
            process.terminate()
            process.wait(20)
    check("by reference without a root", "--payload-root" in produce("unix:///none", "--by-reference", shared / "b.warc")[2], True)


with tempfile.TemporaryDirectory() as name:
    run(pathlib.Path(name))
sys.exit(1 if failures else 0)
