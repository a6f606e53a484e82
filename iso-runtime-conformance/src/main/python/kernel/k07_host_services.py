"""Services that listen on the host, on its loopback and on its other addresses."""

import socket

import attack

SECONDS = 1.0


def talk(address: str, port: int) -> str:
    with socket.create_connection((address, port), SECONDS):
        return "connected"


for target in attack.PARAMETERS["listeners"]:
    host, _, number = target.rpartition(" ")
    attack.attempt(host, lambda: talk(host, int(number)))
