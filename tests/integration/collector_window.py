#!/usr/bin/env python3
"""A collector dies between its commit and the acknowledgement, and another, with a folder of its own, gets the same results. Whatever has its final
name lies in one folder only; and as soon as a collector is started on the dead one's folder, waiting or not, that folder holds nothing that the other has.
The moment is hit exactly: the disk is slow (fault_preload) until the proxy holds what the collector asks."""
import collections, errno, os, pathlib, signal, subprocess, sys, tempfile, time

sys.path.insert(0, os.path.join(os.environ["THRESHER_SOURCE"], "tests/support"))
from faults import Faults
from proxy import Proxy
from queue_keys import Queue, job_id
from records import records
from redis_server import Server

binary = os.environ["THRESHER_BIN"]
BATCH = 40
failures = 0


def check(what, ok, detail=""):
    global failures
    if not ok:
        failures += 1
        print(f"FAIL {what} {detail}")


def wait_for(what, condition, seconds=30):
    until = time.time() + seconds
    while time.time() < until:
        if condition():
            return True
        time.sleep(0.02)
    check(what, False, "did not come")


class Collector:
    """With a way of its own to Redis, and a disk of its own."""
    def __init__(self, name, queue):
        self.out, self.log, self.queue = folder / queue / name, folder / f"{queue}-{name}.log", queue
        self.proxy, self.faults = Proxy(str(folder / f"{queue}-{name}.sock"), str(server.path)), Faults(folder / f"{queue}-{name}.faults")
        self.start()

    def start(self):
        command = [os.path.join(binary, "thresher-collector"), "-o", self.out, "-q", self.queue, "--redis", f"unix://{self.proxy.address}", "--lease", "1s",
                   "--segment-records", str(BATCH)]
        self.process = subprocess.Popen(command, stderr=open(self.log, "a"), env={**os.environ, **self.faults.env})

    def die(self, number=signal.SIGKILL):
        self.process.send_signal(number)
        return self.process.wait(30)

    def ids(self, final=False):
        """How often each id lies in this folder; `final`: in files that have their final name."""
        return collections.Counter(r["id"] for r in records(self.out, "*.jsonl" if final else "*"))

    def commits(self):
        path = self.out / ".thresher/journal"
        return int(path.read_text().splitlines()[-1].split()[1]) if path.exists() and path.read_text() else 0



class Story:
    """One queue, two folders, results a batch at a time."""
    def __init__(self, name):
        self.q, self.fed = Queue(server, name), 0
        self.one, self.two = Collector("one", name), None

    def feed(self):
        numbers = range(self.fed, self.fed + BATCH)
        self.fed += BATCH
        self.q.enqueue([(job_id(n), b"wire") for n in numbers])
        for entry, f in self.q.pull(BATCH):
            self.q.finish(entry, f, b"no result message")

    def collected(self):
        return self.q.hash("counters").get("collected", 0)

    def commit_unheard(self):
        """One has a commit on disk whose acknowledgement never reaches the server."""
        self.feed()
        wait_for("the first batch", lambda: self.collected() == BATCH)
        wait_for("its file is closed", lambda: (self.one.out / "manifest.json").exists())
        before, part = self.one.commits(), self.one.out / "articles-00002.jsonl.part"
        self.one.faults.set(sync_ms=300)
        self.feed()
        wait_for("it waits for the disk", lambda: part.exists() and part.stat().st_size)
        self.one.proxy.hold = True
        self.one.faults.set()
        wait_for("the commit is on disk", lambda: self.one.commits() > before)
        check("and not acknowledged", self.collected() == BATCH)

    def let_two_take_over(self):
        self.two = Collector("two", self.q.name)
        wait_for("the other has them", lambda: self.collected() == self.fed)

    def restart_one(self):
        self.one.proxy.drop()
        self.one.proxy.hold = False
        wait_for("its connections end", lambda: not self.one.proxy.ends)
        self.one.start()

    def disjoint(self, what, final=False):
        both = self.one.ids(final) + self.two.ids(final)
        check(f"{what}: nothing twice", max(both.values()) == 1, f"{sum(n > 1 for n in both.values())} ids")
        return both

    def end(self, collectors):
        for c in collectors:
            check("clean end", c.die(signal.SIGTERM) == 0, c.process.returncode)
        check("nothing lost", set(self.disjoint("in the end")) == {job_id(n) for n in range(self.fed)})
        for c in (self.one, self.two):
            done = subprocess.run([os.path.join(binary, "thresher"), "validate", c.out], capture_output=True, text=True)
            check("validate", done.returncode == 0, done.stdout + done.stderr)


