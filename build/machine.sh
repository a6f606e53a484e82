# What ./check needs of a machine: packages, an ordinary user, JDKs. Sourced, not run; needs jdk.sh and engine.sh.
#
#   machine_prepare   installs what is missing, and sets python, jdk, jdk17 and gates; ends the check if it can't go on
#   machine_restore   removes the user and ends the engine that the check brought; packages stay

python=/usr/bin/python3 # the distribution's: formatter, type checker and the libraries of the tests belong to it
[[ -x $python ]] || python=python3
left_out=() # gates that this machine can't have, with the reason
must_work=${ISO_MUST_WORK:-} # the caller's; the tests get their own

stop() {
  echo "check: $*" >&2
  exit 1
}

machine_prepare() {
  if $docker; then
    [[ $(id -u) -eq 0 ]] || stop "it installs packages and creates namespaces as root." \
      "Run it as root, or run ./check --no-docker as yourself."
    export ISO_MUST_WORK=1
    machine_install
    $fix || machine_user
    engine_export
  else
    export ISO_NO_DOCKER=1
    $fix || [[ $lane == quick ]] ||
      echo "skipping the tests that need root or a container engine; they are counted as skipped below"
  fi
  machine_jdks
}

machine_restore() {
  engine_stop
  [[ -z $created_user ]] || userdel "$created_user"
}

machine_install() {
  local packages=()
  command -v mvn >/dev/null || packages+=(maven)
  [[ -x /usr/bin/python3 ]] || packages+=(python3)
  "$python" -c 'import numpy, pandas, matplotlib' 2>/dev/null ||
    packages+=(python3-numpy python3-pandas python3-matplotlib)
  command -v black >/dev/null || packages+=(black)
  command -v mypy >/dev/null || packages+=(mypy)
  command -v setpriv >/dev/null && command -v unshare >/dev/null || packages+=(util-linux)
  command -v useradd >/dev/null || packages+=(passwd)
  command -v openssl >/dev/null || packages+=(openssl) # certificates for the test of a remote engine
  if [[ -z ${ISO_JDK17:-} ]] && ! find_jdk 17 17 >/dev/null &&
    apt-cache show openjdk-17-jdk-headless >/dev/null 2>&1; then
    packages+=(openjdk-17-jdk-headless)
  fi
  $fix || mapfile -t -O "${#packages[@]}" packages < <(engine_packages)
  ((${#packages[@]})) || return 0
  apt_install "${packages[@]}" || stop "it can't go on without them."
  python=/usr/bin/python3
}

created_user='' # which machine_restore removes

# The tests become this user to show what an ordinary one may do: own group, no other, no shell.
machine_user() {
  export ISO_TEST_USER=iso-test
  ! id $ISO_TEST_USER >/dev/null 2>&1 || return 0
  useradd --system --user-group --no-create-home --shell /usr/sbin/nologin $ISO_TEST_USER ||
    stop "the user iso-test could not be created. Create it: useradd --system --user-group iso-test"
  created_user=$ISO_TEST_USER
}

# jdk builds everything and runs the tests, jdk17 runs them a second time. One JDK may be both.
machine_jdks() {
  jdk17=${ISO_JDK17:-$(find_jdk 17 17)} || jdk17=''
  jdk=${ISO_JDK25:-$(find_jdk 21)} || jdk=$jdk17
  [[ -n $jdk ]] || stop "no JDK 17 or newer was found. Install openjdk-17-jdk-headless, or set ISO_JDK17 to one's home."
  jdk_version "$jdk" >/dev/null || stop "$jdk is no JDK: it has no bin/javac or no release file."
  [[ -z $jdk17 ]] || jdk_version "$jdk17" >/dev/null || stop "$jdk17 is no JDK: it has no bin/javac or no release file."
  gates=true
  if (($(jdk_version "$jdk") < 21)); then
    gates=false
    leave_out "Java format, compiler warnings, Error Prone, NullAway, Javadoc, source jars" "they need a JDK 21 or newer" 21
  fi
  if [[ -z $jdk17 ]]; then
    jdk17=$jdk
    leave_out "the tests on JDK 17" "there is none here, and the distribution has none" 17 17
  fi
}

# leave_out WHAT WHY MIN [MAX]: names a gate that can't be had; one for which there is a JDK may not be missing.
leave_out() {
  left_out+=("$1: $2")
  [[ $must_work == 1 ]] || return 0
  find_jdk "${@:3}" >/dev/null && stop "ISO_MUST_WORK is set, and this machine has a JDK for what was left out: $1."
  return 0
}
