"""Runs long enough for another service to start meanwhile, which must leave it alone."""

import time

import attack

print("ready", flush=True)
time.sleep(attack.PARAMETERS["seconds"])
print("done", flush=True)
