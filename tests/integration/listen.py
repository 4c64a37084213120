#!/usr/bin/env python3
"""--listen of the worker, the collector, the producer and `thresher run`: the endpoints of each, figures equal to what the program says or leaves behind at its end,
ready as long as Redis takes writes, work that goes on under clients that mean ill, signals that end it as before, and docs/METRICS.md."""
import concurrent.futures, contextlib, gzip, json, os, pathlib, re, signal, socket, subprocess, sys, tempfile, time

sys.path.insert(0, os.path.join(os.environ["THRESHER_SOURCE"], "tests/support"))
import exposition
from http_client import get, port_of
from made_pages import record, write_crawl
from redis_server import Server

BIN, METRICS = pathlib.Path(os.environ["THRESHER_BIN"]), pathlib.Path(os.environ["THRESHER_SOURCE"], "docs/METRICS.md").read_text()
PAGES = 128  # two batches of the producer
REQUEST = gzip.compress(b"WARC/1.0\r\nWARC-Type: request\r\nWARC-Target-URI: http://site.example/\r\nContent-Length: 4\r\n\r\nGET \r\n\r\n")
failures = 0


def check(what, ok, detail=""):
    global failures
    failures += not ok
    if not ok:
        print(f"FAIL {what} {detail}")


def until(what, patience=20):
    end = time.time() + patience
    while time.time() < end and not what():
        time.sleep(0.05)
    return what()


class Program:
    """One that listens at a port of its own."""
    def __init__(self, folder, name, *arguments, env=None, **how):
        self.name, self.log_path = name, folder / f"{name}-{time.monotonic_ns()}.log"
        arguments = arguments if env else ("--listen", "127.0.0.1:0", *arguments)
        with open(self.log_path, "w") as log:
            self.process = subprocess.Popen([BIN / name.split()[0], *name.split()[1:], *arguments], stderr=log, stdout=subprocess.PIPE, text=True,
                                            env={**ENV, **(env or {})}, **how)
        check(f"{name} listens", until(lambda: port_of(self.log())), self.log())
        self.port = port_of(self.log())

    def log(self):
        return self.log_path.read_text()

    def figures(self):
        return exposition.values(get(self.port)[1])

    def sum(self, name):
        return sum(v for k, v in self.figures().items() if k[0] == name)

    def ready(self):
        status, body, _ = get(self.port, "/readyz")
        check(f"{self.name}: one line", (status, body) == (200, "ready\n") or (status == 503 and re.fullmatch(r"[^\n]{10,}\n", body)), (status, body))
        return status == 200

    def end(self, want):
        self.process.terminate()
        out = self.process.communicate(timeout=30)[0]
        check(f"{self.name}: SIGTERM ends it", self.process.returncode == want, (self.process.returncode, self.log()[-2000:]))
        return out


def endpoints(program):
    check(f"{program.name}: healthz", get(program.port, "/healthz")[:2] == (200, "ok\n"))
    check(f"{program.name}: readyz", until(program.ready), program.log())
    check(f"{program.name}: others", [get(program.port, p, m)[0] for p, m in (("/", "GET"), ("/readyz", "POST"), ("/readyz", "HEAD"))] == [404, 405, 200])
    text = get(program.port)[1]
    names = exposition.shape(text)
    own = exposition.documented(METRICS, f"### {program.name}")
    said = {**exposition.documented(METRICS, "### Every program"), **own}
    if program.name == "thresher run":  # and the queue's, as `thresher metrics` has them
        said.update({n: s for n, s in exposition.documented(METRICS, "## Each metric").items() if s[2][:1] == ["queue"] or n == "thresher_up"})
        said = {n: s for n, s in said.items() if n not in ("thresher_ready", "thresher_redis_write_age_seconds")}
    for name in sorted(set(said) | set(names)):
        bare = lambda shape: shape and (shape[:2] if not names.get(name, "  ")[2] else shape)  # no series yet
        check(f"{program.name}, docs/METRICS.md: {name}", bare(said.get(name)) == bare(names.get(name)), (said.get(name), names.get(name)))
    seen = exposition.values(text)
    check(f"{program.name}: the process", abs(seen["process_start_time_seconds",] - time.time()) < 60 and seen["process_resident_memory_bytes",] > 1 << 20 and
          seen["process_open_fds",] > 3 and seen["process_cpu_seconds_total",] > 0, seen)


