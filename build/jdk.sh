# Finding a JDK, for ./iso and ./check. Sourced, not run.

# The feature version of the JDK in a directory, read from its release file: starting a JVM to ask would cost
# as much as the whole of a short run. Nothing when it is no JDK.
jdk_version() {
  [[ -x $1/bin/javac && -r $1/release ]] || return 1
  local version
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  [[ -n $version ]] && printf '%s' "$version"
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