def killed_before_the_queue_heard(story):
    story.commit_unheard()
    story.one.die()
    story.let_two_take_over()
    story.disjoint("what has its final name", final=True)
    done = subprocess.run([os.path.join(binary, "thresher"), "validate", story.one.out], capture_output=True, text=True)
    check("validate says what to do with the dead one's folder", done.returncode == 1 and "start a collector" in done.stdout, done.stdout + done.stderr)
    story.restart_one()
    wait_for("it waits in its turn", lambda: "standby" in story.one.log.read_text())
    wait_for("in order while it waits", lambda: not list(story.one.out.glob("*.part")))
    story.disjoint("while the other writes")
    story.end((story.one, story.two))


def killed_again_while_it_takes_back(story):
    """The commit cannot be taken back (the disk refuses), and the collector is killed while it tries; the other has ended meanwhile."""
    story.commit_unheard()
    story.one.die()
    story.let_two_take_over()
    story.two.die(signal.SIGTERM)
    for _ in range(2):
        story.one.proxy.latency = 0.1
        story.restart_one()
        wait_for("the folder is open", lambda: story.one.proxy.ends)
        story.one.faults.set(write_errno=errno.EIO)
        wait_for("it tries", lambda: "nothing is acknowledged" in story.one.log.read_text())
        story.one.die()
        story.one.log.write_text("")
        story.one.faults.set()
        story.one.proxy.latency = 0
    story.feed()
    story.one.start()
    wait_for("it collects again", lambda: story.collected() == story.fed)
    story.end((story.one,))


def stopped_while_the_queue_is_away(story):
    story.commit_unheard()
    story.one.proxy.refuse = True
    story.one.proxy.drop()
    status = story.one.die(signal.SIGTERM)
    check("not finished, and says so", status == 3 and "is not finished until" in story.one.log.read_text(), status)
    story.let_two_take_over()
    story.disjoint("what has its final name", final=True)
    story.one.proxy.refuse = False
    story.restart_one()
    wait_for("in order", lambda: not list(story.one.out.glob("*.part")))
    story.end((story.one, story.two))


def killed_and_back_before_the_other(story):
    """Nobody took over: the commit stays, and is acknowledged."""
    story.commit_unheard()
    story.one.die()
    story.restart_one()
    wait_for("acknowledged", lambda: story.collected() == story.fed)
    story.two = Collector("two", story.q.name)
    story.end((story.one, story.two))
    check("all in the first", len(story.one.ids()) == story.fed)


def stopped_and_back_after_the_other(story):
    story.commit_unheard()
    story.one.process.send_signal(signal.SIGSTOP)
    story.let_two_take_over()
    story.one.proxy.hold = False
    story.one.process.send_signal(signal.SIGCONT)
    check("it ends and says why", story.one.process.wait(30) == 6, story.one.process.returncode)
    story.end((story.two,))


with tempfile.TemporaryDirectory() as name, Server(name) as server:
    folder = pathlib.Path(name)
    for tell in (killed_before_the_queue_heard, killed_again_while_it_takes_back, stopped_while_the_queue_is_away, killed_and_back_before_the_other,
                 stopped_and_back_after_the_other):
        before, story = failures, Story(tell.__name__)
        try:
            tell(story)
        finally:
            for collector in filter(None, (story.one, story.two)):
                collector.process.kill()
                collector.process.wait()
        print(f"{'ok  ' if failures == before else 'FAIL'} {tell.__name__}")
        if failures != before:
            for log in folder.glob(f"{tell.__name__}*.log"):
                print(log.name, log.read_text()[-1500:])
sys.exit(1 if failures else 0)
