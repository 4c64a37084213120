#!/usr/bin/env python3
"""`thresher metrics`, once and over HTTP: the same numbers as `status`, in a format that a strict reader takes whatever the crawls are called; a Redis that
dies, hangs, trickles and comes back; clients that are slow, large, many or odd; the least rights in Redis; and that docs/METRICS.md and what lies in
deploy/ name the metrics that there are."""
import concurrent.futures, contextlib, json, os, pathlib, random, re, shutil, signal, socket, subprocess, sys, tempfile, time

sys.path.insert(0, os.path.join(os.environ["THRESHER_SOURCE"], "tests/support"))
import exposition
from http_client import get, port_of
from proxy import Proxy
from queue_keys import Queue, job_id
from redis_server import Server

binary, source = pathlib.Path(os.environ["THRESHER_BIN"], "thresher"), pathlib.Path(os.environ["THRESHER_SOURCE"])
failures = 0
CHANGES = ("thresher_read_duration_seconds", "thresher_redis_memory_used_bytes", "thresher_oldest_")  # from one reading to the next, of a queue at rest
OF_STATUS = {  # what `status --json` calls it
    "enqueued": "jobs_enqueued_total", "duplicates": "jobs_duplicate_total", "ready": "jobs_ready", "in_flight": "jobs_in_flight", "delayed": "jobs_delayed", "results_waiting": "results_waiting",
    "done": "jobs_done_total", "dead": "jobs_dead", "dropped": "jobs_dropped_total", "late": "results_late_total", "retried": "jobs_retried_total", "reclaimed": "jobs_reclaimed_total",
    "dead_exported": "dead_letters_exported", "rejected_full": "batches_refused_total", "job_bytes": "jobs_payload_bytes", "result_bytes": "results_payload_bytes", "dead_kept": "dead_letters_kept",
    "dead_retried": "dead_letters_retried_total", "limit_jobs": "queue_limit_jobs", "limit_bytes": "queue_limit_bytes", "workers": "workers", "workers_no_sandbox": "workers_no_sandbox",
    "paused": "queue_paused", "conservation_error": "jobs_unaccounted"}
HOSTILE = ['a"b', "a\\b", "a\nb", "\\n", 'x"} 1\nthresher_up 5\n# ', "a:b", "naïve ☃", "{}", ",", " ", "x" * 128]
FOLDED = [b"\xff\xfe", b"\r", b"a\0b", b"\xc3", b"*"]


def check(what, ok, detail=""):
    global failures
    failures += not ok
    if not ok:
        print(f"FAIL {what} {detail}")


def thresher(url, *arguments, **env):
    return subprocess.run([binary, *arguments], env={**os.environ, "REDIS_URL": url, **env}, capture_output=True, text=True, errors="replace", timeout=60)


def until(what, patience=20):
    end = time.time() + patience
    while time.time() < end and not what():
        time.sleep(0.05)
    return what()


@contextlib.contextmanager
def serving(url, *arguments, listen="127.0.0.1:0"):
    """(process, port) of a `thresher metrics --listen`; ends with SIGTERM, which must be answered by 0 and leave nothing in the log that a sanitizer says."""
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen([binary, "metrics", "--listen", listen, *arguments], env={**os.environ, "REDIS_URL": url}, stderr=log)

        port = lambda: port_of(os.pread(log.fileno(), 1 << 16, 0).decode())
        try:
            check("it listens", until(port))
            process.log = lambda: os.pread(log.fileno(), 1 << 20, 0).decode()
            yield process, port()
        finally:
            began = time.time()
            process.terminate()
            check("SIGTERM ends it well", process.wait(30) == 0, (process.returncode, process.log()[-2000:]))
            check("and soon", time.time() - began < 8, time.time() - began)


def raw(port, data, patience=20, pause=0):
    """All that comes back for these bytes, and RESET where the connection ends so, at which other systems than Linux throw the answer away; `pause` seconds
    between the bytes."""
    with socket.create_connection(("127.0.0.1", port), patience) as link:
        with contextlib.suppress(OSError):
            for at in range(0, len(data), 1) if pause else [0]:
                link.sendall(data[at : at + 1] if pause else data)
                time.sleep(pause)
        back = b""
        try:
            while piece := link.recv(65536):
                back += piece
        except ConnectionResetError:
            back += b"RESET"
        return back


