#!/usr/bin/env bash
# A real container engine and the images that tests need, for ./check, which sources this file. Run by itself as root,
# it brings up the same and leaves it running, for single tests.
#
#   DOCKER_HOST          an engine that runs already, instead of the one at /var/run/docker.sock
#   ISO_TEST_ENGINE_DIR  a directory for an engine of its own, with its data and socket there, beside any other engine
#
# An engine that runs already is used as it is. Only an engine that was started here is stopped, by engine_stop.

engine_root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
source "$engine_root/build/progress.sh"

engine_base_image=iso-base:slim
engine_test_image=py-code-exec:latest
engine_dind_image=iso-dind-host:latest

# gVisor's runtime as the engine's configuration has it. ptrace works where there is no KVM.
engine_runsc='{"path": "/usr/bin/runsc", "runtimeArgs": ["--platform=ptrace", "--network=none", "--ignore-cgroups"]}'

if [[ -n ${ISO_TEST_ENGINE_DIR:-} ]]; then
  mkdir -p "$ISO_TEST_ENGINE_DIR" && engine_dir=$(cd -- "$ISO_TEST_ENGINE_DIR" && pwd) || exit 1
  export DOCKER_HOST=unix://$engine_dir/docker.sock
  engine_config=$engine_dir/daemon.json
  engine_pid_file=$engine_dir/docker.pid
  engine_exec_root=$engine_dir/exec
  engine_log=$engine_dir/dockerd.log
  # Two engines would fight over a bridge and its rules.
  engine_options=(--host "$DOCKER_HOST" --data-root "$engine_dir/data" --exec-root "$engine_exec_root"
    --pidfile "$engine_pid_file" --config-file "$engine_config" --bridge none --iptables=false)
  engine_host=$DOCKER_HOST
