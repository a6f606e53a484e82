#!/usr/bin/env bash
# Claim: gVisor accepts CLONE_PARENT and ignores it: what should be a sibling is a child
#
# One would guess that a kernel either honours a flag of clone(2) or refuses it with EINVAL, as gVisor does with those
# that it does not know. CLONE_PARENT is among the flags that it supports, yet the new process has the caller as its
# parent, so getppid() differs, and the caller, not the caller's parent, has to wait for it. A program that makes
# processes for its parent to wait for gets neither them nor an error, and must look at getppid().
#
# Version: gVisor (runsc) 20240729.0 of Debian sid; 20221219.0 of Debian 12 does the same
# Source: https://github.com/google/gvisor/blob/master/pkg/sentry/kernel/task_clone.go (SupportedCloneFlags has it; in
#   Clone, cfg.Parent is the caller unless CLONE_THREAD is set)
# Seen:
#   Linux: the parent is the caller's parent, the caller has no child
#   gVisor: the parent is the caller, the caller has a child

source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

needs_root
needs perl
debian sid "$work/tools" runsc=0.0~20240729.0-7+b1
cat >"$work/sibling.pl" <<'PERL'
my $caller = $$;
pipe(my $out, my $in);
my $new = syscall(56, 0x8000 | 17, 0, 0, 0, 0); # clone(CLONE_PARENT | SIGCHLD) on x86-64
if ($new == 0) { syswrite($in, getppid()); syscall(231, 0) } # exit_group: perl's own state is the caller's
close($in);
my $parent = <$out>;
print "the parent is ", $parent == $caller ? "the caller" : $parent == getppid() ? "the caller's parent" : $parent;
print ", the caller has ", waitpid($new, 0) == $new ? "a" : "no", " child\n";
PERL
{
  printf 'Linux: '
  perl "$work/sibling.pl"
  printf 'gVisor: '
  "$work/tools/usr/bin/runsc" --platform=systrap --network=none --ignore-cgroups --root "$work/state" \
    do perl "$work/sibling.pl" | cat # gVisor writes to a regular file at an offset of its own
} >"$work/now"
compare
