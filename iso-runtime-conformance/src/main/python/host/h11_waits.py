"""Tells by a tool that it runs, and never ends by itself."""

import time

import tools

tools.running()
while True:
    time.sleep(10)
