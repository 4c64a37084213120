#!/usr/bin/env python3
"""A real pipeline (Redis, producers, workers, collectors) through a matrix of faults, and one judge (judge.py) over what is on disk at the end.

    chaos.py [--jobs N a row] [--rounds N] [--row NAME]... [--seed N]

Each row feeds a crawl of its own, does its harm while that is worked on, and then everything must be on disk within lease, scan and deadline.
Without arguments the short run, as in CI. Exit status 0: nothing lost, nothing twice, nothing wrongly dead, books balanced at every sample."""
import argparse, gzip, json, os, pathlib, random, resource, signal, subprocess, sys, tempfile, threading, time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from judge import judge, read_lines
from proxy import Proxy

BIN = pathlib.Path(os.environ.get("THRESHER_BIN", pathlib.Path(__file__).resolve().parents[2] / "build/dev/bin"))
LEASE, SCAN, DEADLINE, PATIENCE = 2, 5, 5, 150
# What a page of poison may die for. Without RLIMIT_AS (under a sanitizer) eating takes so long that the deadline may come first.
POISON = {"crash": {"crashed"}, "hang": {"timeout"}, "eat": {"out_of_memory", "timeout"}, "exit": {"crashed"}, "garbage": {"crashed"}, "foreign": {"crashed"},
          "flood": {"crashed"}, "promise": {"timeout"}}


def page(url, body):
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body.encode()
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nContent-Length: {len(block)}\r\n\r\n"
    return gzip.compress(head.encode() + block + b"\r\n\r\n", 1, mtime=0)


def innocent(url):
    text = f"In the town of {url.rsplit('/', 1)[1]} the old ferry was sold on a Monday, and the harbour office says that nobody knows when it sails again. "
    return page(url, f"<title>Ferry sold</title><article><h1>Ferry sold</h1><p>{text}</p><p>{text}</p></article><!--obey:slow;-->")


