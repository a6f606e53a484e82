"""Fills its storage with bytes and then with names, and leaves all of it to be collected."""

import os

try:
    with open("large", "wb") as file:
        while True:
            file.write(os.urandom(1 << 20))
except OSError as error:
    print(error)
os.remove("large")
try:
    for number in range(3_000):
        with open(f"small-{number}", "w"):
            pass
except OSError as error:
    print(error)
