"""Given to the interpreter with -c: reads the tool host's modules from standard input and runs it."""

import json
import os
import sys
import types


def _read(length: int) -> bytes:
    data = b""
    while len(data) < length:
        piece = os.read(0, length - len(data))
        if not piece:
            os._exit(0)  # whoever started it is gone
        data += piece
    return data


def _load(sources: "dict[str, str]") -> types.ModuleType:
    package = types.ModuleType("iso_toolhost")
    package.__path__ = []
    sys.modules["iso_toolhost"] = package
    module = package
    for name, source in sources.items():
        module = types.ModuleType("iso_toolhost." + name)
        module.__package__ = "iso_toolhost"
        sys.modules[module.__name__] = module
        setattr(package, name, module)
        exec(compile(source, "<iso_toolhost/" + name + ".py>", "exec"), module.__dict__)
    return module


_load(json.loads(_read(int.from_bytes(_read(4), "big")).decode("utf-8"))).main()