class Pipeline:
    """Redis and the programs around it; what dies is started again until stop()."""

    def __init__(self, folder, fsync="always", workers=2):
        self.folder, self.fsync = pathlib.Path(folder), fsync
        self.expected, self.kills, self.samples, self.parts, self.crawls = {}, 0, [], {}, 0
        self.server_socket = self.folder / "server.sock"
        self.lock, self.stopping, self.codes, self.outs = threading.RLock(), False, [], [self.folder / "out"]
        self.start_redis()
        self.proxy = Proxy(str(self.folder / "redis.sock"), str(self.server_socket))
        self.url = f"unix://{self.folder}/redis.sock"
        for i in range(workers):
            self.start(f"worker{i}", BIN / "support/obedient-worker", "--jobs", 2, "--lease", f"{LEASE}s", "--deadline", f"{DEADLINE}s", "--grace", "10s")
        self.start("collector", BIN / "thresher-collector", "-o", self.outs[0], "--lease", f"{LEASE}s")
        self.keeper = threading.Thread(target=self.keep, daemon=True)
        self.keeper.start()

    def start_redis(self):
        command = ["redis-server", "--port", "0", "--unixsocket", self.server_socket, "--dir", self.folder, "--save", "", "--enable-debug-command", "yes",
                   "--appendonly", "yes" if self.fsync else "no", *(["--appendfsync", self.fsync] if self.fsync else [])]
        self.server_socket.unlink(missing_ok=True)
        self.redis = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        until = time.time() + 60
        while time.time() < until and self.cli("PING").strip() != "PONG":
            time.sleep(0.05)

    def cli(self, *command):
        done = subprocess.run(["redis-cli", "-s", self.server_socket, *map(str, command)], capture_output=True, timeout=60)
        return done.stdout.decode(errors="replace")  # payloads are bytes

    def start(self, name, program, *arguments):
        with self.lock:
            log = open(self.folder / f"{name}.log", "a")
            process = subprocess.Popen([program, *map(str, arguments)], stdout=log, stderr=log, env={**os.environ, "REDIS_URL": self.url})
            self.parts[name] = (process, program, arguments)

    def keep(self):
        while not self.stopping:
            time.sleep(0.1)
            with self.lock:
                for name, (process, program, arguments) in list(self.parts.items()):
                    if process.poll() is None or self.stopping:
                        continue
                    self.codes.append((name, process.returncode))
                    if name.startswith("producer") and process.returncode == 0:
                        del self.parts[name]
                    else:
                        self.start(name, program, *arguments)
            s = self.status()
            if s:
                self.samples.append(s)

    def status(self):
        try:
            done = subprocess.run([BIN / "thresher", "status", "--json", "--redis", f"unix://{self.server_socket}"], capture_output=True, text=True, timeout=20)
            return json.loads(done.stdout)
        except (ValueError, subprocess.TimeoutExpired):
            return None

    def feed(self, jobs, poison=()):
        self.crawls += 1
        prefix = f"http://chaos.example/{self.crawls}"
        records = []
        for i in range(jobs):
            self.expected[f"{prefix}/{i}"] = None
            records.append(innocent(f"{prefix}/{i}"))
        for word in poison:
            url = f"{prefix}/{word}"
            self.expected[url] = POISON[word]
            records.insert(random.randrange(len(records)), page(url, f"<p><!--obey:{word};--></p>"))
        path = self.folder / f"crawl{self.crawls}.warc.gz"
        path.write_bytes(b"".join(records))
        self.produce(self.crawls)

    def produce(self, crawl):
        self.start(f"producer{crawl}-{time.monotonic_ns()}", BIN / "thresher-producer", "--max-jobs", 20, self.folder / f"crawl{crawl}.warc.gz")

    def pid(self, name):
        with self.lock:
            return next((p.pid for n, (p, _, _) in self.parts.items() if n.startswith(name) and p.poll() is None), None)

    def hit(self, name, number=signal.SIGKILL):
        pid = self.pid(name)
        if pid:
            os.kill(pid, number)
            self.kills += 1
        return pid

    def extractors(self):
        pids = []
        for name in ("worker0", "worker1"):
            try:
                pids += map(int, pathlib.Path(f"/proc/{self.pid(name)}/task/{self.pid(name)}/children").read_text().split())
            except OSError:
                pass
        return pids

    def on_disk(self):
        try:
            lines, dead, _ = read_lines(self.outs)
        except FileNotFoundError:  # a segment was just closed and renamed
            return 0
        return len({u for u, _, _ in lines} | {u for u, _ in dead})

    def wait(self, what, patience=PATIENCE):
        until = time.time() + patience
        while time.time() < until:
            if what():
                return True
            time.sleep(0.2)
        return False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """Whatever happened, no process stays."""
        self.stopping = True
        self.keeper.join()
        for process in [p for p, _, _ in self.parts.values()] + [self.redis]:
            if process.poll() is None:
                process.kill()
                process.wait()

    def stop(self):
        """Everything ends as it should; returns what did not."""
        self.stopping = True
        self.keeper.join()
        left = []
        children = self.extractors()
        for name, (process, _, _) in self.parts.items():
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for name, (process, _, _) in self.parts.items():
            try:
                if process.wait(60) != 0:
                    left.append(f"{name}: exit {process.returncode}")
            except subprocess.TimeoutExpired:
                left.append(f"{name}: does not end")
                process.kill()
                process.wait()
        self.redis.terminate()
        self.redis.wait(60)
        self.proxy.close()
        return left + [f"extractor {p} lives" for p in children if pathlib.Path(f"/proc/{p}").exists()]


# -- the rows: each does its harm to a pipeline that is at work ---------------------------------------------------------------------------

def again(times, pause, harm):
    for _ in range(times):
        time.sleep(pause)
        harm()


def stopped(p, name, seconds):
    pid = p.hit(name, signal.SIGSTOP)
    time.sleep(seconds)
    if pid:
        os.kill(pid, signal.SIGCONT)


def hit_extractor(p, number=signal.SIGKILL):
    pids = p.extractors()
    if pids:
        try:
            os.kill(random.choice(pids), number)
            p.kills += 1
        except ProcessLookupError:
            pass


