"""The process that imports the bundles and is forked for each call.

It does nothing else: a bundle that hangs, crashes or starts threads at import does it here, where the keeper watches.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import time
from typing import Any, NamedTuple

from iso_toolhost import frames, linux, worker
from iso_toolhost.bundles import Bundle, Catalog, load


class Settings(NamedTuple):
    bundles: list[Bundle]
    environment: dict[str, str]
    parallel: int
    result_bytes: int

    @staticmethod
    def of(payload: bytes) -> Settings:
        told = json.loads(payload)
        return Settings(
            [
                Bundle(b["name"], b["path"], tuple(b["modules"]), tuple(b["without"]))
                for b in told["bundles"]
            ],
            told["environment"],
            told["parallel"],
            told["resultBytes"],
        )


def run(
    settings: Settings, skip: set[str], keeper: int, requests: socket.socket, reports: int, log: int
) -> None:
    """Never returns; ends when the keeper does."""
    os.dup2(log, 1)
    os.dup2(log, 2)
    linux.close_all_but(requests.fileno(), reports)
    linux.die_with(keeper)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.update(settings.environment)
    time.tzset()
    catalog = load(settings.bundles, skip, lambda name: _report(reports, frames.IMPORTING, name))
    _report(reports, frames.CATALOG, described(catalog))
    gc.collect()
    gc.freeze()  # or each worker's first collection copies every page
    limits = worker.Limits(settings.result_bytes)
    while True:
        message, descriptors, _, _ = socket.recv_fds(requests, 1, 3)
        if not message:
            os._exit(0)
        if len(descriptors) == 3:
            _fork(catalog, settings.environment, limits, keeper, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _report(reports: int, kind: int, value: Any) -> None:
    frames.write(reports, frames.pack(kind, 0, json.dumps(value).encode("ascii")))


def _fork(
    catalog: Catalog,
    environment: dict[str, str],
    limits: worker.Limits,
    keeper: int,
    descriptors: list[int],
) -> None:
    """By way of a process that ends at once, so that the worker becomes the keeper's child."""
    between = os.fork()
    if between == 0:
        try:
            parents = (os.getpid(), keeper)
            if os.fork() == 0:
                calls, results, log = descriptors
                worker.serve(catalog, environment, limits, parents, (calls, results, log))
        finally:
            os._exit(0)
    os.waitpid(between, 0)


def described(catalog: Catalog) -> dict[str, Any]:
    return {
        "tools": [
            {
                "name": tool.name,
                "description": tool.description,
                "input": tool.schema,
                "output": tool.output,
            }
            for tool in catalog.tools.values()
        ],
        "faults": [fault._asdict() for fault in catalog.faults],
    }
