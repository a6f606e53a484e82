"""Three calls that are under way when the time is up: one blocks its thread, one answers later, one waits its turn."""

from iso import set_result

import attack

for number, tool in enumerate(["blocking", "later", "waiting"], start=1):
    attack.send_frame(6, b'{"id":%d,"tool":"%s","args":{}}' % (number, tool.encode()))
replies = [attack.receive_reply() for _ in range(3)]
set_result({"ends": sorted(f"{reply['id']} {attack.reply_code(reply)}" for reply in replies)})
