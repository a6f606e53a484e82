"""Loads init's modules and hands over: to the template when they come through a pipe (this program is then given to the
interpreter with ``-c``), to a container's init when they stand in a file of the image, named as the argument.

Descriptor 0 is read to the byte and never through ``sys.stdin``: in a container the token stands behind what we read,
and only init may have it in memory.
"""

import gc
import marshal
import os
import sys


def read_exactly(descriptor: int, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        piece = os.read(descriptor, size - len(data))
        if not piece:
            os._exit(2)
        data += piece
    return bytes(data)


def read_part(descriptor: int) -> bytes:
    return read_exactly(descriptor, int.from_bytes(read_exactly(descriptor, 4), "big"))


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
source = os.open(sys.argv[1], os.O_RDONLY | os.O_CLOEXEC) if len(sys.argv) > 1 else 0
load(read_part(source))
if source:
    image = read_part(source)
    os.close(source)
    sys.modules["iso_init.container"].__dict__["main"](image)
else:
    sys.modules["iso_init.template"].__dict__["main"]()
