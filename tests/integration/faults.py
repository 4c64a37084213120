#!/usr/bin/env python3
"""faults.py [--all|--few] [SCENARIO...]: one call of a program fails, the first, the second, ... until none does (tests/support/fault.c, preloaded): allocations, reads and
writes (also short, also interrupted), open, fsync, rename, sockets, fork. Each time the result is right, or the failure is said; no signal ends the program, no leak is
found; and the same command again, without a fault, leaves nothing lost and nothing twice. Without --all, of a long sweep the first and then ever fewer; with --few hardly any."""
import json, os, pathlib, re, shutil, subprocess, sys, tempfile, time

sys.path.insert(0, os.path.join(os.environ["THRESHER_SOURCE"], "tests/support"))
import queue_keys, redis_server

BIN = pathlib.Path(os.environ["THRESHER_BIN"])
ALL = "--all" in sys.argv
FIRST, GROWTH = (1, 10) if "--few" in sys.argv else (3, 3)  # of a sweep, whatever comes; then so much wider steps
PAGES = 9
FILES = ["read:EIO", "read:EINTR", "read:short+", "open:EMFILE"]
SOCKETS = ["recv:ECONNRESET", "recv:EINTR", "recv:short+", "send:EPIPE", "send:EINTR", "send:short+", "socket:EMFILE", "connect:ECONNREFUSED"]
DISK = ["write:ENOSPC", "write:EIO", "write:EINTR", "write:short+", "fsync:EIO", "rename:EIO", "truncate:EIO", "lseek:EIO", "mkdir:EACCES"]
COUNTED = b".gcda" in (BIN / "thresher-producer").read_bytes()  # a coverage build opens files and allocates behind main, and crashes where it cannot
MEMORY = ["alloc:ENOMEM", "alloc:ENOMEM+"]
work = pathlib.Path(tempfile.mkdtemp(prefix="thresher-faults-"))
pages, log = work / "pages", work / "fault.log"
counts = {}


class Bad(Exception):
    pass


def environment(fault, program, once):
    if not fault:
        return None
    return os.environ | {"PATH": f"{work}/bin:{os.environ['PATH']}", "ASAN_OPTIONS": "verify_asan_link_order=0:allocator_may_return_null=1:quarantine_size_mb=1:fast_unwind_on_malloc=0",
                         "LSAN_OPTIONS": f"suppressions={work}/known:print_suppressions=0",
                         "LD_PRELOAD": str(BIN / "support/fault.so"), "FAULT": fault, "FAULT_IN": program, "FAULT_LOG": str(log)} | ({"FAULT_ONCE": "1"} if once else {})


def run(command, fault=None, program=None, timeout=60):
    """Status and what was said. A program that has to be waited for longer hangs."""
    env = environment(fault, program or pathlib.Path(command[0]).name, program)
    try:
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True, errors="replace", env=env, timeout=timeout, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired as e:
        raise Bad(f"hangs\n{(e.stderr or b'').decode()[-2000:]}")
    text = done.stderr + done.stdout
    if done.returncode < 0 or "Sanitizer" in text or "runtime error" in text or done.returncode in (97, 98, 99):
        raise Bad(f"ended with {done.returncode}\n{text[-3000:]}")
    return done.returncode, text


def numbers():
    n, step = 1, 1
    while True:
        yield n
        step = 1 if ALL or n < FIRST else step * GROWTH
        n += step


def sweep(name, kinds, attempt):
    """attempt(fault) runs the scenario with a fault, and raises Bad."""
    for kind in kinds:
        call, what = kind.split(":")
        met = 0
        if COUNTED and call in ("open", "alloc"):
            continue
        for n in numbers():
            log.unlink(missing_ok=True)
            try:
                attempt(f"{call}:{n}:{what}")
            except Bad as e:
                sys.exit(f"{name}, {call}:{n}:{what}: {e}")
            if not log.exists():
                break
            met += 1
            if what == "short+" and n > 3:
                break  # all behind it were short already
        counts.setdefault(name, {})[kind] = (met, n)


