#!/usr/bin/env python3
"""Each step of the queue against a real server, sent twice as if its reply had been lost: the second one changes nothing, and the books balance
after every step."""
import os, sys, tempfile, time

sys.path.insert(0, os.path.join(os.environ["THRESHER_SOURCE"], "tests/support"))
from queue_keys import Queue, job_id
from redis_server import RedisError, Server

failures = 0


def check(what, got, want):
    global failures
    if got != want:
        failures += 1
        print(f"FAIL {what}: got {got!r}, want {want!r}")


def balanced(q, what):
    enqueued, rest = q.books()
    check(f"books after {what}", rest, enqueued)


def jobs(*numbers, size=100):
    return [(job_id(n), b"job %d" % n + b"." * size) for n in numbers]


def enqueue_counts_crawls_and_keeps_limits(q):
    check("accepted", q.enqueue(jobs(1, 2, 3), crawl="a:b", token=77)[0], [1, 1, 1])
    check("sent again", q.enqueue(jobs(1, 2, 3), crawl="a:b", token=77)[0], [1, 1, 1])
    check("duplicates", q.enqueue(jobs(1, 4), crawl="other")[0], [0, 1])
    check("crawls", q.hash("crawls"), {"a:b:enqueued": 3, "other:enqueued": 1})
    q.server.call("HSET", q.key("limits"), "jobs", 6)
    check("the queue's own limit", q.enqueue(jobs(5, 6, 7))[0], [1, 1, -1])
    said = q.enqueue(jobs(7), max_jobs=100)
    check("the producer's own limit wins", (said[0], said[1][0], said[1][2]), ([1], 7, 100))
    q.server.call("HSET", q.key("limits"), "jobs", 1000, "bytes", 900)
    said = q.enqueue(jobs(8, 9))
    check("bytes", (said[0], said[1][3]), ([1, -1], 900))
    balanced(q, "enqueue")
    for n in range(4100):
        q.server.call("HSET", q.key("crawls"), f"crawl{n}:enqueued", 1)
    q.server.call("DEL", q.key("limits"))
    q.enqueue(jobs(20), crawl="one too many")
    check("crawls beyond the first thousand are counted together", q.hash("crawls").get("*:enqueued"), 1)


def finish_and_late(q):
    q.enqueue(jobs(1, 2))
    (e1, f1), (e2, f2) = q.pull(2)
    check("done", q.finish(e1, f1), 1)
    check("again", q.finish(e1, f1), 0)
    check("retry of a finished job", q.retry(e1, f1), 0)
    check("crawl", q.hash("crawls"), {"crawl:enqueued": 2, "crawl:done": 1})
    balanced(q, "finish")
    check("release", (q.release([e2]), q.release([e2])), (1, 0))
    check("counters are as they were", {k: v for k, v in q.pull(1)[0][1].items() if k in "acls"}, {k: b"0" for k in "acls"})
    balanced(q, "release")


def limits_of_attempts_crashes_and_losses(q):
    for counter, limit, what in (("a", 5, "attempt"), ("c", 3, "crash")):
        number = ord(counter)
        q.enqueue(jobs(number))
        for turn in range(1, limit + 1):
            entry, f = q.pull()[0]
            said = q.retry(entry, f, counter, limit, reason="why", worker="w\t1\n")
            check(f"{what} {turn}", said, 2 if turn == limit else 1)
            check(f"{what} {turn}, sent again", q.retry(entry, f, counter, limit), 0)
            balanced(q, what)
            check("promoted", q.promote(), 0 if turn == limit else 1)
            check("promoted again", q.promote(), 0)
        letter = q.dead_page()[-1][1]
        check(f"{what}: counter", int(letter[counter]), limit)
        check(f"{what}: history", [line.split("\t")[1:] for line in letter["h"].decode().splitlines()], [[what, "why", "w 1 "]] * limit)
    q.enqueue(jobs(7))
    while b"uptime_in_seconds:0" in q.server.call("INFO", "server"):
        time.sleep(0.1)  # within one lease of the server's start nobody is reclaimed
    q.pull()
    for turn in range(1, 21):
        time.sleep(0.005)
        back, doomed = q.reclaim(1, max_lost=20)
        if doomed:
            break
        q.pull(consumer=f"w{turn}")
    check("losses before the end", turn, 20)
    check("doomed is sent to its grave by retry", q.retry(doomed[0].decode(), {"i": doomed[1]}, "l", 20, reason="lost"), 2)
    check("lost", int(q.dead_page()[-1][1]["l"]), 20)
    balanced(q, "losses")


