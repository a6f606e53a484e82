"""Leaves links, pipes and a deep directory to be collected."""

import os

os.symlink("/etc/passwd", "link")
os.symlink("link", "loop")
os.mkfifo("pipe")
for _ in range(100):
    os.mkdir("d")
    os.chdir("d")