def said(status, text, expected=0):
    if status != expected and not text.strip():
        raise Bad(f"ended with {status} and said nothing")


def ids_of(out):
    return [json.loads(line)["job_id"] for file in sorted(out.glob("articles-*.jsonl")) for line in file.read_text().splitlines()]


def check_output(out, want=PAGES):
    ids = ids_of(out)
    if len(ids) != want or len(set(ids)) != want:
        raise Bad(f"{len(ids)} records with {len(set(ids))} ids of {want}")
    status, text = run([BIN / "thresher", "validate", out])
    if status:
        raise Bad(f"validate: {text}")


class Queue(redis_server.Server):
    def counter(self, name):
        return int(self.call("HGET", "thresher:{default:0}:counters", name) or 0)


def on_full_disk(queue, command):
    """What a command prints it says that it cannot write; its exit status. One that prints nothing ends well."""
    queue.restore()
    printed = subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    queue.restore()
    with open("/dev/full", "w") as full:
        done = subprocess.run([str(c) for c in command], stdout=full, stderr=subprocess.PIPE, text=True)
    if bool(printed) != (done.returncode != 0) or done.stderr.count("cannot write to standard output: No space left") != bool(printed):
        sys.exit(f"{command}: on a full disk: {done.returncode} {done.stderr}")
    return done.returncode


def producer(queue):
    queue.keep()
    on_full_disk(queue, [BIN / "thresher-producer", "--redis", queue.url, "--json", pages])
    if queue.counter("enqueued") != PAGES - 4:
        sys.exit(f"{queue.counter('enqueued')} jobs by a producer that cannot say so")
    command = [BIN / "thresher-producer", "--redis", queue.url, pages, work / "pages.jsonl"]

    def attempt(fault):
        queue.call("FLUSHALL")
        status, text = run(command, fault)
        said(status, text)
        if status == 0 and queue.counter("enqueued") != PAGES:
            raise Bad(f"ended well with {queue.counter('enqueued')} of {PAGES} jobs\n{text}")
        status, text = run(command)
        if status or queue.counter("enqueued") != PAGES:
            raise Bad(f"the second time: {status}, {queue.counter('enqueued')} jobs\n{text}")

    sweep("producer", FILES + SOCKETS + ["write:EIO"] + MEMORY, attempt)


def producer_checkpoint(queue):
    point = work / "point"
    command = [BIN / "thresher-producer", "--redis", queue.url, "--checkpoint", point, work / "pages.jsonl"]

    def attempt(fault):
        queue.call("FLUSHALL")
        point.unlink(missing_ok=True)
        said(*run(command, fault))
        status, text = run(command)
        if status or queue.counter("enqueued") != 4:
            raise Bad(f"the second time: {status}, {queue.counter('enqueued')} jobs\n{text}")

    sweep("producer_checkpoint", ["write:ENOSPC", "fsync:EIO", "rename:EIO", "open:EMFILE"], attempt)


def collector(queue):
    run([BIN / "thresher-producer", "--redis", queue.url, pages, work / "pages.jsonl"])
    worker = subprocess.Popen([BIN / "thresher-worker", "--redis", queue.url, "-j", "1"], stderr=subprocess.DEVNULL)
    while queue.counter("done") < PAGES:
        time.sleep(0.05)
    worker.terminate()
    worker.wait(30)
    queue.keep()
    out = work / "out"
    command = [BIN / "thresher-collector", "--redis", queue.url, "-o", out, "--drain", "--segment-records", "4", "--compress", "none", "--disk-wait", "0ms"]

    def attempt(fault):
        queue.restore()
        shutil.rmtree(out, ignore_errors=True)
        status, text = run(command, fault)
        said(status, text)
        if status == 0:
            check_output(out)
        status, text = run(command)
        if status:
            raise Bad(f"the second time: {status}\n{text}")
        check_output(out)

    sweep("collector", DISK + ["open:EMFILE", "read:EIO", "read:EINTR", "read:short+"] + SOCKETS + MEMORY, attempt)


