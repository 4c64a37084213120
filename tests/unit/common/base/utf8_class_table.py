#!/usr/bin/env python3
"""The ranges of utf8_class.c against Python's own table of Unicode, at every character that is assigned. Skipped where that table is of another version."""
import os, pathlib, re, sys, unicodedata

VERSION = "14.0.0"  # as utf8_class.h says
if unicodedata.unidata_version != VERSION:
    print(f"skipped: this Python knows Unicode {unicodedata.unidata_version}, not {VERSION}")
    sys.exit(77)
source = pathlib.Path(os.environ["THRESHER_SOURCE"], "common/base/utf8_class.c").read_text()


def runs(name):
    table = re.search(name + r"\[\] = \{(.*?)\};", source, re.S)[1]
    return [(int(first, 16), int(last, 16)) for first, last in re.findall(r"\{(\w+), (\w+)\}", table)]


wrong, ours = [], {}
for name, letter in (("punctuation", "P"), ("symbols", "S")):
    table = runs(name)
    if not table or any(b <= a for (_, a), (b, _) in zip(table, table[1:])):
        wrong.append(f"{name}: empty, or not in order")
    ours |= {c: letter for first, last in table for c in range(first, last + 1)}
for c in range(0x80, 0x110000):
    category = unicodedata.category(chr(c))
    want = category[0] if category[0] in "PS" else None
    if category not in ("Cn", "Co", "Cs") and ours.get(c) != want:
        wrong.append(f"U+{c:04X} is {category}")
print("\n".join(wrong[:20]) or "all as Unicode has them")
sys.exit(bool(wrong))
