"""Compiles init's modules for the image's interpreter, at build time: ``python3 -I pack.py SOURCES TARGET``.

The file is what ``boot.py`` loads in a container: ``u32 length · modules`` as the probe gives them to a subprocess, then
``u32 length · JSON``, what the image says of its interpreter.
"""

import base64
import io
import json
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any


def probed(sources: Path) -> dict[str, Any]:
    """What the probe says in this interpreter, site directories included."""
    names = (sources / "MODULES").read_text(encoding="utf-8").split()
    modules = [[name, (sources / f"{name}.py").read_text(encoding="utf-8")] for name in names]
    sys.stdin = io.StringIO(json.dumps({"modules": modules}))
    answer = io.StringIO()
    with redirect_stdout(answer):
        exec(compile((sources / "probe.py").read_text(encoding="utf-8"), "probe.py", "exec"), {})
    facts: dict[str, Any] = json.loads(answer.getvalue())
    return facts


def main(sources: Path, target: Path) -> None:
    facts = probed(sources)
    image = json.dumps({name: facts[name] for name in ("executable", "version", "path")})
    with target.open("wb") as output:
        for part in (base64.b64decode(facts["code"]), image.encode("utf-8")):
            output.write(len(part).to_bytes(4, "big") + part)


main(Path(sys.argv[1]), Path(sys.argv[2]))
