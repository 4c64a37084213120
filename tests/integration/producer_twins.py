#!/usr/bin/env python3
"""The same pages in .warc, .warc.gz, .arc and .arc.gz give the same articles, through a whole run each."""
import json, os, pathlib, subprocess, sys, tempfile

binary = os.environ["THRESHER_BIN"]
archives = pathlib.Path(os.environ["THRESHER_SOURCE"]).parent / "shared/warc"
twins = [  # files, pages with an article
    (["aut--example.warc.gz", "aut--example.arc.gz"], 139),
    (["whirlwind-python--whirlwind.warc", "whirlwind-python--whirlwind.warc.gz"], 1),
    (["whirlwind-python--whirlwind.warc.wet", "whirlwind-python--whirlwind.warc.wet.gz"], 1),
    (["warcio--example.arc", "warcio--example.arc.gz", "warcio--example.warc", "warcio--example.warc.gz"], 1),
]


def articles(path, folder):
    done = subprocess.run([os.path.join(binary, "thresher"), "run", path, "-o", folder], capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        sys.exit(f"FAIL {path.name}: exit {done.returncode}: {done.stderr}")
    lines = [json.loads(line) for file in sorted(folder.glob("*.jsonl")) for line in file.open()]
    return sorted((line["url"], line["status"], line.get("title"), line.get("text"), str(line.get("images")), line.get("language")) for line in lines)


if not archives.is_dir():
    print(f"skipped: {archives} is not there")
    sys.exit(77)
failures = 0
with tempfile.TemporaryDirectory() as name:
    for files, pages in twins:
        results = [articles(archives / file, pathlib.Path(name) / file) for file in files]
        if len(results[0]) != pages or not any(text for _, _, _, text, _, _ in results[0]):
            failures += 1
            print(f"FAIL {files[0]}: {len(results[0])} results, want {pages}, some with text")
        for file, result in zip(files[1:], results[1:]):
            for one, other in zip(results[0], result):
                if one != other:
                    failures += 1
                    print(f"FAIL {file}: {str(other)[:300]!r}, want {str(one)[:300]!r}")
            if len(result) != len(results[0]):
                failures += 1
                print(f"FAIL {file}: {len(result)} results, {files[0]} has {len(results[0])}")
sys.exit(1 if failures else 0)
