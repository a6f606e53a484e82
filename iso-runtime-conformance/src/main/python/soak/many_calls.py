"""Calls tools from many threads at once, one that is not there among them, and leaves some unanswered."""

import threading
from typing import Any

import tools


def call(number: int) -> None:
    try:
        if number % 4 == 0:
            tools.fail()
        else:
            tools.add(number, number)
    except tools.ToolError:
        pass


def call_and_leave() -> Any:
    tools.forever()


for _ in range(3):
    threading.Thread(target=call_and_leave, daemon=True).start()
threads = [threading.Thread(target=call, args=(number,)) for number in range(24)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