def at_rest(text):
    return "\n".join(line for line in text.splitlines() if not line.startswith(CHANGES))


def fill(server):
    """Two queues with something under each name that `status` knows."""
    queues = [Queue(server, name) for name in ("default", "news.2-b")]
    for number, q in enumerate(queues):
        for at, crawl in enumerate(HOSTILE + FOLDED):
            q.enqueue([(job_id(1000 + 8 * at + n), b"x" * 100) for n in range(2 + number)], crawl=crawl)
        q.enqueue([(job_id(7), b"y" * 50), (job_id(7), b"y" * 50)])
        q.enqueue([(job_id(99), b"z")], max_jobs=1)
        held = q.pull(20)
        for entry, f in held[:6]:
            q.finish(entry, f)
        q.finish(*held[0])
        for reason in ("timeout", "crashed", "crashed", "of a newer version", "another"):
            q.retry(*held.pop(), "c", 1, reason=reason)
        q.retry(*held.pop(), delay_ms=1000000, reason="io")
        got = q.take()
        q.ack(got[:2], took=(1000, 640))
        q.ack(got[2:4], took=("inf", 12000000))
        letters = q.dead_page()
        q.dead_retry(letters[0][0], letters[0][1]["i"].decode())
        q.dead_drop(letters[1][0])
        q.ack(q.take("dead", 1), "dead")
        q.heartbeat([e for e, _ in held[6:]], consumer="w1")
        q.heartbeat([], consumer="w2+no-sandbox")
        server.call("HSET", q.key("limits"), "jobs", 5000 + number)
        server.call("SADD", "thresher:queues", q.name)
    server.call("SET", queues[1].key("paused"), 1)
    return queues


# -- the numbers

def numbers_are_those_of_status(server):
    queues = fill(server)
    done = thresher(server.url, "metrics", "--by-crawl")
    check("exit", done.returncode == 0 and not done.stderr, done)
    exposition.families(done.stdout)
    seen = exposition.values(done.stdout)
    for q in queues:
        status = json.loads(thresher(server.url, "status", "--json", "--queue", q.name).stdout)
        said = {key: seen[f"thresher_{name}", q.name] for key, name in OF_STATUS.items()}
        check(f"{q.name}: as status", said == {key: int(status[key]) for key in said}, (said, status))
        check(f"{q.name}: all that status says is there", set(status) - set(said) == {"collected", "oldest_ready_ms", "oldest_result_ms", "crawls"}, status.keys())
        for key, name in (("oldest_ready_ms", "oldest_ready_job_age_seconds"), ("oldest_result_ms", "oldest_result_age_seconds")):
            check(f"{q.name}: {key}", 0 <= status[key] / 1000 - seen[f"thresher_{name}", q.name] < 10, (status[key], seen[f"thresher_{name}", q.name]))
        written = {k[2]: v for k, v in seen.items() if k[0] == "thresher_results_written_total" and k[1] == q.name}
        check(f"{q.name}: written", sum(written.values()) == status["collected"] == 4 and written["ok"] == 4, written)
        died = {k[2]: v for k, v in seen.items() if k[0] == "thresher_dead_letters_total" and k[1] == q.name and v}
        check(f"{q.name}: died", died == {"timeout": 1, "crashed": 2, "other": 2}, died)
        failed = {k[2]: v for k, v in seen.items() if k[0] == "thresher_job_failures_total" and k[1] == q.name and v}
        check(f"{q.name}: failed", failed == {"timeout": 1, "crashed": 2, "other": 2, "io": 1}, failed)
        took = [seen["thresher_extraction_duration_seconds" + name, q.name, *le] for name, *le in (("_bucket", "0.0005"), ("_bucket", "0.001"), ("_bucket", "10.0"), ("_bucket", "+Inf"), ("_sum",), ("_count",))]
        check(f"{q.name}: extraction", took == [0, 2, 2, 4, 24.00128, 4], took)
        shown = thresher(server.url, "status", "--queue", q.name).stdout
        check(f"{q.name}: a terminal is shown no controls", shown and all(c.isprintable() or c == "\n" for c in shown), shown)
        crawls = {c["crawl_id"]: c for c in status["crawls"]}
        for name in HOSTILE:
            of_crawl = [seen[f"thresher_crawl_jobs_{what}", q.name, name] for what in ("enqueued_total", "done_total", "dead", "dropped_total")]
            check(f"{q.name}: crawl {name!r}", name not in crawls or of_crawl == [crawls[name][what] for what in ("enqueued", "done", "dead", "dropped")], of_crawl)
        all_crawls = [v for k, v in seen.items() if k[0] == "thresher_crawl_jobs_enqueued_total" and k[1] == q.name]
        check(f"{q.name}: every name is there, and the sum is whole", (len(all_crawls), sum(all_crawls)) == (len(HOSTILE) + 2, seen["thresher_jobs_enqueued_total", q.name]), all_crawls)
        check(f"{q.name}: what cannot be a label is counted together", seen["thresher_crawl_jobs_enqueued_total", q.name, "*"] == len(FOLDED) * (2 + (q is queues[1])))
    one = exposition.values(thresher(server.url, "metrics", "--queue", "news.2-b").stdout)
    check("one queue", one["thresher_queues",] == 1 and {k[1] for k in one if len(k) > 1} == {"news.2-b", k_version(one)}, one["thresher_queues",])
    check("crawls only when they are asked for", not any("crawl" in k[0] for k in one))
    memory = server.call("INFO", "memory").decode()
    check("memory", abs(one["thresher_redis_memory_used_bytes",] / int(re.search(r"used_memory:(\d+)", memory)[1]) - 1) < 0.5)


