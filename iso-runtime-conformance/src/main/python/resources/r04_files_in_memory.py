"""Memory that looks like files: /dev/shm and the storage beside the program's own memory, and files without a name."""

import errno
import os

import attack

BLOCK = b"x" * (1 << 20)
FILES = int(attack.PARAMETERS["files"])
NAMELESS = int(attack.PARAMETERS["memfd"])
PIECE = 8  # less than the largest file
OWN = int(attack.PARAMETERS["own"])


def fill(descriptor: int, blocks: int) -> int:
    """Gives how many found room."""
    for block in range(blocks):
        written = 0
        while written < len(BLOCK):
            try:
                written += os.write(descriptor, BLOCK[written:])
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                return block
    return blocks


shared = fill(os.open("/dev/shm/iso-attack", os.O_RDWR | os.O_CREAT), FILES)
stored = fill(os.open("/tmp/iso-attack", os.O_RDWR | os.O_CREAT), FILES - shared)
for _ in range(NAMELESS // PIECE):
    fill(os.memfd_create("iso-attack"), PIECE)
held = [BLOCK + bytes([piece % 256]) for piece in range(OWN)]
print("shared:", shared, "stored:", stored, "own:", len(held))
