"""Reads a collector's folder, whatever its format and compression: records(out) gives {"id", "status", "url", "dead"} for each record there,
or of the files whose names end so, by its own means and not by Thresher's."""
import gzip, json, re, subprocess

STATUSES = "- ok empty not_html unsupported_encoding too_large timeout out_of_memory crashed bad_payload rejected".split()


def content(path):
    data = path.read_bytes()
    name = path.name.removesuffix(".part")
    if name.endswith(".gz"):
        return gzip.decompress(data)
    if name.endswith(".zst"):
        return subprocess.run(["zstd", "-dcq"], input=data, capture_output=True, check=True).stdout
    return data


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def from_protobuf(data):
    at = 0
    while at < len(data):
        size, at = varint(data, at)
        end, fields = at + size, {}
        while at < end:
            tag, at = varint(data, at)
            if tag & 7 == 0:
                fields[tag >> 3], at = varint(data, at)
            elif tag & 7 == 2:
                n, at = varint(data, at)
                fields[tag >> 3], at = data[at : at + n], at + n
            else:
                at += 8 if tag & 7 == 1 else 4
        assert at == end, "a message ends elsewhere than its length says"
        yield {"id": fields[2].hex(), "status": STATUSES[fields[3]], "url": fields.get(4, b"").decode()}


def from_heads(data, yaml):
    texts = data.decode().split("\f\n")
    assert texts.pop() == "", "a record without an end"
    for text in texts:
        lines = text.split("\n---\n", 1)[0].removeprefix("---\n") if yaml else text.split("\n\n", 1)[0]
        head = dict(line.split(": ", 1) for line in lines.splitlines() if re.match("(id|status|url): ", line))
        yield {key: json.loads(value) if yaml else value for key, value in head.items()}


def from_json(data):
    assert data == b"" or data.endswith(b"\n"), "a line without an end"
    for line in data.split(b"\n")[:-1]:
        row = json.loads(line)
        meta = row.get("metadata") if isinstance(row.get("metadata"), dict) else {}
        yield {"id": row.get("job_id") or row["id"], "status": row.get("status") or meta["status"], "url": row.get("url") or meta.get("url") or row.get("source")}


def records(out, names="*"):
    for path in sorted(out.glob(f"articles-{names}")) + sorted(out.glob(f"dead-{names}")):
        data = content(path)
        if ".pb" in path.name:
            rows = from_protobuf(data)
        elif ".txt" in path.name or ".md" in path.name:
            rows = from_heads(data, ".md" in path.name)
        else:
            rows = from_json(data)
        for row in rows:
            yield row | {"dead": path.name.startswith("dead-")}
