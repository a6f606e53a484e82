"""Leaves many artifacts, so that collecting them takes a while in which something can happen."""

for number in range(900):
    with open(f"artifact-{number:04}", "wb") as file:
        file.write(bytes(8 << 10))
print("written", flush=True)
