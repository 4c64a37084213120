#!/usr/bin/env python3
"""What is wrong with the server, the output folder or the command line: for each, what is said and the exit status. The servers are real ones
on Unix sockets, but for one that only says that it is old. Nothing may hang, and nothing that is said may show a password."""
import gzip, json, os, pathlib, re, signal, socket, subprocess, sys, tempfile, threading, time

binary = os.environ["THRESHER_BIN"]
thresher = os.path.join(binary, "thresher")
sample = pathlib.Path(os.environ["THRESHER_SOURCE"], "deploy/sample/sample.warc.gz")
failures, seen = 0, 0
SECRET = "hunter2-secret"


def check(what, ok, detail=""):
    global failures, seen
    seen += 1
    if not ok:
        failures += 1
        print(f"FAIL {what}: {detail}")


def expect(what, status, said, *arguments, url=None):
    """Runs `thresher ARGUMENTS` to its end: its status, and a pattern that its words must match."""
    env = {**os.environ, **({"REDIS_URL": url} if url else {})}
    env.pop("THRESHER_QUEUE", None)
    done = subprocess.run([thresher, *map(str, arguments)], capture_output=True, text=True, timeout=90, env=env)
    words = done.stdout + done.stderr
    check(what, done.returncode == status and re.search(said, words) and SECRET not in words, f"exit {done.returncode}, want {status} and /{said}/: {words[-600:]}")


def start_redis(name, *options):
    path = folder / f"{name}.sock"
    server = subprocess.Popen(["redis-server", "--port", "0", "--unixsocket", path, "--save", "", "--dir", folder, *map(str, options)], stdout=subprocess.DEVNULL)
    servers.append(server)
    for _ in range(200):
        if path.exists():
            return f"unix://{path}", server
        time.sleep(0.05)
    sys.exit("redis-server did not start")


def cli(url, *words):
    return subprocess.run(["redis-cli", "-s", url.removeprefix("unix://"), *words], capture_output=True, text=True, timeout=30).stdout


class Old(threading.Thread):
    """Answers every command as a server of version 6.2 would answer INFO."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen()

    def run(self):
        info = b"# Server\r\nredis_version:6.2.14\r\n"
        while True:
            link, _ = self.listener.accept()
            with link:
                while link.recv(65536):
                    link.sendall(b"$%d\r\n%s\r\n" % (len(info), info))


def parts(url):
    """The four commands that speak to a server, each as it is called."""
    return (("produce", [sample]), ("work", ["--jobs", 1]), ("collect", ["-o", folder / "unused"]), ("status", []))


servers = []
with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    try:
        nobody = f"unix://{folder}/nobody.sock"
        locked, _ = start_redis("locked", "--requirepass", SECRET)
        wrong = locked.replace("unix://", f"unix://:not-{SECRET[:3]}@")
        Old(folder / "old.sock").start()
        old = f"unix://{folder}/old.sock"
        for command, arguments in parts(nobody):
            expect(f"{command}: nobody there", 3, rf"no answer from Redis at {nobody} .*(is the server running|Start it)", command, *arguments, url=nobody)
            expect(f"{command}: needs a password", 3, r"refuses: it needs a password.*REDIS_URL", command, *arguments, url=locked)
            expect(f"{command}: wrong password", 3, r"refuses: the user or password", command, *arguments, url=wrong)
            expect(f"{command}: too old", 3, r"too old \(6\.2\.14\): Thresher needs Redis 7\.0", command, *arguments, url=old)
            for bad, said in (("http://x", "begins with redis://"), ("redis://:5", "needs a host"), ("redis://h:99999", "port")):
                expect(f"{command}: {bad}", 2, said, command, *arguments, url=bad)
            expect(f"{command}: unknown option", 2, "--nonsense", command, "--nonsense")
        expect("run: nobody there", 3, "no answer from Redis", "run", sample, "-o", folder / "r1", "--redis", nobody)
        good = locked.replace("unix://", f"unix://:{SECRET}@")
        expect("the right password", 0, "14 enqueued", "produce", sample, url=good)

        # Output folders.
        (folder / "file").write_text("x")
        for command, more in (("run", [sample]), ("collect", [])):
            url = None if command == "run" else good
            expect(f"{command}: OUT is a file", 5, "file", command, *more, "-o", folder / "file", url=url)
            expect(f"{command}: OUT cannot be made", 5, "/proc/none", command, *more, "-o", "/proc/none", url=url)
        expect("run: first", 0, "14 pages enqueued", "run", sample, "-o", folder / "mine")
        expect("run: another crawl's folder", 2, r"holds the output of crawl 'default', not .*'other'.*choose another folder", "run", sample, "-o", folder / "mine", "--crawl-id", "other")
        (folder / "mine/.thresher/checkpoint").write_text("nonsense\n")
        expect("run: a checkpoint that is none", 2, r"checkpoint: line 1 is not a checkpoint's", "run", sample, "-o", folder / "mine")

        # Inputs that cannot be read: said, and the others are read all the same.
        (folder / "empty.warc").write_bytes(b"")
        cut = gzip.decompress(sample.read_bytes())
        (folder / "cut.warc").write_bytes(cut[: len(cut) // 2])
        done = subprocess.run([thresher, "run", folder / "missing.warc", folder / "empty.warc", folder / "cut.warc", sample, "-o", folder / "some"], capture_output=True, text=True, timeout=90)
        check("bad inputs beside a good one", done.returncode == 1 and "missing.warc: No such file" in done.stderr and "truncated 1" in done.stderr, done.stderr)
        lines = [json.loads(line) for f in (folder / "some").glob("articles-*") for line in open(f, newline="\n")]
        check("the good one is whole", len({r["url"] for r in lines if r["status"] in ("ok", "not_html")}) == 14, len(lines))

        # A full server: the producer waits and says why; room is made, and it ends.
        full, _ = start_redis("full", "--maxmemory", "3mb", "--maxmemory-policy", "noeviction")
        page = b"<p>" + os.urandom(150000).hex().encode()
        block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page
        with open(folder / "large.warc.gz", "wb") as f:
            for i in range(20):
                f.write(gzip.compress(b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/%d\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n" % (i, len(block), block), mtime=0))
        producer = subprocess.Popen([thresher, "produce", folder / "large.warc.gz"], stderr=subprocess.PIPE, text=True, env={**os.environ, "REDIS_URL": full})
        time.sleep(2)
        check("full: it waits", producer.poll() is None)
        cli(full, "config", "set", "maxmemory", "100mb")
        said = producer.communicate(timeout=60)[1]
        check("full: it goes on", producer.returncode == 0 and "20 enqueued" in said and "OOM" in said, said[-600:])

        # A server that goes away and comes back: waited for, and said.
        gone, server = start_redis("gone")
        collector = subprocess.Popen([thresher, "collect", "-o", folder / "patient"], stderr=subprocess.PIPE, text=True, env={**os.environ, "REDIS_URL": gone})
        time.sleep(1)
        server.kill()
        server.wait()
        time.sleep(1)
        start_redis("gone")
        time.sleep(1)
        expect("gone and back: the producer feeds it", 0, "14 enqueued", "produce", sample, url=gone)
        check("gone and back: the collector lives", collector.poll() is None)
        collector.send_signal(signal.SIGTERM)
        said = collector.communicate(timeout=60)[1]
        check("gone and back: it says so", collector.returncode == 0 and "redis_away" in said, said[-600:])
    finally:
        for server in servers:
            server.kill()
            server.wait()
print(f"{seen} cases")
sys.exit(1 if failures else 0)
