"""The matrix: each row does its harm to a pipeline that is at work. ROWS run over one server with appendfsync always, which loses nothing; each of LOSSES
has servers of its own, which may. A row that cannot be done here (no right to mount, to make namespaces) raises Skip."""
import errno, os, pathlib, random, resource, signal, subprocess, sys, time

from pipeline import BIN, LEASE, POISON, SCAN, TOP, Pipeline


LEASE_KEY = "thresher:{default:0}:collector"


class Skip(Exception):
    pass


def again(p, times, pause, harm):
    """While there is work: more is fed when it comes to an end."""
    for _ in range(times * p.often):
        time.sleep(pause)
        if p.ended() >= p.judge.known - 10:
            p.feed(200)
        harm()


def again_alone(p, times, pause, harm):
    for _ in range(times * p.often):
        time.sleep(pause)
        harm()


# -- processes ------------------------------------------------------------------------------------------------------------------------------

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


def out_of_memory(p):
    """No more memory for a worker for a while, and pages that need it: it may live with that, or die of it."""
    p.feed(8, weight=1 << 20)
    pid = p.pid("worker0")
    p.harmed.add(pid)
    try:
        pages = int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[0])
        resource.prlimit(pid, resource.RLIMIT_AS, (pages * 4096 + 65536, resource.RLIM_INFINITY))
        time.sleep(1)
        resource.prlimit(pid, resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    except (ProcessLookupError, FileNotFoundError):
        pass
    if p.pid("worker0") != pid:
        p.kills += 1
        p.note = "it died of it"


def clock_steps(p):
    """A day on, two back, ten years on, while a worker dies and its leases run out."""
    for days in (1, -2, 3650, -3650):
        for faults in list(p.faults.values()):
            faults.set(clock_ms=days * 86400000)
        time.sleep(0.3)
        p.hit("worker1")
    for faults in list(p.faults.values()):
        faults.set()


# -- Redis and the way to it ----------------------------------------------------------------------------------------------------------------

def redis_down(p, number, pause=0.3):
    p.redis.end(number)
    p.kills += 1
    time.sleep(pause)
    p.redis.start()


def memory_full(p):
    used = int(next(line.split(":")[1] for line in p.cli("INFO", "memory").splitlines() if line.startswith("used_memory:")))
    p.cli("CONFIG", "SET", "maxmemory", used)
    time.sleep(2)
    p.cli("CONFIG", "SET", "maxmemory", 0)


def misbehave(p, **how):
    for proxy in p.proxies.values():
        for name, value in how.items():
            setattr(proxy, name, value)
    time.sleep(2)
    for proxy in p.proxies.values():
        proxy.latency, proxy.trickle, proxy.refuse, proxy.hold = 0, 0, False, False


def cut(p):
    for proxy in p.proxies.values():
        proxy.cut()


def host_cut_off(p):
    """A worker on another host (network namespaces: its own, and one for what leads it to Redis) cannot be reached longer than its lease."""
    near, far = (f"thresher-{os.getpid()}-{end}" for end in ("near", "far"))
    programs = []

    def ip(*words):
        subprocess.run(["ip", *words], check=True, stderr=subprocess.PIPE)

    try:
        for space in (near, far):
            ip("netns", "add", space)
        ip("-n", near, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", far)
        for space, address in ((near, "10.77.0.1/24"), (far, "10.77.0.2/24")):
            ip("-n", space, "addr", "add", address, "dev", "eth0")
            ip("-n", space, "link", "set", "eth0", "up")
    except (OSError, subprocess.CalledProcessError):
        remove_spaces(near, far)
        raise Skip("network namespaces cannot be made here") from None
    try:
        with open(p.folder / "far.log", "a") as log:
            programs.append(subprocess.Popen(["ip", "netns", "exec", near, sys.executable, TOP / "tests/support/proxy.py", "10.77.0.1", "6379", p.redis.path], stdout=log, stderr=log))
            time.sleep(0.5)
            worker = [BIN / "support/obedient-worker", "--jobs", "2", "--lease", f"{LEASE}s", "--worker-id", "far", "--redis", "redis://10.77.0.1"]
            programs.append(subprocess.Popen(["ip", "netns", "exec", far, *worker], stdout=log, stderr=log))
        p.wait(lambda: "redis_connected" in (p.folder / "far.log").read_text(), 10)
        before = p.status()["reclaimed"]
        p.feed(400)
        p.wait(lambda: p.holds_jobs("far"), 5)
        ip("-n", near, "link", "set", "eth0", "down")
        time.sleep(LEASE + SCAN + 1)
        p.note = f"{p.status()['reclaimed'] - before} jobs taken from it"
        ip("-n", near, "link", "set", "eth0", "up")
        time.sleep(2)
        programs[1].terminate()
        if programs[1].wait(60) != 0:
            p.judge.wrong["processes left"].append(f"the far worker: exit {programs[1].returncode}")
    finally:
        for program in programs:
            program.kill()
            program.wait()
        remove_spaces(near, far)


def remove_spaces(*names):
    for space in names:
        subprocess.run(["ip", "netns", "del", space], stderr=subprocess.DEVNULL)


# -- the collector and its disk -------------------------------------------------------------------------------------------------------------

def disk_full(p):
    """By a limit on the size of files, which any user may set."""
    pid = p.pid("collector")
    size = max((f.stat().st_size for f in p.outs[0].glob("*.part")), default=0)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size + 1000, resource.RLIM_INFINITY))
    time.sleep(2.5)
    if p.pid("collector") == pid:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def no_space(p):
    """A file system without space."""
    if not p.mounted:
        raise Skip("mounting is not allowed here")
    used = os.statvfs(p.outs[0])
    p.remount(f"size={(used.f_blocks - used.f_bfree) * used.f_frsize + 16384}")
    time.sleep(2.5)
    p.remount("size=8g")


