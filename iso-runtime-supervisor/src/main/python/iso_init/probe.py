"""Asks an interpreter once what it is, and lets it compile init's modules: run with ``-c``, with site.

Reads ``{"modules":[["name","source"],…]}`` from stdin and prints one line of JSON. Modules named ``guest_…`` run as
user code inside the sandbox, under their own file names, so they are compiled under these and travel with their source.
"""

import base64
import json
import marshal
import os
import sys
from typing import Any, List, Optional, Tuple

GUEST = "guest_"
ORDINARY = ("/lib", "/usr/lib", "/lib64", "/usr/lib64", "/lib32", "/usr/lib32")


def compiled(name: str, source: str) -> Tuple[str, Any, Optional[str]]:
    if name.startswith(GUEST):
        file = "/workspace/lib/%s.py" % guest_name(name)
        return name, compile(source, file, "exec", dont_inherit=True, optimize=0), source
    code = compile(source, "<iso_init.%s>" % name, "exec", dont_inherit=True, optimize=0)
    return name, code, None


def guest_name(name: str) -> str:
    bare = name[len(GUEST) :]
    return "iso" if bare == "iso" else "_iso_" + bare


def libraries() -> List[str]:
    """Directories of loaded shared libraries, after touching the modules that bring the usual ones in."""
    for module in ("ssl", "sqlite3", "ctypes", "lzma", "bz2", "zlib", "decimal", "pyexpat"):
        try:
            __import__(module)
        except ImportError:
            pass  # an interpreter built without it needs no library of it
    found = set()
    with open("/proc/self/maps") as maps:
        for line in maps:
            path = line.split(None, 5)[-1].rstrip("\n")
            if path.startswith("/") and ".so" in os.path.basename(path):
                directory = os.path.realpath(os.path.dirname(path))
                if not any(directory == d or directory.startswith(d + "/") for d in ORDINARY):
                    found.add(directory)
    return sorted(found)


def executable() -> str:
    """Of an environment its own link to the interpreter, by which children of the program find its packages; else the
    interpreter itself, behind all links."""
    if sys.prefix != sys.base_prefix:
        return os.path.abspath(sys.executable)
    return os.path.realpath(sys.executable)


def main() -> None:
    modules = [compiled(name, source) for name, source in json.load(sys.stdin)["modules"]]
    print(
        json.dumps(
            {
                "executable": executable(),
                "version": sys.version.split()[0],
                "versionInfo": list(sys.version_info[:3]),
                "prefix": sys.prefix,
                "basePrefix": sys.base_prefix,
                "execPrefix": sys.exec_prefix,
                "baseExecPrefix": sys.base_exec_prefix,
                "path": [entry for entry in sys.path if entry and os.path.exists(entry)],
                "libraries": libraries(),
                "code": base64.b64encode(marshal.dumps(modules)).decode("ascii"),
            }
        )
    )


main()
