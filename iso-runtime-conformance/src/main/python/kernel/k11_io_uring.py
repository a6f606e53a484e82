"""io_uring does by its own ring what a filter of system calls would have to see."""

import attack

attack.calls("io_uring_setup", "io_uring_enter", "io_uring_register")
