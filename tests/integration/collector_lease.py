#!/usr/bin/env python3
"""Two collectors with a folder each on one queue: one writes, the other waits. The writer is stopped (SIGSTOP) beyond its lease, in the middle of a
commit where that can be seen; the other takes over; the first, continued or killed and started again, finds out, takes back what was not
acknowledged, and waits in its turn. In the end every result lies in one of the folders, once."""
import collections, os, pathlib, random, signal, subprocess, sys, tempfile, threading, time

sys.path.insert(0, os.path.join(os.environ["THRESHER_SOURCE"], "tests/support"))
from queue_keys import Queue, job_id
from records import records
from redis_server import Client, Server

binary = os.environ["THRESHER_BIN"]
rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 6
FDATASYNC = "75 " if os.uname().machine == "x86_64" else None
failures = 0
random.seed(3)


def check(what, ok, detail=""):
    global failures
    if not ok:
        failures += 1
        print(f"FAIL {what} {detail}")


class Feeder(threading.Thread):
    """Results of made-up jobs, until told to end."""
    def __init__(self, path):
        super().__init__()
        self.queue, self.count, self.ended = Queue(Client(path)), 0, False

    def run(self):
        while not self.ended:
            numbers = range(self.count, self.count + 20)
            self.queue.enqueue([(job_id(n), b"wire") for n in numbers])
            for entry, f in self.queue.pull(100):
                self.queue.finish(entry, f, b"no result message" * 20)
            self.count += 20
            time.sleep(0.005)


class Collector:
    def __init__(self, name):
        self.out, self.log_path = folder / name, folder / f"{name}.log"
        self.start()

    def start(self):
        self.log = open(self.log_path, "a")
        command = [os.path.join(binary, "thresher-collector"), "-o", self.out, "--redis", server.url, "--lease", "1s", "--segment-records", "700", "--compress", "gz"]
        self.process = subprocess.Popen(command, stderr=self.log)

    def stop_in_commit(self):
        """Stopped while it waits for the disk, or after a while at any point."""
        until = time.time() + 2
        while FDATASYNC and time.time() < until:
            if pathlib.Path(f"/proc/{self.process.pid}/syscall").read_text().startswith(FDATASYNC):
                break
        self.process.send_signal(signal.SIGSTOP)


def collected():
    return Queue(server).hash("counters").get("collected", 0)


def wait_for(what, condition, seconds=30):
    until = time.time() + seconds
    while not condition():
        if time.time() > until:
            check(what, False, "did not come")
            return
        time.sleep(0.02)


with tempfile.TemporaryDirectory() as name, Server(name) as server:
    folder = pathlib.Path(name)
    feeder = Feeder(server.path)
    feeder.start()
    writer = Collector("one")
    wait_for("the first collects", lambda: collected() > 100)
    other = Collector("two")
    wait_for("the second waits and says so", lambda: "standby" in other.log_path.read_text())
    for turn in range(rounds):
        if turn % 3 == 2:
            time.sleep(random.uniform(0, 0.3))
            writer.process.send_signal(signal.SIGSTOP)
        else:
            writer.stop_in_commit()
        before = collected()
        wait_for(f"turn {turn}: the other takes over", lambda: collected() > before + 200)
        if turn % 2:
            writer.process.kill()
            writer.process.send_signal(signal.SIGCONT)
            writer.process.wait()
        else:
            writer.process.send_signal(signal.SIGCONT)
            check(f"turn {turn}: the first ends and says why", writer.process.wait(20) == 6 and "taken over" in writer.log_path.read_text(), writer.process.returncode)
        check(f"turn {turn}: the other goes on", other.process.poll() is None)
        writer.start()
        writer, other = other, writer
    feeder.ended = True
    feeder.join()
    wait_for("all is collected", lambda: collected() == feeder.count)
    for collector in (other, writer):
        collector.process.send_signal(signal.SIGTERM)
        check("clean end", collector.process.wait(30) == 0, collector.process.returncode)
    ids = collections.Counter(r["id"] for c in (writer, other) for r in records(c.out))
    check("nothing lost", set(ids) == {job_id(n) for n in range(feeder.count)}, f"{len(ids)} of {feeder.count}")
    check("nothing twice", not [i for i, n in ids.items() if n > 1], f"{sum(n > 1 for n in ids.values())}")
    shares = [len(list(records(c.out))) for c in (writer, other)]
    check("both have written", min(shares) > 0, shares)
    print(f"{feeder.count} results, {rounds} turns, {shares} in each folder")
    if failures:
        for log in folder.glob("*.log"):
            print(log.name, log.read_text()[-2000:])
sys.exit(1 if failures else 0)
