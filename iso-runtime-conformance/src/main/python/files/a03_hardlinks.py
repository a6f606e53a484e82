"""One file under many names: an output that takes little storage in the sandbox and much outside of it."""

import os

SIZE, NAMES = 1 << 20, 40

with open("link-00", "wb") as file:
    file.write(bytes(SIZE))
for number in range(1, NAMES):
    os.link("link-00", f"link-{number:02}")
os.link("../pkg/main.py", "program")
