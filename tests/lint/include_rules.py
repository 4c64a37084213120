#!/usr/bin/env python3
"""Which file may include which library, and that X.c includes X.h first. Checks itself on lines that must be found."""
import os, pathlib, re, sys

source = pathlib.Path(os.environ["THRESHER_SOURCE"])
FOLDERS = ["common", "producer", "worker", "collector", "cli"]
ALLOWED = {  # what is included: the files that may
    r"<uv\.h>": r"common/queue/queue_worker\.c|worker/[a-z_]+\.[ch]|common/monitor/http_(server|thread)\.c",
    r"<hiredis/": r"common/queue/queue_(worker\.c|client\.h|tls\.c|guard\.[ch])",
    r"<lexbor/": r"worker/extract/.*",
    r"<yyjson\.h>": r"worker/extract/(jsonld|script_body)\.c|producer/source_jsonl\.c|cli/(output_folder|stored_record)\.c",
    r"<pcre2\.h>": r"producer/url_pattern\.c",
    r"\.pb-c\.h": r"common/schema/.*\.c",
    r"<(zlib|zstd|isa-l|igzip_lib|brotli)": r"common/base/inflate\.c|collector/compress\.c|cli/stored_file\.c",
    r"\"queue/queue_(core|client|guard)\.h\"": r"common/queue/.*",
}
PURE = re.compile(r"worker/extract/.*\.[ch]$")
BANNED = re.compile(r"\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|system|popen|alloca)\s*\(")


def complaints(path, text):
    includes = re.findall(r"^\s*#\s*include\s+(\S+)", text, re.M)
    for include in includes:
        for pattern, where in ALLOWED.items():
            if re.search(pattern, include) and not re.fullmatch(where, path):
                yield f"{path}: may not include {include}"
    if PURE.match(path) and any(re.search(r"\"(queue|runtime|monitor)/|<uv\.h>|hiredis", i) for i in includes):
        yield f"{path}: the extraction library is pure"
    header = re.sub(r"\.c$", ".h", path)
    if path.endswith(".c") and (source / header).exists():
        name = header.split("/", 1)[1] if path.startswith("common/") else header.rsplit("/", 1)[1]
        if not includes or includes[0].strip('"') not in (name, header.rsplit("/", 1)[1]):
            yield f"{path}: its own header comes first"
    for found in BANNED.finditer(re.sub(r"/\*.*?\*/|\"(?:\\.|[^\"\\])*\"", "", text, flags=re.S)):
        yield f"{path}: {found.group(1)} is banned"


bad = [("cli/main.c", "#include <hiredis/hiredis.h>\n", 1), ("worker/extract/http.c", '#include "http.h"\n#include "queue/queue.h"\n', 1),
       ("worker/extract/http.c", '#include <stdio.h>\n#include "http.h"\n', 1), ("cli/main.c", "int a = atoi(x); /* sprintf( */", 1),
       ("worker/crew.c", '#include "crew.h"\n#include <uv.h>\n', 0)]
for path, text, count in bad:
    found = list(complaints(path, text))
    if len(found) != count:
        sys.exit(f"the check itself is wrong: {path}: {found}, want {count}")
files = [f for folder in FOLDERS for f in sorted((source / folder).rglob("*.[ch]"))]
problems = [line for f in files for line in complaints(str(f.relative_to(source)), f.read_text())]
print("\n".join(problems) or f"{len(files)} files are in order")
sys.exit(1 if problems or len(files) < 50 else 0)
