"""A redis-server of a test's own on a Unix socket, and a client that speaks just enough: Server(folder) in a with-statement, server.call(...),
server.script(name, keys, args) for the scripts of common/queue."""
import os, pathlib, socket, subprocess, time

SCRIPTS = pathlib.Path(os.environ["THRESHER_SOURCE"], "common/queue/scripts")


class RedisError(Exception):
    pass


class Client:
    def __init__(self, path):
        self.link = socket.socket(socket.AF_UNIX)
        self.link.connect(str(path))
        self.file = self.link.makefile("rb")

    def call(self, *parts):
        data = [p if isinstance(p, bytes) else str(p).encode() for p in parts]
        self.link.sendall(b"*%d\r\n" % len(data) + b"".join(b"$%d\r\n%s\r\n" % (len(d), d) for d in data))
        return self.read()

    def read(self):
        line = self.file.readline()[:-2]
        kind, rest = line[:1], line[1:]
        if kind == b"-":
            raise RedisError(rest.decode())
        if kind == b":":
            return int(rest)
        if kind == b"+":
            return rest.decode()
        if kind == b"$":
            return None if rest == b"-1" else self.file.read(int(rest) + 2)[:-2]
        if rest == b"-1":
            return None
        return [self.read() for _ in range(int(rest))]

    def script(self, name, keys, args):
        if not hasattr(self, "known"):
            self.known = {}
        if name not in self.known:
            self.known[name] = self.call("SCRIPT", "LOAD", (SCRIPTS / f"{name}.lua").read_bytes())
        return self.call("EVALSHA", self.known[name], len(keys), *keys, *args)


class Server:
    def __init__(self, folder, *options):
        self.folder, self.options, self.path = folder, options, pathlib.Path(folder, "redis.sock")
        self.url = f"unix://{self.path}"

    def __enter__(self):
        command = ["redis-server", "--port", "0", "--unixsocket", self.path, "--save", "", "--dir", self.folder, *self.options]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        for _ in range(400):
            try:
                self.client = Client(self.path)
                return self
            except OSError:
                time.sleep(0.025)
        raise SystemExit("redis-server does not come up")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)

    def call(self, *parts):
        return self.client.call(*parts)

    def script(self, name, keys, args):
        return self.client.script(name, keys, args)

    def keep(self):
        """What it holds now is what restore() puts back, without the ids that it has seen and the collector's lease."""
        self.kept = [(k, self.call("DUMP", k)) for k in self.call("KEYS", "*") if b":seen:" not in k and b":collector" not in k]

    def restore(self):
        self.call("FLUSHALL")
        for key, value in self.kept:
            self.call("RESTORE", key, 0, value)
