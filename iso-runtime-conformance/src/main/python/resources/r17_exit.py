"""Leaves in the middle with status 0, as if all had been done."""

import os

import attack
import iso

iso.set_result({"done": True})
print("half", flush=True)
if attack.PARAMETERS["leaves"]:
    os._exit(0)
print("whole")
