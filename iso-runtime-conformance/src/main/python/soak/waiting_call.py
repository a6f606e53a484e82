"""Waits for a tool that never answers, when its time is over."""

from tools import forever

forever()
