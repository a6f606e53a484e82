"""Links to files that the program can't read itself, in the hope that whoever collects its output can."""

import os

import attack

for name, target in {
    "shadow": "/etc/shadow",
    "secret": attack.PARAMETERS["secret"],
    "environ": "/proc/self/environ",
    "endless": "/dev/zero",
    "nowhere": "/does/not/exist",
}.items():
    os.symlink(target, name)
with open("honest.txt", "w") as honest:
    honest.write("honest")
