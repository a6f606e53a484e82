"""Directories in directories, deeper than any path is long: who goes down by names or by recursion doesn't come back."""

import os

import attack

found = os.getcwd()
for depth in range(attack.PARAMETERS["depth"]):
    if depth == 3:
        with open("honest.txt", "w") as honest:
            honest.write("honest")
    os.mkdir("deeper")
    os.chdir("deeper")
os.chdir(found)
