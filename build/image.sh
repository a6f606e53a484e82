#!/usr/bin/env bash
# Builds py-code-exec, the image that sandboxes in containers are made of, from this checkout.
set -uo pipefail

usage() {
  cat <<'USAGE'
usage: build/image.sh [--base IMAGE] [--tag TAG] [--apt "PACKAGES"] [--pip "PACKAGES"] [--if-changed]

  --base IMAGE      an image with Python 3.9 or later as python3; by default the one that the Dockerfile names, which
                    the engine pulls. build/engine.sh makes one of Debian's packages: iso-base:slim
  --tag TAG         the name of the result, by default py-code-exec:latest
  --apt "PACKAGES"  Debian packages that programs may use, separated by spaces
  --pip "PACKAGES"  Python packages that programs may import; the base image must have pip
  --if-changed      does nothing when the tag was built from these very sources, base image and packages

environment:
  DOCKER_HOST       the engine, as for the docker command
USAGE
}

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
source "$root/build/progress.sh"

stop() {
  printf '%s\n' "$@" | sed '1s/^/image: /' >&2
  exit 1
}

wrong() {
  echo "image: $*" >&2
  usage >&2
  exit 2
}

base='' tag=py-code-exec:latest apt='' pip='' if_changed=false
while (($#)); do
  case $1 in
    --base | --tag | --apt | --pip)
      [[ -n ${2:-} ]] || wrong "$1 needs a value"
      printf -v "${1#--}" '%s' "$2"
      shift
      ;;
    --if-changed) if_changed=true ;;
    --help | -h)
      usage
      exit 0
      ;;
    *) wrong "unknown option $1" ;;
  esac
  shift
done

command -v docker >/dev/null ||
  stop "there is no docker command on the PATH, and it is what builds the image." \
    "Install one (Debian, Ubuntu: apt-get install docker.io), or let build/engine.sh do it as root."
words=$(docker version --format '{{.Server.Version}}' 2>&1 >/dev/null) ||
  stop "no container engine answers: $words" \
    "Start it (systemctl start docker, or build/engine.sh as root), become a member of the group docker if access was" \
    "denied, or set DOCKER_HOST to where an engine listens."

context=$(mktemp -d "${TMPDIR:-/tmp}/iso-image.XXXXXX") || stop "no temporary directory could be made."
trap 'rm -rf "$context"' EXIT
umask 022
cp "$root"/iso-runtime-docker/src/main/docker/{Dockerfile,pack.py} "$context" &&
  cp -R "$root/iso-runtime-supervisor/src/main/python/iso_init" "$context" &&
  find "$context" -name __pycache__ -prune -exec rm -rf {} + ||
  stop "the sources of the image could not be copied. Is the checkout complete?"

# The image carries a digest of what it was made from. A base image that isn't there yet counts by its name alone.
# A name that isn't there is no failure: the engine may pull it.
sources=$(
  {
    (cd "$context" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum)
    printf '%s\n' "$base" "$apt" "$pip"
    [[ -z $base ]] || docker image inspect --format '{{.Id}}' "$base" 2>/dev/null
    true
  } | sha256sum | cut -d ' ' -f 1
)
label=io.isoruntime.sources

built_from() { docker image inspect --format "{{index .Config.Labels \"$label\"}}" "$tag" 2>/dev/null; }

if $if_changed && [[ $(built_from) == "$sources" ]]; then
  echo "$tag is up to date"
  exit 0
fi

# Packages come by the host's network: an engine without a bridge and its rules has no other. Without packages nothing
# in the build may need one.
options=(--network none --tag "$tag" --label "$label=$sources")
[[ -z $apt$pip ]] || options[1]=host
[[ -z $base ]] || options+=(--build-arg "BASE_IMAGE=$base")
[[ -z $apt ]] || options+=(--build-arg "APT_PACKAGES=$apt")
[[ -z $pip ]] || options+=(--build-arg "PIP_PACKAGES=$pip")

# The command's advice to install another builder is no news about this image: either builder does.
build() {
  BUILDKIT_PROGRESS=plain docker build "${options[@]}" "$context" 2>&1 | sed -u -E -e '/^DEPRECATED: The legacy builder/d' \
    -e '/^ +(Install the buildx component|BuildKit is currently disabled|environment-variable|https:.*buildx)/d'
  return "${PIPESTATUS[0]}"
}

with_progress "building $tag${base:+ on $base}" build ||
  stop "the engine could not build $tag; its words are above." \
    "Where the base image can't be pulled, give another by --base; build/engine.sh makes iso-base:slim of Debian's packages."
[[ $(built_from) == "$sources" ]] ||
  stop "the build ended well, but the engine does not have $tag: the builder in use keeps its results." \
    "Choose the engine's own: docker buildx use default"