@contextlib.contextmanager
def ill_will(*ports):
    """Clients that say nothing, say half of it, do not read, and some that never stop asking."""
    stop = False

    def ask(port):
        while not stop:
            with contextlib.suppress(OSError):
                get(port, timeout=5)

    with contextlib.ExitStack() as stack, concurrent.futures.ThreadPoolExecutor(2 * len(ports)) as pool:
        for port in ports:
            for n in range(100):
                link = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
                with contextlib.suppress(OSError):
                    link.sendall((b"", b"GET /met", b"\0" * 9000, b"GET /metrics HTTP/1.1\r\n\r\n")[n % 4])
            pool.submit(ask, port), pool.submit(ask, port)
        yield
        stop = True


def idle_and_ready(programs):
    for program in programs:
        endpoints(program)
    worker, collector = programs[:2]
    check("extractors", until(lambda: worker.figures()["thresher_worker_extractors_alive",] == 1) and worker.figures()["thresher_worker_extractors",] == 1)
    check("the lease", collector.figures()["thresher_collector_holds_lease",] == 1)


def work_under_attack(folder, server, worker, collector):
    crawl = b"".join([REQUEST, *(record(n) for n in range(PAGES)), REQUEST])
    producer = Program(folder, "thresher-producer", "--json", "-", stdin=subprocess.PIPE)
    with ill_will(worker.port, collector.port, producer.port):
        producer.process.stdin.buffer.write(crawl)
        producer.process.stdin.flush()
        check("the work goes on", until(lambda: server.call("HGET", "thresher:{default:0}:counters", "collected") == b"%d" % PAGES, 30))
    check("the producer has it all", until(lambda: producer.sum("thresher_producer_jobs_enqueued_total") == PAGES), producer.figures())
    endpoints(producer)
    figures = producer.figures()
    told = json.loads(producer.process.communicate(timeout=30)[0])
    check("the producer ended well", producer.process.returncode == 0, producer.log())
    check("the producer's figures", (told["enqueued"], told["duplicates"], told["records"] - told["skipped"]) == (figures["thresher_producer_jobs_enqueued_total",], 0, PAGES), (told, figures))
    check("what it skipped", told["skips"] == {"request": 2} and figures["thresher_producer_records_skipped_total", "request"] in (1, 2), (told, figures))
    check("and its bytes", figures["thresher_producer_job_bytes_total",] > 100 * PAGES, figures)
    jobs = lambda f: [f["thresher_worker_jobs_" + what, *labels] for what, *labels in (("pulled_total",), ("finished_total", "ok"), ("held",))]
    check("the worker's figures", until(lambda: jobs(worker.figures()) == [PAGES, PAGES, 0]), worker.figures())
    check("the collector's", until(lambda: collector.figures()["thresher_collector_results_written_total", "ok"] == PAGES), collector.figures())
    figures = {**worker.figures(), **collector.figures()}
    check("bytes", all(figures[f"thresher_{what}_bytes_total",] > 100 * PAGES for what in ("worker_job", "worker_result", "collector_record")), figures)
    check("commits", figures["thresher_collector_commits_total",] > 0 and figures["thresher_collector_commit_age_seconds",] < 60 and figures["thresher_collector_lag_seconds",] < 60, figures)


def a_try_that_fails(folder, worker):
    page = folder / "referred.html"
    page.write_bytes(b"<p>Here today.")
    subprocess.run([BIN / "thresher", "queue", "pause"], env=ENV, check=True, capture_output=True)
    time.sleep(0.8)  # a pull that is under way
    subprocess.run([BIN / "thresher-producer", "--by-reference", "--payload-root", folder, page], env=ENV, check=True, capture_output=True)
    page.unlink()
    subprocess.run([BIN / "thresher", "queue", "resume"], env=ENV, check=True, capture_output=True)
    check("a try that fails", until(lambda: worker.figures()["thresher_worker_job_failures_total", "payload_missing"] >= 1), worker.log())


