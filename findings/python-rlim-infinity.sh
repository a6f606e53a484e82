#!/usr/bin/env bash
# Claim: Python 3.15 says 2^64-1 for "no limit" where 3.14 says -1: the constant RLIM_INFINITY itself changed
#
# One would guess that the value of a constant is settled, and that "no limit" is -1, which it always was in Python on
# Linux. Since 3.15 it is 2^64-1. Comparing with resource.RLIM_INFINITY is right in both; what compares with -1, or
# sends the number to a reader with signed 64-bit integers such as Java's long, breaks. min() of a limit and "no
# limit", which sandboxes use to lower limits, was wrong before and is right now.
#
# Version: python3.14 3.14.10 and python3.15 3.15.2 of Debian sid
# Source: https://github.com/python/cpython/issues/137044, changed by https://github.com/python/cpython/pull/137511;
#   the same surprise in psutil: https://github.com/giampaolo/psutil/pull/2871
# Seen:
#   3.14: RLIM_INFINITY is -1, min(1 GiB, no limit) is -1
#   3.15: RLIM_INFINITY is 18446744073709551615, min(1 GiB, no limit) is 1073741824

source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

debian sid "$work/root" libc6 python3.14-minimal=3.14.10-1 libpython3.14-minimal libpython3.14-stdlib \
  python3.15-minimal=3.15.2-1 libpython3.15-minimal libpython3.15-stdlib libexpat1 zlib1g
libraries=$work/root/usr/lib/x86_64-linux-gnu
for version in 3.14 3.15; do
  "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" "$work/root/usr/bin/python$version" -I -S -c '
import resource, sys
print(f"3.{sys.version_info[1]}: RLIM_INFINITY is {resource.RLIM_INFINITY},", end=" ")
print(f"min(1 GiB, no limit) is {min(1 << 30, resource.RLIM_INFINITY)}")'
done >"$work/now"
compare
