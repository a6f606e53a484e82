"""Leaves a small artifact and one that is larger than the disk for which it is meant; either may be sent first."""

with open("a-small", "w") as file:
    file.write("small")
with open("b-large", "wb") as file:
    file.write(bytes(4 << 20))
print("written", flush=True)
