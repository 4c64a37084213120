"""Asks a program that listens: get(port, path) gives (status, body, headers); port_of(log) finds the port in what it has logged."""
import http.client, re


def get(port, path="/metrics", method="GET", timeout=20):
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        link.request(method, path)
        answer = link.getresponse()
        return answer.status, answer.read().decode(), dict(answer.getheaders())
    finally:
        link.close()


def port_of(log):
    found = re.search(r"http://\S+:(\d+)/metrics", log)
    return int(found[1]) if found else None
