#!/usr/bin/env python3
"""Connections to a Redis that is locked: TLS with a CA, a client certificate and the host's name checked; ACL users with the least set of commands that each
program needs (deploy/acl.conf); passwords from REDIS_URL or a file, never from a flag, never in ps or in what is said; and --no-sandbox in status."""
import json, os, pathlib, re, shutil, socket, subprocess, sys, tempfile, time

binary, source = pathlib.Path(os.environ["THRESHER_BIN"]), pathlib.Path(os.environ["THRESHER_SOURCE"])
sample = source / "deploy/sample/sample.warc.gz"
PASSWORDS = {"producer": "quill-7", "worker": "anvil-8", "collector": "chest-9", "watcher": "glass-3"}
failures = 0


def check(what, ok, detail=""):
    global failures
    failures += not ok
    if not ok:
        print(f"FAIL {what} {detail}")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def make_authority(name):
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", 2, "-subj", f"/CN={name}", "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem")


def make_certificate(name, authority, subject):
    (folder / "extension").write_text(f"subjectAltName={subject}\n")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={name}", "-keyout", folder / f"{name}.key", "-out", folder / "request")
    openssl("x509", "-req", "-in", folder / "request", "-CA", folder / f"{authority}.pem", "-CAkey", folder / f"{authority}.key", "-days", 2, "-extfile", folder / "extension", "-out", folder / f"{name}.pem")


def start_redis(*options):
    server = subprocess.Popen(["redis-server", "--save", "", "--dir", folder, *map(str, options)], stdout=subprocess.DEVNULL)
    servers.append(server)
    return server


def thresher(url, *arguments, wait=True, **env):
    command = [binary / "thresher", *map(str, arguments)]
    environment = {**os.environ, **({"REDIS_URL": url} if url else {}), **env}
    if not wait:
        return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=open(folder / "log", "a"))
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100)


def until(what, patience=60):
    end = time.time() + patience
    while time.time() < end and not what():
        time.sleep(0.1)
    return what()


def pipeline(urls, out, *worker_options):
    """produce, work and collect --drain; returns how many lines there are. `urls`: by program."""
    fed = thresher(urls["producer"], "produce", sample)
    check(f"{out}: produce", fed.returncode == 0, fed.stderr)
    worker = thresher(urls["worker"], "work", "--jobs", 1, *worker_options, wait=False)
    collected = thresher(urls["collector"], "collect", "-o", folder / out, "--drain")
    check(f"{out}: collect", collected.returncode == 0, collected.stderr)
    status = json.loads(thresher(urls["watcher"], "status", "--json").stdout or "{}")
    listing = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
    check(f"{out}: no password in ps", not any(p in listing for p in PASSWORDS.values()))
    worker.terminate()
    check(f"{out}: the worker ends", worker.wait(60) == 0)
    return sum(1 for f in (folder / out).glob("articles-*.jsonl") for _ in open(f)), status


def all_of(url):
    return dict.fromkeys(("producer", "worker", "collector", "watcher"), url)


