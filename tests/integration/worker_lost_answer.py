#!/usr/bin/env python3
"""Jobs that Redis has given to a worker in an answer that never arrived: after the reconnect they are done at once, not after a lease, and no
counter has risen. Here the answer is lost by asking for it in the worker's name while the worker stands still."""
import json, os, pathlib, signal, subprocess, sys, tempfile, time

thresher = os.path.join(os.environ["THRESHER_BIN"], "thresher")
sample = pathlib.Path(os.environ["THRESHER_SOURCE"], "deploy/sample/sample.warc.gz")


def cli(*words):
    return subprocess.run(["redis-cli", "-s", folder / "redis.sock", *words], capture_output=True, timeout=30).stdout.decode(errors="replace").split()


def status():
    return json.loads(subprocess.run([thresher, "status", "--json"], capture_output=True, text=True, timeout=30).stdout)


def wait_for(what, seconds=30):
    until = time.time() + seconds
    while time.time() < until:
        found = what()
        if found:
            return found
        time.sleep(0.05)
    return None


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    os.environ["REDIS_URL"] = f"unix://{folder}/redis.sock"
    server = subprocess.Popen(["redis-server", "--port", "0", "--unixsocket", folder / "redis.sock", "--save", "", "--dir", folder], stdout=subprocess.DEVNULL)
    worker = None
    try:
        assert wait_for(lambda: (folder / "redis.sock").exists())
        worker = subprocess.Popen([thresher, "work", "--jobs", "1", "--lease", "10m"], stderr=subprocess.DEVNULL)
        consumer = wait_for(lambda: cli("zrange", "thresher:{default:0}:workers", "0", "-1"))[0]
        worker.send_signal(signal.SIGSTOP)
        subprocess.run([thresher, "produce", sample], check=True, stderr=subprocess.DEVNULL, timeout=30)
        cli("xreadgroup", "group", "workers", consumer, "count", "100", "streams", "thresher:{default:0}:jobs", ">")
        before = status()
        cli("client", "kill", "type", "normal")
        worker.send_signal(signal.SIGCONT)
        done = wait_for(lambda: status()["done"] == 14)
        after = status()
    finally:
        if worker:
            worker.kill()
            worker.wait()
        server.kill()
        server.wait()
ok = before["ready"] == 0 and before["in_flight"] == 14 and done and after["reclaimed"] == 0 and after["conservation_error"] == 0 and after["retried"] == 0
print("before", before, "\nafter", after)
sys.exit(0 if ok else 1)