def delay_is_kept(q):
    q.enqueue(jobs(1))
    entry, f = q.pull()[0]
    q.retry(entry, f, delay_ms=300)
    check("not due", (q.promote(), len(q.pull())), (0, 0))
    time.sleep(0.35)
    check("due", (q.promote(), len(q.pull())), (1, 1))


def history_is_bounded(q):
    q.enqueue(jobs(1))
    for _ in range(200):
        entry, f = q.pull()[0]
        q.retry(entry, f, limit=1000, reason="a reason of some length")
        q.promote()
    h = q.pull()[0][1]["h"].decode()
    check("history", (len(h) <= 2048, h.endswith("\n"), len(h.splitlines()[0].split("\t"))), (True, True, 4))


def suspect_is_who_the_worker_was_in(q):
    q.enqueue(jobs(1, 2))
    entries = [e for e, _ in q.pull(2)]
    q.heartbeat(entries, entries[:1])
    time.sleep(0.01)
    q.reclaim(1)
    got = {f["i"].decode(): (int(f["l"]), int(f["s"])) for _, f in q.pull(2)}
    check("suspect", got, {job_id(1): (1, 1), job_id(2): (1, 0)})


def first_heartbeat_gives_back_what_never_arrived(q):
    q.enqueue(jobs(1, 2, 3))
    entries = [e for e, _ in q.pull(3)]
    check("an ordinary one gives nothing back", (q.heartbeat(entries[:1])[0], len(q.waiting())), ([], 0))
    for _ in range(2):
        check("lost of what is held", q.heartbeat(entries[:1], anew=1)[0], [])
        check("two wait again", [kind for kind, _, _ in q.waiting()], ["r", "r"])
    balanced(q, "a first heartbeat")


def bury(q, *numbers):
    q.enqueue(jobs(*numbers))
    for entry, f in q.pull(len(numbers)):
        q.retry(entry, f, "c", 1, reason="crashed")
    return [(e, f["i"].decode()) for e, f in q.dead_page(count=1000)]


def dead_letters_retried_and_dropped(q):
    """Whatever the collector has seen of a letter: nothing, taken it, or exported it."""
    letters = bury(q, 1, 2, 3, 4, 5, 6)
    progress = q.hash("progress")
    first = q.take("dead", 4)
    q.ack(first[:2], "dead")  # 0 and 1 exported, 2 and 3 taken, 4 and 5 not seen
    check("exported", q.hash("counters")["dead_exported"], 2)
    for k in (0, 2, 4):
        check(f"retry {k}", (q.dead_retry(*letters[k]), q.dead_retry(*letters[k])), (1, 0))
        balanced(q, f"retry {k}")
    for k in (1, 3, 5):
        check(f"drop {k}", (q.dead_drop(letters[k][0]), q.dead_drop(letters[k][0]), q.dead_retry(*letters[k])), (1, 0, 0))
        balanced(q, f"drop {k}")
    q.ack(first[2:], "dead")
    c = q.hash("counters")
    check("counters", {k: c[k] for k in ("dead", "dropped", "dead_exported", "dead_retried", "dead_bytes")}, {"dead": 0, "dropped": 3, "dead_exported": 0, "dead_retried": 3, "dead_bytes": 0})
    check("crawls", q.hash("crawls"), {"crawl:enqueued": 6, "crawl:dead": 0, "crawl:dropped": 3})
    # Three jobs are left to do, two each; what was exported or dropped counts as finished.
    check("progress", (progress, q.hash("progress")), ({"00000000000000aa:0": 12}, {"00000000000000aa:0": 6}))
    again = q.pull(10)
    check("counters at nought, history kept", [(f["a"], f["c"], f["h"].decode().splitlines()[-1].split("\t")[1:], f["h"].count(b"crash\tcrashed")) for _, f in again], [(b"0", b"0", ["retried", "", "operator"], 1)] * 3)
    check("a retried job is known", q.enqueue(jobs(1))[0], [0])
    check("and its key does not run out", q.server.call("PTTL", q.key(f"seen:{job_id(1)}")), -1)
    for entry, f in again:
        q.finish(entry, f)
    balanced(q, "the second life")
    check("done", q.hash("counters")["done"], 3)