else
  engine_config=/etc/docker/daemon.json
  engine_pid_file=/var/run/docker.pid
  engine_exec_root=/var/run/docker
  engine_log=/var/log/iso-test-dockerd.log
  engine_options=()
  engine_host=${DOCKER_HOST:-unix:///var/run/docker.sock}
fi
engine_pid='' # of the dockerd that was started here

# Never by a context that a user chose for the command: tests talk to the socket.
engine_docker() { DOCKER_CONTEXT='' DOCKER_HOST=$engine_host docker "$@"; }

engine_error() {
  printf '%s\n' "$@" | sed '1s/^/engine: /' >&2
  return 1
}

# ---- packages ------------------------------------------------------------------------------------------------------

# Prints the names of the packages that are missing.
engine_packages() {
  local packages=() answers=true
  engine_answers || answers=false
  command -v mmdebstrap >/dev/null || packages+=(mmdebstrap)
  command -v python3 >/dev/null || packages+=(python3)
  # What an engine that runs already needs is its own matter.
  if ! command -v docker >/dev/null || { ! $answers && ! command -v dockerd >/dev/null; }; then
    packages+=(docker.io)
  fi
  # docker.io only recommends it, and its engine doesn't start without.
  $answers || command -v iptables >/dev/null || packages+=(iptables)
  { $answers && engine_has_runsc; } || command -v runsc >/dev/null || packages+=(runsc)
  ((${#packages[@]} == 0)) || printf '%s\n' "${packages[@]}"
}

apt_install() {
  command -v apt-get >/dev/null ||
    engine_error "these are missing, and there is no apt-get to install them: $*." || return 1
  with_progress "installing $*" apt_get "$@" ||
    engine_error "apt-get could not install $*." "Install them by hand and try again."
}

apt_get() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q && apt-get install -q -y --no-install-recommends -o Dpkg::Use-Pty=0 "$@"
}

# ---- the engine ----------------------------------------------------------------------------------------------------

engine_words=''
# Whether one answers; engine_words says why not. A dead socket refuses at once, a hung engine costs the time limit.
# Where systemd listens on the socket, asking starts the engine.
engine_answers() {
  engine_words=$(DOCKER_CONTEXT='' DOCKER_HOST=$engine_host timeout 30 docker version --format '{{.Server.Version}}' 2>&1 \
    >/dev/null)
}

# is_alive FILE NAME: whether the process of that name whose id the file holds is alive. After a crash the id may be
# another program's by now, or that of a process that nobody waited for.
is_alive() {
  local pid stat
  read -r pid 2>/dev/null <"$1" || [[ -n ${pid:-} ]] || return 1
  [[ $pid =~ ^[0-9]+$ ]] && read -r stat 2>/dev/null <"/proc/$pid/stat" && [[ $stat == *"($2) "[!ZX]* ]]
}

# wait_for SECONDS CONDITION...: until it holds, or the time is up.
wait_for() {
  local end=$((SECONDS + $1)) said=$SECONDS started=$SECONDS
  shift
  until "$@"; do
    ((SECONDS < end)) || return 1
    if ((SECONDS - said >= 10)); then
      said=$SECONDS
      echo "  … $((said - started)) s"
    fi
    sleep 0.2
  done
}

engine_log_tail() {
  echo "the end of $engine_log:" >&2
  tail -n 20 "$engine_log" >&2
}

engine_running() {
  if engine_answers; then
    echo "using the engine that runs at $engine_host, version $(engine_docker version --format '{{.Server.Version}}')"
    return 0
  fi
  if [[ -z ${ISO_TEST_ENGINE_DIR:-} && -n ${DOCKER_HOST:-} && $engine_host != unix:///var/run/docker.sock ]]; then
    engine_error "no engine answers at DOCKER_HOST=$DOCKER_HOST: $engine_words" \
      "Start it, or unset DOCKER_HOST: then one is started at /var/run/docker.sock."
    return 1
  fi
  if is_alive "$engine_pid_file" dockerd; then
    echo "waiting for the engine that is starting as process $(<"$engine_pid_file") …"
    wait_for 30 engine_answers && return 0
    engine_error "dockerd runs as process $(<"$engine_pid_file"), but does not answer at $engine_host: $engine_words" \
      "See its log. If it hangs, end it and try again."
    return 1
  fi
  engine_start
}

engine_start() {
  local started=$SECONDS
  command -v dockerd >/dev/null ||
    engine_error "no engine answers at $engine_host, and there is no dockerd to start." \
      "Install it (apt-get install docker.io iptables)." || return 1
  # Docker takes any living process of a recorded id for itself, and for its containerd: it would wait for the one and
  # in the end kill the other.
  is_alive "$engine_pid_file" dockerd || rm -f "$engine_pid_file"
  is_alive "$engine_exec_root/containerd/containerd.pid" containerd || rm -f "$engine_exec_root/containerd/containerd.pid"
  engine_read_runsc "$engine_config" || engine_add_runsc "$engine_config" || return 1
  echo "starting dockerd …"
  # In a session of its own, so that an interrupt at the terminal leaves it to engine_stop.
  (cd / && exec setsid dockerd ${engine_options[@]+"${engine_options[@]}"}) </dev/null >"$engine_log" 2>&1 &
  engine_pid=$!
  if wait_for 90 engine_answers_or_died && engine_answers; then
    if kill -0 "$engine_pid" 2>/dev/null; then
      echo "starting dockerd: $((SECONDS - started)) s, process $engine_pid, log $engine_log"
    else
      engine_pid='' # another run was quicker
      echo "using the engine that was started meanwhile"
    fi
    return 0
  fi
  engine_error "dockerd did not come up: $engine_words" \
    "Start it by hand and run this again, or run ./check --no-docker."
  engine_log_tail
  engine_stop
  return 1
}

engine_answers_or_died() { engine_answers || ! kill -0 "$engine_pid" 2>/dev/null; }

engine_stop() {
  [[ -n $engine_pid ]] || return 0
  if kill -TERM "$engine_pid" 2>/dev/null; then
    # It ends its containers, waits for them, and ends containerd last.
    if ! wait_for 40 engine_gone; then
      echo "engine: dockerd did not stop, so it is killed" >&2
      kill -KILL "$engine_pid" 2>/dev/null
      wait_for 5 engine_gone
      ! is_alive "$engine_exec_root/containerd/containerd.pid" containerd ||
        kill -KILL "$(<"$engine_exec_root/containerd/containerd.pid")" 2>/dev/null
    fi
  fi
  engine_pid=''
}

engine_gone() { ! kill -0 "$engine_pid" 2>/dev/null; }

# ---- gVisor's runtime ----------------------------------------------------------------------------------------------

engine_has_runsc() {
  [[ " $(engine_docker info --format '{{range $name, $_ := .Runtimes}}{{$name}} {{end}}' 2>/dev/null)" == *' runsc '* ]]
}

# Whether a configuration has it.
engine_read_runsc() {
  python3 -c 'import json, sys; sys.exit("runsc" not in json.load(open(sys.argv[1])).get("runtimes", {}))' "$1" 2>/dev/null
}

# Adds it to a configuration, and leaves the rest of that as it is.
engine_add_runsc() {
  echo "adding the runtime runsc to $1"
  mkdir -p "$(dirname -- "$1")" && python3 - "$1" "$engine_runsc" <<'PYTHON' && return 0
import json
import os
import sys

path, runtime = sys.argv[1:]
config = {}
if os.path.exists(path) and os.path.getsize(path):
    with open(path) as file:
        try:
            config = json.load(file)
        except ValueError as problem:
            sys.exit(f"{path} is not JSON: {problem}")
config.setdefault("runtimes", {})["runsc"] = json.loads(runtime)
with open(path + ".new", "w") as file:
    json.dump(config, file, indent=2)
    file.write("\n")
os.replace(path + ".new", path)
PYTHON
  engine_error "the configuration $1 could not be changed." "Repair it, or add by hand: {\"runtimes\": {\"runsc\": $engine_runsc}}"
}

# An engine that runs already may lack it. It is told to read its configuration again only where nothing else runs on it.
engine_runtime() {
  local config=$engine_config pid words before=''
  ! engine_has_runsc || return 0
  echo "the engine lacks the runtime runsc"
  local remedy="Add to $config: {\"runtimes\": {\"runsc\": $engine_runsc}}, and tell dockerd to read it: kill -HUP its process."
  is_alive "$engine_pid_file" dockerd ||
    engine_error "the engine at $engine_host is not of this machine, or was not started in the usual way." "$remedy" ||
    return 1
  pid=$(<"$engine_pid_file")
  [[ $(id -u) -eq 0 ]] || engine_error "only root may change the engine's configuration." "$remedy" || return 1
  [[ -z $(engine_docker ps --quiet) ]] ||
    engine_error "containers run on the engine, so it is left as it is." "$remedy" || return 1
  mapfile -d '' -t words <"/proc/$pid/cmdline"
  while ((${#words[@]})); do
    case ${words[0]} in
      --config-file=*) config=${words[0]#*=} ;;
      --config-file) config=${words[1]:-$config} ;;
    esac
    words=("${words[@]:1}")
  done
  [[ ! -e $config ]] || before=$(<"$config")
  engine_read_runsc "$config" || engine_add_runsc "$config" || return 1
  kill -HUP "$pid" && wait_for 10 engine_has_runsc && return 0
  if [[ -n $before ]]; then printf '%s\n' "$before" >"$config"; else rm -f "$config"; fi
  engine_error "the engine did not take the runtime; its configuration is as it was before. See its log." "$remedy"
}

# ---- images --------------------------------------------------------------------------------------------------------

engine_has_image() { engine_docker image inspect "$1" >/dev/null 2>&1; }

# Tagged when it is complete: import would make an image even of a stream that broke off.
engine_bootstrap() {
  local id
  id=$(set -o pipefail && mmdebstrap --dpkgopt=force-unsafe-io --variant=minbase --include="$2" bookworm - | engine_docker import -) &&
    engine_docker tag "$id" "$1"
}

# Quicker than bootstrapping once more (14 s for 35 s). There is nothing in it but the base image and the JRE: tests
# mount what they run.
engine_dind() {
  BUILDKIT_PROGRESS=plain engine_docker build --network host --tag "$engine_dind_image" - <<DOCKERFILE
FROM $engine_base_image
RUN apt-get update -q \\
 && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends openjdk-17-jre-headless \\
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
DOCKERFILE
}

engine_images() {
  engine_has_image "$engine_base_image" ||
    with_progress "making the base image $engine_base_image of Debian's packages" \
      engine_bootstrap "$engine_base_image" python3 ||
    engine_error "the base image could not be made." "See whether Debian's mirrors can be reached." || return 1
  DOCKER_CONTEXT='' DOCKER_HOST=$engine_host "$engine_root/build/image.sh" --if-changed --base "$engine_base_image" \
    --tag "$engine_test_image" || return 1
  engine_has_image "$engine_dind_image" ||
    with_progress "building $engine_dind_image" engine_dind ||
    engine_error "the image with a JRE could not be built." "See whether Debian's mirrors can be reached."
}

# ---- all of it -----------------------------------------------------------------------------------------------------

engine_up() { engine_running && engine_runtime && engine_images; }

# The names by which tests find all this.
engine_export() {
  export ISO_TEST_IMAGE=$engine_test_image ISO_TEST_DIND_IMAGE=$engine_dind_image
  # Testcontainers' own helper is an image that would have to be pulled. The ports of containers are this machine's,
  # which it would doubt where /.dockerenv exists.
  export TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_HOST_OVERRIDE=localhost
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  set -uo pipefail
  if (($#)); then
    sed -n '2,/^$/s/^# \{0,1\}//p' "$0"
    [[ $1 == --help || $1 == -h ]] && exit 0
    exit 2
  fi
  [[ $(id -u) -eq 0 ]] || engine_error "an engine can only be started by root." || exit 1
  mapfile -t missing < <(engine_packages)
  ((${#missing[@]} == 0)) || apt_install "${missing[@]}" || exit 1
  engine_up || { engine_stop && exit 1; }
  engine_export
  for name in ISO_TEST_IMAGE ISO_TEST_DIND_IMAGE TESTCONTAINERS_RYUK_DISABLED TESTCONTAINERS_HOST_OVERRIDE \
    ${ISO_TEST_ENGINE_DIR:+DOCKER_HOST}; do
    printf 'export %s=%q\n' "$name" "${!name}"
  done
  [[ -z $engine_pid ]] || echo "stop the engine by: kill $engine_pid"
fi
