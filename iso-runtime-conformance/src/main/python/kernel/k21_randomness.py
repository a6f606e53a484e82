"""What is random must not be the same in another sandbox, for all that both have in common before.

The hash seed is not asked for: an interpreter has it from its start, so forks of one template share it, as its docs say.
"""

import importlib.util
import os
import random
import secrets
import tempfile
import uuid

import attack


def tell(name: str, value: object) -> None:
    print(f"@random {name}={value}", flush=True)


tell("random", random.getrandbits(64))
tell("SystemRandom", random.SystemRandom().getrandbits(64))
tell("secrets", secrets.token_hex(8))
tell("urandom", os.urandom(8).hex())
tell("uuid4", uuid.uuid4())
tell("uuid1", uuid.uuid1())
descriptor, path = tempfile.mkstemp(dir=".")
os.close(descriptor)
os.unlink(path)
tell("tempfile", os.path.basename(path))
if importlib.util.find_spec("numpy"):
    import numpy

    tell("numpy.random", numpy.random.randint(1 << 62))
tell("seeded", random.Random(attack.PARAMETERS["seed"]).getrandbits(64))
