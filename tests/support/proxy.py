"""A proxy between programs and a server that misbehaves on demand: `latency` seconds before each piece, `trickle` bytes a piece of an answer, `refuse`
lets nobody in, `hold` keeps what is asked, `hold_answers` what is answered, from being passed on (what is held when a connection is dropped is lost, as
on a host that is cut off). cut() ends every connection in the middle of the next answer, drop() all of them at once. Addresses are paths of Unix
sockets, or (host, port). Run as a program: proxy.py HOST PORT SERVER_PATH."""
import os, socket, sys, threading, time


def make_socket(address):
    return socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET)


class Proxy:
    def __init__(self, address, server):
        self.address, self.server = address, server
        self.latency, self.trickle, self.refuse, self.hold, self.hold_answers, self.cuts = 0.0, 0, False, False, False, 0
        self.generation, self.drops, self.ends = 0, 0, set()
        self.listener = make_socket(address)
        if not isinstance(address, str):
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(address)
        self.address = self.listener.getsockname()
        self.listener.listen(64)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = make_socket(self.server)
            try:
                if self.refuse:
                    raise OSError
                server.connect(self.server)
            except OSError:
                client.close()
                server.close()
                continue
            self.ends |= {client, server}
            for source, target, is_reply in ((client, server, False), (server, client, True)):
                threading.Thread(target=self.pump, args=(source, target, is_reply), daemon=True).start()

    def cut(self):
        self.generation += 1

    def drop(self):
        self.drops += 1
        for end in list(self.ends):
            self.shut(end)

    @staticmethod
    def shut(end):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def pump(self, source, target, is_reply):
        generation, drops = self.generation, self.drops
        try:
            while data := source.recv(65536):
                while self.hold_answers if is_reply else self.hold:
                    time.sleep(0.01)
                    if drops != self.drops:
                        raise OSError
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
        self.ends -= {source, target}
        for end in (source, target):
            self.shut(end)
            end.close()

    def close(self):
        self.listener.close()
        if isinstance(self.address, str):
            os.unlink(self.address)


if __name__ == "__main__":
    Proxy((sys.argv[1], int(sys.argv[2])), sys.argv[3])
    threading.Event().wait()
