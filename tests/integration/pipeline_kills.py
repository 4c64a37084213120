#!/usr/bin/env python3
"""producer -> Redis -> worker -> collector on pages made here, while each part is killed with -9 and started again: every page's result is
on disk once, and the queue's books are balanced.

pipeline_kills.py [--crawl FILE] [--pages N] [--kills N] [-- COLLECTOR OPTIONS]: another crawl of that many pages, another output format."""
import argparse, collections, itertools, json, os, pathlib, random, signal, subprocess, sys, tempfile, time

sys.path.insert(0, os.path.join(os.environ["THRESHER_SOURCE"], "tests/support"))
from made_pages import write_crawl
from records import records

parser = argparse.ArgumentParser()
parser.add_argument("--crawl", type=pathlib.Path)
parser.add_argument("--pages", type=int, default=1500)
parser.add_argument("--kills", type=int, default=9)
parser.add_argument("collector", nargs="*", default=[])
options = parser.parse_args()
binary = os.environ["THRESHER_BIN"]
given, pages, kills_wanted = options.crawl and options.crawl.resolve(), options.pages, options.kills
failures = 0


def check(what, ok, detail=""):
    global failures
    if not ok:
        failures += 1
        print(f"FAIL {what} {detail}")


def start(name, *arguments):
    log = open(folder / f"{name}.log", "a")
    return subprocess.Popen([os.path.join(binary, f"thresher-{name}"), "--redis", url, *map(str, arguments)], stdout=log, stderr=log)


def status():
    out = subprocess.run([os.path.join(binary, "thresher"), "status", "--json", "--redis", url], capture_output=True, text=True, timeout=30)
    return json.loads(out.stdout)


def run(parts):
    random.seed(7)
    order = itertools.cycle(["collector", "worker", "producer"])
    kills, ended, until = collections.Counter(), set(), time.time() + 150 + pages / 20
    while time.time() < until:
        time.sleep(random.uniform(0.05, 0.2) * (8 if given else 1))
        for name, (process, arguments) in list(parts.items()):
            if name not in ended and process.poll() is not None:
                check(f"{name} ended by itself", process.returncode == 0, f"exit {process.returncode}")
                ended.add(name)
        s = status()
        if "producer" in ended and s["collected"] + s["dead_exported"] == pages and s["ready"] + s["in_flight"] + s["delayed"] == 0:
            return kills, s
        victim = next(name for name in order if name not in ended)
        if kills.total() < kills_wanted:
            parts[victim][0].send_signal(signal.SIGKILL)
            parts[victim][0].wait()
            kills[victim] += 1
            parts[victim] = (start(victim, *parts[victim][1]), parts[victim][1])
    return kills, status()


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    url = f"unix://{folder}/redis.sock"
    crawl = given or folder / "crawl.warc.gz"
    if not given:
        write_crawl(crawl, pages)
    out = folder / "out"
    server = subprocess.Popen(["redis-server", "--port", "0", "--unixsocket", folder / "redis.sock", "--save", "", "--dir", folder], stdout=subprocess.DEVNULL)
    parts = {}
    try:
        for _ in range(200):
            if (folder / "redis.sock").exists():
                break
            time.sleep(0.05)
        for part, arguments in {"producer": ["--max-jobs", 300, crawl], "worker": ["--jobs", 2, "--lease", "2s"], "collector": ["-o", out, *options.collector]}.items():
            parts[part] = (start(part, *arguments), arguments)
        kills, s = run(parts)
        check("the collector alone writes here", start("collector", "-o", out).wait(20) == 2)
        for process, _ in parts.values():
            process.terminate()
        codes = {n: p.wait(60) for n, (p, _) in parts.items()}
    finally:
        for process, _ in parts.values():
            process.kill()
        server.terminate()
        server.wait(20)
    check("parts were killed", kills.total() > 2, dict(kills))
    check("books", s["conservation_error"] == 0 and s["enqueued"] == pages, s)
    check("clean ends", codes == {n: 0 for n in codes}, codes)
    check("no segment is left open", not list(out.glob("*.part")))
    lines = [r for r in records(out) if not r["dead"]]
    urls = collections.Counter(line["url"] for line in lines)
    check("nothing lost", len(urls) == pages, f"{len(urls)} of {pages}; {s}")
    check("nothing twice", len(lines) == len(urls), f"{len(lines)} lines")
    check("articles", given or all(line["status"] == "ok" for line in lines))
    manifest = json.loads((out / "manifest.json").read_text())
    check("manifest", manifest["finished"] and sum(part["bytes"] for part in manifest["segments"]) == sum(f.stat().st_size for f in out.glob("articles-*")))
    check("manifest's records", sum(part["records"] for part in manifest["segments"]) == pages and manifest["ids"] == pages)
    valid = subprocess.run([os.path.join(binary, "thresher"), "validate", out, "--json"], capture_output=True, text=True)
    check("validate", valid.returncode == 0 and json.loads(valid.stdout)["records"] == pages, valid.stdout + valid.stderr)
    for bad, code in ((start("collector", "-o", out, "--crawl-id", "other"), 2), (start("collector", "-o", "/proc/none"), 5)):
        check(f"exit {code}", bad.wait(20) == code, bad.returncode)
    print(f"killed: {dict(kills)}; late {s['late']}, reclaimed {s['reclaimed']}")
    if failures:
        for log in folder.glob("*.log"):
            print(log.name, log.read_text()[-1500:])
sys.exit(1 if failures else 0)
