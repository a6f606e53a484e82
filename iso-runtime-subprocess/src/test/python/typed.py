"""Calls tools of every kind with values of every type, and says what did not come back as it was."""

from __future__ import annotations

import asyncio
import random
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import List

import tools
from tools import Circle, Everything, Group, NoShape, Node, NotFound, ToolError

wrong: List[str] = []


def same(what: str, sent: object, came: object) -> None:
    if repr(sent) != repr(came):
        wrong.append(f"{what}: sent {sent!r}, came {came!r}")


circle: Circle = {"type": "Circle", "radius": 1.5}
group: Group = {"type": "Group", "shapes": [circle], "name": None}
node: Node = {
    "label": "ü\ud800",
    "next": {"label": "", "next": None, "children": {}},
    "children": {},
}
everything: Everything = {
    "truth": True,
    "small": -(2**31),
    "large": 2**63 - 1,
    "huge": 2**200,
    "real": 0.1,
    "single": 0.5,
    "exact": Decimal("1.10"),
    "text": "",
    "data": b"\0\xff",
    "colour": "None",
    "at": datetime(2024, 2, 29, 1, 2, 3, 4, timezone(timedelta(hours=-3, minutes=-30))),
    "moment": datetime(2024, 2, 29, 1, 2, 3, 4, timezone.utc),
    "local": datetime(1, 1, 1),
    "day": date(9999, 12, 31),
    "clock": time(23, 59, 59, 999999),
    "zoned": time(1, 2, tzinfo=timezone.utc),
    "span": timedelta(days=-1, microseconds=1),
    "shape": group,
    "node": node,
    "page": {"items": [circle], "more": False},
    "matrix": [[1, 2], []],
    "index": {"$bytes": [b"x"]},
    "maybe": "quote",
    "nullable": None,
}

same("everything", everything, tools.flat_12(everything))
same("everything by name", everything, tools.space1.t15(value=everything))
for real in float("nan"), float("inf"), float("-inf"), -0.0, 5e-324:
    everything["real"] = real
    same("a float", everything, tools.flat_12(everything))

mirrored = tools.space6.t13(
    "b'\"", "x", at=everything["at"], list=[{"first-name": "A"}], any=[b"x"]
)
same(
    "a schema's arguments",
    {
        "kind": "b'\"",
        "order-id": "x",
        "list": [{"first-name": "A"}],
        "at": everything["at"],
        "limit": 5,
        "label": "it's",
        "any": [b"x"],
    },
    mirrored,
)


def some_value(chance: random.Random, depth: int) -> object:
    """A value of any type that passes between programs and tools."""
    zone = chance.choice([None, timezone(timedelta(minutes=chance.randrange(-1080, 1081)))])
    moment = datetime(chance.randrange(1, 10000), 2, 3, 4, 5, 6, chance.choice([0, 7]), zone)
    simple: List[object] = [
        None,
        True,
        chance.randrange(-(2**70), 2**70),
        chance.uniform(-1e300, 1e300),
        chance.choice([float("nan"), float("inf"), -0.0]),
        "".join(map(chr, chance.choices(range(0x11000), k=5))),
        chance.randbytes(3),
        Decimal(chance.randrange(-(10**30), 10**30)).scaleb(chance.randrange(-40, 40)),
        moment,
        moment.date(),
        moment.timetz(),
        timedelta(microseconds=chance.randrange(-(10**17), 10**17)),
    ]
    if not depth or chance.random() < 0.4:
        return chance.choice(simple)
    if chance.random() < 0.5:
        return [some_value(chance, depth - 1) for _ in range(3)]
    keys = ["$bytes", "$", "$$float", "a", "$date", ""]
    return {chance.choice(keys): some_value(chance, depth - 1) for _ in range(2)}


chance = random.Random(6)
for _ in range(200):
    value = some_value(chance, 4)
    same("any value", value, tools.space6.t13(3, 7, any=value)["any"])

same("kind", 3, tools.space6.t13(3, 7)["kind"])

same("keywords", {"self": 1, "list": 2, "from": 3, "lambda_": 4}, tools.list(1, 2, 3, lambda_=4))
same("a keyword as a name", 3, tools.import_(1, 2, from_=3, lambda_=4)["from"])
same("a keyword in a namespace", 1, tools.orders.class_(1, 2, 3, 4)["self"])
same("a method", group, tools.shape(group, label="x"))
same("a stage", {"items": [node], "more": True}, tools.methods.page([node], from_=1))
tools.nothing()


async def parallel() -> None:
    pages = await asyncio.gather(*(tools.methods.page.aio([], i) for i in range(20)))
    same("parallel calls", [False] + 19 * [True], [page["more"] for page in pages])


asyncio.run(parallel())

try:
    tools.shape({"type": "Group", "shapes": [], "name": None})
    wrong.append("no error")
except NotFound:
    wrong.append("the wrong error")
except NoShape as error:
    same(
        "the error",
        ("NO_SHAPE", False, True),
        (error.code, error.retryable, isinstance(error, ToolError)),
    )

print("\n".join(wrong) or "all equal")
