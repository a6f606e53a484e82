"""A program with the setuid bit runs with the rights of its owner, wherever the bit counts."""

import os
import stat
import subprocess
import sys

import attack

NOBODY = 65534
# They do nothing but tell their version.
KNOWN = ("/usr/bin/su", "/usr/bin/mount", "/usr/bin/umount", "/usr/bin/fusermount3")
TELLS = b"AT_SECURE:"


def become_ordinary() -> None:
    """Whoever is root already would gain nothing."""
    try:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    except OSError:
        pass


def output(*command: str) -> bytes:
    """The dynamic linker tells with what rights a program runs, unless the program has its owner's."""
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={"LD_SHOW_AUXV": "1", "PATH": "/usr/bin:/bin"},
        preexec_fn=become_ordinary,
    ).stdout


def installed(program: str) -> str:
    if not os.path.exists(program) or not os.stat(program).st_mode & stat.S_ISUID:
        raise attack.Absent("there is none with the bit")
    if TELLS not in output(sys.executable, "-V"):
        raise attack.Absent("the linker does not tell")
    if TELLS in output(program, "--version"):
        raise attack.Denied("the bit did not count")
    return "it ran as its owner"


def copied(program: str) -> str:
    """A copy of id(1) that belongs to the service's user, or to root."""
    if not os.path.exists(program):
        raise RuntimeError("the copy is not shown here")
    effective, real = (
        int(
            subprocess.run(
                [program, *options], stdout=subprocess.PIPE, preexec_fn=become_ordinary, check=True
            ).stdout
        )
        for options in (["-u"], ["-u", "-r"])
    )
    if effective == real:
        raise attack.Denied(f"it ran as user {real}")
    return f"user {real} became {effective}"


for known in KNOWN:
    attack.attempt(known, lambda: installed(known))
if "copy" in attack.PARAMETERS:
    attack.attempt("a copy of id", lambda: copied(attack.PARAMETERS["copy"]))
