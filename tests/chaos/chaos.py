#!/usr/bin/env python3
"""A real pipeline (Redis, producers, workers, collectors) through a matrix of faults (rows.py), and one judge (judge.py) over what is on disk.

    chaos.py [--jobs N a row] [--rounds N] [--often N] [--row NAME]... [--beside N] [--seed N]

Each row feeds a crawl of its own, does its harm while that is worked on (--often times as much of it), and then results must come again within lease, scan
and deadline, and everything must be on disk. Without arguments the short run, as in CI. --beside: that many pipelines at once, which share the rows.
Exit status 0: nothing lost, nothing twice, nothing wrongly dead, books balanced at every sample, no program died by itself, none is left."""
import argparse, collections, json, random, subprocess, sys, tempfile, threading, time, traceback

from pipeline import BIN, LEASE, SCAN, Pipeline
from rows import LOSSES, POISON, ROWS, Skip

PATIENCE, SLACK = 200, 10  # seconds: for all to be on disk; for a machine that has other things to do
KINDS = ("lost", "twice", "wrongly dead")


def recover(p, row, deadline):
    """Seconds from the end of the harm to the next result, and until all is on disk; None: never."""
    began, before, next_one = time.time(), p.ended(), None
    while time.time() - began < PATIENCE:
        if next_one is None and (p.ended() > before or p.ended() >= p.judge.known):
            next_one = time.time() - began
        if p.is_quiet():
            whole = time.time() - began
            next_one = whole if next_one is None else next_one
            if next_one > LEASE + SCAN + deadline + SLACK:
                p.judge.wrong["slow to recover"].append(f"{row}: {next_one:.1f} s")
            return next_one, whole
        time.sleep(0.1)
    p.judge.wrong["never done"].append(f"{row}: {p.last}")
    return None, None


def tell(row, jobs, kills, seconds, wrong, note=""):
    """One line for the program that started us."""
    print(json.dumps({"row": row, "jobs": jobs, "kills": kills, "next": seconds[0], "all": seconds[1], "note": note, **{k: len(wrong.get(k, ())) for k in KINDS}}), flush=True)


def run_row(p, row, jobs, deadline):
    before, kills = p.judge.known, p.kills
    p.feed(jobs, POISON if row.startswith("poison") else ())
    ended = p.ended()
    p.wait(lambda: p.ended() > ended)
    p.note = ""
    try:
        ROWS[row](p)
    except Skip as skip:
        p.note = f"skipped: {skip}"
    seconds = recover(p, row, deadline)
    p.judge.read(p.outs)
    tell(row, p.judge.known - before, p.kills - kills, seconds, p.judge.verdict(), p.note)


def close(p, losing):
    """Everything ends; what is wrong in all is said, with the ends of the logs."""
    left = p.stop()
    p.judge.read(p.outs)
    for name, text in p.logs().items():
        if "event=redis_lost" in text and not losing:
            p.judge.wrong["false alarm"].append(f"{name} says that the server lost something")
    wrong = p.judge.verdict(left)
    print(json.dumps({"samples": p.samples, "late": p.last["late"] if p.last else 0, "wrong": {k: v[:5] for k, v in wrong.items()}}), flush=True)
    if wrong:
        for name, text in p.logs().items():
            print(f"-- {name}\n{text[-1500:]}", flush=True)
    return bool(wrong)