def read_only(p):
    """A file system that cannot be written: remounted so while the collector is dead, which finds it so again and again."""
    if not p.mounted:
        raise Skip("mounting is not allowed here")
    with p.lock:
        p.hit("collector")
        p.parts["collector"].process.wait()
        done = p.remount("ro")
    time.sleep(2)
    if not done or not p.remount("rw"):
        p.judge.wrong["the test itself"].append("the disk could not be made read-only, or writable again")


def bad_disk(p, seconds, **how):
    p.faults["collector"].set(**how)
    time.sleep(seconds)
    if not p.faults["collector"].hits():
        p.judge.wrong["the test itself"].append(f"{how}: the collector did not meet it")
    p.faults["collector"].set()


class Second:
    """Another collector, with a folder of its own."""
    def __init__(self, p):
        self.p, self.out = p, p.folder / "other"
        self.ended = p.ended()
        with open(p.folder / "second.log", "a") as log:
            command = [BIN / "thresher-collector", "-o", self.out, "--lease", f"{LEASE}s"]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "REDIS_URL": f"unix://{p.redis.path}"})
        p.outs = [p.outs[0], self.out]

    def end(self):
        self.process.terminate()
        if self.process.wait(60) != 0:
            self.p.judge.wrong["processes left"].append(f"the second collector: exit {self.process.returncode}")


def two_collectors(p):
    second = Second(p)
    time.sleep(1)
    stopped(p, "collector", 2.5 * LEASE)  # the second may take over; the first comes back as a zombie
    time.sleep(1)
    second.end()


def written(p):
    return sum(f.stat().st_size for f in p.outs[0].glob("*.part"))


def killed_before_acknowledgement(p):
    """The collector is killed with a commit on disk that the queue never heard of; another takes over; the first comes back and has to wait."""
    second, proxy, faults = Second(p), p.proxies["collector"], p.faults["collector"]
    folder = (p.outs[0] / ".thresher/id").read_text()
    p.wait(lambda: p.cli("HGET", LEASE_KEY, "folder").strip() == folder, 10)
    faults.set(sync_ms=250)
    before = written(p)
    p.feed(200)
    p.wait(lambda: written(p) != before, 2)
    proxy.hold = True
    time.sleep(1.2)
    with p.lock:
        p.parts["collector"].down = True
        p.hit("collector")
        p.parts["collector"].process.wait()
    number = (p.outs[0] / ".thresher/journal").read_text().splitlines()[-1].split()[1]
    heard = p.cli("HGET", LEASE_KEY, "commit:" + folder).strip()
    p.windows = [*getattr(p, "windows", []), int(number) == int(heard or 0) + 1]
    p.note = f"{sum(p.windows)} of {len(p.windows)} in the very window"
    proxy.drop()
    proxy.hold = False
    faults.set()
    time.sleep(LEASE + 0.5)
    p.parts["collector"].down = False
    time.sleep(0.7)
    second.end()
    p.wait(lambda: p.cli("HGET", LEASE_KEY, "folder").strip() == folder, 10)


