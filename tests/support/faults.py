"""The test's end of fault_preload.c: a disk and a clock that misbehave while a program runs. faults = Faults(folder / "x.faults");
Popen(..., env={**os.environ, **faults.env}); faults.set(sync_errno=errno.EIO) from then on; faults.set() ends it."""
import mmap, os, pathlib, struct

NAMES = ("clock_ms", "sync_errno", "sync_ms", "write_errno", "hits")  # enum fault


class Faults:
    def __init__(self, path):
        library = pathlib.Path(os.environ["THRESHER_BIN"], "support/libfault_preload.so")
        # A program with AddressSanitizer wants to be loaded first, but for this option.
        asan = ":".join(filter(None, (os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0")))
        self.env = {"LD_PRELOAD": str(library), "THRESHER_FAULTS": str(path), "ASAN_OPTIONS": asan}
        pathlib.Path(path).write_bytes(bytes(8 * len(NAMES)))
        with open(path, "r+b") as f:
            self.map = mmap.mmap(f.fileno(), 0)

    def set(self, **values):
        for name in NAMES[:-1]:
            struct.pack_into("=q", self.map, 8 * NAMES.index(name), values.get(name, 0))

    def hits(self):
        return struct.unpack_from("=q", self.map, 8 * NAMES.index("hits"))[0]
