# What findings share: a temporary folder, pinned packages, and the comparison with what was seen. Sourced, not run.
# A finding ends with 0 if it holds, 1 if the behaviour changed, and 2 if it could not run here.

set -euo pipefail
export LC_ALL=C.UTF-8

could_not_run() {
  echo "could not run: $*" >&2
  exit 2
}

set -E # only compare may say that the behaviour changed: whatever else fails is no answer
trap 'could_not_run "line $LINENO of ${BASH_SOURCE[0]##*/} failed"' ERR

work=$(mktemp -d "${TMPDIR:-/tmp}/iso-finding.XXXXXX")
trap 'rm -rf -- "$work"' EXIT

needs() {
  local tool
  for tool; do
    command -v "$tool" >/dev/null || could_not_run "needs $tool"
  done
}

needs_root() { [[ $(id -u) -eq 0 ]] || could_not_run "needs root"; }

# debian SUITE FOLDER NAME[=VERSION]...: unpacks packages of a suite without installing them. The host's own apt
# sources say where Debian's archive is; they stay as they are. The suite's list of packages is kept for the day.
debian() {
  local suite=$1 folder=$2 cache apt archive package
  shift 2
  needs apt-get dpkg-deb
  cache=${TMPDIR:-/tmp}/iso-findings-cache-$(id -u)
  mkdir -p -m 700 "$cache"
  [[ -O $cache && ! -L $cache ]] || could_not_run "$cache is somebody else's"
  apt=$cache/$suite-$(date +%F)
  if [[ ! -e $apt/updated ]]; then
    archive=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | sort -u)
    [[ -n $archive ]] || could_not_run "apt knows no archive of Debian"
    mkdir -p "$apt"/{lists/partial,cache/archives/partial,parts}
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${archive%%$'\n'*} $suite main" \
      >"$apt/sources.list"
    touch "$apt/status"
    cat >"$apt/apt.conf" <<CONF
Dir::State "$apt";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "$apt/parts";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Check-Valid-Until "false"; // stored copies of sid are past their date
CONF
    APT_CONFIG=$apt/apt.conf apt-get -qq update >&2 || could_not_run "Debian's archive did not answer"
    touch "$apt/updated"
  fi
  mkdir -p "$folder" "$work/packages"
  (cd "$work/packages" && APT_CONFIG=$apt/apt.conf apt-get -qq download "$@" >&2) ||
    could_not_run "$suite lacks one of: $*"
  for package in "$work/packages"/*.deb; do
    dpkg-deb -x "$package" "$folder"
  done
  rm -- "$work/packages"/*.deb
}

# classpath GROUP:ARTIFACT:VERSION[!]...: prints the class path of artifacts of Maven Central; with ! an artifact
# comes without its dependencies.
classpath() {
  local coordinate group artifact version pom=$work/pom.xml
  needs mvn java
  {
    echo '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
    echo '<groupId>finding</groupId><artifactId>finding</artifactId><version>1</version><packaging>pom</packaging>'
    echo '<dependencies>'
    for coordinate; do
      IFS=: read -r group artifact version <<<"${coordinate%!}"
      echo "<dependency><groupId>$group</groupId><artifactId>$artifact</artifactId><version>$version</version>"
      [[ $coordinate != *! ]] ||
        echo '<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>'
      echo '</dependency>'
    done
    echo '</dependencies></project>'
  } >"$pom"
  mvn -B -q -f "$pom" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath \
    -Dmdep.outputFile="$work/classpath" >&2 || could_not_run "Maven could not resolve: $*"
  cat "$work/classpath"
}

# compare: prints what a finding wrote to $work/now, and compares it with the lines below "Seen:" in its own comment.
compare() {
  sed -n '/^# Seen:/,/^$/s/^#   //p' "$0" >"$work/seen"
  cat "$work/now"
  diff --label seen --label now -u "$work/seen" "$work/now" >&2 || {
    echo "the behaviour changed" >&2
    exit 1
  }
}
