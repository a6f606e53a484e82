# The phases of ./check: one function each. Sourced, not run; the variables are those of check, machine.sh and changes.sh.

supervisor=iso-runtime-supervisor
toolhost=iso-runtime-toolhost
image=iso-runtime-docker/src/main/docker
corpus=iso-runtime-conformance/src/main/python

# ---- running them --------------------------------------------------------------------------------------------------

failed_phases=()

# phase NAME COMMAND...: runs it, and keeps name, seconds and status for the totals.
phase() {
  local name=$1 started=$SECONDS status=0 word=ok
  shift
  printf '\n==== %s\n' "$name"
  "$@" || status=$?
  if ((status != 0)); then
    word=FAILED
    failed_phases+=("$name")
  fi
  echo "==== $name: $word, $((SECONDS - started)) s"
  printf '%s\t%s\t%s\n' "$((SECONDS - started))" "$word" "$name" >>"$tmp/phases"
}

# The closing lines; ends the check.
close() {
  local gate
  echo
  for gate in ${left_out[@]+"${left_out[@]}"}; do echo "left out: $gate"; done
  printf '%s\t%s\n' "$lane" "$SECONDS" >"$tmp/lane"
  "$python" build/totals.py "$tmp" ${failed_phases[@]+"${failed_phases[@]}"}
  exit
}

# Maven's JVM lives for minutes: with the first compiler and the serial collector a build takes half the CPU time.
mvn_new() {
  local options='-XX:TieredStopAtLevel=1 -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED'
  (($(jdk_version "$jdk") < 24)) || options+=" --sun-misc-unsafe-memory-access=allow" # Maven's own libraries use it
  JAVA_HOME=$jdk MAVEN_OPTS="${MAVEN_OPTS:-} $options" ./mvnw -B -ntp -Dstyle.color=never -Diso.soak=$soak "$@" </dev/null
}

# ---- Python --------------------------------------------------------------------------------------------------------

python_dirs() {
  local dir
  for dir in $supervisor/src/{main,test}/python $toolhost/src/{main,test}/python $corpus $image examples build; do
    if [[ -n $(find "$dir" -name '*.py' -print -quit 2>/dev/null) ]]; then echo "$dir"; fi
  done
}

python_format() { python_dirs | xargs "$python" -m black -q "$@"; }

mypy() { "$python" -m mypy --cache-dir "$tmp/mypy" --no-error-summary "$@"; }

# One run for what runs in the sandbox and its tests; each example is a program of its own, and so is the image's.
python_types() {
  local status=0 example
  mypy $supervisor/src/{main,test}/python || status=1
  MYPYPATH=$toolhost/src/main/python:$toolhost/src/test/python mypy $toolhost/src/{main,test}/python || status=1
  MYPYPATH=build mypy build/*.py || status=1
  mypy $image || status=1
  MYPYPATH=$corpus mypy $corpus || status=1
  while IFS= read -r example; do
    mypy "$example" || status=1
  done < <(find examples -name '*.py' -not -path '*/target/*')
  return $status
}

# python_tests [MODULE]...: the unit tests of these modules, or of all.
python_tests() {
  local module status=0
  (($#)) || set -- $supervisor $toolhost build
  for module in "$@"; do
    local sources=$module/src/main/python tests=$module/src/test/python
    [[ $module != build ]] || sources=build tests=build
    PYTHONPATH=$sources "$python" -W error::ResourceWarning -m unittest discover -v -s "$tests" 2>&1 |
      tee -a "$tmp/unittest"
    ((PIPESTATUS[0] == 0)) || status=1
  done
  return $status
}

# ---- Java ----------------------------------------------------------------------------------------------------------

java_format() { mvn_new -q -pl '!iso-runtime-bom' "spotless:$1"; }

# Maven goes on after a failed test, so the reports tell whether one failed.
no_failure() {
  local failed
  failed=$(grep -lE '<testsuite [^>]*(errors|failures)="[1-9]' ./*/target/"$1"/TEST-*.xml 2>/dev/null) || return 0
  printf 'failures in %s\n' $failed
  return 1
}

# Cleans first: classes that ./iso compiled would be taken as they are, past the static analysis. Two modules at a time:
# tests of sandboxes wait more than they compute.
build_and_test() {
  mvn_new -T 2 clean deploy -fae -Dspotless.check.skip -Dmaven.test.failure.ignore -DexcludedGroups=engines,long \
    -Dmaven.install.skip=true "-DaltDeploymentRepository=check::file://$tmp/repository" && no_failure surefire-reports
}

# tests_of LANE: those that bear its name as a tag, on what was built; a lane by itself builds, without the gates.
tests_of() {
  local modules=2 goals=(test)
  [[ $lane == all ]] || goals=(clean test)
  # What looks for rare failures, or starts many JVMs itself, had better run alone.
  [[ $1 != long ]] || modules=1
  mvn_new -T $modules "${goals[@]}" -fae -P '!gates' -Dmaven.test.failure.ignore "-Dgroups=$1" \
    "-Diso.reports=surefire-reports-$1" && no_failure "surefire-reports-$1"
}

