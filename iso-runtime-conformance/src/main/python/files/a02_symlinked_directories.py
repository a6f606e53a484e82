"""Links in the place of directories: to others' files, to all that lies above, and around in circles."""

import os

import attack

os.mkdir("nested")
for name, target in {
    "foreign": attack.PARAMETERS["directory"],
    "nested/foreign": attack.PARAMETERS["directory"],
    "above": "..",
    "loop": ".",
    "one": "other",
    "other": "one",
}.items():
    os.symlink(target, name)
with open("honest.txt", "w") as honest:
    honest.write("honest")
