#!/usr/bin/env python3
"""A collector whose checkpoint cannot be written for a while warns, and writes it at its end at the latest, though nothing has come meanwhile."""
import os, pathlib, subprocess, sys, tempfile, time

sys.path.insert(0, os.path.join(os.environ["THRESHER_SOURCE"], "tests/support"))
from queue_keys import Queue, job_id
from redis_server import Server

binary = os.environ["THRESHER_BIN"]


def wait_for(what, condition):
    until = time.time() + 30
    while not condition():
        if time.time() > until:
            sys.exit(f"FAIL {what}: {log.read_text()}")
        time.sleep(0.05)


with tempfile.TemporaryDirectory() as name, Server(name) as server:
    folder, log = pathlib.Path(name), pathlib.Path(name, "log")
    point = folder / "out/.thresher/checkpoint"
    q = Queue(server)
    collector = subprocess.Popen([os.path.join(binary, "thresher-collector"), "--redis", server.url, "-o", folder / "out"], stderr=open(log, "w"))
    try:
        wait_for("it starts", lambda: server.call("EXISTS", q.key("collector")))
        point.mkdir()  # in the way of the file
        q.enqueue([(job_id(n), b"wire") for n in (1, 2)], group="00000000000000aa:7")
        q.finish(*q.pull()[0])  # the other is not: all below 7 is on disk, and no more
        wait_for("it warns", lambda: "event=checkpoint" in log.read_text())
        point.rmdir()
    finally:
        collector.terminate()
        collector.wait(30)
    if not point.exists() or "00000000000000aa 7" not in point.read_text():
        sys.exit(f"FAIL the checkpoint is not written: {log.read_text()}")
