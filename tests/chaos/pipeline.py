"""A real pipeline (Redis, producers, workers, a collector), each with its own misbehaving way to Redis, disk and clock; what dies is started again."""
import gzip, json, os, pathlib, random, signal, socket, subprocess, sys, threading, time

TOP = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.setdefault("THRESHER_BIN", str(TOP / "build/dev/bin")))
sys.path.insert(0, str(TOP / "tests/support"))
from faults import Faults
from judge import Judge
from proxy import Proxy

LEASE, SCAN = 2, 5
KINDS = ("producer", "worker", "collector")
# What a page of poison may die for. Without RLIMIT_AS (under a sanitizer) eating takes so long that the deadline may come first.
POISON = {"crash": {"crashed"}, "hang": {"timeout"}, "eat": {"out_of_memory", "timeout"}, "exit": {"crashed"}, "garbage": {"crashed"}, "foreign": {"crashed"},
          "flood": {"crashed"}, "promise": {"timeout"}}
SENTENCE = "In the town of {0} the old ferry was sold on a Monday, and the harbour office says that nobody knows when it sails again. "


def page(url, body):
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body.encode()
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nContent-Length: {len(block)}\r\n\r\n"
    return gzip.compress(head.encode() + block + b"\r\n\r\n", 1, mtime=0)


def innocent(url, slow, weight=0):
    """`weight`: bytes that no compression takes away."""
    text = SENTENCE.format(url.rsplit("/", 1)[1])
    ballast = f"<!--{random.randbytes(weight // 2).hex()}-->" if weight else ""
    return page(url, f"<title>Ferry sold</title><article><h1>Ferry sold</h1><p>{text}</p><p>{text}</p></article>{ballast}" + ("<!--obey:slow;-->" if slow else ""))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Redis:
    """A server in a folder of its own; a replica when it is given a master's address."""
    number = 0

    def __init__(self, folder, fsync, port=0, master=None):
        Redis.number += 1
        self.folder, self.fsync, self.port, self.master = pathlib.Path(folder, f"redis{Redis.number}"), fsync, port, master
        self.folder.mkdir()
        self.path = str(self.folder / "s")
        self.start()

    def start(self):
        command = ["redis-server", "--port", self.port, "--bind", "127.0.0.1", "--unixsocket", self.path, "--dir", self.folder, "--save", "", "--enable-debug-command", "yes",
                   "--repl-diskless-sync-delay", 0, "--appendonly", "yes" if self.fsync else "no", *(["--appendfsync", self.fsync] if self.fsync else []),
                   *(["--replicaof", self.master[0], self.master[1]] if self.master else [])]
        pathlib.Path(self.path).unlink(missing_ok=True)
        self.process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL)
        until = time.time() + 60
        while time.time() < until and self.cli("PING").strip() != "PONG":
            time.sleep(0.05)

    def cli(self, *command):
        done = subprocess.run(["redis-cli", "-s", self.path, *map(str, command)], capture_output=True, timeout=60)
        return done.stdout.decode(errors="replace")  # payloads are bytes

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.process.wait(60)


class Part:
    def __init__(self, program, arguments):
        self.program, self.arguments, self.process, self.down = program, arguments, None, False


