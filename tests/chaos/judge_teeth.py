#!/usr/bin/env python3
"""The judge's own teeth: faults are planted, in what is on disk and in a real queue, and each must be found under its name."""
import pathlib, random, sys, tempfile, time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from pipeline import BIN, Pipeline
from judge import Judge

failures = 0


def check(what, found, kinds):
    global failures
    if set(found) != set(kinds):
        failures += 1
        print(f"FAIL {what}: found {found}, want {kinds}")


def planted_on_paper():
    ids = [f"{i:032x}" for i in range(10)]
    lines, dead = [(f"http://a/{i}", ids[i], "ok") for i in range(5)], [("http://a/bad", "crashed")]
    balanced = {"conservation_error": 0}
    rows = (
        ("nothing planted", lines, dead, {}, ()),
        ("a lost result", lines[1:], dead, {}, ["lost"]),
        ("a lost dead letter", lines, [], {}, ["lost"]),
        ("a doubled result", lines + [("http://a/3", ids[7], "ok")], dead, {}, ["twice"]),
        ("an id twice", lines[:4] + [("http://a/4", ids[3], "ok")], dead, {}, ["twice"]),
        ("a line and a dead letter", lines, dead + [("http://a/3", "lost")], {}, ["twice", "wrongly dead"]),
        ("dead twice", lines, dead + dead, {}, ["twice"]),
        ("an innocent dead", lines[1:], dead + [("http://a/0", "crashed")], {}, ["wrongly dead"]),
        ("dead of another reason", lines, [("http://a/bad", "lost")], {}, ["wrongly dead"]),
        ("poison with a line", lines + [("http://a/bad", ids[8], "ok")], [], {}, ["spared"]),
        ("a page that nobody fed", lines + [("http://b/", ids[8], "ok")], dead, {}, ["from nowhere"]),
        ("a page beyond the crawl", lines + [("http://a/5", ids[8], "ok")], dead, {}, ["from nowhere"]),
        ("a failure for an article", lines[1:] + [("http://a/0", ids[0], "crashed")], dead, {}, ["not an article"]),
        ("books out of balance once", lines, dead, {"samples": [balanced, {"conservation_error": 1}, balanced]}, ["books"]),
        ("a process left", lines, dead, {"left": ["extractor 7 lives"]}, ["processes left"]),
        ("half a line", lines, dead, {"broken": b'{"url": "http'}, ["broken lines"]),
        ("a line without an id", lines, dead, {"broken": b'{"url": "http://a/1"}'}, ["broken lines"]),
    )
    for what, some_lines, some_dead, more, kinds in rows:
        judge = Judge()
        judge.expect("http://a", 5, {"bad": {"crashed"}})
        for line in some_lines:
            judge.line(*line)
        for letter in some_dead:
            judge.dead(*letter)
        for sample in more.get("samples", ()):
            judge.sample(sample)
        if "broken" in more:
            judge.take(pathlib.Path("articles-00001.jsonl"), more["broken"])
        check(what, judge.verdict(more.get("left", ())), kinds)


def planted_in_the_queue(what, kinds, plant):
    """A pipeline whose collector waits, a fault by hand in its Redis, then the judge."""
    with tempfile.TemporaryDirectory() as folder, Pipeline(folder, workers=1) as p:
        p.wait(lambda: p.pid("collector"), 10)
        p.parts["collector"].process.send_signal(19)
        p.feed(40)
        p.wait(lambda: (p.status() or {}).get("results_waiting", 0) + (p.status() or {}).get("in_flight", 0) >= 20, 60)
        plant(p)
        time.sleep(0.5)
        p.parts["collector"].process.send_signal(18)
        p.wait(lambda: p.ended() >= 39, 60)
        p.wait(p.is_quiet, 10)
        left = p.stop()
        p.judge.read(p.outs)
        check(what, p.judge.verdict(left), kinds)


def lose_result(p):
    entry = p.cli("XRANGE", "thresher:{default:0}:results", "-", "+", "COUNT", 1).split()[0]
    p.cli("XDEL", "thresher:{default:0}:results", entry)


def acknowledge_early(p):
    """A job is acknowledged before there is a result of it."""
    p.parts["worker0"].process.send_signal(19)
    p.feed(40)
    p.wait(lambda: (p.status() or {}).get("in_flight", 0) + (p.status() or {}).get("ready", 0) > 10, 30)
    entry = p.cli("XREVRANGE", "thresher:{default:0}:jobs", "+", "-", "COUNT", 1).split()[0]
    p.cli("XACK", "thresher:{default:0}:jobs", "workers", entry)
    p.cli("XDEL", "thresher:{default:0}:jobs", entry)
    time.sleep(0.5)
    p.parts["worker0"].process.send_signal(18)
    time.sleep(1)


def double_line(p):
    """A collector that forgets what it wrote: by hand, once it has written."""
    p.parts["collector"].process.send_signal(18)
    p.wait(lambda: p.ended() >= 40, 60)
    path = next(p.outs[0].glob("articles-*"))
    first = path.read_text().splitlines()[0]
    (p.outs[0] / "articles-99999.jsonl").write_text(first + "\n")


if not (BIN / "support/obedient-worker").exists():
    sys.exit(77)
random.seed(3)
planted_on_paper()
planted_in_the_queue("a result lost in Redis", ["lost"], lose_result)
planted_in_the_queue("an early acknowledgement", ["lost", "books"], acknowledge_early)
planted_in_the_queue("a line written twice", ["twice", "processes left"], double_line)  # validate finds it too
print("every planted fault was found" if not failures else f"{failures} were not found, or others were")
sys.exit(1 if failures else 0)