def dead_pages_are_bounded(q):
    q.enqueue(jobs(*range(50), size=10000))
    for entry, f in q.pull(50):
        q.retry(entry, f, "c", 1)
    check("count", len(q.dead_page(count=7)), 7)
    some = q.dead_page(count=1000, max_bytes=100000)
    check("bytes", 8 <= len(some) <= 24, True)
    rest = q.dead_page("(" + some[-1][0], count=1000)
    check("all in order, none twice", [e for e, _ in some + rest] == sorted({e for e, _ in some + rest}, key=lambda e: tuple(map(int, e.split("-")))), True)
    check("all", len(some + rest), 50)


def dead_letters_are_trimmed_when_all_are_exported(q):
    q.enqueue(jobs(*range(30)))
    for entry, f in q.pull(30):
        q.retry(entry, f, "c", 1)
    taken = q.take("dead")
    q.ack(taken[:-1], "dead", max_dead=10)
    check("not yet", q.server.call("XLEN", q.key("dead")), 30)
    q.ack(taken[-1:], "dead", max_dead=10)
    check("by number", q.server.call("XLEN", q.key("dead")), 10)
    q.ack([], "dead", max_dead_bytes=450)
    check("by bytes", (q.server.call("XLEN", q.key("dead")), q.hash("counters")["dead_bytes"] <= 450), (4, True))
    balanced(q, "trimming")


def purge_takes_what_waits_and_nothing_else(q):
    q.enqueue(jobs(*range(10)), token=5)
    held = q.pull(3)
    q.retry(*held[0], delay_ms=100000)
    waiting = q.waiting()
    check("what waits", sorted(kind for kind, _, _ in waiting), ["d"] + ["r"] * 7)
    taken = q.pull(1)  # between the two steps
    check("purged", (q.purge(waiting), q.purge(waiting)), (7, 0))
    balanced(q, "purge")
    check("in flight", [q.finish(*job) for job in held[1:] + taken], [1, 1, 1])
    check("counters", {k: q.hash("counters")[k] for k in ("dropped", "done", "job_bytes")}, {"dropped": 7, "done": 3, "job_bytes": 0})
    check("the batch that brought them, sent once more", (q.enqueue(jobs(*range(10)), token=5)[0], q.waiting()), ([1] * 10, []))
    check("may be enqueued again", q.enqueue([jobs(9)[0]])[0], [1])
    q.pull()
    check("nothing waits", q.waiting(), [])
    balanced(q, "all")


def lease_of_the_results(q):
    token, _, holder, commit, state = q.lease("one")
    check("granted", (token > 1e15, holder, commit, state), (True, b"", -1, 0))
    check("not to another", q.lease("two")[::2], [0, b"one", 0])
    check("renewed", q.lease("one", token)[0], token)
    second = q.lease("one")[0]
    check("to the same folder at once, and it rises", second > token, True)
    check("an old token is nobody's", (q.lease("one", token)[0], q.ack([], token=token)), (0, -1))
    q.enqueue(jobs(1, 2))
    for entry, f in q.pull(2):
        q.finish(entry, f)
    got = q.take()
    check("acknowledged", (q.ack(got[:1], token=second, folder="one", commit=5), q.ack(got[:1], token=second, folder="one", commit=5)), (1, 0))
    q.lease("one", second, 1)
    time.sleep(0.01)
    third, _, holder, commit, _ = q.lease("two")
    check("run out", (third > second, holder, commit), (True, b"one", -1))
    check("refused, and nothing changed", (q.ack(got[1:], token=second, folder="one"), q.hash("counters")["collected"]), (-1, 1))
    check("the rest", q.ack(got[1:], token=third, folder="two"), 1)
    q.lease("two", third, 0)
    check("given back; what is known of the folder", q.lease("one", made=second)[2:], [b"two", 5, 2])
    q.server.call("HSET", q.key("collector"), *[x for n in range(6000) for x in (f"commit:{n}", n)])
    last = q.lease("one")[0]
    check("what is known of other folders is forgotten", (q.server.call("HLEN", q.key("collector")), q.lease("one", last, made=last)[3:], q.lease("0")[0]), (6, [5, 1], 0))


