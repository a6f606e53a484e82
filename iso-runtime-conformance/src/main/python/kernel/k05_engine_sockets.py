"""The sockets by which a host is governed: who reaches an engine's is root on its host."""

import os
import socket
import stat

import attack

KNOWN = (
    "/var/run/docker.sock",
    "/run/docker.sock",
    "/run/containerd/containerd.sock",
    "/run/podman/podman.sock",
    "/run/crio/crio.sock",
    "/run/dbus/system_bus_socket",
    "/run/systemd/private",
    "/run/systemd/journal/socket",
    "/dev/log",
)
PLACES = ("/run", "/var/run", "/dev", "/tmp", "/mnt")
DEPTH = 2


def visible(path: str) -> str:
    if not os.path.lexists(path):
        raise attack.Absent("there is none")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        return f"visible; connect: {attack.describe(client.connect_ex(path))}"


def sockets() -> list[str]:
    found = []
    for place in PLACES:
        for directory, below, names in os.walk(place):
            if directory.count("/") >= DEPTH:
                below.clear()
            for name in names:
                path = os.path.join(directory, name)
                if stat.S_ISSOCK(os.lstat(path).st_mode):
                    found.append(path)
    return found[:5]


for path in KNOWN:
    attack.attempt(path, lambda: visible(path))
attack.attempt("any socket", sockets)
