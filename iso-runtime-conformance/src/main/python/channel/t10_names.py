"""Calls of tools that this program was not lent, under names that a careless comparison takes for one that it was."""

import _iso_channel
from iso import set_result
from tools import ToolError

NAMES = [
    "orders.delete",  # another execution's
    "Orders.search",
    "orders.Search",
    "ORDERS.SEARCH",
    "orders.ſearch",  # long s, which upper case makes an S
    "\N{FULLWIDTH LATIN SMALL LETTER O}rders.search",  # compatibility normalisation makes it an o
    "\N{CYRILLIC SMALL LETTER O}rders.search",
    "orders.search\u0301",
    "orders.search\u200b",
    "orders\u2024search",
    "orders.search ",
    " orders.search",
    "orders.search\n",
    "orders.search\0",
    "orders.search\0.delete",
    "orders\0.search",
    "orders..search",
    ".orders.search",
    "orders/search",
    "orders.*",
    "orders",
    "search",
    "",
    "\ud800",
    "x" * 250,
    "../orders.search",
    "orders.search()",
    "toString",
    "java.lang.Runtime.exec",
]

ends: dict[str, str] = {}
messages = []
for name in NAMES:
    try:
        _iso_channel.call(name, {})
        ends[ascii(name)] = "ok"
    except ToolError as error:
        ends[ascii(name)] = error.code
        messages.append(error.message.replace(name, "…"))
set_result(
    {"foreign": ends, "own": _iso_channel.call("orders.search", {}), "messages": messages},
)
