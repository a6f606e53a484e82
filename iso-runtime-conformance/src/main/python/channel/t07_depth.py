"""Values that are nested 100,000 deep, against readers that call themselves for each level."""

from typing import Callable

import tools
from iso import set_result

import attack

DEEP = 100_000


def nested(depth: int) -> object:
    value: list[object] = []
    for _ in range(depth):
        value = [value]
    return value


def end_of(do: Callable[[], object]) -> str:
    try:
        do()
        return "ok"
    except Exception as error:
        return type(error).__name__


ends = {
    "arguments, by the library": end_of(lambda: tools.echo(nested(DEEP))),
    "result, by the library": end_of(lambda: set_result(nested(DEEP))),
    "arguments of a few levels": end_of(lambda: tools.echo(nested(100))),
}
messages = []
for number, (name, opening, closing) in enumerate(
    [("lists", b"[", b"]"), ("objects", b'{"a":', b"1}"), ("lists that do not end", b"[", b"")],
    start=1_000,
):
    inner = opening * DEEP + closing[:1] + closing[-1:] * (DEEP - 1)
    attack.send_frame(6, b'{"id":%d,"tool":"echo","args":{"value":' % number + inner + b"}}")
    reply = attack.receive_reply()
    ends[name] = attack.reply_code(reply)
    messages.append(reply.get("error", {}).get("message", ""))
set_result({"ends": ends, "messages": messages})
