#!/usr/bin/env python3
"""A Redis that is out to harm its clients: a proxy before a real server answers one step of each program with something else. Whatever it is, no program
crashes, holds more than a bounded amount, or hangs when it is told to stop; sizes are said, with the step and the address; and when the server is itself
again, every job comes out, once."""
import json, os, pathlib, signal, socket, subprocess, sys, tempfile, threading, time

sys.path.insert(0, os.path.join(os.environ["THRESHER_SOURCE"], "tests/support"))
import redis_server

ALL = "--all" in sys.argv  # every wrong answer to every step, not every second
BIN = pathlib.Path(os.environ["THRESHER_BIN"])
MEMORY_MAX = 400 << 20  # of a client: the strings of one answer, the next string half read, and the program
TRIES = 5  # to come to a step, on a machine that is busy
QUIET = 0.3  # seconds without another question after a wrong answer: then a program is told to end
AT_END = ("release", "HKEYS")  # asked when a program is told to end
PAGES = 70  # more than one batch of the producer
SHAS = {}


class Poison:
    """What the next answers to `step` (a command, or a script's name) are; each is bytes, or a function that sends them."""

    def __init__(self, step=None, answers=()):
        self.step, self.answers, self.served, self.last, self.lock = step, list(answers), 0, time.time(), threading.Lock()
        self.asked = set()  # steps, since somebody cleared it

    def take(self, step):
        with self.lock:
            self.asked.add(step)
            if step != self.step or self.is_over():
                return None
            self.served, self.last = self.served + 1, time.time()
            return self.answers[self.served - 1]

    def is_over(self):
        return self.served == len(self.answers)

    def is_done(self, before):
        """There is nothing to wait for: more than `before` were served and no more seem to be wanted, or the program is to be told to end."""
        if self.step in AT_END:
            return "XREADGROUP" in self.asked
        return self.is_over() or (self.served > before and time.time() > self.last + QUIET)


class Proxy:
    def __init__(self, folder, server):
        self.path, self.server, self.poison = str(pathlib.Path(folder, "proxy.sock")), server, Poison()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(16)
        self.url = f"unix://{self.path}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            link, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(link,), daemon=True).start()

    def serve(self, link):
        real = socket.socket(socket.AF_UNIX)
        try:
            real.connect(str(self.server.path))
            asked, answered = link.makefile("rb"), real.makefile("rb")
            while True:
                raw, words = read_command(asked)
                if not words:
                    return
                step = words[0].decode().upper()
                if step in ("EVALSHA", "EVAL"):
                    step = SHAS.get(words[1].decode(errors="replace"), step)
                answer = self.poison.take(step)
                if answer is None:
                    real.sendall(raw)
                    link.sendall(read_reply(answered))
                elif callable(answer):
                    answer(link)
                else:
                    link.sendall(answer)
        except OSError:
            pass
        finally:
            link.close()
            real.close()


def read_command(file):
    head = file.readline()
    if head[:1] != b"*":
        return b"", []
    raw, words = [head], []
    for _ in range(int(head[1:])):
        size = file.readline()
        data = file.read(int(size[1:]) + 2)
        raw += [size, data]
        words.append(data[:-2])
    return b"".join(raw), words


def read_reply(file):
    head = file.readline()
    if not head:
        raise OSError("the server is gone")
    if head[:1] == b"$" and head != b"$-1\r\n":
        return head + file.read(int(head[1:]) + 2)
    if head[:1] == b"*" and head != b"*-1\r\n":
        return head + b"".join(read_reply(file) for _ in range(int(head[1:])))
    return head


# -- what it answers

