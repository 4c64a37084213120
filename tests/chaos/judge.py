"""What must be true of a crawl's output, whatever died meanwhile. One function, so that planted faults can be shown to it too."""
import collections, json, pathlib


def read_lines(folders):
    """(url, job id, status) of each line, (url, reason) of each dead letter, and what is no JSON."""
    lines, dead, broken = [], [], []
    for folder in folders:
        for path in sorted(pathlib.Path(folder).glob("*.jsonl*")):
            for number, text in enumerate(open(path, encoding="utf-8", errors="strict", newline="\n"), 1):
                try:
                    line = json.loads(text)
                except ValueError:
                    broken.append(f"{path.name}:{number}")
                    continue
                if path.name.startswith("dead"):
                    dead.append((line["url"], line["reason"]))
                else:
                    lines.append((line["url"], line["job_id"], line["status"]))
    return lines, dead, broken


def judge(expected, lines, dead, broken=(), samples=(), left_behind=()):
    """expected: url -> None for an innocent page, else the set of reasons that it may die for. Returns what is wrong, as {kind: [texts]}."""
    wrong = collections.defaultdict(list)
    urls, ids, died = collections.Counter(u for u, _, _ in lines), collections.Counter(i for _, i, _ in lines), collections.Counter(u for u, _ in dead)
    for url, reasons in expected.items():
        if urls[url] + died[url] == 0:
            wrong["lost"].append(url)
        if urls[url] + died[url] > 1:
            wrong["twice"].append(f"{url}: {urls[url]} lines, {died[url]} dead letters")
        if reasons and not died[url] and urls[url]:
            wrong["spared"].append(url)
    wrong["twice"] += [f"id {job}: {count} lines" for job, count in ids.items() if count > 1]
    wrong["wrongly dead"] += [f"{url}: {reason}" for url, reason in dead if reason not in (expected.get(url) or ())]
    wrong["from nowhere"] += [url for url in list(urls) + list(died) if url not in expected]
    wrong["not an article"] += [f"{url}: {status}" for url, _, status in lines if url in expected and status != "ok"]
    wrong["broken lines"] += broken
    wrong["books"] += [str(s) for s in samples if s["conservation_error"]]
    wrong["processes left"] += left_behind
    return {kind: texts for kind, texts in wrong.items() if texts}
