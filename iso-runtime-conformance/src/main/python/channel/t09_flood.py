"""Thousands of calls at once, of a tool that takes its time; then the program ends without those that still run."""

from collections import Counter

from iso import set_result

import attack

CALLS, REPLIES = attack.PARAMETERS["calls"], attack.PARAMETERS["replies"]

attack.send_raw(b"".join(attack.call_frame(number, "slow", {}) for number in range(1, CALLS + 1)))
ends = Counter(attack.reply_code(attack.receive_reply()) for _ in range(REPLIES))
set_result({"ends": dict(ends)})
