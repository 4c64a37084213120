#!/usr/bin/env python3
"""10,000 jobs of two crawls, of which 300 die in known ways: `thresher dead` finds, shows, retries, drops and exports exactly those meant, the
collector writes each dead letter once, and `thresher queue` and `status` say what is there."""
import collections, json, os, pathlib, subprocess, sys, tempfile, time

sys.path.insert(0, os.path.join(os.environ["THRESHER_SOURCE"], "tests/support"))
from queue_keys import Queue, job_id
from redis_server import Server

binary = os.environ["THRESHER_BIN"]
JOBS = 10000
failures = 0


def check(what, got, want):
    global failures
    if got != want:
        failures += 1
        print(f"FAIL {what}: got {str(got)[:600]}, want {str(want)[:600]}")


def field(number, value):
    """Of a protobuf message."""
    def number_of(n):
        return bytes([n]) if n < 128 else bytes([n & 127 | 128]) + number_of(n >> 7)
    if isinstance(value, int):
        return number_of(number << 3) + number_of(value)
    value = value.encode() if isinstance(value, str) else value
    return number_of(number << 3 | 2) + number_of(len(value)) + value


def job(n):
    host = ("news.example", "www.news.example", "oldnews.example", "x.example")[n % 4]
    return field(1, 1) + field(2, bytes.fromhex(job_id(n))) + field(3, "c") + field(4, f"https://{host}/page/{n}") + field(6, b"<p>page</p>") + field(8, 1)


def result(n):
    return field(1, 1) + field(2, bytes.fromhex(job_id(n))) + field(3, 10) + field(6, field(1, "test"))


def thresher(*arguments, code=0):
    done = subprocess.run([os.path.join(binary, "thresher"), *map(str, arguments)], capture_output=True, text=True, timeout=100)
    check(f"exit of {arguments}: {done.stderr}", done.returncode, code)
    return done


def dead(*arguments, code=0):
    return thresher("dead", *arguments, "--redis", server.url, code=code)


def listed(*arguments):
    return json.loads(dead("ls", "--json", *arguments).stdout)


def ids(letters):
    return sorted(letter["job_id"] for letter in letters)


def exported(*arguments):
    return [json.loads(line) for line in dead("export", *arguments).stdout.splitlines()]


def fate(n):
    """300 of 10,000: every 100th by a crash, the one behind it by a timeout, the next by too many tries."""
    return {0: ("c", "crashed"), 1: ("c", "timeout"), 2: ("a", "io")}.get(n % 100)


def feed_and_work(q):
    for start in range(0, JOBS, 50):
        q.enqueue([(job_id(n), job(n)) for n in range(start, start + 50)], crawl="even" if start % 100 == 0 else "odd")
    numbers = {job_id(n): n for n in range(JOBS)}
    while batch := q.pull(200):
        for entry, f in batch:
            n = numbers[f["i"].decode()]
            if fate(n):
                q.retry(entry, f, fate(n)[0], 1, reason=fate(n)[1], detail=f"page {n}")
            else:
                q.finish(entry, f, result(n))


def find_and_show():
    everything = listed()["letters"]
    check("all are found", ids(everything), sorted(job_id(n) for n in range(JOBS) if fate(n)))
    for reason in ("crashed", "timeout", "io"):
        check(reason, ids(listed("--reason", reason)["letters"]), sorted(job_id(n) for n in range(JOBS) if fate(n) and fate(n)[1] == reason))
    for host, rests in (("news.example", (0, 1)), ("WWW.news.example", (1,)), ("x.example", ()), ("example", (0, 1, 2)), ("ews.example", ())):
        check(host, ids(listed("--host", host)["letters"]), sorted(job_id(n) for n in range(JOBS) if fate(n) and n % 4 in rests))
    check("reason and host", ids(listed("--reason", "io", "--host", "oldnews.example")["letters"]), sorted(job_id(n) for n in range(2, JOBS, 100)))
    check("pages", collections.Counter(ids(pages())), collections.Counter(ids(everything)))
    letter = json.loads(dead("show", job_id(101)).stdout)
    check("show", (letter["url"], letter["reason"], letter["crashes"], letter["detail"], letter["payload"], len(letter["history"])), ("https://www.news.example/page/101", "timeout", 1, "page 101", {"inline_bytes": 11}, 1))
    check("show a letter", ids([json.loads(dead("show", letter["entry_id"]).stdout)]), [job_id(101)])
    check("a table", dead("ls", "--reason", "io").stdout.count("\n"), 101)
    check("age", [len(listed(*a)["letters"]) for a in (("--older", "1h"), ("--newer", "1h"), ("--older", "0ms"))], [0, 300, 300])
    middle = everything[150]
    check("show what is not there", dead("show", job_id(50), code=1).stdout, "")
    return middle