def redis_down(p, number, pause=0.3):
    p.redis.send_signal(number)
    p.redis.wait()
    p.kills += 1
    time.sleep(pause)
    p.start_redis()


def memory_full(p):
    used = int(next(line.split(":")[1] for line in p.cli("INFO", "memory").splitlines() if line.startswith("used_memory:")))
    p.cli("CONFIG", "SET", "maxmemory", used)
    time.sleep(2)
    p.cli("CONFIG", "SET", "maxmemory", 0)


def disk_full(p):
    pid = p.pid("collector")
    size = max((f.stat().st_size for f in p.outs[0].glob("*.jsonl*")), default=0)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size + 1000, resource.RLIM_INFINITY))
    time.sleep(2.5)
    if p.pid("collector") == pid:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def second_collector(p):
    other = p.folder / "other"
    with open(p.folder / "second.log", "a") as log:
        process = subprocess.Popen([BIN / "thresher-collector", "-o", other, "--lease", f"{LEASE}s"], stdout=log, stderr=log, env={**os.environ, "REDIS_URL": p.url})
        time.sleep(1)
        stopped(p, "collector", 2.5 * LEASE)  # the second may take over; the first comes back as a zombie
        time.sleep(1)
        process.terminate()
        process.wait(60)
    p.outs = [p.outs[0], other]


def misbehave(p, **how):
    for name, value in how.items():
        setattr(p.proxy, name, value)
    time.sleep(2)
    p.proxy.latency, p.proxy.trickle, p.proxy.refuse = 0, 0, False


ROWS = {
    "worker killed": lambda p: again(3, 0.4, lambda: p.hit("worker0")),
    "collector killed": lambda p: again(4, 0.3, lambda: p.hit("collector")),
    "producer killed": lambda p: again(3, 0.1, lambda: p.hit("producer")),
    "extractors killed": lambda p: again(5, 0.2, lambda: hit_extractor(p)),
    "everything killed": lambda p: again(2, 0.3, lambda: [p.hit(n) for n in ("producer", "worker0", "worker1", "collector")]),
    "worker terminated": lambda p: again(2, 0.4, lambda: p.hit("worker1", signal.SIGTERM)),
    "collector terminated": lambda p: again(2, 0.4, lambda: p.hit("collector", signal.SIGTERM)),
    "worker stopped beyond its lease": lambda p: stopped(p, "worker0", LEASE + SCAN + 1),
    "collector stopped": lambda p: stopped(p, "collector", 2 * LEASE),
    "producer stopped": lambda p: stopped(p, "producer", 2),
    "extractor stopped": lambda p: hit_extractor(p, signal.SIGSTOP),
    "redis killed": lambda p: again(2, 0.4, lambda: redis_down(p, signal.SIGKILL)),
    "redis restarted": lambda p: redis_down(p, signal.SIGTERM),
    "redis sleeps": lambda p: p.cli("DEBUG", "SLEEP", "2"),
    "redis pauses clients": lambda p: p.cli("CLIENT", "PAUSE", 2000),
    "redis full": memory_full,
    "clients cut off": lambda p: again(6, 0.2, lambda: p.cli("CLIENT", "KILL", "TYPE", "normal")),
    "scripts flushed": lambda p: again(6, 0.2, lambda: p.cli("SCRIPT", "FLUSH")),
    "replies cut": lambda p: again(6, 0.3, p.proxy.cut),
    "latency": lambda p: misbehave(p, latency=0.05),
    "trickle": lambda p: misbehave(p, trickle=7),
    "nobody let in": lambda p: (p.proxy.cut(), misbehave(p, refuse=True)),
    "disk full": disk_full,
    "two collectors": second_collector,
    "poison among innocents": lambda p: None,
}


def run_row(p, name, jobs):
    """The seconds from the end of the harm until all is on disk; None: never."""
    p.feed(jobs, POISON if name.startswith("poison") else ())
    p.wait(lambda: p.on_disk() > len(p.expected) - jobs, 60)
    ROWS[name](p)
    began = time.time()
    return time.time() - began if p.wait(lambda: p.on_disk() >= len(p.expected)) else None


