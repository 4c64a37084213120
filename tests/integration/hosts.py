#!/usr/bin/env python3
"""Producer, two workers, collector and Redis on five hosts (network namespaces around a switch of their own). One worker's host is cut off longer than
its lease while it works, and comes back; then the collector's, for a moment. Every page's result is on disk once.

hosts.py [--crawl FILE] [--pages N] [--lease SECONDS]: by default with a small crawl made here. Needs to make namespaces: skipped where that is not
allowed."""
import argparse, collections, json, os, pathlib, subprocess, sys, tempfile, time

sys.path.insert(0, os.path.join(os.environ["THRESHER_SOURCE"], "tests/support"))
from made_pages import write_crawl
from records import records

parser = argparse.ArgumentParser()
parser.add_argument("--crawl", type=pathlib.Path)
parser.add_argument("--pages", type=int, default=2500)
parser.add_argument("--lease", type=int, default=2)
options = parser.parse_args()
binary = os.environ["THRESHER_BIN"]
HOSTS = {"redis": 1, "producer": 2, "worker1": 3, "worker2": 4, "collector": 5}
failures = 0


def check(what, ok, detail=""):
    global failures
    if not ok:
        failures += 1
        print(f"FAIL {what} {detail}")


class Network:
    """Names carry our pid, so that two of these may run at once; nothing is made outside of the namespaces."""
    def __init__(self):
        self.made, self.switch = [], self.name("switch")

    def name(self, host):
        return f"thresher-{os.getpid()}-{host}"

    def ip(self, *arguments, space=None):
        subprocess.run(["ip", *(["-n", space] if space else []), *map(str, arguments)], check=True, stderr=subprocess.PIPE)

    def add(self, space):
        self.ip("netns", "add", space)
        self.made.append(space)
        self.ip("link", "set", "lo", "up", space=space)

    def __enter__(self):
        try:
            self.add(self.switch)
            self.ip("link", "add", "bridge", "type", "bridge", space=self.switch)
            self.ip("link", "set", "bridge", "up", space=self.switch)
            for host, number in HOSTS.items():
                self.add(self.name(host))
                self.ip("link", "add", host, "type", "veth", "peer", "name", "eth0", "netns", self.name(host), space=self.switch)
                self.ip("link", "set", host, "master", "bridge", "up", space=self.switch)
                self.ip("addr", "add", f"10.77.0.{number}/24", "dev", "eth0", space=self.name(host))
                self.ip("link", "set", "eth0", "up", space=self.name(host))
        except (OSError, subprocess.CalledProcessError) as e:
            self.__exit__()
            print("network namespaces cannot be made here:", getattr(e, "stderr", e))
            sys.exit(77)
        return self

    def __exit__(self, *_):
        for space in self.made:
            subprocess.run(["ip", "netns", "del", space])

    def cut(self, host, seconds):
        self.ip("link", "set", host, "down", space=self.switch)
        time.sleep(seconds)
        self.ip("link", "set", host, "up", space=self.switch)

    def start(self, host, *command):
        log = open(folder / f"{host}.log", "a")
        return subprocess.Popen(["ip", "netns", "exec", self.name(host), *map(str, command)], stdout=log, stderr=log)

    def thresher(self, host, name, *arguments):
        return self.start(host, os.path.join(binary, f"thresher-{name}"), "--redis", "redis://10.77.0.1", *arguments)


def status(network):
    command = ["ip", "netns", "exec", network.name("redis"), os.path.join(binary, "thresher"), "status", "--json", "--redis", "redis://10.77.0.1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    return json.loads(done.stdout) if done.stdout else collections.Counter()


def wait_until(network, what, condition, seconds):
    until = time.time() + seconds
    while not condition(s := status(network)):
        if time.time() > until:
            check(what, False, s)
            break
        time.sleep(0.2)
    return s


def run(network, crawl, out):
    redis = network.start("redis", "redis-server", "--bind", "10.77.0.1", "--protected-mode", "no", "--save", "", "--dir", folder)
    wait_until(network, "Redis answers", lambda s: "enqueued" in s, 20)
    lease = f"{options.lease}s"
    parts = {"collector": network.thresher("collector", "collector", "-o", out), "producer": network.thresher("producer", "producer", "--max-jobs", 500, crawl)}
    for host in ("worker1", "worker2"):
        parts[host] = network.thresher(host, "worker", "--jobs", 1, "--lease", lease)
    try:
        wait_until(network, "work begins", lambda s: s["done"] > options.pages // 20, 120)
        network.cut("worker1", 2 * options.lease + 6)
        s = wait_until(network, "its jobs go to the other", lambda s: s["reclaimed"] > 0, 30)
        network.cut("collector", 6)
        s = wait_until(network, "all is done", lambda s: s["enqueued"] == options.pages and s["collected"] + s["dead_exported"] == options.pages, 120 + options.pages / 20)
        check("the producer's end", parts["producer"].wait(30) == 0)
        for host in ("worker1", "worker2", "collector"):
            parts[host].terminate()
            check(f"{host}'s end", parts[host].wait(60) == 0, parts[host].returncode)
    finally:
        for part in (*parts.values(), redis):
            part.kill()
            part.wait()
    return s


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    crawl = options.crawl.resolve() if options.crawl else write_crawl(folder / "crawl.warc.gz", options.pages)
    with Network() as network:
        started = time.time()
        s = run(network, crawl, folder / "out")
    check("books", s["conservation_error"] == 0, s)
    ids = collections.Counter(r["id"] for r in records(folder / "out"))
    check("nothing lost", len(ids) == options.pages, f"{len(ids)} of {options.pages}")
    check("nothing twice", max(ids.values(), default=0) <= 1)
    names = {json.loads(line)["provenance"]["worker"] for f in (folder / "out").glob("articles-*") for line in open(f)}
    check("both workers took part", len(names) == 2, names)
    print(f"{options.pages} pages: {options.pages - len(ids)} lost, {sum(ids.values()) - len(ids)} twice, {s['reclaimed']} reclaimed, {s['late']} late, {time.time() - started:.0f} s")
    if failures:
        for log in folder.glob("*.log"):
            print(log.name, log.read_text()[-1500:])
sys.exit(1 if failures else 0)