def pages():
    letters, after = [], []
    while True:
        page = listed("--limit", 37, "--reason", "crashed", *after) if len(letters) < 100 else {"letters": [], "next": None}
        letters += page["letters"]
        if not page["next"]:
            break
        after = ["--after", page["next"]]
    return letters + listed("--reason", "timeout")["letters"] + listed("--reason", "io")["letters"]


def collect(q, out):
    collector = subprocess.run([os.path.join(binary, "thresher-collector"), "-o", out, "--redis", server.url, "--drain"], capture_output=True, text=True, timeout=100)
    check(f"collector {collector.stderr}", collector.returncode, 0)
    lines = [json.loads(line) for f in sorted(out.glob("dead-*.jsonl")) for line in open(f)]
    return lines


def retry_drop_export(q, out):
    check("export", ids(exported("--reason", "io")), sorted(job_id(n) for n in range(2, JOBS, 100)))
    dead("export", "--reason", "io", "-o", folder / "io.jsonl")
    check("export to a file", ids(json.loads(line) for line in open(folder / "io.jsonl")), sorted(job_id(n) for n in range(2, JOBS, 100)))
    dead("export", "-o", folder / "io.jsonl", code=5)
    written = collect(q, out)
    check("the collector's dead letters", ids(written), sorted(job_id(n) for n in range(JOBS) if fate(n)))
    check("with reason, history and reference", all(d["reason"] == fate(int(d["url"].rsplit("/")[-1]))[1] and d["history"][0]["reason"] == d["reason"] and d["payload"] for d in written), True)
    dead("retry", code=2)
    dead("retry", "nonsense", code=2)
    said = json.loads(dead("retry", "--reason", "crashed", "--dry-run", "--json").stdout)
    check("dry run", (said["matched"], said["retried"]), (100, 0))
    said = json.loads(dead("retry", "--reason", "crashed", "--json").stdout)
    check("retry", (said["matched"], said["retried"]), (100, 100))
    check("retry again", json.loads(dead("retry", "--reason", "crashed", "--json").stdout)["matched"], 0)
    check("drop two by id", json.loads(dead("drop", job_id(1), job_id(101), "--json").stdout)["dropped"], 2)
    dead("drop", job_id(1), code=1)
    s = json.loads(thresher("status", "--json", "--redis", server.url).stdout)
    check("figures", {k: s[k] for k in ("enqueued", "done", "dead", "dropped", "ready", "conservation_error", "dead_kept")}, {"enqueued": JOBS, "done": 9700, "dead": 198, "dropped": 2, "ready": 100, "conservation_error": 0, "dead_kept": 198})
    check("crawls", {c["crawl_id"]: (c["enqueued"], c["done"], c["dead"], c["dropped"]) for c in s["crawls"]}, {"even": (5000, 4700, 198, 2), "odd": (5000, 5000, 0, 0)})
    back = q.pull(200)
    check("exactly those are back, with their history", sorted(f["i"].decode() for _, f in back if f["c"] == b"0" and b"retried" in f["h"]), sorted(job_id(n) for n in range(0, JOBS, 100)))
    for n, (entry, f) in enumerate(back):
        q.retry(entry, f, "c", 1, reason="crashed") if n % 2 else q.finish(entry, f, result(0))
    check("history of two lives", {len(letter["history"]) for letter in listed("--reason", "crashed")["letters"]}, {3})
    check("the second death is not written twice", len(collect(q, out)), 300)
    check("drop all", json.loads(dead("drop", "--all", "--json").stdout)["dropped"], 248)
    s = json.loads(thresher("status", "--json", "--redis", server.url).stdout)
    check("figures at the end", {k: s[k] for k in ("done", "dead", "dropped", "conservation_error", "job_bytes", "collected")}, {"done": 9750, "dead": 0, "dropped": 250, "conservation_error": 0, "job_bytes": 0, "collected": 9750})


