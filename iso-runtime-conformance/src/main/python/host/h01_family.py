"""A program with a child, neither of which ends by itself: whoever started it must see to its end."""

import subprocess

child = subprocess.Popen(["/bin/sleep", "1000"])
print("ready", flush=True)
child.wait()
