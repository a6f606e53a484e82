"""The kernel's keyrings: kept for a user id, hence shared with whoever has the same one, and counted for it."""

import attack

attack.calls("keyctl", "add_key", "request_key")