def count(wrong, *kinds):
    return sum(len(wrong.get(k, ())) for k in kinds)


def report(row, jobs, kills, seconds, wrong):
    time_text = "never" if seconds is None else f"{seconds:.1f}"
    print(f"| {row} | {jobs} | {kills} | {time_text} | {count(wrong, 'lost')} | {count(wrong, 'twice')} | {count(wrong, 'wrongly dead')} |", flush=True)


def matrix(names, jobs, rounds):
    """All rows over one server with appendfsync always."""
    bad = False
    with tempfile.TemporaryDirectory() as folder, Pipeline(folder) as p:
        for row in [r for _ in range(rounds) for r in names]:
            before, kills = len(p.expected), p.kills
            seconds = run_row(p, row, jobs)
            lines, dead, broken = read_lines(p.outs)
            wrong = judge(p.expected, lines, dead, broken)
            report(row, len(p.expected) - before, p.kills - kills, seconds, wrong)
            bad |= bool(wrong) or seconds is None
        left = p.stop()
        lines, dead, broken = read_lines(p.outs)
        wrong = judge(p.expected, lines, dead, broken + [str(f) for f in p.outs[0].glob("*.part")], p.samples, left)
        report("all", len(p.expected), p.kills, 0, wrong)
        for kind, texts in wrong.items():
            print(f"{kind}: {texts[:5]}")
        if wrong or bad:
            for log in sorted(pathlib.Path(folder).glob("*.log")):
                print(f"-- {log.name}\n{log.read_text()[-1200:]}")
        for log in pathlib.Path(folder).glob("*.log"):
            if "event=redis_lost" in log.read_text():
                print(f"{log.name}: says that the server lost something, which it did not")
                bad = True
        print(f"{len(p.samples)} samples of the books; late results thrown away: {p.samples[-1]['late'] if p.samples else 0}")
        return bad or bool(wrong)


def redis_loses(fsync, jobs):
    """A server that forgets: what is fed again comes back, and nothing is there twice."""
    with tempfile.TemporaryDirectory() as folder, Pipeline(folder, fsync) as p:
        p.feed(jobs)
        p.wait(lambda: p.on_disk() > jobs // 4, 60)
        redis_down(p, signal.SIGKILL)
        began = time.time()
        p.wait(lambda: not p.pid("producer"), 60)
        # A server without AOF comes back empty, which producer and collector must notice; with everysec there may be nothing to notice.
        said = fsync or p.wait(lambda: "event=redis_lost" in "".join(f.read_text() for f in pathlib.Path(folder).glob("*.log")), 20)
        p.produce(1)
        done = p.wait(lambda: p.on_disk() >= jobs)
        seconds = time.time() - began if done else None
        p.wait(lambda: not p.pid("producer"))  # all may be on disk before it has been through its input
        left = p.stop()
        wrong = judge(p.expected, *read_lines(p.outs), [], left)
        report(f"redis killed, {'appendfsync ' + fsync if fsync else 'no AOF'}, fed again", jobs, p.kills, seconds, wrong)
        for kind, texts in wrong.items():
            print(f"{kind}: {texts[:5]}")
        if not said:
            print("nobody said that the server had lost what it held")
        return bool(wrong) or not done or not said


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--row", action="append", choices=list(ROWS))
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    if not (BIN / "support/obedient-worker").exists():
        print(f"{BIN}/support/obedient-worker is not there")
        return 77
    random.seed(options.seed)
    print("| fault | jobs | kills | seconds to recover | lost | twice | wrongly dead |\n|---|---|---|---|---|---|---|", flush=True)
    bad = matrix(options.row or list(ROWS), options.jobs, options.rounds)
    if not options.row:
        for fsync in ("everysec", None):
            bad |= redis_loses(fsync, 2 * options.jobs)
    return bad


if __name__ == "__main__":
    sys.exit(main())