def k_version(seen):
    return next(k[1] for k in seen if k[0] == "thresher_build_info")


def bounds_of_labels(server):
    q = Queue(server, "many")
    for n in range(0, 3000, 500):
        server.call("HSET", q.key("crawls"), *[x for k in range(n, n + 500) for x in (f"crawl {k:05}:enqueued", 1)])
    server.call("SADD", "thresher:queues", "many", "not a queue's name", *[f"q{n:03}" for n in range(120)])
    text = thresher(server.url, "metrics", "--by-crawl").stdout
    seen = exposition.values(text)
    crawls = {k[2]: v for k, v in seen.items() if k[0] == "thresher_crawl_jobs_enqueued_total" and k[1] == "many"}
    check("crawls", (len(crawls), crawls["*"], "crawl 00999" in crawls, "crawl 01000" in crawls) == (1001, 2000, True, False), len(crawls))
    check("queues", (seen["thresher_queues",], seen["thresher_queues_left_out",]) == (100, 23), seen["thresher_queues_left_out",])
    server.call("SREM", "thresher:queues", *[f"q{n:03}" for n in range(120)])


def exit_statuses(server):
    q = Queue(server, "broken")
    server.call("SADD", "thresher:queues", "broken")
    server.call("HSET", q.key("counters"), "enqueued", 3)
    done = thresher(server.url, "metrics")
    check("a broken law", done.returncode == 1 and exposition.values(done.stdout)["thresher_jobs_unaccounted", "broken"] == 3, done)
    server.call("HSET", q.key("counters"), "done", 5, "enqueued", 3)
    check("and the other way", exposition.values(thresher(server.url, "metrics").stdout)["thresher_jobs_unaccounted", "broken"] == -2)
    server.call("DEL", q.key("counters"))
    server.call("SET", q.key("counters"), "no hash")
    done = thresher(server.url, "metrics")
    check("a queue that cannot be read", done.returncode == 3 and "WRONGTYPE" in done.stderr and exposition.values(done.stdout)["thresher_up",] == 0, done)
    server.call("DEL", q.key("counters"))
    done = thresher("unix:///nonexistent", "metrics")
    check("no Redis", done.returncode == 3 and "no answer" in done.stderr and exposition.values(done.stdout)["thresher_up",] == 0, done)
    for arguments in (["--timeout", "0"], ["--timeout", "2m"], ["--queue", "a b"], ["something"], ["--listen", "127.0.0.1"], ["--listen", "127.0.0.1:99999"], ["--listen", "::1:1"], ["--listen", "192.0.2.1:1"]):
        done = thresher(server.url, "metrics", *arguments)
        check(f"usage {arguments}", done.returncode == 2 and done.stderr and not done.stdout, done)
    check("a URL that is none", thresher("http://h", "metrics", "--listen", ":0").returncode == 2)
    done = thresher(server.url, "metrics", "--redis", "redis://:hunter2@h")
    check("a password in a flag", done.returncode == 2 and "hunter2" not in done.stderr, done)
    with open("/dev/full", "w") as full:
        check("a full disk", subprocess.run([binary, "metrics"], env={**os.environ, "REDIS_URL": server.url}, stdout=full, stderr=subprocess.DEVNULL).returncode == 5)


