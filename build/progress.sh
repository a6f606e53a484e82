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

# Reads to the end of the output, so that nothing stays behind in the background when the whole is interrupted.
watch_output() {
  local log=$1 started=$2 said=$SECONDS line='' next status
  while
    status=0
    IFS= read -r -t 10 next || status=$? # above 128: nothing came in time
    ((status == 0 || status > 128)) || [[ -n $next ]]
  do
    [[ -z $next ]] || line=$next
    if ((status == 0)); then printf '%s\n' "$next"; else printf '%s' "$next"; fi >>"$log"
    if ((SECONDS - said >= 10)); then
      said=$SECONDS
      echo "  … $((said - started)) s: ${line:0:100}"
    fi
  done
}
