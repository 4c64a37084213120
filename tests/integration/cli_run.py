#!/usr/bin/env python3
"""thresher run on the sample crawl: the counts add up, a second run adds nothing, and neither does one whose parts are killed."""
import gzip, json, os, pathlib, re, shutil, signal, subprocess, sys, tempfile, time

thresher = os.path.join(os.environ["THRESHER_BIN"], "thresher")
sample = pathlib.Path(os.environ["THRESHER_SOURCE"], "deploy/sample/sample.warc.gz")
failures = 0


def check(what, ok, detail=""):
    global failures
    if not ok:
        failures += 1
        print(f"FAIL {what} {detail}")


def lines(out):
    return [json.loads(line) for f in sorted(out.glob("articles-*.jsonl*")) for line in open(f, newline="\n")]


def position(out):
    try:
        return int((out / ".thresher/checkpoint").read_text().splitlines()[1].split()[1])
    except (OSError, IndexError):
        return 0


def children(pid):
    return [int(p) for p in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    out = folder / "out"
    for turn, enqueued in (("first", 14), ("second", 0)):
        done = subprocess.run([thresher, "run", sample, "-o", out], capture_output=True, text=True, timeout=100)
        check(f"{turn} run", done.returncode == 0 and f" {enqueued} pages enqueued" in done.stderr, done.stderr)
        check(f"{turn} run: summary by status", not enqueued or ("ok 13" in done.stderr and "not_html 1" in done.stderr), done.stderr)
        check(f"{turn} run: results", len(lines(out)) == 14 and len({r["job_id"] for r in lines(out)}) == 14, len(lines(out)))
    got = {r["url"]: r for r in lines(out)}
    check("statuses", sorted(r["status"] for r in got.values()) == ["not_html"] + ["ok"] * 13)
    for code in ("en", "de", "fr", "es", "pl", "ru", "el", "ar", "hi", "zh", "ja", "ko"):
        page = got[f"https://sample.example/{code}/2024/07/03/"]
        check(f"{code} language", page["language"] == code, page["language"])
        check(f"{code} caption is an image's, not the text's", page["images"][0]["caption"] and page["images"][0]["caption"] not in page["text"])
    check("flattened page", got["https://sample.example/flat"]["text"] == got["https://sample.example/en/2024/07/03/"]["text"])

    big = folder / "big.warc.gz"
    big.write_bytes(sample.read_bytes() * 40)
    killed = folder / "killed"
    run = subprocess.Popen([thresher, "run", big, "-o", killed], stderr=subprocess.PIPE, text=True)
    for turn in range(4):
        time.sleep(0.4)
        alive = children(run.pid)
        if run.poll() is None and len(alive) > turn:
            os.kill(alive[turn], signal.SIGKILL)
    said = run.communicate(timeout=150)[1]
    ids = [r["job_id"] for r in lines(killed)]
    check("parts killed: exit", run.returncode == 0, said)
    check("parts killed: nothing lost, nothing twice", len(ids) == 14 * 40 and len(set(ids)) == len(ids), f"{len(ids)} {said}")

    done = subprocess.run([thresher, "run", sample, "-o", folder / "md", "--format", "markdown", "-z", "gz"], capture_output=True, text=True, timeout=100)
    pages = b"".join(gzip.decompress(f.read_bytes()) for f in sorted((folder / "md").glob("articles-*.md.gz")))
    check("run in another format", done.returncode == 0 and pages.count(b"\n\f\n") == 14, f"{pages.count(bytes([12]))} {done.stderr}")
    done = subprocess.run([thresher, "run", sample, "-o", folder / "bad", "--format", "pdf"], capture_output=True, text=True, timeout=100)
    check("a format that is none", done.returncode == 2 and "--format takes" in done.stderr, f"{done.returncode} {done.stderr}")

    # A full queue is how a run is paced, and no news.
    done = subprocess.run([thresher, "run", big, "-o", folder / "paced"], capture_output=True, text=True, timeout=150, env={**os.environ, "THRESHER_MAX_JOBS": "20"})
    check("a queue of 20 paces a run in silence", done.returncode == 0 and len(lines(folder / "paced")) == 14 * 40 and "queue_full" not in done.stderr, done.stderr[-300:])

    # A server that dies before it answers is started again.
    shim = folder / "shim"
    shim.mkdir()
    (shim / "redis-server").write_text(f'#!/bin/sh\n[ -e {shim}/died ] || {{ touch {shim}/died; exit 1; }}\nexec {shutil.which("redis-server")} "$@"\n')
    (shim / "redis-server").chmod(0o755)
    done = subprocess.run([thresher, "run", sample, "-o", folder / "twice"], capture_output=True, text=True, timeout=100, env={**os.environ, "PATH": f"{shim}:{os.environ['PATH']}"})
    check("a server that dies at once is started again", done.returncode == 0 and (shim / "died").exists() and len(lines(folder / "twice")) == 14, done.stderr)

    # Killed once a part is known to be on disk: the next run feeds only the rest. Its parts end after it; the next run waits for them.
    huge = folder / "huge.warc.gz"
    huge.write_bytes(sample.read_bytes() * 400)
    itself = folder / "itself"
    run = subprocess.Popen([thresher, "run", huge, "-o", itself, "-j", "1"], stderr=subprocess.DEVNULL)
    until = time.time() + 100
    while run.poll() is None and time.time() < until and not position(itself):
        time.sleep(0.05)
    check("a second run beside it", subprocess.run([thresher, "run", huge, "-o", itself, "-j", "1"], capture_output=True, timeout=60).returncode == 2)
    run.kill()
    run.wait()
    reached = position(itself)
    done = subprocess.run([thresher, "run", huge, "-o", itself, "-j", "1"], capture_output=True, text=True, timeout=150)
    fed = int(re.search(r"(\d+) pages enqueued", done.stderr).group(1)) if done.returncode == 0 else -1
    ids = [r["job_id"] for r in lines(itself)]
    check("run killed, run again", done.returncode == 0 and len(ids) == 14 * 400 and len(set(ids)) == len(ids), f"{len(ids)} {done.stderr}")
    check("run killed, run again: what is on disk is not fed again", 0 < reached < huge.stat().st_size and 0 < fed <= 14 * (400 - reached // sample.stat().st_size), (reached, fed))
    check("run again: the checkpoint is at the end", position(itself) == huge.stat().st_size, position(itself))

    # A folder whose files have changed is another source: what was not there is fed.
    pages, fed_folder = folder / "pages", folder / "fed-folder"
    pages.mkdir()
    for turn, (new, want) in enumerate((("b.html", 1), ("a.html", 2), (None, 2))):
        if new:
            (pages / new).write_text(f"<title>{new}</title><article>" + "<p>The ferry leaves at nine, and nobody knows when it comes back. </p>" * 5)
        done = subprocess.run([thresher, "run", pages, "-o", fed_folder], capture_output=True, text=True, timeout=100)
        check(f"folder, turn {turn}", done.returncode == 0 and len(lines(fed_folder)) == want, (len(lines(fed_folder)), done.stderr))

    said = subprocess.run([thresher, "--version"], capture_output=True, text=True, timeout=60).stdout
    check("--version names the libraries", all(f"{name} " in said for name in ("thresher", "libuv", "hiredis", "libprotobuf-c", "lexbor")), said)
    for arguments, code in ((["run"], 2), (["run", sample], 2), (["run", sample, "-o", "/proc/none"], 5), (["nonsense"], 2), (["--help"], 0)):
        got_code = subprocess.run([thresher, *arguments], capture_output=True, timeout=60).returncode
        check(f"{arguments} exit", got_code == code, got_code)
sys.exit(1 if failures else 0)