# -- over HTTP

def http_answers(server):
    with serving(server.url, "--by-crawl") as (process, port):
        once = thresher(server.url, "metrics", "--by-crawl").stdout
        status, body, headers = get(port)
        check("the same as once", status == 200 and at_rest(body) == at_rest(once))
        check("headers", headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8" and int(headers["Content-Length"]) == len(body.encode()) and headers["Connection"] == "close", headers)
        status, nothing, headers = get(port, "/metrics?x=y", "HEAD")
        check("HEAD", status == 200 and nothing == "" and int(headers["Content-Length"]) > 1000, headers)
        check("healthz", get(port, "/healthz")[:2] == (200, "ok\n"))
        for path, method, want in (("/", "GET", 404), ("/metricsx", "GET", 404), ("/metrics", "POST", 405), ("/healthz", "DELETE", 405), ("/nothing", "POST", 404)):
            check(f"{method} {path}", get(port, path, method)[0] == want)
        for data, want in ((b"GET /metrics\r\n\r\n", b"400"), (b"GET  /metrics HTTP/1.1\r\n\r\n", b"400"), (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"400"), (b"\0\xff\n\n", b"400"), (b"\r\n\r\n", b"400"),
                           (b"GET http://x/metrics HTTP/1.1\r\n\r\n", b"400"), (b"GET /healthz HTTP/1.0\n\n", b"200"), (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n", b"200"),
                           (b"GET /" + b"a" * 9000, b"431"), (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 300000, b"431"), (b"POST /metrics HTTP/1.1\r\n\r\n" + b"x" * (4 << 20), b"405")):
            back = raw(port, data)
            check(f"{data[:40]}", back.startswith(b"HTTP/1.1 " + want) and back.count(b"HTTP/1.1") == 1 and b"RESET" not in back, back[:200] + back[-5:])
        noise = random.Random(4)
        for _ in range(300):
            data = bytearray(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
            for _ in range(noise.randrange(1, 6)):
                at = noise.randrange(len(data))
                data[at : at + noise.randrange(4)] = noise.randbytes(noise.randrange(4))
            back = raw(port, bytes(data) + b"\n\n")
            check(f"{data}", re.match(rb"HTTP/1\.1 (200|400|404|405) ", back), back[:100])
        with socket.create_connection(("127.0.0.1", port)) as half:
            half.sendall(b"GET /metrics HTTP/1.1\r\n\r\n")
            half.shutdown(socket.SHUT_WR)
            check("a client that has nothing more to say", b"thresher_up 1" in b"".join(iter(lambda: half.recv(65536), b"")))
        time.sleep(1.1)
        asked = lambda: int(re.search(rb"cmdstat_smembers:calls=(\d+)", server.call("INFO", "commandstats"))[1])
        before = asked()
        with concurrent.futures.ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(lambda _: get(port)[0], range(300)))
        check("one reading a second, however many ask", answers == [200] * 300 and asked() - before <= 10, asked() - before)
    with serving(server.url, listen=":0") as (_, port):
        listening = subprocess.run(["ss", "-Hltn", f"sport = :{port}"], capture_output=True, text=True).stdout
        check("loopback alone, unless it is said", f"127.0.0.1:{port}" in listening and "0.0.0.0:" + str(port) not in listening, listening)
        taken = thresher(server.url, "metrics", "--listen", f"127.0.0.1:{port}")
        check("a port that is taken", taken.returncode == 2 and "in use" in taken.stderr, taken)


def odd_clients(server):
    """More than there are places for, that say nothing, trickle, or do not read."""
    with serving(server.url) as (process, port):
        with contextlib.ExitStack() as stack:
            idle = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(200)]
            for link in idle:
                with contextlib.suppress(OSError):
                    link.sendall(b"GET /met")
            began = time.time()
            check("200 that say nothing", get(port)[0] == 200 and time.time() - began < 2, time.time() - began)
            fds = len(os.listdir(f"/proc/{process.pid}/fd"))
            check("hold no more than there are places", fds < 64 + 40, fds)
            deaf = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(70)]
            for link in deaf:
                link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
                link.sendall(b"GET /metrics HTTP/1.1\r\n\r\n")
            check("70 that do not read", get(port)[0] == 200)
            began = time.time()
            silent = stack.enter_context(socket.create_connection(("127.0.0.1", port), 20))
            back = raw(port, b"GET /metrics HTTP/1.1\r\nX: " + b"y" * 100, 30, pause=0.5)
            check("one that trickles is cut off", back in (b"", b"RESET") and time.time() - began < 60, (back[:99], time.time() - began))
            check("one that says nothing, too", silent.recv(1) == b"" and 12 < time.time() - began < 18, time.time() - began)
        check("places are free again", until(lambda: len(os.listdir(f"/proc/{process.pid}/fd")) < 25), len(os.listdir(f"/proc/{process.pid}/fd")))


