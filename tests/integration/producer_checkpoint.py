#!/usr/bin/env python3
"""produce --checkpoint: a producer that is killed goes on without a gap; the checkpoint waits for replicas; a server that comes back with all its
jobs is fed on, and one that has lost them is said to have."""
import gzip, json, os, pathlib, re, signal, socket, subprocess, sys, tempfile, time

thresher = os.path.join(os.environ["THRESHER_BIN"], "thresher")
PAGES = 2000
failures = 0


def check(what, ok, detail=""):
    global failures
    if not ok:
        failures += 1
        print(f"FAIL {what}: {detail}")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def start_redis(*options):
    """On a port of the loopback, since a replica needs one. Its address and process."""
    port = options[0] if options and isinstance(options[0], int) else free_port()
    options = options[1:] if options and isinstance(options[0], int) else options
    (folder / str(port)).mkdir(exist_ok=True)
    process = subprocess.Popen(["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--dir", folder / str(port), "--save", "", *options], stdout=subprocess.DEVNULL)
    servers.append(process)
    for _ in range(200):
        if cli(port, "ping") == "PONG":
            return port, process
        time.sleep(0.05)
    sys.exit("redis-server did not start")


def cli(port, *words):
    return subprocess.run(["redis-cli", "-p", str(port), *words], capture_output=True, text=True, timeout=30).stdout.strip()


def produce(port, limit, checkpoint):
    return subprocess.Popen([thresher, "produce", "--max-jobs", str(limit), "--checkpoint", checkpoint, crawl], stderr=subprocess.PIPE, text=True,
                            env={**os.environ, "REDIS_URL": f"redis://127.0.0.1:{port}"})


def wait_for(what, seconds=30):
    until = time.time() + seconds
    while time.time() < until:
        if what():
            return True
        time.sleep(0.05)
    return False


def status(port):
    out = subprocess.run([thresher, "status", "--json"], capture_output=True, text=True, timeout=30, env={**os.environ, "REDIS_URL": f"redis://127.0.0.1:{port}"}).stdout
    return json.loads(out)


def position(path):
    return int(path.read_text().splitlines()[1].split()[1]) if path.exists() and path.read_text().count("\n") > 1 else 0


servers = []
with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    crawl = folder / "crawl.warc.gz"
    with open(crawl, "wb") as f:
        for i in range(PAGES):
            block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>page %d" % i
            f.write(gzip.compress(b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/%d\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n" % (i, len(block), block), 1, mtime=0))
    size = crawl.stat().st_size
    try:
        # Killed while the queue is full, then the server killed under the next one: with appendfsync always nothing is lost.
        durable = ("--appendonly", "yes", "--appendfsync", "always")
        port, server = start_redis(*durable)
        mark = folder / "mark"
        producer = produce(port, 500, mark)
        check("it fills the queue", wait_for(lambda: status(port)["ready"] == 500))
        producer.kill()
        producer.wait()
        reached = position(mark)
        check("killed: the checkpoint has begun", 0 < reached < size, reached)
        producer = produce(port, 1000, mark)
        check("it goes on", wait_for(lambda: status(port)["ready"] == 1000))
        server.kill()
        server.wait()
        port, server = start_redis(port, *durable)
        check("back with all its jobs", status(port)["ready"] == 1000)
        cli(port, "hset", "thresher:{default:0}:limits", "max_jobs", "100000")
        check("fed on", wait_for(lambda: status(port)["ready"] == 1000) and producer.poll() is None)
        producer.terminate()
        said = producer.communicate(timeout=60)[1]
        last = produce(port, 100000, mark)
        said = last.communicate(timeout=60)[1]
        records = int(re.search(r"(\d+) records", said).group(1))
        s = status(port)
        check("no gap, nothing twice", last.returncode == 0 and s["enqueued"] == s["ready"] == PAGES, (s, said))
        check("the last one read the rest only", records < PAGES - 60, records)
        check("the checkpoint is at the end", position(mark) == size, position(mark))

        # The checkpoint waits for a replica that stands still.
        primary, _ = start_redis()
        replica, standing = start_redis("--replicaof", "127.0.0.1", str(primary))
        check("the replica is there", wait_for(lambda: "state=online" in cli(primary, "info", "replication")))
        standing.send_signal(signal.SIGSTOP)
        late = folder / "late"
        producer = produce(primary, 100000, late)
        said = producer.communicate(timeout=60)[1]
        check("a replica stands still: all is enqueued, the checkpoint is not", status(primary)["enqueued"] == PAGES and position(late) == 0 and "replicas are behind" in said, said)
        standing.send_signal(signal.SIGCONT)
        again = produce(primary, 100000, late)
        said = again.communicate(timeout=60)[1]
        check("it follows again: the checkpoint is at the end", again.returncode == 0 and position(late) == size and status(primary)["enqueued"] == PAGES, said)

        # A server without a file comes back empty: what was safe is gone, and that is said.
        port, server = start_redis()
        gone = folder / "gone"
        producer = produce(port, 1500, gone)
        check("the queue is full", wait_for(lambda: status(port)["ready"] == 1500))
        time.sleep(1.2)
        server.kill()
        server.wait()
        start_redis(port)
        said = producer.communicate(timeout=60)[1]
        check("jobs that are lost are told", producer.returncode == 3 and "has lost jobs" in said and "--start-at" in said, (producer.returncode, said))

        # A power cut takes the end of a server's file, and it is long in loading the rest: who comes back meanwhile notices the loss all the same.
        port, server = start_redis("--appendonly", "yes", "--appendfsync", "everysec")
        producer = produce(port, 300, folder / "unused")
        check("the queue is full again", wait_for(lambda: status(port)["ready"] == 300))
        cli(port, "bgrewriteaof")
        check("the file is written anew", wait_for(lambda: list((folder / str(port)).glob("appendonlydir/*.2.incr.aof"))
                                                   and "aof_rewrite_in_progress:0" in cli(port, "info", "persistence")))
        subprocess.run([thresher, "queue", "purge", "--yes"], stderr=subprocess.DEVNULL, env={**os.environ, "REDIS_URL": f"redis://127.0.0.1:{port}"})
        check("and full once more", wait_for(lambda: status(port)["enqueued"] == 600))
        server.kill()
        server.wait()
        os.truncate(next((folder / str(port)).glob("appendonlydir/*.2.incr.aof")), 0)
        start_redis(port, "--appendonly", "yes", "--key-load-delay", "4000", "--loading-process-events-interval-bytes", "1024")
        check("it comes back", wait_for(lambda: "connected_clients:2" in cli(port, "info", "clients")))
        time.sleep(0.5)
        producer.terminate()
        said = producer.communicate(timeout=60)[1]
        check("it loads for a while, and the loss is noticed behind that", "event=redis_lost" in said, said)

        # A checkpoint that holds as many sources as it can: what more is read is fed, and it is said once that it will be fed again.
        port, server = start_redis()
        full = folder / "full"
        full.write_text("# thresher checkpoint 1\n" + "".join(f"{n:016x} 1\n" for n in range(1 << 20)))
        before = full.read_bytes()
        producer = produce(port, 100000, full)
        said = producer.communicate(timeout=120)[1]
        check("a full checkpoint: all is fed, and said once", producer.returncode == 0 and status(port)["enqueued"] == PAGES and said.count("more than 1048576 sources") == 1, said)
        check("it stays as it is", full.read_bytes() == before)
    finally:
        for server in servers:
            server.kill()
            server.wait()
sys.exit(1 if failures else 0)
