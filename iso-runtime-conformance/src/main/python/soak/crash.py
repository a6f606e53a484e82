"""Reads the null pointer."""

import ctypes

ctypes.string_at(0)
