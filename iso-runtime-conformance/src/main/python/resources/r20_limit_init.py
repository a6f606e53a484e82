"""Gives PID 1 limits with which it could not go on: no descriptors, no memory, no time."""

import resource

import attack


def limit(name: str) -> str:
    """To what it has already: whoever may do that may do worse."""
    kind = getattr(resource, "RLIMIT_" + name)
    try:
        resource.prlimit(1, kind, resource.getrlimit(kind))
        return "it was accepted"
    except OSError as error:
        return attack.reached(-1, error.errno or 0)


for one in ("NOFILE", "AS", "CPU", "FSIZE"):
    attack.attempt(f"RLIMIT_{one} of PID 1", lambda one=one: limit(one))  # type: ignore[misc]
with open("artifact.txt", "w", encoding="utf-8") as file:
    file.write("collected")