def run_share(options, rows):
    """The rows of one pipeline, and then those that have servers of their own."""
    size = {"deadline": options.deadline, "slow": options.jobs <= 1000, "often": options.often, "limit": max(20, options.jobs // 10), "segment": max(50, options.jobs // 4)}
    bad = False
    if any(row in ROWS for row in rows):
        with tempfile.TemporaryDirectory() as folder, Pipeline(folder, **size) as p:
            for row in [r for _ in range(options.rounds) for r in rows if r in ROWS]:
                run_row(p, row, options.jobs, options.deadline)
            bad |= close(p, False)
    for row in [r for _ in range(options.rounds) for r in rows if r in LOSSES]:
        harm, how = LOSSES[row]
        jobs = max(2000, 2 * options.jobs)  # and a long queue, so that there is something to lose
        with tempfile.TemporaryDirectory() as folder, Pipeline(folder, **size | how | {"limit": jobs // 4, "slow": False}) as p:
            note = harm(p, jobs)
            seconds = recover(p, row, options.deadline)
            p.judge.read(p.outs)
            tell(row, p.judge.known, p.kills, seconds, p.judge.verdict(), note)
            bad |= close(p, True)
    return bad


# -- several pipelines beside each other ------------------------------------------------------------------------------------------------------

class Table:
    def __init__(self):
        self.lock, self.rows, self.samples, self.late, self.bad = threading.Lock(), {}, 0, 0, False
        self.began = time.time()

    def line(self, r):
        seconds = ["never" if r[k] is None else f"{r[k]:.1f}" for k in ("next", "all")]
        row = f"{r['row']} ({r['note']})" if r["note"] else r["row"]
        print(f"| {row} | {r['jobs']} | {r['kills']} | {seconds[0]} | {seconds[1]} | {r['lost']} | {r['twice']} | {r['wrongly dead']} |", flush=True)

    def take(self, text):
        with self.lock:
            if not text.startswith("{"):
                print(text, end="", flush=True)
                return
            said = json.loads(text)
            if "row" in said:
                self.line(said)
                self.rows.setdefault(said["row"], []).append(said)
                return
            self.samples += said["samples"]
            self.late += said["late"]
            for kind, texts in said["wrong"].items():
                self.bad = True
                print(f"{kind}: {texts}", flush=True)

    def summary(self):
        """Rounds added up; of the seconds the longest."""
        print(f"\nIn all, {time.time() - self.began:.0f} s; the longest seconds of each row:")
        everything = collections.Counter()
        for name, runs in self.rows.items():
            total = {"row": name, "note": runs[-1]["note"]} | {k: sum(r[k] for r in runs) for k in ("jobs", "kills")} | {k: max(r[k] for r in runs) for k in KINDS}
            total |= {k: None if any(r[k] is None for r in runs) else max(r[k] for r in runs) for k in ("next", "all")}
            self.line(total)
            everything.update({k: total[k] for k in ("jobs", "kills", *KINDS)})
        self.line({"row": "all", "note": "", "next": 0, "all": 0, **everything})
        print(f"{self.samples} samples of the books; {self.late} late results thrown away")


def run_beside(options, rows):
    """Slow rows are dealt out first, so that the shares end together."""
    table, threads, shares = Table(), [], [rows[i :: options.beside] for i in range(options.beside)]
    print("| fault | jobs | kills | seconds to the next result | until all is on disk | lost | twice | wrongly dead |\n|---|---|---|---|---|---|---|---|", flush=True)
    processes = []
    for number, share in enumerate(filter(None, shares)):
        command = [sys.executable, __file__, "--share", *[w for r in share for w in ("--row", r)], "--seed", str(options.seed + number)]
        command += [w for name in ("jobs", "rounds", "often", "deadline") for w in (f"--{name}", str(getattr(options, name)))]
        processes.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        threads.append(threading.Thread(target=lambda stream=processes[-1].stdout: [table.take(line) for line in stream]))
        threads[-1].start()
    for thread in threads:
        thread.join()
    codes = [process.wait() for process in processes]
    table.summary()
    return table.bad or any(codes)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--often", type=int, default=1)
    parser.add_argument("--row", action="append", choices=[*ROWS, *LOSSES])
    parser.add_argument("--beside", type=int, default=4)
    parser.add_argument("--deadline", type=int, default=3, help="seconds that a page may take")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--share", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not (BIN / "support/obedient-worker").exists():
        print(f"{BIN}/support/obedient-worker is not there")
        return 77
    random.seed(options.seed)
    rows = options.row or [*ROWS, *LOSSES]
    if not options.share:
        return run_beside(options, rows)
    try:
        return run_share(options, rows)
    except Exception:
        print(traceback.format_exc(), flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main())
