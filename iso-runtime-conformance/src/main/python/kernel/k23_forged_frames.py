"""Frames that only the supervisor's own half may send, written to the program's tool pipe."""

import os

import attack

TOOL_CALLS = 3

kind = int(attack.PARAMETERS["kind"])
payload = str(attack.PARAMETERS["payload"]).encode()
print("forging", flush=True)
os.write(TOOL_CALLS, (len(payload) + 1).to_bytes(4, "big") + bytes((kind,)) + payload)
print("forged", flush=True)
