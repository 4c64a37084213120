"""The steps of a queue as a program would send them: its keys, and each script with the arguments of common/queue/queue_core.h."""
import hashlib


def job_id(number):
    return hashlib.md5(b"%d" % number).hexdigest()


class Queue:
    def __init__(self, server, name="default"):
        self.server, self.name = server, name
        for stream, group in (("jobs", "workers"), ("results", "collector"), ("dead", "collector")):
            try:
                server.call("XGROUP", "CREATE", self.key(stream), group, "0", "MKSTREAM")
            except Exception as e:
                assert "BUSYGROUP" in str(e)
        self.token = 0

    def key(self, name):
        return f"thresher:{{{self.name}:0}}:{name}"

    def keys(self, *names):
        return [self.key(n) for n in names]

    def run(self, name, keys, *args):
        return self.server.script(name, self.keys(*keys), args)

    def enqueue(self, jobs, crawl="crawl", group="00000000000000aa:0", max_jobs=0, max_bytes=0, token=None):
        """jobs: (id, wire) pairs. Returns the outcomes, and depth, bytes and limits."""
        self.token += 1
        token = token or self.token
        keys = ["jobs", "counters", "delayed", "progress", f"batch:{token:016x}", "crawls", "limits"] + [f"seen:{i}" for i, _ in jobs]
        args = [token, max_jobs, max_bytes, 1000000, 1 << 30, 3600000, crawl, 0, 0]
        for i, wire in jobs:
            args += [i, group, wire]
        said = self.run("enqueue", keys, *args)
        return said[:-4], said[-4:]

    def pull(self, count=1, consumer="w1"):
        """[(entry id, {field: value})]"""
        said = self.server.call("XREADGROUP", "GROUP", "workers", consumer, "COUNT", count, "STREAMS", self.key("jobs"), ">")
        if not said:
            return []
        return [(e.decode(), {f[i].decode(): f[i + 1] for i in range(0, len(f), 2)}) for e, f in said[0][1]]

    def finish(self, entry, f, result=b"result"):
        i = f["i"].decode()
        return self.run("finish", ["jobs", "results", "counters", f"seen:{i}", "crawls"], "workers", entry, i, f["g"], len(f["p"]), 86400000, f["k"], result)[0]

    def retry(self, entry, f, counter="a", limit=5, delay_ms=0, reason="io", detail="", worker="w1"):
        keys = ["jobs", "delayed", "delayed:payload", "counters", "dead", f"seen:{f['i'].decode()}", "crawls"]
        return self.run("retry", keys, "workers", entry, counter, limit, delay_ms, reason, detail, worker, 86400000)

    def promote(self, limit=1000):
        return self.run("promote", ["jobs", "delayed", "delayed:payload"], limit)

    def reclaim(self, lease_ms, limit=64, max_lost=20):
        return self.run("reclaim", ["jobs", "counters", "current", "workers"], "workers", lease_ms, limit, max_lost)

    def heartbeat(self, held, current=(), consumer="w1", anew=0):
        return self.run("heartbeat", ["jobs", "current", "workers", "counters", "paused"], "workers", consumer, anew, len(current), *current, *held)

    def release(self, entries, consumer="w1", leave=0):
        return self.run("release", ["jobs", "current", "workers"], "workers", consumer, leave, *entries)

    def lease(self, folder, token=0, lease_ms=30000, made=0):
        return self.run("collector_lease", ["collector"], folder, token, lease_ms, made)

    def take(self, stream="results", count=1000):
        said = self.server.call("XREADGROUP", "GROUP", "collector", "collector", "COUNT", count, "STREAMS", self.key(stream), ">")
        return [(e.decode(), {f[i].decode(): f[i + 1] for i in range(0, len(f), 2)}) for e, f in said[0][1]] if said else []

    def ack(self, entries, stream="results", token=0, folder="", commit=1, max_dead=100000, max_dead_bytes=1 << 28, took=("", 0)):
        args = []
        for entry, f in entries:
            args += ["r" if stream == "results" else "d", entry, f["g"], len(f.get("r", b"")), "ok", *took]
        return self.run("collector_ack", ["results", "dead", "counters", "progress", "collector"], "collector", max_dead, max_dead_bytes, token, folder, commit, 30000, *args)

    def dead_page(self, start="-", end="+", count=100, max_bytes=1 << 20):
        said = self.run("dead_page", ["dead"], start, end, count, max_bytes)
        return [(e.decode(), {f[i].decode(): f[i + 1] for i in range(0, len(f), 2)}) for e, f in said]

    def dead_retry(self, entry, i):
        return self.run("dead_retry", ["dead", "jobs", "counters", "crawls", "progress", f"seen:{i}"], "collector", entry)

    def dead_drop(self, entry):
        return self.run("dead_drop", ["dead", "counters", "crawls", "progress"], "collector", entry)

    def waiting(self, limit=1000):
        said = self.run("waiting", ["jobs", "delayed"], "workers", limit)
        return [tuple(x.decode() for x in said[i : i + 3]) for i in range(0, len(said), 3)]

    def purge(self, waiting):
        keys = ["jobs", "delayed", "delayed:payload", "counters", "crawls", "progress"] + [f"seen:{i}" for _, _, i in waiting]
        return self.run("purge", keys, "workers", 3600000, *[x for job in waiting for x in job])

    def hash(self, name):
        said = self.server.call("HGETALL", self.key(name))
        return {said[i].decode(): int(said[i + 1]) if said[i + 1].lstrip(b"-").isdigit() else said[i + 1].decode() for i in range(0, len(said), 2)}

    def books(self):
        """(enqueued, what became of it): equal while the conservation law holds."""
        said = self.run("status", ["jobs", "delayed", "results", "counters", "workers", "paused", "dead", "limits"], "workers", 60000, "+no-sandbox")
        c = {said[i].decode(): int(said[i + 1]) for i in range(13, len(said), 2)}
        return c.get("enqueued", 0), sum(c.get(n, 0) for n in ("done", "dead", "dropped")) + sum(said[1:4])
