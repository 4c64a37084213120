"""Pages made up for tests that need no real ones."""
import gzip


def record(number):
    """A page as a WARC record in a gzip member."""
    text = f"In town number {number} the old ferry was sold on a Monday, and the harbour office says that nobody knows when it sails again. "
    body = f"<title>Ferry {number}</title><article><h1>Ferry {number} sold</h1><p>{text}</p><p>{text}</p></article>".encode()
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://site.example/{number}\r\nContent-Length: {len(block)}\r\n\r\n"
    return gzip.compress(head.encode() + block + b"\r\n\r\n", 1, mtime=0)


def write_crawl(path, pages):
    path.write_bytes(b"".join(record(i) for i in range(pages)))
    return path
