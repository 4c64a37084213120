#!/usr/bin/env python3
"""A disk that is full (a small tmpfs) stops the collector, which says so; nothing is acknowledged that is not on disk; when there is room again the next
collector goes on, and every result is there once. Needs to mount: skipped where that is not allowed."""
import collections, os, pathlib, shutil, subprocess, sys, tempfile

sys.path.insert(0, os.path.join(os.environ["THRESHER_SOURCE"], "tests/support"))
from queue_keys import Queue, job_id
from records import records
from redis_server import Server

JOBS = 6000
failures = 0


def check(what, ok, detail=""):
    global failures
    if not ok:
        failures += 1
        print(f"FAIL {what} {detail}")


def collect(*arguments):
    command = [os.path.join(os.environ["THRESHER_BIN"], "thresher-collector"), "--redis", server.url, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=100)


def feed(q):
    for start in range(0, JOBS, 50):
        q.enqueue([(job_id(n), b"wire") for n in range(start, start + 50)])
    while batch := q.pull(500):
        for n, (entry, f) in enumerate(batch):
            q.retry(entry, f, "c", 1, reason="crashed", detail="x" * 200) if n % 10 == 0 else q.finish(entry, f, b"no result message")


def on_disk(out):
    return collections.Counter(r["id"] for r in records(out))


def fill_and_go_on(q, kind, compress, size):
    out = disk / kind
    feed(q)
    subprocess.run(["mount", "-o", f"remount,size={size}", disk], check=True)
    done = collect("-o", out, "-q", kind, "--compress", compress, "--drain", "--disk-wait", "1s", "--segment-records", "1000")
    check(f"{kind}: stops", done.returncode == 5, done.returncode)
    check(f"{kind}: says so", "No space left on device" in done.stderr and "nothing is acknowledged" in done.stderr, done.stderr)
    c = q.hash("counters")
    acknowledged = c.get("collected", 0) + c.get("dead_exported", 0)
    subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
    check(f"{kind}: some were written, not all", 0 < acknowledged < JOBS, acknowledged)
    done = collect("-o", out, "-q", kind, "--compress", compress, "--drain", "--segment-records", "1000")
    check(f"{kind}: goes on", done.returncode == 0, done.stderr)
    ids = on_disk(out)
    check(f"{kind}: nothing lost, nothing twice", set(ids) == {job_id(n) for n in range(JOBS)} and max(ids.values()) == 1, len(ids))
    shutil.rmtree(out)
    print(f"{kind}: {acknowledged} of {JOBS} acknowledged when the disk was full")


with tempfile.TemporaryDirectory() as name, Server(name) as server:
    disk = pathlib.Path(name, "disk")
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "none", disk], stderr=subprocess.DEVNULL).returncode:
        print("mounting is not allowed here")
        sys.exit(77)
    try:
        fill_and_go_on(Queue(server, "plain"), "plain", "none", "1500k")
        fill_and_go_on(Queue(server, "packed"), "packed", "zst", "460k")
    finally:
        subprocess.run(["umount", disk], check=True)
sys.exit(1 if failures else 0)