def redis_goes_and_comes(folder):
    up = lambda port: exposition.values(get(port)[1])["thresher_up",]
    home = folder / "away"
    home.mkdir()
    with serving(f"unix://{home}/redis.sock", "--timeout", "1s") as (process, port):
        check("not there yet", get(port)[0] == 200 and up(port) == 0)
        with Server(home) as server:
            Queue(server)
            check("there", until(lambda: up(port) == 1))
            server.process.send_signal(signal.SIGSTOP)
            time.sleep(1.1)
            with concurrent.futures.ThreadPoolExecutor(20) as pool:
                began = time.time()
                waiting = [pool.submit(up, port) for _ in range(20)]
                time.sleep(0.3)
                healthy, took = get(port, "/healthz")[0], time.time() - began
                check("healthz is no matter of Redis", healthy == 200 and took < 0.8, took)
                check("hung", {w.result() for w in waiting} == {0})
                check("said in time", 0.8 < time.time() - began < 4, time.time() - began)
            server.process.send_signal(signal.SIGCONT)
            check("woken", until(lambda: up(port) == 1))
        check("gone", until(lambda: up(port) == 0))
        body = get(port)[1]
        check("what is known is said", set(exposition.families(body)) == {"thresher_up", "thresher_build_info", "thresher_read_duration_seconds"}, body)
        with Server(home):
            check("back by itself", until(lambda: up(port) == 1))
        check("said once a time", (process.log().count("redis_away"), process.log().count("redis_back")) == (3, 3), process.log())
    with Server(home) as server:
        Queue(server)
        server.call("SADD", "thresher:queues", "default", *[f"queue{n}" for n in range(90)])
        proxy = Proxy(str(home / "proxy.sock"), str(home / "redis.sock"))
        proxy.trickle = 1
        with serving(f"unix://{home}/proxy.sock", "--timeout", "1s") as (process, port):
            time.sleep(1.1)
            began = time.time()
            check("one that trickles is given up", up(port) == 0 and time.time() - began < 5, time.time() - began)
        proxy.trickle, proxy.hold = 0, True
        with serving(f"unix://{home}/proxy.sock", "--timeout", "3s") as (process, port), socket.create_connection(("127.0.0.1", port)) as link:
            link.sendall(b"GET /metrics HTTP/1.1\r\n\r\n")
            time.sleep(0.5)
            process.terminate()
            check("stopped in the middle of a reading", process.wait(10) == 0)
        proxy.close()


