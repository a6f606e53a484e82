"""The clock and the names of the host."""

import attack

attack.calls(
    "clock_settime", "settimeofday", "adjtimex", "clock_adjtime", "sethostname", "setdomainname"
)
