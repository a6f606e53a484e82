"""Forked children that call a tool at once, together with their parent and its threads: frames must not mix.

The children are told that they can't; the threads' calls, long enough to be written in parts, all arrive whole.
"""

import os
import threading

import tools
from iso import set_result
from tools import ToolError

CHILDREN, THREADS, CALLS = 8, 6, 10
LENGTH = 200_000  # a pipe takes 64 KiB


def whole(letter: str) -> str:
    return "whole" if tools.same(letter * LENGTH) == LENGTH else "mixed"


def child(letter: str, told: int) -> None:
    try:
        end = whole(letter)
    except ToolError as error:
        end = error.code
    os.write(told, (end + "\n").encode())
    os._exit(0)


def thread(letter: str) -> None:
    for _ in range(CALLS):
        threads_ends.append(whole(letter))


threads_ends: list[str] = []
threads = [threading.Thread(target=thread, args=(chr(97 + n),)) for n in range(THREADS)]
read, write = os.pipe()
children = []
for number in range(CHILDREN):
    forked = os.fork()
    if forked == 0:
        child(chr(65 + number), write)
    children.append(forked)
    if number < THREADS:
        threads[number].start()
os.close(write)
for running in threads:
    running.join()
with open(read) as lines:
    children_ends = lines.read().split()
for forked in children:
    os.waitpid(forked, 0)
set_result({"children": children_ends, "threads": threads_ends})
