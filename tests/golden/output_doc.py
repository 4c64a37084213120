#!/usr/bin/env python3
"""docs/OUTPUT.md names every field that a line of JSON has, and no other."""
import json, os, pathlib, re, subprocess, sys, tempfile

source = pathlib.Path(os.environ["THRESHER_SOURCE"])
BY_RUN = {"job_id", "crawl_id", "fetch_time_ms", "metadata"}  # `thresher extract` has no run


def names(value, name):
    yield name
    for inner in value if isinstance(value, list) else []:
        for key in inner if isinstance(inner, dict) else []:
            yield from names(inner[key], f"{name}[].{key}")
    for key in value if isinstance(value, dict) else []:
        yield from names(value[key], f"{name}.{key}")


with tempfile.TemporaryDirectory() as folder:
    bad = pathlib.Path(folder) / "bad.html"
    bad.write_bytes(b"%PDF-1.4\n")
    pages = [str(bad), *map(str, sorted((source / "tests/golden/pages").glob("*.html")))]
    answer = subprocess.run([os.environ["THRESHER_BIN"] + "/thresher", "extract", "--format", "jsonl", *pages], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
lines = map(json.loads, answer.stdout.splitlines())
seen = BY_RUN.union(*(names(line[key], key) for line in lines for key in line))
table = (source / "docs/OUTPUT.md").read_text().split("## Fields of a line")[1].split("\n## ")[0]
said = {name for row in table.splitlines() if row.startswith("| `") for name in re.findall(r"`([^`]+)`", row.split("|")[1])}
for name in sorted(seen - said):
    print(f"{name}: not in docs/OUTPUT.md")
for name in sorted(said - seen):
    print(f"{name}: in docs/OUTPUT.md, and in no line")
sys.exit(seen != said)
