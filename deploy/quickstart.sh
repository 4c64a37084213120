#!/usr/bin/env bash
# Installs what is missing, builds a hardened release, runs the pipeline on the sample crawl and shows what came out.
# Usage: deploy/quickstart.sh [OUTPUT_FOLDER]        (default: build/quickstart)
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-build/quickstart}

deploy/setup.sh
cmake --preset release >/dev/null
cmake --build --preset release --target thresher
bin=build/release/bin

echo
echo "== The sample crawl: deploy/sample/sample.warc.gz"
"$bin/thresher" run deploy/sample/sample.warc.gz -o "$out" 2>&1

python3 - "$out" <<'PYTHON'
import collections, json, pathlib, sys
out = pathlib.Path(sys.argv[1])
results = [json.loads(line) for f in sorted(out.glob("articles-*.jsonl")) for line in f.open(encoding="utf-8")]
print("\n== Results by status:", dict(collections.Counter(r["status"] for r in results)))
print("== Languages:", ", ".join(sorted({r["language"] for r in results if r.get("language")})))
first = next(r for r in results if r["status"] == "ok")
print(f"\n== One of them: {first['title']}\n   {first['url']}, {first['date_published']}, {first['language']}")
for image in first["images"]:
    print(f"   image: {image['caption']} [{image['credit']}]")
print("\n" + first["text"])
PYTHON

cat <<END

== Where it lies: $out/articles-*.jsonl (one JSON object a page), $out/manifest.json
== What next:
   $bin/thresher run YOUR.warc.gz -o OUT        your own crawl; the same command again goes on where it was stopped
   $bin/thresher extract PAGE.html              one page, without a queue
   $bin/thresher --help                         the parts, for more than one machine
END