def worker(queue):
    """Until it has done all or ended; then a sound one does the rest."""
    queue.call("FLUSHALL")
    run([BIN / "thresher-producer", "--redis", queue.url, pages])
    queue.keep()
    jobs = PAGES - 4
    command = [str(c) for c in (BIN / "thresher-worker", "--redis", queue.url, "-j", "1", "--lease", "400ms", "--grace", "2s", "--connect-timeout", "2s")]

    def work_on(fault, seconds):
        with tempfile.TemporaryFile() as text:
            process = subprocess.Popen(command, stdout=text, stderr=text, env=environment(fault, "thresher-worker", False))
            until = time.time() + seconds
            while process.poll() is None and queue.counter("done") < jobs and time.time() < until:
                time.sleep(0.02)
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise Bad("does not end when it is told to")
            text.seek(0)
            output = text.read().decode(errors="replace")
        if process.returncode == -6 and "alloc" in (fault or "") and "event=started" not in output:
            return  # libuv ends the process where it has no memory for its beginnings
        if process.returncode < 0 and process.returncode != -15 or "Sanitizer" in output or "runtime error" in output:
            raise Bad(f"ended with {process.returncode}\n{output[-3000:]}")
        said(process.returncode, output)

    def attempt(fault):
        queue.restore()
        work_on(fault, 3)
        if queue.counter("done") < jobs:
            work_on(None, 20)
        done, dead = queue.counter("done"), queue.counter("dead")
        if done != jobs or dead:
            raise Bad(f"{done} done and {dead} dead of {jobs} jobs")

    # No EIO and no short writes but to extractors (writev): libuv ends the process where its own pipes say so.
    sweep("worker", ["read:EINTR", "write:EINTR", "writev:EINTR", "writev:short+", "recv:EINTR", "recv:ECONNRESET", "recv:short+", "send:EPIPE", "send:short+", "socket:EMFILE",
                     "connect:ECONNREFUSED", "poll:EINTR", "fork:EAGAIN"] + MEMORY, attempt)


def run_command(queue):
    out = work / "run-out"
    command = [BIN / "thresher", "run", pages, "-o", out, "-j", "1"]

    def attempt_in(program):
        def attempt(fault):
            shutil.rmtree(out, ignore_errors=True)
            status, text = run(command, fault, program, 120)
            said(status, text)
            if status == 0:
                check_output(out, PAGES - 4)
            status, text = run(command, timeout=120)
            if status:
                raise Bad(f"the second time: {status}\n{text}")
            check_output(out, PAGES - 4)
        return attempt

    sweep("run", ["open:EMFILE", "fork:EAGAIN"] + MEMORY[:1], attempt_in("thresher"))
    sweep("run, its collector", ["fsync:EIO"] + MEMORY[:1], attempt_in("thresher-collector"))


def validate(queue):
    out = work / "run-out"
    shutil.rmtree(out, ignore_errors=True)
    run([BIN / "thresher", "run", pages, "-o", out, "-j", "1"], timeout=120)

    def attempt(fault):
        status, text = run([BIN / "thresher", "validate", out], fault)
        said(status, text)
        if "short" in fault or "EINTR" in fault:
            if status:
                raise Bad(f"ended with {status}\n{text}")
        elif log.exists() and status == 0 and fault.startswith(("read", "open")):
            raise Bad(f"says that a folder is valid that it could not read\n{text}")

    sweep("validate", FILES + MEMORY, attempt)