def flood(head, piece, bytes_max):
    def send(link):
        link.sendall(head)
        for _ in range(bytes_max // len(piece)):
            link.sendall(piece)
    return send


def trickle(link):
    link.sendall(b"*2\r\n$1000000\r\n")
    while True:
        link.sendall(b"x")
        time.sleep(0.02)


SIZES = {  # what it sends: what the log says of it
    "a bulk of 512 MB": (flood(b"$536870912\r\n", b"x" * (1 << 20), 512 << 20), "a string of more than 128 MiB"),
    "many bulks": (flood(b"*100000\r\n", b"$1048576\r\n" + b"x" * (1 << 20) + b"\r\n", 600 << 20), "more than 256 MiB in one answer"),
    "2^31 elements": (b"*2147483647\r\n", "more than 1048576 values"),
    "arrays of many": (b"*300000\r\n" * 5, "more than 1048576 values"),
    "deep nesting": (b"*1\r\n" * 200000, "more than 8 deep"),
    "a line without an end": (flood(b"+", b"x" * (1 << 20), 64 << 20), "a line of more than 64 KiB"),
    "a length without an end": (flood(b"$", b"1" * (1 << 20), 64 << 20), "a line of more than 64 KiB"),
}
WRONG = [b"+OK\r\n", b":1\r\n", b":-9223372036854775808\r\n", b"$3\r\nabc\r\n", b"$0\r\n\r\n", b"$-1\r\n", b"*-1\r\n", b"*0\r\n", b"*1\r\n*1\r\n*0\r\n",
         b"*1\r\n*2\r\n+jobs\r\n*1\r\n*2\r\n$-1\r\n*2\r\n+p\r\n+x\r\n", b"*2\r\n:1\r\n*4\r\n:1\r\n:2\r\n$-1\r\n$-1\r\n", b"*4\r\n+a\r\n+b\r\n+c\r\n+d\r\n", b"*5\r\n" + b"$-1\r\n" * 5,
         b"*13\r\n" + b"+x\r\n" * 13, b"*66\r\n" + b":7\r\n" * 66, b"%1\r\n+a\r\n+b\r\n", b"~2\r\n:1\r\n:2\r\n", b"#t\r\n", b",1.5\r\n", b"(123\r\n", b"_\r\n", b">2\r\n+message\r\n+x\r\n",
         b"+one\r\n+two\r\n+three\r\n", b"!garbage\r\n", b"\0\0\0\0", b"-ERR no\r\n", b"-NOGROUP no\r\n", b"-NOSCRIPT no\r\n", b"-WRONGTYPE no\r\n", b"-\r\n", b"*2\r\n+half\r\n"]


# -- programs

def programs(folder, url):
    out = folder / "out"
    return {
        "producer": ([BIN / "thresher-producer", "--redis", url, folder / "pages"], ["INFO", "HMGET", "enqueue"]),
        "worker": ([BIN / "thresher-worker", "--redis", url, "-j", "1", "--lease", "300ms", "--connect-timeout", "20s", "--grace", "8s"],
                   ["INFO", "SCRIPT", "XREADGROUP", "heartbeat", "finish", "promote", "reclaim", "release"]),
        "collector": ([BIN / "thresher-collector", "--redis", url, "-o", out, "--lease", "1s"], ["collector_lease", "XREADGROUP", "HKEYS"]),
        "status": ([BIN / "thresher", "status", "--redis", url], ["status", "HGETALL"]),
        "metrics": ([BIN / "thresher", "metrics", "--by-crawl", "--redis", url], ["SMEMBERS", "status", "HGETALL"]),
        "queue": ([BIN / "thresher", "queue", "ls", "--redis", url], ["SMEMBERS"]),
        "dead": ([BIN / "thresher", "dead", "ls", "--redis", url], ["status", "dead_page"]),
    }


def text_of(file):
    return os.pread(file.fileno(), 1 << 20, 0).decode(errors="replace")


def run(command, until, seconds):
    """Until it ends by itself or `until` holds, then SIGTERM. Returns its status, what it said and the most that it held."""
    env = dict(os.environ, ASAN_OPTIONS="quarantine_size_mb=1:malloc_context_size=2:" + os.environ.get("ASAN_OPTIONS", ""))
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen([str(c) for c in command], stdout=said, stderr=said, stdin=subprocess.DEVNULL, env=env)
        deadline, told, pid = time.time() + seconds, 0.0, 0
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            now = time.time()
            if not told and (now > deadline or until(text_of(said))):
                os.kill(process.pid, signal.SIGTERM)  # Popen's own way would look whether it has ended, and take its usage away
                told = now
            if told and now > told + 20:
                os.kill(process.pid, signal.SIGKILL)
                pid, status, usage = os.wait4(process.pid, 0)
                process.returncode = status
                sys.exit(f"{command[0].name}: does not end when it is told to")
            time.sleep(0.01)
        process.returncode = os.waitstatus_to_exitcode(status)
        return process.returncode, text_of(said), usage.ru_maxrss * 1024


def check(name, step, what, status, text):
    # The operator's commands have no handler, and nothing to put away; nor has a worker that has ended by itself meanwhile.
    stopped = status == -signal.SIGTERM and (name in ("status", "metrics", "queue", "dead") or "event=stopped" in text)
    if (status < 0 and not stopped) or "Sanitizer" in text or "runtime error" in text:
        sys.exit(f"{name}, {step}, {what}: ended with {status}\n{text[-3000:]}")


def test_sizes(folder, server, proxy):
    sanitized = "asan" in str(BIN)
    for name, (command, steps) in programs(folder, proxy.url).items():
        worst = 0
        step = "XREADGROUP" if "XREADGROUP" in steps else steps[-1]
        for what, (answer, says) in list(SIZES.items())[:2 if name in ("status", "metrics", "queue", "dead") else None]:
            server.restore()
            proxy.poison = Poison(step, [answer] * 1000)
            status, text, held = run(command, lambda said: says in said, 60)
            check(name, step, what, status, text)
            if says not in text:
                sys.exit(f"{name}, {step}, {what}: nothing says '{says}'\n{text[-1500:]}")
            worst = max(worst, held)
        print(f"{name}: at most {worst >> 20} MiB", flush=True)
        if worst > MEMORY_MAX and not sanitized:
            sys.exit(f"{name}: held {worst >> 20} MiB")


def test_wrong(folder, server, proxy):
    served = 0
    for name, (command, steps) in programs(folder, proxy.url).items():
        for at, step in enumerate(steps):
            wrong = WRONG if ALL else WRONG[at % 2::2]
            poison = Poison(step, wrong)
            for _ in range(len(wrong) + 1):
                if poison.is_over():
                    break
                server.restore()
                poison.asked.clear()
                before, proxy.poison = poison.served, poison
                status, text, _ = run(command, lambda _: poison.is_done(before), 5)
                check(name, step, f"wrong answers {before} to {poison.served}: {wrong[before:poison.served]}", status, text)
                if poison.served == before:
                    sys.exit(f"{name}: never came to {step}\n{text}")
            served += poison.served
            print(f"{name}, {step}: {poison.served} of {len(wrong)} wrong answers", flush=True)
    return served


def test_trickle(folder, server, proxy):
    for name, (command, steps) in programs(folder, proxy.url).items():
        proxy.poison = poison = Poison(steps[-1] if name != "worker" else "XREADGROUP", [trickle])
        began = time.time()
        status, text, _ = run(command, lambda _: poison.is_done(0), 10)
        check(name, steps[-1], "a trickle", status, text)
        assert poison.served, f"{name}: never came to {steps[-1]}"
        assert time.time() - began < 20, name


def drain(out, proxy, says):
    """While it is told of a million sources more, which may not cost it the checkpoint, the run, or much time."""
    proxy.poison = poison = Poison("HKEYS", [b"*1000000\r\n" + b"".join(b"$18\r\n%016x:1\r\n" % (2 * i + bool(says)) for i in range(1000000))])
    done = subprocess.run([BIN / "thresher-collector", "--redis", proxy.url, "-o", out, "--drain"], capture_output=True, text=True, timeout=100)
    assert done.returncode == 0 and poison.is_over() and says in done.stderr, done.stderr
    assert 1000000 < len((out / ".thresher/checkpoint").read_bytes().splitlines()) <= 1048577


def test_nothing_lost(folder, server, proxy):
    """Every step of a pipeline gets a wrong answer now and then; then the server is itself again, but for one that knows too many sources."""
    server.restore()
    all_programs = programs(folder, proxy.url)
    out = folder / "whole"
    for name, steps in (("worker", ["XREADGROUP", "heartbeat", "finish", "release", "reclaim"]), ("collector", ["collector_lease", "XREADGROUP", "collector_ack"])):
        command = [str(out) if str(c) == str(folder / "out") else c for c in all_programs[name][0]]
        for step in steps:
            proxy.poison = poison = Poison(step, [b"$3\r\nabc\r\n", b"*0\r\n", b"-ERR no\r\n", b"*-1\r\n"])
            for _ in range(TRIES):
                poison.asked.clear()
                status, text, _ = run(command, lambda _: poison.is_done(0), 8)
                check(name, step, "now and then", status, text)
                if poison.served:
                    break
            assert poison.served, f"{name}: never came to {step}\n{text}"
    worker = subprocess.Popen([str(c) for c in all_programs["worker"][0]], stderr=subprocess.DEVNULL)
    drain(out, proxy, "")
    worker.terminate()
    worker.wait(30)
    drain(out, proxy, "more than 1048576 sources")
    ids = [json.loads(line)["job_id"] for file in sorted(out.glob("articles-*.jsonl")) for line in file.read_text().splitlines()]
    assert len(ids) == len(set(ids)) == PAGES, f"{len(ids)} records, {len(set(ids))} ids of {PAGES} pages"


def main():
    with tempfile.TemporaryDirectory(prefix="thresher-hostile-") as name:
        folder = pathlib.Path(name)
        (folder / "pages").mkdir()
        for i in range(PAGES):
            (folder / "pages" / f"{i}.html").write_text(f"<title>Page {i}</title><p>{'The miller grinds the corn of the village. ' * (i + 3)}")
        with redis_server.Server(name) as server:
            for script in redis_server.SCRIPTS.glob("*.lua"):
                SHAS[server.call("SCRIPT", "LOAD", script.read_bytes()).decode()] = script.stem
                SHAS[script.read_text()] = script.stem
            proxy = Proxy(name, server)
            subprocess.run([BIN / "thresher-producer", "--redis", server.url, folder / "pages"], check=True, capture_output=True)
            server.keep()
            wanted = [a for a in sys.argv[1:] if a != "--all"] or ["sizes", "wrong", "trickle", "nothing_lost"]
            for test in wanted:
                began = time.time()
                globals()[f"test_{test}"](folder, server, proxy)
                print(f"{test}: ok, {time.time() - began:.0f} s", flush=True)


main()
