"""The directories that are collected, and the one of the program's text, replaced by links to others' files."""

import os

import attack

for name in ("out", "pkg", "in"):
    if os.path.isdir("../" + name):
        os.rename("../" + name, "../moved-" + name)
    os.symlink(attack.PARAMETERS["directory"], "../" + name)
