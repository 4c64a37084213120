"""What must be true of a crawl's output, whatever died meanwhile. One judge for all rows, so that planted faults can be shown to it too. It reads on where it
stopped, and keeps a byte a page and a number an id, so that a million pages are no trouble."""
import collections, json, pathlib


class Judge:
    def __init__(self):
        self.pages, self.poison, self.ids, self.read_to = {}, {}, set(), {}
        self.wrong, self.on_disk, self.known = collections.defaultdict(list), 0, 0

    def expect(self, prefix, count, poison=None):
        """A crawl: pages prefix/0 to prefix/count-1, which are innocent; poison: {word: the reasons that prefix/word may die for}."""
        self.pages[prefix] = bytearray(count)
        self.poison |= {f"{prefix}/{word}": [set(reasons), 0, 0] for word, reasons in (poison or {}).items()}
        self.known += count + len(poison or {})

    def line(self, url, job, status):
        """One record of an article or a typed failure."""
        number = int(job, 16)
        if number in self.ids:
            self.wrong["twice"].append(f"id {job} of {url}")
        self.ids.add(number)
        if url in self.poison:
            self.poison[url][1] += 1
            self.wrong["spared"].append(url)
        elif self.count(url, "a line"):
            if status != "ok":
                self.wrong["not an article"].append(f"{url}: {status}")

    def dead(self, url, reason):
        if url in self.poison:
            reasons, _, deaths = self.poison[url]
            self.poison[url][2] += 1
            self.on_disk += deaths == 0
            if reason not in reasons:
                self.wrong["wrongly dead"].append(f"{url}: {reason}")
            if deaths:
                self.wrong["twice"].append(f"{url}: dead again")
        elif self.count(url, "a dead letter"):
            self.wrong["wrongly dead"].append(f"{url}: {reason}")

    def count(self, url, what):
        """False: nobody fed it."""
        prefix, _, name = url.rpartition("/")
        pages = self.pages.get(prefix)
        if pages is None or not name.isdigit() or int(name) >= len(pages):
            self.wrong["from nowhere"].append(url)
            return False
        if pages[int(name)]:
            self.wrong["twice"].append(f"{url}: {what} beside another")
        else:
            self.on_disk += 1
        pages[int(name)] = 1
        return True

    def read(self, folders):
        """What is new in the folders, of files that are closed and open. To be called when all is acknowledged: what is on disk then stays."""
        for folder in map(pathlib.Path, folders):
            for path in sorted(folder.glob("*.jsonl*")):
                key = folder, path.name.removesuffix(".part")
                with open(path, "rb") as f:
                    f.seek(self.read_to.get(key, 0))
                    for text in f:
                        self.take(path, text)
                    self.read_to[key] = f.tell()

    def take(self, path, text):
        try:
            line = json.loads(text)
            if path.name.startswith("dead"):
                self.dead(line["url"], line["reason"])
            else:
                self.line(line["url"], line["job_id"], line["status"])
        except (ValueError, KeyError):
            self.wrong["broken lines"].append(f"{path.name}: {text[:60]}")

    def lost(self):
        """The pages that are nowhere."""
        lost = [f"{prefix}/{i}" for prefix, pages in self.pages.items() for i, n in enumerate(pages) if not n]
        return lost + [url for url, (_, lines, deaths) in self.poison.items() if not lines + deaths]

    def sample(self, status):
        """The books at one moment."""
        if status["conservation_error"]:
            self.wrong["books"].append(str(status))

    def verdict(self, left_behind=()):
        """What is wrong by now, as {kind: [texts]}."""
        kinds = {**self.wrong, "lost": self.lost(), "processes left": list(left_behind)}
        return {kind: texts for kind, texts in kinds.items() if texts}
