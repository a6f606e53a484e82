"""What the generated ``tools`` module is made with; import that one."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable


class _Unset:
    """The default of an argument that was left out and is not sent."""

    def __repr__(self) -> str:
        return "..."


UNSET = _Unset()


class Namespace:
    """Tools with a common prefix: ``orders.search`` is ``search`` in the namespace ``orders``."""

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __repr__(self) -> str:
        return (
            f"<tools {self.__name__}: {', '.join(n for n in vars(self) if not n.startswith('__'))}>"
        )


def namespace(scope: dict[str, Any], path: list[str]) -> Any:
    """The object at this path, made if it is missing; a tool can be a namespace too."""
    found = scope.get(path[0])
    for part in path[1:]:
        found = getattr(found, part, None)
    return Namespace(".".join(path)) if found is None else found


def bind(
    scope: dict[str, Any], path: list[str], function: Callable[..., Any], aio: Callable[..., Any]
) -> Any:
    """Names the pair as the program sees it, so that a TypeError speaks of ``add()`` and ``add.aio()``."""
    function.__name__ = path[-1]
    function.__qualname__ = ".".join(path)
    aio.__name__ = "aio"
    aio.__qualname__ = function.__qualname__ + ".aio"
    for each in (function, aio):  # before Python 3.10 a TypeError takes the name from the code
        each.__code__ = each.__code__.replace(co_name=each.__qualname__)
    earlier = scope.get(path[0]) if len(path) == 1 else None
    if isinstance(earlier, Namespace):
        function.__dict__.update({k: v for k, v in vars(earlier).items() if not k.startswith("__")})
    setattr(function, "aio", aio)
    return function


def given(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if value is not UNSET}
