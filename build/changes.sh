# The files of this checkout. Sourced, not run. A source archive has no history, and a new machine may lack git.
#
#   sources        prints the files that belong to the checkout
#   changes_find   sets changed_files, changed_python and changed_modules, for ./check --quick

has_history() { git rev-parse --is-inside-work-tree >/dev/null 2>&1; }

sources() {
  if has_history; then
    git ls-files --cached --others --exclude-standard | while IFS= read -r file; do
      [[ ! -e $file ]] || printf '%s\n' "$file"
    done
  else
    find . -name target -prune -o -name '__pycache__' -prune -o -name '.mypy_cache' -prune -o -type f -printf '%P\n'
  fi
}

changes_find() {
  local base=$since names=() file
  if ! has_history; then
    echo "there is no history here to compare with, so all modules are checked"
    changes_everything
    return
  fi
  [[ -n $base ]] || base=$(git merge-base HEAD '@{upstream}' 2>/dev/null) || base=HEAD
  mapfile -t names < <({ git diff --name-only "$base" && git ls-files --others --exclude-standard; } | sort -u)
  if ((${#names[@]} == 0)); then
    echo "nothing differs from $(git describe --always "$base"), so all modules are checked"
    changes_everything
    return
  fi
  echo "${#names[@]} files differ from $(git describe --always "$base")"
  changed_files=() changed_python=() changed_modules=()
  for file in "${names[@]}"; do
    module_changed "$file"
    [[ -e $file ]] || continue # it is gone, and its module has changed
    changed_files+=("$file")
    [[ $file != *.py ]] || changed_python+=("$file")
  done
  ((${#changed_modules[@]})) || changed_modules=(docs) # whose tests read pages and scripts
}

module_changed() {
  local module=${1%%/*} # of a file at the root its own name, which is no directory
  case $1 in
    pom.xml | .mvn/* | iso-runtime-bom/*) module=iso-runtime-api ;; # and all that depend on it
    *.md) module=docs ;;
  esac
  # The embedder's project is no module of this build.
  [[ $module != embedder && -f $module/pom.xml ]] || return 0
  [[ " ${changed_modules[*]} " == *" $module "* ]] || changed_modules+=("$module")
}

changes_everything() {
  local file
  mapfile -t changed_files < <(sources)
  mapfile -t changed_python < <(sources | grep '\.py$')
  changed_modules=()
  for file in "${changed_files[@]}"; do module_changed "$file"; done
}
