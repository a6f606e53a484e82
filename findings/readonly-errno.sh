#!/usr/bin/env bash
# Claim: on a read-only mount, deleting what is not there fails with EROFS, yet creating what is there with EEXIST
#
# One would guess that Linux looks first whether a name exists and then whether the mount may be written, or the other
# way round. It does one for creation and the other for removal: mkdir, symlink and open with O_EXCL of a name that is
# there say EEXIST, while unlink, rmdir and rename of a name that is not there say EROFS. So in a sandbox with
# read-only directories mkdir(exist_ok=True) is harmless, and unlink(missing_ok=True), the usual way to clean up,
# raises.
#
# Version: any Linux; seen on 6.18
# Source: https://github.com/torvalds/linux/blob/v6.6/fs/namei.c: filename_create ("don't fail immediately if it's r/o,
#   at least try to report other errors") against do_unlinkat and do_rmdir, which call mnt_want_write before the look-up
# Seen:
#   mkdir(exist_ok=True) of what is there: done
#   symlink to a name that is there: EEXIST
#   unlink(missing_ok=True) of what is not there: EROFS
#   rmdir of what is not there: EROFS
#   rename of what is not there: EROFS
#   chmod of what is not there: ENOENT

source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

needs unshare python3
unshare --user --map-root-user --mount true 2>/dev/null || could_not_run "this host allows no user namespaces"
cat >"$work/errors.py" <<'PYTHON'
import errno
import os
import pathlib
import sys

there, absent = pathlib.Path(sys.argv[1], "there"), pathlib.Path(sys.argv[1], "absent")
for name, action in (
    ("mkdir(exist_ok=True) of what is there", lambda: there.mkdir(exist_ok=True)),
    ("symlink to a name that is there", lambda: os.symlink("anywhere", there)),
    ("unlink(missing_ok=True) of what is not there", lambda: absent.unlink(missing_ok=True)),
    ("rmdir of what is not there", lambda: absent.rmdir()),
    ("rename of what is not there", lambda: absent.rename(f"{absent}2")),
    ("chmod of what is not there", lambda: absent.chmod(0o600)),
):
    try:
        action()
        print(f"{name}: done")
    except OSError as error:
        print(f"{name}: {errno.errorcode[error.errno or 0]}")
PYTHON
mkdir "$work/mount"
unshare --user --map-root-user --mount bash -euc '
  mount -t tmpfs tmpfs "$0/mount"
  mkdir "$0/mount/there"
  mount -o remount,bind,ro "$0/mount"
  python3 -I "$0/errors.py" "$0/mount"' "$work" >"$work/now"
compare
