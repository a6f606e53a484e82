"""What is no tool call, on the tool pipe: noise, frames that only init or the supervisor sends, and forged reports."""

import random
import signal
from typing import Callable

import attack


def noise() -> None:
    attack.send_raw(random.Random(4).randbytes(100_000))


def text() -> None:
    attack.send_raw(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 100)


KINDS: dict[str, Callable[[], None]] = {
    "noise": noise,
    "text": text,
    "HELLO": lambda: attack.send_frame(1, b'{"protocol":3,"token":"00"}'),
    "STDOUT": lambda: attack.send_frame(4, b"forged"),
    "EXITED": lambda: attack.send_frame(9, b'{"code":0,"signal":null,"deadline":false}'),
    "EMPTY": lambda: attack.send_frame(10, b'{"killed":0,"millis":0}'),
    "FILE": lambda: attack.send_frame(11, b'{"path":"../../x","size":1}'),
    "KILL": lambda: attack.send_frame(36, b"{}"),
    "REPLY": lambda: attack.send_frame(35, b'{"id":1,"ok":1}'),
    "unknown": lambda: attack.send_frame(200, b""),
    "second STARTED": lambda: attack.send_frame(15, b"{}"),
    "END twice": lambda: attack.send_raw(attack.frame(8, b'{"kind":"completed"}') * 2),
    "a call without id": lambda: attack.send_frame(6, b'{"tool":"one","args":{}}'),
    "a call that is no object": lambda: attack.send_frame(6, b"[1]"),
    "a call that is empty": lambda: attack.send_frame(6, b""),
    "a result that is no JSON": lambda: attack.send_frame(7, b"{"),
}

attack.send_frame(6, b'{"id":1,"tool":"one","args":{}}')
attack.receive_reply()
kind = attack.PARAMETERS["kind"]
if kind != "nothing":
    KINDS[kind]()
    signal.pause()