def test_tls():
    for name in ("authority", "stranger"):
        make_authority(name)
    make_certificate("server", "authority", "DNS:localhost,IP:127.0.0.1")
    make_certificate("client", "authority", "DNS:client")
    make_certificate("misnamed", "authority", "DNS:elsewhere.example")
    ports = {}
    for name, auth in (("server", "yes"), ("misnamed", "no")):
        ports[name] = free_port()
        start_redis("--port", 0, "--tls-port", ports[name], "--bind", "127.0.0.1", "--tls-cert-file", folder / f"{name}.pem", "--tls-key-file", folder / f"{name}.key",
                    "--tls-ca-cert-file", folder / "authority.pem", "--tls-auth-clients", auth)
    identity = f"cert={folder}/client.pem&key={folder}/client.key"
    good = f"rediss://127.0.0.1:{ports['server']}/0?ca={folder}/authority.pem&{identity}"
    if not until(lambda: thresher(good, "status").returncode == 0, 20):
        print(thresher(good, "status").stderr)
    lines, _ = pipeline(all_of(good), "tls")
    check("tls: every page is on disk", lines == 14, lines)
    for what, url, said in (
        ("by name", good.replace("127.0.0.1", "localhost"), None),
        ("a CA that is not the server's", good.replace("authority.pem", "stranger.pem"), "certificate"),
        ("no CA given", f"rediss://127.0.0.1:{ports['server']}?{identity}", "certificate"),
        ("no client certificate", f"rediss://127.0.0.1:{ports['server']}?ca={folder}/authority.pem", "no answer from Redis"),
        ("another host's certificate", f"rediss://127.0.0.1:{ports['misnamed']}?ca={folder}/authority.pem", "mismatch"),
        ("no TLS to a TLS port", f"redis://127.0.0.1:{ports['server']}", "no answer from Redis"),
    ):
        done = thresher(url, "status")
        check(f"tls: {what}", done.returncode == (3 if said else 0) and (said or "") in done.stderr, done.stderr)
    worker = thresher(good.replace("authority.pem", "stranger.pem"), "work", "--connect-timeout", "2s")
    check("tls: the worker refuses a stranger", worker.returncode == 3 and "certificate" in worker.stderr, f"exit {worker.returncode} {worker.stderr[-500:]}")
    for bad, said in ((good.replace("authority.pem", "none.pem"), "CA file"), (good.replace("client.key", "none.key"), "key"), ("redis://h?ca=/x", "rediss://"), ("rediss://h?x=1", "knows db")):
        done = thresher(bad, "status")
        check(f"tls: {said}", done.returncode == 2 and said in done.stderr, done.stderr)


def test_acl():
    path = folder / "acl.sock"
    rules = (source / "deploy/acl.conf").read_text()
    for user, password in PASSWORDS.items():
        rules = rules.replace("PASSWORD-OF-" + user.upper(), password)
    (folder / "users.acl").write_text("\n".join(line for line in rules.splitlines() if line.startswith("user ")) + "\n")
    start_redis("--port", 0, "--unixsocket", path, "--aclfile", folder / "users.acl")
    urls = {user: f"unix://{user}:{password}@{path}" for user, password in PASSWORDS.items()}
    until(path.exists, 20)
    lines, status = pipeline(urls, "acl", "--no-sandbox")
    check("acl: every page is on disk", lines == 14, lines)
    check("status shows who works without the sandbox", status.get("workers_no_sandbox") == 1, status)
    names = {json.loads(line)["provenance"]["worker"] for f in (folder / "acl").glob("articles-*.jsonl") for line in open(f)}
    check("and so does each result", all(n.endswith("+no-sandbox") for n in names), names)
    for user, command in (("watcher", "FLUSHALL"), ("producer", "XREADGROUP GROUP workers x STREAMS thresher:{default:0}:jobs >"), ("worker", "KEYS *"), ("collector", "CONFIG GET dir"),
                          ("producer", "GET other"), ("worker", "DEL thresher:{default:0}:jobs")):
        done = subprocess.run(["redis-cli", "-s", path, "--user", user, "--pass", PASSWORDS[user], "--no-auth-warning", *command.split()], capture_output=True, text=True)
        check(f"acl: {user} may not {command}", "NOPERM" in done.stdout, done.stdout)
    denied = thresher(urls["watcher"], "produce", sample)
    check("acl: a watcher cannot produce, and it is said", denied.returncode == 3 and "may not run a command" in denied.stderr, denied.stderr)
    (folder / "secret").write_text(PASSWORDS["producer"] + "\n")
    done = thresher(None, "produce", "--redis", f"unix://producer@{path}?password-file={folder}/secret", sample)
    check("a password from a file", done.returncode == 0 and "14 duplicates" in done.stderr, done.stderr)
    for command in ("produce", "work", "status"):
        done = thresher(None, command, "--redis", urls["producer"])
        check(f"{command}: a password in a flag is refused", done.returncode == 2 and "REDIS_URL" in done.stderr and PASSWORDS["producer"] not in done.stderr, done.stderr)


if not shutil.which("redis-server") or not shutil.which("openssl"):
    sys.exit(77)
servers = []
with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    try:
        test_tls()
        test_acl()
    finally:
        for server in servers:
            server.terminate()
            server.wait(20)
    log = (folder / "log").read_text()
    check("no password in a log", not any(p in log for p in PASSWORDS.values()))
    if failures:
        print(log[-3000:])
sys.exit(1 if failures else 0)
