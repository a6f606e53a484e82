"""Tool calls whose id was used before, which a tool with an effect must not see twice.

All are written at once, so that the second comes while the first may still be running.
"""

from iso import set_result

import attack

IDS = [7, 7, 3, 8]  # 3 was never used, but comes after 7: ids grow

attack.send_raw(b"".join(attack.call_frame(number, "count", {}) for number in IDS))
replies = [attack.receive_reply() for _ in IDS]
set_result(
    {"ends": sorted(f"{reply['id']} {attack.reply_code(reply)}" for reply in replies)},
)
