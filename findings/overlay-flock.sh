#!/usr/bin/env bash
# Claim: an exclusive flock through a read-only overlay does not lock the file below, although both show one inode
#
# One would guess that a file shown by a read-only overlay is the same file: with all layers on one file system it has
# the device of the overlay but the inode number and the content of the file below, and nothing can be copied up. But
# locks are kept by the overlay's own inode. Whoever locks the file through the overlay and whoever locks it below do
# not meet, neither by flock nor by fcntl. So a database that is shown to a container in this way is not protected
# against a writer on the host; and a sandbox cannot lock out the host.
#
# Version: any Linux; seen on 6.18; overlays in user namespaces are there since 5.11
# Source: https://github.com/torvalds/linux/blob/v6.6/fs/overlayfs/file.c (ovl_file_operations has neither .lock nor
#   .flock, so nothing passes a lock on to the file below)
# Seen:
#   same inode number: True
#   flock: through the overlay taken, below taken as well
#   fcntl: through the overlay taken, below taken as well
#   flock: through a bind mount taken, below BlockingIOError

source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

needs unshare python3
unshare --user --map-root-user --mount true 2>/dev/null || could_not_run "this host allows no user namespaces"
cat >"$work/locks.py" <<'PYTHON'
import fcntl
import os
import sys

work = sys.argv[1]


def second(shown: str, lock) -> str:
    """Locks the file as it is shown, and then, by a process of its own, the file below."""
    with open(f"{work}/{shown}/data", "rb+" if shown == "bind" else "rb") as first:
        lock(first, (fcntl.LOCK_SH if lock is fcntl.lockf else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        out, into = os.pipe()
        if os.fork() == 0:
            try:
                with open(f"{work}/below/data", "rb+") as file:
                    lock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.write(into, b"taken as well")
            except OSError as error:
                os.write(into, type(error).__name__.encode())
            os._exit(0)
        os.wait()
        return os.read(out, 100).decode()


same = os.stat(f"{work}/overlay/data").st_ino == os.stat(f"{work}/below/data").st_ino
print("same inode number:", same)
print("flock: through the overlay taken, below", second("overlay", fcntl.flock))
print("fcntl: through the overlay taken, below", second("overlay", fcntl.lockf))
print("flock: through a bind mount taken, below", second("bind", fcntl.flock))
PYTHON
mkdir "$work"/{below,nothing,overlay,bind}
echo data >"$work/below/data"
unshare --user --map-root-user --mount bash -euc '
  mount -t overlay -o "ro,lowerdir=$0/below:$0/nothing" overlay "$0/overlay" || exit 2
  mount --bind "$0/below" "$0/bind"
  python3 -I "$0/locks.py" "$0"' "$work" >"$work/now"
compare
