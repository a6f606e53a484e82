"""More files than the embedder wants."""

import attack

for number in range(attack.PARAMETERS["files"]):
    with open(f"{number:03}.txt", "w") as file:
        file.write("x" * attack.PARAMETERS["size"])