def lease_knows_whose_commit_is_overtaken(q):
    """`made` is the token of a commit that was never acknowledged: however often its folder asked since, it is overtaken when another folder held the
    lease behind it, and not when only its own collectors did."""
    made = q.lease("one")[0]
    for again in range(3):
        check(f"its own collector came back {again}", q.lease("one", made=made)[4], 1)
    last = q.lease("one", made=made)[0]
    q.lease("one", last, 0, made)
    other = q.lease("two")[0]
    check("refused, and told at once", q.lease("one", made=made)[::2], [0, b"two", 2])
    q.lease("two", other, 0)
    for again in range(3):
        check(f"still so, whoever asked meanwhile {again}", q.lease("one", made=made)[4], 2)
    fresh = q.lease("one", made=made)[0]
    check("a commit made since is not", q.lease("one", made=fresh)[4], 1)
    check("nor is one of another server known", q.lease("one", made=123)[4], 0)
    q.ack([], token=q.lease("one", made=fresh)[0], folder="one", commit=1)
    check("acknowledged: older ones are forgotten", (q.lease("one", made=fresh)[3:], q.lease("one", made=made)[3:]), ([1, 0], [1, 0]))
    for _ in range(200):
        last = q.lease("one")[0]
    check("what is kept is bounded", (len(q.hash("collector")["tokens:one"]) <= 1700, q.lease("one", made=last)[4]), (True, 1))


def results_and_failures_are_counted_by_what_they_are(q):
    q.enqueue(jobs(*range(6)))
    held = q.pull(6)
    for entry, f in held[:3]:
        q.finish(entry, f)
    got = q.take()
    for _ in range(2):
        q.ack(got[:2], took=(1000, 700))
    q.ack(got[2:])
    said = q.hash("counters")
    check("a repeat counts nothing, nor one without extraction", {k: said[k] for k in ("collected", "status:ok", "took:1000", "took_us", "result_bytes")},
          {"collected": 3, "status:ok": 3, "took:1000": 2, "took_us": 1400, "result_bytes": 0})
    q.retry(*held[3], "c", 2, reason="timeout")
    q.retry(*held[4], "c", 1, reason="crashed")
    for _ in range(2):
        q.retry(*held[5], "l", 1, reason="lost")
    q.dead_drop(q.dead_page()[0][0])
    check("by reason; what becomes of a letter changes nothing", {k: n for k, n in q.hash("counters").items() if k[:5] in ("faile", "died:")},
          {"failed:timeout": 1, "failed:crashed": 1, "died:crashed": 1, "died:lost": 1})
    balanced(q, "counting")


def scripts_are_flagged(q):
    """With its memory full the server takes nothing new, and everything else goes on."""
    bury(q, 1, 2)
    q.enqueue(jobs(3, 4))
    (entry, f), other = q.pull(2)
    q.server.call("CONFIG", "SET", "maxmemory", 1)
    for step in (lambda: q.enqueue(jobs(9)), lambda: q.dead_retry(*[(e, f["i"].decode()) for e, f in q.dead_page()][0])):
        try:
            step()
            check("refused for memory", "done", "OOM")
        except RedisError as e:
            check("refused for memory", "OOM" in str(e), True)
    check("the rest", (q.finish(entry, f), q.retry(*other), q.promote(), q.dead_drop(q.dead_page()[0][0]), q.purge(q.waiting()), len(q.lease("x"))), (1, 1, 1, 1, 1, 5))
    q.server.call("CONFIG", "SET", "maxmemory", 0)
    balanced(q, "full memory")


steps = [v for v in list(globals().values()) if callable(v) and v.__module__ == "__main__" and v.__name__ not in ("check", "balanced", "jobs", "bury")]
with tempfile.TemporaryDirectory() as folder, Server(folder) as server:
    for step in steps:
        before = failures
        try:
            step(Queue(server, step.__name__[:60]))
        except Exception as e:
            failures += 1
            print(f"FAIL {step.__name__}: {type(e).__name__} {e}")
        print(f"{'ok  ' if failures == before else 'FAIL'} {step.__name__}")
sys.exit(1 if failures else 0)