class Pipeline:
    """fsync: of Redis, None without AOF; slow: pages take 10 ms; often: how many times more a row does its harm."""
    def __init__(self, folder, fsync="always", workers=2, deadline=5, slow=True, often=1, limit=20, segment=0, replica=False):
        self.folder, self.fsync, self.slow, self.often, self.limit = pathlib.Path(folder), fsync, slow, often, limit
        self.judge, self.kills, self.samples, self.crawls, self.harmed, self.last, self.note = Judge(), 0, 0, 0, set(), None, ""
        self.lock, self.stopping, self.parts, self.faults, self.outs = threading.RLock(), False, {}, {}, [self.folder / "out"]
        self.mounted = self.mount(self.outs[0])
        self.redis, self.replica = Redis(folder, fsync, free_port() if replica else 0), None
        self.proxies = {kind: Proxy(str(self.folder / f"{kind}.sock"), self.redis.path) for kind in KINDS}
        if replica:
            self.add_replica()
        for i in range(workers):
            self.start(f"worker{i}", BIN / "support/obedient-worker", "--jobs", 2, "--lease", f"{LEASE}s", "--deadline", f"{deadline}s", "--grace", "10s")
        self.start("collector", BIN / "thresher-collector", "-o", self.outs[0], "--lease", f"{LEASE}s", *(["--segment-records", segment] if segment else []))
        self.keeper = threading.Thread(target=self.keep, daemon=True)
        self.keeper.start()

    # -- Redis

    def cli(self, *command):
        return self.redis.cli(*command)

    def lose_power(self):
        """What was not synced is gone: the file of a server that syncs every second is cut back to what it was a second ago."""
        files = {f: f.stat().st_size for f in self.redis.folder.glob("appendonlydir/*.incr.aof")}
        time.sleep(1)
        self.redis.end(signal.SIGKILL)
        self.kills += 1
        for path, size in files.items():
            if path.exists():
                os.truncate(path, size)
        self.redis.start()

    def add_replica(self):
        """Behind a link of its own, which can be made to lag."""
        self.link = Proxy(("127.0.0.1", 0), ("127.0.0.1", self.redis.port))
        self.replica = Redis(self.folder, self.fsync, free_port(), self.link.address)
        self.wait(lambda: "master_link_status:up" in self.replica.cli("INFO", "replication"), 60)

    def fail_over(self, lag):
        """The replica lags that many seconds, the primary dies, the replica takes its place; a new one joins."""
        self.link.hold_answers = True
        time.sleep(lag)
        self.redis.end(signal.SIGKILL)
        self.kills += 1
        self.link.drop()
        self.link.close()
        self.redis = self.replica
        self.redis.master = None
        self.redis.cli("REPLICAOF", "NO", "ONE")
        for proxy in self.proxies.values():
            proxy.server = self.redis.path
        self.add_replica()

    # -- programs

    @staticmethod
    def mount(folder):
        """A disk of its own for the collector, where that is allowed."""
        folder.mkdir()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8g", "none", folder], stderr=subprocess.DEVNULL)
        return done.returncode == 0

    def remount(self, options):
        return subprocess.run(["mount", "-o", f"remount,{options}", self.outs[0]], stderr=subprocess.DEVNULL).returncode == 0

    def start(self, name, program=None, *arguments):
        with self.lock:
            if program:
                self.parts[name] = Part(program, arguments)
            part, kind = self.parts[name], next(k for k in KINDS if name.startswith(k))
            if name not in self.faults:
                self.faults[name] = Faults(self.folder / f"{name}.faults")
            env = {**os.environ, **self.faults[name].env, "REDIS_URL": f"unix://{self.proxies[kind].address}"}
            with open(self.folder / f"{name}.log", "a") as log:
                part.process = subprocess.Popen([part.program, *map(str, part.arguments)], stdout=log, stderr=log, env=env)

    def keep(self):
        while not self.stopping:
            time.sleep(0.1)
            with self.lock:
                for name, part in list(self.parts.items()):
                    code = part.process.poll()
                    if code is None or part.down or self.stopping:
                        continue
                    if part.process.pid not in self.harmed and (code < 0 or code not in (0, 3, 5, 6)):
                        self.judge.wrong["died by itself"].append(f"{name}: {code}")
                    if name.startswith("producer") and code == 0:
                        del self.parts[name]
                        del self.faults[name]
                    else:
                        self.start(name)
            status = self.status()
            if status:
                self.last = status
                self.samples += 1
                self.judge.sample(status)

    def status(self):
        try:
            done = subprocess.run([BIN / "thresher", "status", "--json", "--redis", f"unix://{self.redis.path}"], capture_output=True, text=True, timeout=20)
            return json.loads(done.stdout)
        except (ValueError, subprocess.TimeoutExpired):
            return None

    def pid(self, name):
        with self.lock:
            return next((p.process.pid for n, p in self.parts.items() if n.startswith(name) and p.process.poll() is None), None)

    def hit(self, name, number=signal.SIGKILL):
        """The pid, which is expected to end in any way from now on."""
        with self.lock:
            pid = self.pid(name)
            if pid:
                self.harmed.add(pid)
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

    # -- work

    def feed(self, jobs, poison=(), checkpoint=False, weight=0):
        """A crawl of its own; returns its number."""
        self.crawls += 1
        prefix = f"http://chaos.example/{self.crawls}"
        records = [innocent(f"{prefix}/{i}", self.slow, weight) for i in range(jobs)]
        for word in poison:
            records.insert(random.randrange(len(records)), page(f"{prefix}/{word}", f"<p><!--obey:{word};--></p>"))
        self.judge.expect(prefix, jobs, {word: POISON[word] for word in poison})
        (self.folder / f"crawl{self.crawls}.warc.gz").write_bytes(b"".join(records))
        self.produce(self.crawls, checkpoint)
        return self.crawls

    def produce(self, crawl, checkpoint=False):
        mark = ["--checkpoint", self.folder / f"mark{crawl}", "--wait-replicas", 1] if checkpoint else []
        self.start(f"producer{crawl}-{time.monotonic_ns()}", BIN / "thresher-producer", "--max-jobs", self.limit, *mark, self.folder / f"crawl{crawl}.warc.gz")

    def holds_jobs(self, worker):
        """That worker of the given name has jobs in hand."""
        said = self.cli("XPENDING", "thresher:{default:0}:jobs", "workers", "-", "+", 1, worker)
        return bool(said.strip())

    def ended(self):
        """How many results and dead letters are on disk, by the queue's count."""
        return self.last["collected"] + self.last["dead_exported"] if self.last else 0

    def is_quiet(self):
        """Everything that was fed is on disk and acknowledged."""
        if any(name.startswith("producer") for name in list(self.parts)):  # also one that is dead, and about to be started again
            return False
        s = self.status()
        return s and s["ready"] + s["in_flight"] + s["delayed"] + s["results_waiting"] == 0 and s["dead"] == s["dead_exported"]

    @staticmethod
    def wait(what, patience=60):
        until = time.time() + patience
        while time.time() < until:
            if what():
                return True
            time.sleep(0.1)
        return False

    # -- the end

    def logs(self):
        return {f.name: f.read_text(errors="replace") for f in sorted(self.folder.glob("*.log"))}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """Whatever happened, no process stays."""
        self.stopping = True
        self.keeper.join()
        for process in [p.process for p in self.parts.values()] + [r.process for r in (self.redis, self.replica) if r]:
            if process.poll() is None:
                process.kill()
                process.wait()
        if self.mounted:
            subprocess.run(["umount", self.outs[0]])

    def stop(self):
        """Everything ends in good order: what did not, as texts."""
        left = []
        self.stopping = True
        self.keeper.join()
        children = self.extractors()
        for part in self.parts.values():
            part.process.send_signal(signal.SIGCONT)
            part.process.terminate()
        for name, part in self.parts.items():
            try:
                if part.process.wait(60) != 0:
                    left.append(f"{name}: exit {part.process.returncode}")
            except subprocess.TimeoutExpired:
                left.append(f"{name}: does not end")
        for redis in filter(None, (self.redis, self.replica)):
            redis.end()
        left += [f"{p} is not closed" for out in self.outs for p in out.glob("*.part")]
        for out in self.outs:
            done = subprocess.run([BIN / "thresher", "validate", out], capture_output=True, text=True)
            if done.returncode:
                left.append(f"validate: {done.stdout[:300]} {done.stderr[:300]}")
        return left + [f"extractor {p} lives" for p in children if pathlib.Path(f"/proc/{p}").exists()]
