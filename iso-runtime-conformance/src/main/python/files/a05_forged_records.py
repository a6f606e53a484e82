"""Files named as the supervisor's own records, where they could replace them or be taken for them."""

import json
import os

import attack

FORGED = json.dumps({"id": "forged", "status": "completed", "result": "forged"})


def forge(path: str) -> str:
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w") as file:
        file.write(FORGED)
    return "written"


for name in attack.PARAMETERS["names"]:
    forge(name)
    try:
        forge("../" + name)
    except OSError:
        pass  # nothing there comes back, whether it can be written or not