# The very classes that were just built, on the oldest JDK that must run them: all unit tests, the command, and one
# contract of each back-end. Tests that say nothing about the JDK have the tag `once` or that of a lane.
test_on_17() {
  mvn_new -T 2 test -fae -P '!gates' -Dmaven.test.failure.ignore -DexcludedGroups=once,engines,long \
    -Djvm="$jdk17/bin/java" -Diso.reports=surefire-reports-17 && no_failure surefire-reports-17
}

# What an embedder sees: a project that knows only the published artifacts, on the class path and on the module path.
embedder() {
  local java=$jdk17/bin/java target=embedder/target usual=$HOME/.m2/repository
  # A local repository of its own, without our artifacts: another run's snapshots must not mix in, nor ours stay behind.
  mkdir -p "$usual" && { cp -al "$usual" "$tmp/m2" 2>/dev/null || { rm -rf "$tmp/m2" && cp -a "$usual" "$tmp/m2"; }; } ||
    return 1
  rm -rf "$tmp/m2/io/isoruntime"
  mvn_new -f embedder/pom.xml clean verify "-Diso.repository=file://$tmp/repository" "-Dmaven.repo.local=$tmp/m2" \
    -Djvm="$java" \
    "-DskipTests=$($docker && echo false || echo true)" || return 1
  if ! $docker; then
    echo "skipped: its test and its program require every control, which takes root"
    return 0
  fi
  echo "on the class path:"
  "$java" -cp "$target/classes:$target/lib/*" embedder.Main || return 1
  echo "on the module path:"
  mapfile -t sources < <(find embedder/src/main/java embedder/src/module/java -name '*.java')
  "$jdk17/bin/javac" -Xlint:-options -d "$target/module" -p "$target/lib" "${sources[@]}" || return 1
  "$java" -p "$target/module:$target/lib" -m embedder/embedder.Main
}

# ./iso as a newcomer meets it: a copy of the sources, JDK 17 and nothing built.
fresh_clone() {
  local copy=$tmp/clone waived=()
  # An ordinary user has no cgroup of its own and one user id.
  $docker || waived=(--allow-degraded={memory,pids,cpu,distinct-uid,supplementary-groups})
  mkdir "$copy"
  sources | tar -c -f - --verbatim-files-from -T - | tar -x -C "$copy" -f - || return 1
  (
    export JAVA_HOME=$jdk17
    cd "$copy" || exit 1
    printf 'print("hello")\n' >hello.py
    ./iso run "${waived[@]}" --json --workspace first hello.py >first.json 2>first.err </dev/null || {
      cat first.err
      exit 1
    }
    grep -q 'ISO Runtime API \[1/' first.err || { echo "./iso did not say what it was building" && exit 1; }
    ./iso run "${waived[@]}" --json --workspace second hello.py >second.json 2>second.err </dev/null || exit 1
    grep -q '^iso: ' second.err && echo "./iso was not silent the second time" && exit 1
    "$python" - first.json second.json <<'PYTHON'
import json
import sys

for name in sys.argv[1:]:
    result = json.load(open(name))
    assert (result["status"], result["stdout"]) == ("completed", "hello\n"), result
PYTHON
  )
}

# ---- what is left on the machine -----------------------------------------------------------------------------------

# leftovers before|after: the tests may leave nothing but what was there before.
leftovers() { "$python" build/leftovers.py "$1" "$tmp/leftovers"; }

# ---- while you work ------------------------------------------------------------------------------------------------

quick_format() {
  local files='' file status=0
  ((${#changed_python[@]} == 0)) || "$python" -m black -q --check --diff "${changed_python[@]}" || status=1
  for file in "${changed_files[@]}"; do
    [[ $file != *.java ]] || files+="${files:+,}.*/$file"
  done
  if [[ -n $files ]] && $gates; then
    mvn_new -q spotless:check "-DspotlessFiles=$files" -pl "$(IFS=, && echo "${changed_modules[*]}")" || status=1
  fi
  return $status
}

quick_types() { ((${#changed_python[@]} == 0)) || python_types; }

quick_python() {
  local module modules=()
  for module in $supervisor $toolhost build; do
    [[ " ${changed_python[*]} " != *" $module/"* ]] || modules+=("$module")
  done
  ((${#modules[@]} == 0)) || python_tests "${modules[@]}"
}

# Without the gates, which take longer than all else. The plain lane has them.
quick_java() {
  rm -rf ./*/target/surefire-reports*
  mvn_new -T 2 test -P '!gates' -fae -Dmaven.test.failure.ignore -DexcludedGroups=host,once,engines,long \
    -Diso.reports=surefire-reports-quick -pl "$(IFS=, && echo "${changed_modules[*]}")" -am -amd &&
    no_failure surefire-reports-quick
}
