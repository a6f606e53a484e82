# Finding a JDK, for ./iso and ./check. Sourced, not run.

# The release of the JDK in a directory (17.0.15), read from its release file: starting a JVM to ask would cost as much
# as the whole of a short run. Nothing when it is no JDK.
jdk_release() {
  [[ -x $1/bin/javac && -r $1/release ]] || return 1
  local key value
  while IFS='="' read -r key value; do
    [[ $key == JAVA_VERSION ]] && printf '%s' "${value//\"/}" && return 0
  done <"$1/release"
  return 1
}

# Its feature version (17).
jdk_version() {
  local release
  release=$(jdk_release "$1") && printf '%s' "${release%%[.+-]*}"
}

# find_jdk MIN [MAX]: prints the home of the first JDK whose feature version lies between the two.
# JAVA_HOME goes first, then the one on PATH, then those of the distribution.
find_jdk() {
  local min=$1 max=${2:-999} on_path version home
  on_path=$(readlink -f -- "$(command -v javac 2>/dev/null)" 2>/dev/null || true)
  for home in "${JAVA_HOME:-}" "${on_path%/bin/javac}" /usr/lib/jvm/*; do
    [[ -n $home ]] || continue
    version=$(jdk_version "$home") || continue
    if ((version >= min && version <= max)); then
      printf '%s' "$home"
      return 0
    fi
  done
  return 1
}
