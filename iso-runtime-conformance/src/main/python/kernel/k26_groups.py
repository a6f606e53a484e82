"""The supplementary groups of the service's user, which open files to him that the program's own ids do not.

One that the user namespace has no name for is shown as 65534, and opens them all the same.
"""

import os

import attack


def groups() -> str:
    if not attack.PROTECTED and os.geteuid() == 0:
        os.setgroups([12345])  # as a service may have one
    held = [group for group in os.getgroups() if group != os.getgid()]
    if not held and not attack.PROTECTED:
        raise attack.Absent("this user has no supplementary group")
    return f"groups {held}" if held else ""


attack.attempt("groups", groups)
