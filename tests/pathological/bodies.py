#!/usr/bin/env python3
"""Bodies that mean harm before they are a page: bombs of each content coding, alone and within another, and bodies that break off or are not what
their head says. One archive through the real `thresher run`, where each must end with its status and the good pages between them come through;
then each alone, for the time of the run and the peak memory of its largest process. Prints the table. Under sanitizers both say nothing.
`bodies.py [--unoptimised]`, which may take four times as long."""
import ctypes, gzip, json, os, pathlib, subprocess, sys, tempfile, zlib

SECONDS_MAX, MEBIBYTES_MAX, MIB = 2.0, 450, 1 << 20  # of CPU, beyond what a run of a good page takes; resident in one process
BRIDGE = "old bridge"
thresher = os.path.join(os.environ["THRESHER_BIN"], "thresher")
page = (b"<title>Bridge</title><article><h1>Bridge closed</h1>" + (b"<p>The old bridge over the river was closed on Monday, and nobody in the town knows "
        b"when it will open again. </p>") * 3 + b"</article>")


def zstd(data):
    room = len(data) + 1000
    out, compress = ctypes.create_string_buffer(room), ctypes.CDLL("libzstd.so.1").ZSTD_compress
    compress.restype, compress.argtypes = ctypes.c_size_t, [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int]
    size = compress(out, room, data, len(data), 3)
    return out.raw[:size]


def brotli(data):
    size = ctypes.c_size_t(len(data) + 1000)
    out = ctypes.create_string_buffer(size.value)
    assert ctypes.CDLL("libbrotlienc.so.1").BrotliEncoderCompress(5, 22, 0, ctypes.c_size_t(len(data)), data, ctypes.byref(size), out)
    return out.raw[: size.value]


def gzip_bomb(gibibytes, begin=b""):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = packer.compress(begin) + packer.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + first + (packer.compress(bytes(16 * MIB)) + packer.flush(zlib.Z_FULL_FLUSH)) * (64 * gibibytes)


def make_bodies():
    """name: (Content-Encoding, bytes, status)"""
    zeros = bytes(256 * MIB)
    packed = page
    for _ in range(20):
        packed = gzip.compress(packed, mtime=0)
    return {
        "gzip, 10 GiB": ("gzip", gzip_bomb(10), "too_large"),
        "gzip, an article before 10 GiB": ("gzip", gzip_bomb(10, page), "too_large"),
        "gzip in gzip, 10 GiB": ("gzip, gzip", gzip.compress(gzip_bomb(10), mtime=0), "too_large"),
        "zlib, 256 MiB": ("deflate", zlib.compress(zeros), "too_large"),
        "brotli, 256 MiB": ("br", brotli(zeros), "too_large"),
        "brotli in gzip": ("br, gzip", gzip.compress(brotli(zeros), mtime=0), "too_large"),
        "zstd, 100 frames of 256 MiB": ("zstd", zstd(zeros) * 100, "too_large"),
        "an article before 8 MiB of spaces": ("gzip", gzip.compress(page + b" " * (8 * MIB), mtime=0), "too_large"),
        "the same, packed less well": ("gzip", gzip.compress(page + b" " * (8 * MIB), 1, mtime=0), "ok"),
        "gzip twenty times": (", ".join(["gzip"] * 20), packed, "too_large"),
        "gzip that breaks off": ("gzip", gzip.compress(page * 200, mtime=0)[:-200], "ok"),
        "brotli that is noise": ("br", bytes(i * 7919 % 251 for i in range(50000)), "bad_payload"),
        "gzip that is a plain page": ("gzip", page, "ok"),
        "brotli that is a plain page": ("br", page, "ok"),
        "a coding that is none": ("rot13", b"\x1f\x8c" + gzip.compress(page), "unsupported_encoding"),
    }


def record(name, coding, body):
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{f'Content-Encoding: {coding}' if coding else 'X: y'}\r\n\r\n".encode()
    url = "http://site.example/" + name.replace(" ", "-")
    return f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nContent-Length: {len(head) + len(body)}\r\n\r\n".encode() + head + body + b"\r\n\r\n"


def run(folder, archive):
    """the results by URL, seconds of CPU, peak MiB of the largest process"""
    out = folder / f"out-{archive.stem}"
    with open(folder / "said", "w") as said:
        child = subprocess.Popen([thresher, "run", archive, "-o", out], stdout=said, stderr=said)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"thresher run {archive.name} ended with {child.returncode}: {(folder / 'said').read_text()}")
    lines = [json.loads(line) for path in sorted(out.glob("articles-*.jsonl")) for line in open(path, newline="\n")]
    return {line["url"].removeprefix("http://site.example/"): line for line in lines}, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def write_archives(folder):
    """In a process of its own: what it needs would count as the memory of those that it starts."""
    table, mixed = [], b""
    for i, (name, (coding, body, status)) in enumerate(make_bodies().items()):
        pathlib.Path(folder, f"{i}.warc").write_bytes(record(name, coding, body))
        mixed += record(name, coding, body) + record(f"neighbour {i}", "", page)
        table.append((name, len(body), status))
    pathlib.Path(folder, "mixed.warc").write_bytes(mixed)
    pathlib.Path(folder, "good.warc").write_bytes(record("good", "", page))
    pathlib.Path(folder, "table.json").write_text(json.dumps(table))


if sys.argv[1:2] == ["--write"]:
    write_archives(sys.argv[2])
    sys.exit(0)
sanitized = subprocess.run(["grep", "-q", "__asan_init", thresher]).returncode == 0
seconds_max = SECONDS_MAX * (4 if "--unoptimised" in sys.argv else 1)
failures = 0
with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    subprocess.run([sys.executable, __file__, "--write", folder], check=True)
    table = json.loads((folder / "table.json").read_text())
    results, _, _ = run(folder, folder / "mixed.warc")
    lost = sum(BRIDGE not in results.pop(f"neighbour-{i}", {}).get("text", "") for i in range(len(table)))
    base = 0 if sanitized else run(folder, folder / "good.warc")[1]
    print(f"{'body':36}{'bytes':>10}{'seconds':>9}{'peak MiB':>10}  outcome")
    for i, (name, size, status) in enumerate(table):
        got = results.pop(name.replace(" ", "-"), {"status": "lost"})
        _, seconds, mebibytes = ({}, 0, 0) if sanitized else run(folder, folder / f"{i}.warc")
        seconds = max(seconds - base, 0)
        bad = got["status"] != status or (status == "ok" and BRIDGE not in got["text"]) or seconds > seconds_max or mebibytes > MEBIBYTES_MAX
        failures += bad
        print(f"{name:36}{size:10}{seconds:9.3f}{mebibytes:10.0f}  {got['status']}  {got.get('failure') or ''}{'  FAIL' if bad else ''}", flush=True)
    print(f"{len(table)} bodies; of {len(table)} good pages between them {lost} were lost; {len(results)} results that nobody asked for")
sys.exit(1 if failures or lost or results else 0)
