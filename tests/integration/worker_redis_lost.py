#!/usr/bin/env python3
"""A server without AOF that dies under a worker: the worker goes on with the next one, and says what was lost, as the other programs do."""
import os, pathlib, subprocess, sys, tempfile, time

sys.path.insert(0, os.path.join(os.environ["THRESHER_SOURCE"], "tests/support"))
import redis_server

BIN = pathlib.Path(os.environ["THRESHER_BIN"])


def wait(what, condition, seconds=20):
    until = time.time() + seconds
    while not condition():
        if time.time() > until:
            sys.exit(f"{what}: not within {seconds} s\n{log.read_text()}")
        time.sleep(0.05)


with tempfile.TemporaryDirectory(prefix="thresher-lost-") as name:
    folder, log = pathlib.Path(name), pathlib.Path(name, "log")
    page = folder / "page.html"
    page.write_text("<title>Bread</title><p>The baker bakes the bread of the village every morning.")
    feed = lambda server: subprocess.run([BIN / "thresher-producer", "--redis", server.url, page], check=True, capture_output=True)
    with redis_server.Server(name) as server, open(log, "w") as out:
        worker = subprocess.Popen([BIN / "thresher-worker", "--redis", server.url, "-j", "1"], stderr=out)
        done = lambda: server.call("HGET", "thresher:{default:0}:counters", "done")
        feed(server)
        wait("the first page", lambda: done() == b"1")
        server.process.kill()
        server.process.wait()
        wait("a server that is away", lambda: "event=redis_away" in log.read_text())
    server.path.unlink(missing_ok=True)
    with redis_server.Server(name) as server:
        wait("what was lost", lambda: "event=redis_lost" in log.read_text())
        said = next(line for line in log.read_text().splitlines() if "event=redis_lost" in line)
        assert "counts 0 done where it had acknowledged 1" in said and str(server.path) in said, said
        feed(server)
        wait("the second page", lambda: server.call("HGET", "thresher:{default:0}:counters", "done") == b"1")
        worker.terminate()
        assert worker.wait(30) == 0
    assert log.read_text().count("event=redis_lost") == 1, log.read_text()
print("ok")
