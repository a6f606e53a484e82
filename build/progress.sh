# Long steps that say how far they are, for ./check and the scripts beside this one. Sourced, not run.

# with_progress NAME COMMAND...: runs it, prints every ten seconds what it said last, and in the end how long it took.
# The whole of what it said is shown only when it failed.
with_progress() {
  local name=$1 started=$SECONDS log status
  shift
  log=$(mktemp "${TMPDIR:-/tmp}/iso-step.XXXXXX") || return 1
  echo "$name …"
  "$@" 2>&1 </dev/null | watch_output "$log" "$started"
  status=${PIPESTATUS[0]}
  if ((status == 0)); then
    echo "$name: $((SECONDS - started)) s"
  else
    echo "$name: failed after $((SECONDS - started)) s" >&2
    tail -n 40 "$log" >&2
  fi
  rm -f "$log"
  return "$status"
}

# watch_output LOG STARTED [STEP]: a line that matches the regular expression STEP is said at once, by its groups.
# Reads to the end of the output, so that nothing stays behind in the background when the whole is interrupted.
watch_output() {
  local log=$1 started=$2 step=${3:-} said=$SECONDS line='' next status
  while
    status=0
    IFS= read -r -t 10 next || status=$? # above 128: nothing came in time
    ((status == 0 || status > 128)) || [[ -n $next ]]
  do
    [[ $next != *[[:lower:]]* ]] || line=$next # no ruler, no empty line
    if ((status == 0)); then printf '%s\n' "$next"; else printf '%s' "$next"; fi >>"$log"
    if [[ -n $step && $next =~ $step ]]; then
      said=$SECONDS
      echo "  … $((said - started)) s: ${BASH_REMATCH[*]:1}"
    elif ((SECONDS - said >= 10)); then
      said=$SECONDS
      echo "  … $((said - started)) s: ${line:0:100}"
    fi
  done
}

# in_group COMMAND...: runs it in a process group of its own. A signal that ends this script ends the whole group first,
# which would go on otherwise.
in_group() {
  local group status=0
  set -m # gives a background job its group
  ("$@") </dev/null &
  group=$!
  set +m
  trap "end_group $group; exit 129" HUP
  trap "end_group $group; exit 130" INT
  trap "end_group $group; exit 143" TERM
  wait "$group" || status=$?
  trap - HUP INT TERM
  return "$status"
}

# Returns when nothing of it is left.
end_group() {
  local tenths
  kill -TERM -- "-$1" 2>/dev/null || return 0
  for ((tenths = 0; tenths < 100; tenths++)); do
    kill -0 -- "-$1" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -KILL -- "-$1" 2>/dev/null || true
}