def operate(out):
    """Two queues: limits that a producer waits at and says so, pause, purge."""
    def queue(*arguments, name="second", code=0):
        return thresher("queue", *arguments, "--queue", name, "--redis", server.url, code=code)
    pages_folder = folder / "pages"
    pages_folder.mkdir()
    for n in range(300):
        (pages_folder / f"{n}.html").write_text(f"<p>page {n}</p>")
    queue("limits", "--max-jobs", 100)
    check("limits", json.loads(queue("limits", "--json").stdout), {"name": "second", "limit_jobs": 100, "limit_bytes": 0})
    producer = subprocess.Popen([os.path.join(binary, "thresher-producer"), "--redis", server.url, "--queue", "second", pages_folder], stderr=subprocess.PIPE, text=True)
    first = producer.stderr.readline()
    check(f"the producer says that it waits: {first}", "queue_full" in first and "100 jobs of at most 100" in first, True)
    queue("pause")
    worker = subprocess.Popen([os.path.join(binary, "thresher-worker"), "--redis", server.url, "--queue", "second", "--jobs", "1"], stderr=subprocess.DEVNULL)
    time.sleep(1.5)
    rows = {row["name"]: row for row in json.loads(queue("ls", "--json").stdout)}
    check("ls", sorted(rows), ["default", "second"])
    check("paused: nothing is taken", (rows["second"]["paused"], rows["second"]["ready"], rows["second"]["done"], rows["second"]["workers"]), (True, 100, 0, 1))
    queue("purge", code=2)
    check("purge", json.loads(queue("purge", "--yes", "--json").stdout)["dropped"], 100)
    queue("limits", "--max-jobs", 0)
    check("the producer goes on", producer.wait(30), 0)
    queue("resume")
    for _ in range(300):
        s = json.loads(thresher("status", "--json", "--queue", "second", "--redis", server.url).stdout)
        if s["done"] == 200:
            break
        time.sleep(0.1)
    worker.terminate()
    check("worker", worker.wait(40), 0)
    check("the rest is done", {k: s[k] for k in ("enqueued", "done", "dropped", "conservation_error")}, {"enqueued": 300, "done": 200, "dropped": 100, "conservation_error": 0})
    check("a table", "second" in queue("ls").stdout, True)
    queue("nonsense", code=2)
    queue("ls", "--max-jobs", "5", code=2)
    thresher("queue", "ls", "--redis", "unix:///nonexistent", code=3)


def die_and_live_again():
    """Pages that no worker can finish in a millisecond die after three crashes, with back-off between; put back, they are done."""
    def work(*arguments):
        return subprocess.Popen([os.path.join(binary, "thresher-worker"), "--redis", server.url, "--queue", "third", "--jobs", "1", *arguments], stderr=subprocess.DEVNULL)
    def wait_for(name):
        for _ in range(600):
            s = json.loads(thresher("status", "--json", "--queue", "third", "--redis", server.url).stdout)
            if s[name] == 5:
                break
            time.sleep(0.1)
        check(f"all {name}", (s[name], s["conservation_error"]), (5, 0))
    third = folder / "third"
    third.mkdir()
    for n in range(5):
        (third / f"{n}.html").write_text("<p>page</p>" * 20000)
    subprocess.run([os.path.join(binary, "thresher-producer"), "--redis", server.url, "--queue", "third", third], check=True, stderr=subprocess.DEVNULL)
    worker = work("--deadline", "1ms")
    wait_for("dead")
    worker.terminate()
    worker.wait(40)
    letters = listed("--queue", "third")["letters"]
    check("three crashes each, and a history of them", [(d["crashes"], d["reason"], [h["reason"] for h in d["history"]]) for d in letters], [(3, "timeout", ["timeout"] * 3)] * 5)
    # Back-off is at most 1 s, then 2 s, drawn anew each time; the scan that promotes comes every 5 s.
    check("back-off", all(0 < b["ms"] - a["ms"] < 30000 for d in letters for a, b in zip(d["history"], d["history"][1:])), True)
    check("retry", json.loads(dead("retry", "--host", "nowhere.example", "--json", "--queue", "third").stdout)["retried"], 0)
    check("retry", json.loads(dead("retry", "--all", "--json", "--queue", "third").stdout)["retried"], 5)
    worker = work()
    wait_for("done")
    worker.terminate()
    check("worker", worker.wait(40), 0)


with tempfile.TemporaryDirectory() as name, Server(name) as server:
    folder = pathlib.Path(name)
    q = Queue(server)
    server.call("SADD", "thresher:queues", "default")
    feed_and_work(q)
    find_and_show()
    retry_drop_export(q, folder / "out")
    operate(folder)
    die_and_live_again()
sys.exit(1 if failures else 0)
