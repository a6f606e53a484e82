"""Calls that watch the kernel at work or run code in it, or hold it up amid a system call."""

import attack

attack.calls("bpf", "perf_event_open", "userfaultfd", "memfd_secret")