# -- rights, documents, deploy

def least_rights(folder):
    home = folder / "acl"
    home.mkdir()
    line = next(line for line in (source / "deploy/acl.conf").read_text().splitlines() if line.startswith("user watcher ")).replace("PASSWORD-OF-WATCHER", "glass-3")
    with Server(home) as server:
        server.call("SELECT", 1)
        fill(server)
        server.call("ACL", "SETUSER", *line.split()[1:])
        url = f"unix://watcher:glass-3@{server.path}?db=1"
        commands = (["metrics", "--by-crawl"], ["status"], ["queue", "ls"], ["dead", "ls"])
        works = lambda: [thresher(url, *c).returncode for c in commands] == [0] * len(commands)
        check("all work", works(), [thresher(url, *c) for c in commands])
        for right in re.findall(r"\+(\S+)", line):
            server.call("ACL", "SETUSER", "watcher", "-" + right)
            server.call("SCRIPT", "FLUSH")
            check(f"{right} is needed", not works())
            server.call("ACL", "SETUSER", "watcher", "+" + right)
        check("all work again", works())
        server.call("ACL", "SETUSER", "watcher", "resetkeys", "~thresher:{news.2-b:*}:*")
        check("a user of one queue", [thresher(url, "metrics", *q).returncode for q in (["--queue", "news.2-b"], ["--queue", "default"], [])] == [0, 3, 3])
        server.call("ACL", "SETUSER", "watcher", "~thresher:*")
        with serving(url) as (process, port):
            check("over HTTP", exposition.values(get(port)[1])["thresher_up",] == 1)
            check("no password in ps", "glass-3" not in subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout)
            server.call("ACL", "SETUSER", "watcher", ">other", "<glass-3")
            check("denied", until(lambda: exposition.values(get(port)[1])["thresher_up",] == 0))
            check("no password in the log", "refused" in process.log() and "glass-3" not in process.log(), process.log())


def documents(server):
    said = exposition.documented((source / "docs/METRICS.md").read_text(), "## Each metric")
    there = exposition.shape(thresher(server.url, "metrics", "--by-crawl").stdout)
    for name in sorted(set(said) | set(there)):
        check(f"docs/METRICS.md: {name}", said.get(name) == there.get(name), (said.get(name), there.get(name)))


def deploy(server):
    all_of = exposition.families(thresher(server.url, "metrics", "--by-crawl").stdout)
    samples = {sample for _, _, s in all_of.values() for sample, _ in s}
    for name in ("prometheus-rules.yml", "grafana-dashboard.json"):
        text = (source / "deploy" / name).read_text()
        used = set(re.findall(r"\bthresher_[a-z0-9_]+\b", text))
        check(f"deploy/{name}: metrics that there are", used and used <= samples, used - samples)
    board = json.loads((source / "deploy/grafana-dashboard.json").read_text())
    ids = [p["id"] for p in board["panels"]]
    if promtool := shutil.which("promtool"):
        said = subprocess.run([promtool, "check", "rules", source / "deploy/prometheus-rules.yml"], capture_output=True, text=True)
        check("promtool takes the rules", said.returncode == 0, said)
    check("the dashboard's panels", len(set(ids)) == len(ids) and all(p["targets"] and p["title"] and p["gridPos"] for p in board["panels"] if p["type"] != "row"))


os.environ.pop("THRESHER_QUEUE", None)
with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    (folder / "main").mkdir()
    with Server(folder / "main") as server:
        for test in (numbers_are_those_of_status, documents, deploy, http_answers, odd_clients, bounds_of_labels, exit_statuses):
            began = time.time()
            test(server)
            print(f"{test.__name__}: {time.time() - began:.0f} s", flush=True)
    for test in (redis_goes_and_comes, least_rights):
        began = time.time()
        test(folder)
        print(f"{test.__name__}: {time.time() - began:.0f} s", flush=True)
sys.exit(1 if failures else 0)