def redis_hangs(server, programs):
    check("all are ready", all(until(p.ready) for p in programs))
    server.process.send_signal(signal.SIGSTOP)
    for program in programs:
        check(f"{program.name}: not ready", until(lambda: not program.ready()), program.log())
        check(f"{program.name}: alive", get(program.port, "/healthz")[0] == 200)
    check("nor by /metrics", until(lambda: all(p.figures().get(("thresher_ready",), p.figures().get(("thresher_up",))) == 0 for p in programs)))
    server.process.send_signal(signal.SIGCONT)
    for program in programs:
        check(f"{program.name}: ready again", until(program.ready), program.log())


def addresses(folder, taken):
    out, crawl = ["-o", folder / "none"], folder / "crawl.warc.gz"
    for name, arguments in (("thresher-worker", []), ("thresher-collector", out), ("thresher-producer", [crawl]), ("thresher run", [*out, crawl])):
        for listen, why in ((f"127.0.0.1:{taken}", "in use"), ("nowhere", "HOST:PORT")):
            done = subprocess.run([BIN / name.split()[0], *name.split()[1:], *arguments], env={**ENV, "THRESHER_LISTEN": listen}, capture_output=True, text=True, timeout=30)
            check(f"{name} --listen {listen}", done.returncode == 2 and why in done.stderr, done)
    check("and nothing was begun", not (folder / "none").exists())


def a_run_to_its_end(folder, server, run):
    check("fed", until(lambda: run.figures().get(("thresher_jobs_enqueued_total", "paused")) == PAGES), run.log())
    figures = run.figures()
    check("it waits", figures["thresher_jobs_ready", "paused"] == PAGES and figures["thresher_run_restarts_total",] == 0, figures)
    server.call("DEL", "thresher:{paused:0}:paused")
    run.process.wait(30)
    check("the run's end", run.process.returncode == 0 and f"{PAGES} pages enqueued" in run.log(), run.log())


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def everything(folder, server):
    write_crawl(folder / "crawl.warc.gz", PAGES)
    out = folder / "out"
    worker = Program(folder, "thresher-worker", "-j", "1")
    collector = Program(folder, "thresher-collector", "-o", out)
    full = Program(folder, "thresher-producer", "--queue", "full", "--max-jobs", "1", folder / "crawl.warc.gz")
    server.call("SET", "thresher:{paused:0}:paused", 1)
    # Were the address of the environment the parts', too, they could not start.
    run = Program(folder, "thresher run", "--redis", server.url, "--queue", "paused", "-j", "1", "-o", folder / "run", folder / "crawl.warc.gz",
                  env={"THRESHER_LISTEN": f"127.0.0.1:{free_port()}"})
    try:
        idle_and_ready([worker, collector, full, run])
        work_under_attack(folder, server, worker, collector)
        a_try_that_fails(folder, worker)
        check("a full queue", until(lambda: full.figures()["thresher_producer_batches_refused_total",] > 0))
        redis_hangs(server, [worker, collector, full, run])
        addresses(folder, worker.port)
        a_run_to_its_end(folder, server, run)
        finished, failed = worker.sum("thresher_worker_jobs_finished_total"), worker.sum("thresher_worker_job_failures_total")
        worker.end(0)
        told = re.search(r"(\d+) finished, (\d+) retried", worker.log())
        check("what the worker says", int(told[1]) == finished and int(told[2]) >= failed, (told, finished, failed))
        written = collector.sum("thresher_collector_results_written_total")
        record_bytes = collector.figures()["thresher_collector_record_bytes_total",]
        collector.end(0)
        lines, size = (out / "articles-00001.jsonl").read_text().count("\n"), sum(f.stat().st_size for f in out.glob("*-*.jsonl"))
        check("what the collector leaves", (written, record_bytes) == (lines, size) and lines == PAGES, (written, record_bytes, lines, size))
        full.end(143)
    finally:
        for program in (worker, collector, full, run):
            program.process.kill()


with tempfile.TemporaryDirectory(prefix="thresher-listen-") as name:
    with Server(name) as server:
        ENV = {**{k: v for k, v in os.environ.items() if not k.startswith("THRESHER_QUEUE")}, "REDIS_URL": server.url}
        everything(pathlib.Path(name), server)
sys.exit(1 if failures else 0)