def admin(queue):
    """What an operator asks and does: an answer is whole or the failure is said, and what was half done is done by the same command again."""
    queue.call("FLUSHALL")
    run([BIN / "thresher-producer", "--redis", queue.url, pages])
    steps = queue_keys.Queue(queue)
    for entry, f in steps.pull(3):
        steps.retry(entry, f, "c", 1, reason="crashed", detail="a page")
    steps.retry(*steps.pull()[0], delay_ms=1000000)
    letter = steps.dead_page()[0][0]
    queue.keep()

    def state():
        kept = [queue.call(kind, steps.key(name)) for kind, name in (("XLEN", "jobs"), ("XLEN", "dead"), ("ZCARD", "delayed"), ("EXISTS", "paused"))]
        enqueued, accounted = steps.books()
        if enqueued != accounted:
            raise Bad(f"{enqueued} were enqueued, {accounted} are accounted for")
        return kept + [steps.hash("counters"), steps.hash("limits")]

    def answer_of(text):
        return re.sub(r'\b\d+s\b|_ms\W+\d+|(_age_seconds|_memory_used_bytes|thresher_read_duration_seconds)\S* \S+\n', "", text)  # but for ages, and what is another each time

    def attempt_with(command):
        queue.restore()
        status, text = run(command)
        whole, after = answer_of(text), state()
        if status:
            raise Bad(f"ended with {status}\n{text}")

        def attempt(fault):
            queue.restore()
            status, text = run(command, fault)
            said(status, text)
            if status == 0 and (answer_of(text), state()) != (whole, after):
                raise Bad(f"ended well with another answer or state\n{text}\n{whole}\n{state()}\n{after}")
            status, text = run(command)
            if status or state() != after:
                raise Bad(f"the second time: {status}\n{text}")
        return attempt

    for words in (["status"], ["status", "--json"], ["metrics", "--by-crawl"], ["queue", "ls"], ["queue", "pause"], ["queue", "limits", "--max-jobs", "7"], ["queue", "purge", "--yes"], ["dead", "ls"], ["dead", "ls", "--json"],
                  ["dead", "show", letter], ["dead", "export"], ["dead", "retry", "--all"], ["dead", "drop", "--all"]):
        command = [BIN / "thresher", *words, "--redis", queue.url]
        for more in ([], ["--json"]) if words[0] != "metrics" else ([],):
            status = on_full_disk(queue, command + more)
            if status not in (0, 5):
                sys.exit(f"{words}: on a full disk: {status}")
        sweep(" ".join(words[:2]), SOCKETS + MEMORY, attempt_with(command))


def main():
    (work / "known").write_text("leak:CRYPTO_THREAD_run_once\nleak:EVP_MD_fetch\n")  # of libcrypto, which had no memory for its tables
    (work / "bin").mkdir()
    (work / "bin/redis-server").write_text(f'#!/bin/sh\nunset LD_PRELOAD\nexec {shutil.which("redis-server")} "$@"\n')  # it has an allocator of its own
    (work / "bin/redis-server").chmod(0o755)
    pages.mkdir()
    for i in range(PAGES - 4):
        (pages / f"{i}.html").write_text(f"<title>Page {i}</title><p>{'The miller grinds the corn of the village. ' * (i + 3)}")
    with open(work / "pages.jsonl", "w") as out:
        for i in range(4):
            out.write(json.dumps({"url": f"https://example.com/{i}", "html": f"<title>Line {i}</title><p>{'The baker bakes its bread. ' * (i + 5)}"}) + "\n")
    names = [a for a in sys.argv[1:] if a[0] != "-"] or ["producer", "producer_checkpoint", "collector", "worker", "run_command", "validate", "admin"]
    with Queue(str(work)) as queue:
        for name in names:
            began = time.time()
            globals()[name](queue)
            print(f"{name}: {time.time() - began:.0f} s", flush=True)
    for name, kinds in counts.items():
        print(f"{name}: {sum(m for m, _ in kinds.values())} faults: " + ", ".join(f"{kind} {met} (to {n})" for kind, (met, n) in kinds.items()))


try:
    main()
finally:
    shutil.rmtree(work, ignore_errors=True)
