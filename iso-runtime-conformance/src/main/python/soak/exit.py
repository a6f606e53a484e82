"""Ends its process behind the interpreter's back, in the midst of output."""

import os
import sys

print("before", flush=True)
sys.stdout.write("never flushed")
os._exit(3)
