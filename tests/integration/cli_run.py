#!/usr/bin/env python3
"""thresher run on the sample crawl: the counts add up, a second run adds nothing, and neither does one whose parts are killed."""
import json, os, pathlib, signal, subprocess, sys, tempfile, time

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


def children(pid):
    return [int(p) for p in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    out = folder / "out"
    for turn in ("first", "second"):
        done = subprocess.run([thresher, "run", sample, "-o", out], capture_output=True, text=True, timeout=100)
        check(f"{turn} run", done.returncode == 0 and "14 pages enqueued" in done.stderr, done.stderr)
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

    itself = folder / "itself"
    run = subprocess.Popen([thresher, "run", big, "-o", itself], stderr=subprocess.DEVNULL)
    time.sleep(0.7)
    run.kill()
    run.wait()
    for _ in range(20):  # its parts end after it, and only then is the folder free
        done = subprocess.run([thresher, "run", big, "-o", itself], capture_output=True, text=True, timeout=150)
        if done.returncode != 2:
            break
        time.sleep(2)
    ids = [r["job_id"] for r in lines(itself)]
    check("run killed, run again", done.returncode == 0 and len(ids) == 14 * 40 and len(set(ids)) == len(ids), f"{len(ids)} {done.stderr}")

    said = subprocess.run([thresher, "--version"], capture_output=True, text=True, timeout=60).stdout
    check("--version names the libraries", all(f"{name} " in said for name in ("thresher", "libuv", "hiredis", "libprotobuf-c", "lexbor")), said)
    for arguments, code in ((["run"], 2), (["run", sample], 2), (["run", sample, "-o", "/proc/none"], 5), (["nonsense"], 2), (["--help"], 0)):
        got_code = subprocess.run([thresher, *arguments], capture_output=True, timeout=60).returncode
        check(f"{arguments} exit", got_code == code, got_code)
sys.exit(1 if failures else 0)
