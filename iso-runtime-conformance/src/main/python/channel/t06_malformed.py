"""Tool calls that are not acceptable JSON, each with an id so that it can be answered: none may reach the tool."""

from iso import set_result

import attack

ECHO = b'"tool":"echo","args":'

CALLS = {
    "no JSON": b"hello",
    "cut off": ECHO + b'{"value":',
    "followed by more": ECHO + b'{"value":1}}{}',
    "single quotes": ECHO + b"{'value':1}}",
    "a comment": ECHO + b'{"value":1 /* one */}}',
    "a key twice": ECHO + b'{"value":1,"value":2}}',
    "a key twice, far in": ECHO + b'{"value":{"a":1,"a":2}}}',
    "the tool twice": b'"tool":"echo",' + ECHO + b'{"value":1}}',
    "the id twice": b'"id":1,' + ECHO + b'{"value":1}}',
    "1e9999": ECHO + b'{"value":1e9999}}',
    "-1e9999": ECHO + b'{"value":-1e9999}}',
    "NaN": ECHO + b'{"value":NaN}}',
    "Infinity": ECHO + b'{"value":Infinity}}',
    "a million digits": ECHO + b'{"value":' + b"9" * 1_000_000 + b"}}",
    "a NUL in text": ECHO + b'{"value":"\0"}}',
    "a NUL in the name": b'"tool":"echo\0","args":{"value":1}}',
    "a NUL between": ECHO + b'\0{"value":1}}',
    "no UTF-8": ECHO + b'{"value":"\xff\xfe"}}',
    "UTF-8 too long": ECHO + b'{"value":"\xc0\x80"}}',
    "a million parts": ECHO + b'{"value":[' + b"{}," * 1_000_000 + b"{}]}}",
    "no arguments": b'"tool":"echo"}',
    "arguments in a list": ECHO + b"[1]}",
    "a name that is a number": b'"tool":1,"args":{"value":1}}',
    "something beside": b'"also":1,' + ECHO + b'{"value":1}}',
}
FINE = {
    "a number": ECHO + b'{"value":1}}',
    "a NUL, escaped": ECHO + b'{"value":"\\u0000"}}',
}

ends: dict[str, str] = {}
messages: list[str] = []
for number, (name, rest) in enumerate({**CALLS, **FINE}.items(), start=1):
    attack.send_frame(6, b'{"id":%d,' % number + rest)
    reply = attack.receive_reply()
    ends[name] = attack.reply_code(reply)
    if "error" in reply:
        messages.append(reply["error"]["message"])
    if reply["id"] != number:
        ends[name] = f"a reply to {reply['id']}"

set_result(
    {
        "wrong": {name: ends[name] for name in CALLS},
        "fine": {name: ends[name] for name in FINE},
        "messages": messages,
    }
)
