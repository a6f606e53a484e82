"""Limits and counters of both cgroup versions, read from directories that imitate them."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path
from typing import Dict

import driver  # noqa: F401
from iso_init import gauges

VERSION_1 = {
    "memory/memory.limit_in_bytes": "536870912",
    "memory/memory.memsw.limit_in_bytes": "536870912",
    "memory/memory.swappiness": "60",
    "memory/memory.kmem.tcp.limit_in_bytes": "9223372036854771712",
    "memory/memory.max_usage_in_bytes": "8478720",
    "memory/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 2",
    "pids/pids.max": "64",
    "pids/pids.events": "max 3",
    "cpu/cpu.cfs_quota_us": "150000",
    "cpu/cpu.cfs_period_us": "100000",
    "cpuacct/cpuacct.usage": "51509123",
}
VERSION_2 = {
    "memory.max": "536870912",
    "memory.swap.max": "0",
    "memory.peak": "8478720",
    "memory.events": "low 0\nhigh 0\nmax 5\noom 1\noom_kill 2\noom_group_kill 1",
    "pids.max": "64",
    "pids.events": "max 3",
    "cpu.max": "150000 100000",
    "cpu.stat": "usage_usec 51509\nuser_usec 40000\nsystem_usec 11509",
}


class Gauges(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.root = temporary.name

    def imitate(self, files: Dict[str, str]) -> None:
        for name, text in files.items():
            path = Path(self.root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text + "\n")

    def test_version_1(self) -> None:
        self.imitate(VERSION_1)
        self.assertEqual(
            gauges.limits(self.root),
            {
                "memoryBytes": 536870912,
                "memoryAndSwapBytes": 536870912,
                "swappiness": 60,
                "processes": 64,
                "milliCpus": 1500,
            },
        )

    def test_version_2(self) -> None:
        self.imitate(VERSION_2)
        self.assertEqual(
            gauges.limits(self.root),
            {"memoryBytes": 536870912, "swapBytes": 0, "processes": 64, "milliCpus": 1500},
        )

    def test_both_count_alike(self) -> None:
        expected = {
            "cpuMicros": 51509,
            "peakMemoryBytes": 8478720,
            "outOfMemoryKills": 2,
            "deniedForks": 3,
        }
        self.imitate(VERSION_1)
        self.assertEqual(gauges.usage(self.root), expected)
        with tempfile.TemporaryDirectory() as other:
            self.root = other
            self.imitate(VERSION_2)
            self.assertEqual(gauges.usage(other), expected)

    def test_no_limit_is_no_number(self) -> None:
        self.imitate({"memory.max": "max", "pids.max": "max", "cpu.max": "max 100000"})
        self.assertEqual(gauges.limits(self.root), {})
        self.imitate({"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"})
        self.assertEqual(gauges.limits(self.root), {})

    def test_nothing_mounted_is_nothing_known(self) -> None:
        self.assertEqual((gauges.limits(self.root), gauges.usage(self.root)), ({}, {}))

    def test_what_must_be_told_at_once(self) -> None:
        before = {"cpuMicros": 0, "outOfMemoryKills": 0, "deniedForks": 0}
        self.assertFalse(gauges.told(before, {**before, "cpuMicros": 49_999}))
        self.assertTrue(gauges.told(before, {**before, "cpuMicros": 50_000}))
        self.assertTrue(gauges.told(before, {**before, "outOfMemoryKills": 1}))
        self.assertTrue(gauges.told(before, {**before, "deniedForks": 1}))
        self.assertFalse(gauges.told({}, {}))
