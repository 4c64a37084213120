"""A proxy between the programs and Redis that misbehaves on demand: `latency` seconds before each piece, `trickle` bytes a piece, `cut()` ends every
connection in the middle of the next reply, `refuse` accepts nobody."""
import os, socket, threading, time


class Proxy:
    def __init__(self, path, server):
        self.path, self.server = path, server
        self.latency, self.trickle, self.refuse, self.cuts, self.pairs = 0.0, 0, False, 0, []
        self.generation = 0
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(64)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            try:
                if self.refuse:
                    raise OSError
                server.connect(self.server)
            except OSError:
                client.close()
                server.close()
                continue
            for source, target, is_reply in ((client, server, False), (server, client, True)):
                threading.Thread(target=self.pump, args=(source, target, is_reply), daemon=True).start()

    def cut(self):
        self.generation += 1

    def pump(self, source, target, is_reply):
        generation = self.generation
        try:
            while data := source.recv(65536):
                if is_reply and generation != self.generation:
                    target.sendall(data[: len(data) // 2])
                    self.cuts += 1
                    break
                if is_reply and self.trickle:
                    for at in range(0, len(data), self.trickle):
                        target.sendall(data[at : at + self.trickle])
                        time.sleep(0.001)
                    continue
                if self.latency:
                    time.sleep(self.latency)
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()

    def close(self):
        self.listener.close()
        os.unlink(self.path)
