"""File names that say something else to a terminal, a log or another system than they are."""

import os
from urllib.parse import unquote_to_bytes

import attack

for name in attack.PARAMETERS["names"]:
    with open(unquote_to_bytes(name), "w") as file:
        file.write("x")
os.makedirs("/".join(["d" * 255] * 5))
with open("/".join(["d" * 255] * 5 + ["x"]), "w") as file:
    file.write("x")
