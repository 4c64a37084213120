#!/usr/bin/env python3
"""`thresher validate` on folders of every format and compression, whole and damaged in each way that a disk or a person damages them."""
import gzip, hashlib, json, os, pathlib, shutil, subprocess, sys, tempfile

sys.path.insert(0, os.path.join(os.environ["THRESHER_SOURCE"], "tests/support"))
from queue_keys import Queue, job_id
from redis_server import Server

binary = os.environ["THRESHER_BIN"]
failures = 0


def check(what, ok, detail=""):
    global failures
    if not ok:
        failures += 1
        print(f"FAIL {what} {str(detail)[:500]}")


def make(q, out, *options):
    for start in range(0, 500, 50):
        q.enqueue([(job_id(n), b"wire") for n in range(start, start + 50)])
    for n, (entry, f) in enumerate(q.pull(1000)):
        q.retry(entry, f, "c", 1, reason="crashed") if n % 50 == 0 else q.finish(entry, f, b"no result message")
    command = [os.path.join(binary, "thresher-collector"), "--redis", server.url, "-q", q.name, "-o", out, "--drain", "--segment-records", "100", *options]
    subprocess.run(command, check=True, capture_output=True, timeout=60)


def validate(out):
    done = subprocess.run([os.path.join(binary, "thresher"), "validate", out, "--json"], capture_output=True, text=True, timeout=60)
    return done.returncode, json.loads(done.stdout) if done.stdout else {}, done.stderr


def change(path, f):
    path.write_bytes(f(path.read_bytes()))


def flip(data):
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 0x20]) + data[middle + 1 :]


def relist(out, name, **fields):
    """The manifest says what the file has become, so that other checks than hash and size must notice."""
    manifest = json.loads((out / "manifest.json").read_text())
    for part in manifest["segments"]:
        if part["file"] == name:
            data = (out / name).read_bytes()
            part.update({"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} | fields)
    (out / "manifest.json").write_text(json.dumps(manifest))


def damaged():
    first = "articles-00002.jsonl.gz"
    def rewrite(out, f):
        change(out / first, lambda d: gzip.compress(f(gzip.decompress(d))))
        relist(out, first)
    def manifest(out, f):
        change(out / "manifest.json", lambda d: json.dumps(f(json.loads(d))).encode())
    return {
        "a file is missing": (lambda o: (o / first).unlink(), "is missing"),
        "a byte has changed": (lambda o: change(o / first, flip), "another SHA-256"),
        "cut short": (lambda o: change(o / first, lambda d: d[:-9]), "ends within a gzip member"),
        "cut short, and so listed": (lambda o: (change(o / first, lambda d: d[:-9]), relist(o, first)), "ends within a gzip member"),
        "a line is no JSON": (lambda o: rewrite(o, lambda d: d.replace(b'{"job_id"', b'{"job_id', 1)), "record 1 is not JSON"),
        "a line without id": (lambda o: rewrite(o, lambda d: d.replace(b'"job_id":"', b'"job_id":"x', 1)), "record 1 has no id"),
        "a line is there twice": (lambda o: rewrite(o, lambda d: d.split(b"\n", 1)[0] + b"\n" + d), "another of its records"),
        "half a line": (lambda o: rewrite(o, lambda d: d + b'{"job_id":'), "10 bytes that are no record"),
        "a segment is there twice": (lambda o: (shutil.copy(o / first, o / "articles-00001.jsonl.gz"), relist(o, "articles-00001.jsonl.gz")), "holds too"),
        "an unknown file": (lambda o: shutil.copy(o / first, o / "articles-09999.jsonl.gz"), "is not in the manifest"),
        "an open segment": (lambda o: (o / "articles-00009.jsonl.gz.part").write_text(""), "is not finished"),
        "the manifest counts otherwise": (lambda o: relist(o, first, records=7), "the manifest says 7"),
        "the manifest's ids": (lambda o: manifest(o, lambda m: m | {"ids": 3}), "the manifest says 3"),
        "the manifest leads elsewhere": (lambda o: manifest(o, lambda m: m | {"segments": m["segments"] + [{"file": "articles-/../../x", "sha256": "00" * 32}]}), "not one of a collector's"),
        "not finished": (lambda o: manifest(o, lambda m: m | {"finished": False}), "not finished"),
    }


with tempfile.TemporaryDirectory() as name, Server(name) as server:
    folder = pathlib.Path(name)
    for format in ("jsonl", "text", "markdown", "markdown-text", "protobuf"):
        for compress in ("none", "gz", "zst"):
            out = folder / f"{format}-{compress}"
            make(Queue(server, out.name), out, "--format", format, "--compress", compress)
            code, report, said = validate(out)
            check(f"{out.name} is valid", code == 0 and report["valid"] and report["records"] == 500 and report["ids"] == 500 and report["files"] == 6, f"{report} {said}")
            change(next(out.glob("articles-00001*")), flip)
            check(f"{out.name}, damaged", validate(out)[0] == 1)
    for preset in ("trafilatura", "dolma", "datatrove"):
        make(Queue(server, preset), folder / preset, "--preset", preset)
        check(f"{preset} is valid", validate(folder / preset)[0] == 0)
    make(Queue(server, "whole"), folder / "whole", "--compress", "gz")
    for what, arguments in (("a good folder", ["validate", folder / "whole"]), ("a version", ["validate", "--version"])):
        with open("/dev/full", "w") as full:
            code = subprocess.run([os.path.join(binary, "thresher"), *arguments], stdout=full, stderr=subprocess.DEVNULL, timeout=60).returncode
        check(f"{what} of which nobody can be told", code == 5, code)
    for what, (damage, words) in damaged().items():
        out = folder / "damaged"
        shutil.copytree(folder / "whole", out)
        damage(out)
        code, report, said = validate(out)
        texts = [p["text"] for p in report.get("problems", [])]
        check(what, code == 1 and any(words in t for t in texts), f"{code} {texts} {said}")
        shutil.rmtree(out)
    (folder / "empty").mkdir()
    (folder / "odd").mkdir()
    (folder / "odd/manifest.json").write_text("{")
    for bad, code in ((folder / "empty", 5), (folder / "odd", 5), (folder / "none", 5)):
        check(f"{bad.name}", validate(bad)[0] == code, validate(bad))
    for options, words in ((["--format", "xml"], "takes jsonl, text"), (["--preset", "dolma", "--format", "text"], "is for --format jsonl"), (["--compress", "7z"], "none, gz or zst"),
                           (["--segment-bytes", "0"], "above 0"), (["--lease", "1ms"], "500ms to 24h"), (["--compress", "zst"], "jsonl native gz"), (["rest"], "options only")):
        done = subprocess.run([os.path.join(binary, "thresher-collector"), "-o", folder / "whole", *options], capture_output=True, text=True, timeout=60)
        check(f"collector {options}", done.returncode == 2 and words in done.stderr, done.stderr)
sys.exit(1 if failures else 0)
