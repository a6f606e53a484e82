"""A directory with so many names that who lists it whole needs hundreds of megabytes."""

import os

import attack

os.mkdir("many")
os.chdir("many")
with open("name-0000000", "w"):
    pass
for number in range(1, attack.PARAMETERS["entries"]):
    os.link("name-0000000", f"name-{number:07}")