ROWS = {
    "worker killed": lambda p: again(p, 3, 0.4, lambda: p.hit(random.choice(("worker0", "worker1")))),
    "collector killed": lambda p: again(p, 4, 0.3, lambda: p.hit("collector")),
    "producer killed": lambda p: again(p, 3, 0.1, lambda: p.hit("producer")),
    "extractors killed": lambda p: again(p, 5, 0.2, lambda: hit_extractor(p)),
    "everything killed": lambda p: again(p, 2, 0.3, lambda: [p.hit(n) for n in ("producer", "worker0", "worker1", "collector")]),
    "worker terminated": lambda p: again(p, 2, 0.4, lambda: p.hit("worker1", signal.SIGTERM)),
    "collector terminated": lambda p: again(p, 2, 0.4, lambda: p.hit("collector", signal.SIGTERM)),
    "producer terminated": lambda p: again(p, 2, 0.2, lambda: p.hit("producer", signal.SIGTERM)),
    "extractors terminated": lambda p: again(p, 3, 0.2, lambda: hit_extractor(p, signal.SIGTERM)),
    "worker stopped beyond its lease": lambda p: stopped(p, "worker0", LEASE + SCAN + 1),
    "collector stopped": lambda p: stopped(p, "collector", 2 * LEASE),
    "producer stopped": lambda p: stopped(p, "producer", 2),
    "extractor stopped": lambda p: hit_extractor(p, signal.SIGSTOP),
    "worker out of memory": lambda p: again(p, 1, 0.2, lambda: out_of_memory(p)),
    "clocks stepped": clock_steps,
    "host cut off": host_cut_off,
    "redis killed": lambda p: again(p, 2, 0.4, lambda: redis_down(p, signal.SIGKILL)),
    "redis restarted": lambda p: redis_down(p, signal.SIGTERM),
    "redis sleeps": lambda p: p.cli("DEBUG", "SLEEP", "2"),
    "redis sleeps beyond the timeouts": lambda p: p.cli("DEBUG", "SLEEP", "6"),
    "redis pauses clients": lambda p: p.cli("CLIENT", "PAUSE", 2000),
    "redis full": memory_full,
    "clients cut off": lambda p: again(p, 6, 0.2, lambda: p.cli("CLIENT", "KILL", "TYPE", "normal")),
    "scripts flushed": lambda p: again(p, 6, 0.2, lambda: p.cli("SCRIPT", "FLUSH")),
    "replies cut": lambda p: again(p, 6, 0.3, lambda: cut(p)),
    "latency": lambda p: misbehave(p, latency=0.05),
    "trickle": lambda p: misbehave(p, trickle=7),
    "nothing passes, then": lambda p: misbehave(p, hold=True),
    "nobody let in": lambda p: (cut(p), misbehave(p, refuse=True)),
    "disk full, by a limit": disk_full,
    "disk full": no_space,
    "disk read-only": read_only,
    "disk turns read-only": lambda p: bad_disk(p, 2, write_errno=errno.EROFS),
    "disk slow": lambda p: bad_disk(p, 3, sync_ms=400),
    "EIO on write": lambda p: bad_disk(p, 2, write_errno=errno.EIO),
    "EIO on fsync": lambda p: bad_disk(p, 2, sync_errno=errno.EIO),
    "two collectors": two_collectors,
    "collector killed before the acknowledgement": lambda p: again(p, 1, 0, lambda: killed_before_acknowledgement(p)),
    "poison among innocents": lambda p: None,
}


# -- servers that forget --------------------------------------------------------------------------------------------------------------------

def said(p):
    return any("event=redis_lost" in text for text in p.logs().values())


def feed_again(p, crawl):
    """What nobody knows of any more, found by the judge; then the same input once more."""
    p.wait(p.is_quiet, 300)
    p.judge.read(p.outs)
    lost = len(p.judge.lost())
    if lost and not p.wait(lambda: said(p), 20):
        p.judge.wrong["loss not said"].append(f"{lost} jobs are gone and nobody said so")
    p.produce(crawl)
    return f"{lost} forgotten, then fed again"


def killed_and_fed_again(p, jobs):
    crawl = p.feed(jobs)
    p.wait(lambda: p.ended() > 0)
    again_alone(p, 1, 0.2, lambda: redis_down(p, signal.SIGKILL))
    return feed_again(p, crawl)


def power_lost(p, jobs):
    crawl = p.feed(jobs)
    p.wait(lambda: p.ended() > 0)
    again_alone(p, 1, 0.2, p.lose_power)
    return feed_again(p, crawl)


def failed_over(p, jobs):
    """The producer does not wait for replicas: what the replica never had is gone with the primary."""
    crawl = p.feed(jobs)
    p.wait(lambda: p.ended() > 0)
    again_alone(p, 2, 0, lambda: p.fail_over(0.3))
    return feed_again(p, crawl)


def failed_over_with_wait(p, jobs):
    """With a checkpoint, which waits for replicas: nothing is fed again but from there, by the producer itself, or by the next one on that checkpoint."""
    crawl = p.feed(jobs, checkpoint=True)
    p.wait(lambda: p.ended() > 0)
    again_alone(p, 2, 0, lambda: p.fail_over(0.3))
    p.wait(p.is_quiet, 300)
    p.judge.read(p.outs)
    behind = len(p.judge.lost())
    p.produce(crawl, checkpoint=True)
    return f"{behind} behind the checkpoint, read again from there"


LOSSES = {
    "redis killed, appendfsync everysec": (killed_and_fed_again, {"fsync": "everysec"}),
    "redis loses power, appendfsync everysec": (power_lost, {"fsync": "everysec"}),
    "redis killed, no AOF": (killed_and_fed_again, {"fsync": None}),
    "redis failed over, without WAIT": (failed_over, {"replica": True}),
    "redis failed over, with WAIT": (failed_over_with_wait, {"replica": True}),
}
