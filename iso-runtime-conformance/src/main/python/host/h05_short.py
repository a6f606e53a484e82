"""Ends after about as long as it is allowed, so that its end and its deadline race."""

import time

import attack

time.sleep(attack.PARAMETERS["seconds"])
print("done", flush=True)
