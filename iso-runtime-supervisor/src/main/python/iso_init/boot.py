"""Loads init's modules from the launch pipe and hands over to the helper; given to the interpreter with ``-c``.

Descriptor 0 is read to the byte and never through ``sys.stdin``: what stands behind the launch specification is the
token, and only init may have it in memory.
"""

import gc
import marshal
import os
import sys


def read_exactly(size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        piece = os.read(0, size - len(data))
        if not piece:
            os._exit(2)
        data += piece
    return bytes(data)


def load(modules: bytes) -> None:
    new = type(sys)
    package = new("iso_init")
    package.__path__ = []
    sys.modules["iso_init"] = package
    for name, code, source in marshal.loads(modules):
        module = new("iso_init." + name)
        sys.modules[module.__name__] = module
        setattr(package, name, module)
        if source is None:
            exec(code, module.__dict__)
        else:
            # A guest module runs as user code, in the executor only; here it is data.
            module.__dict__.update(CODE=code, SOURCE=source)


gc.disable()  # until the forks are done: a collection would only make pages private; init and executor enable it
load(read_exactly(int.from_bytes(read_exactly(4), "big")))
sys.modules["iso_init.helper"].__dict__["main"](
    read_exactly(int.from_bytes(read_exactly(4), "big"))
)
