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
  local base=$since module file
  if ! has_history; then
    echo "there is no history here to compare with, so all modules are checked"
    changes_everything
    return
  fi
  [[ -n $base ]] || base=$(git merge-base HEAD '@{upstream}' 2>/dev/null) || base=HEAD
  mapfile -t changed_files < <(
    {
      git diff --name-only --diff-filter=d "$base"
      git ls-files --others --exclude-standard
    } | sort -u
  )
  changed_python=() changed_modules=()
  for file in "${changed_files[@]}"; do
    [[ $file != *.py ]] || changed_python+=("$file")
    module=${file%%/*}
    # The BOM and the embedder's project have nothing to compile or to test by themselves.
    if [[ $file == */* && -f $module/pom.xml && $module != iso-runtime-bom && $module != embedder &&
      " ${changed_modules[*]} " != *" $module "* ]]; then
      changed_modules+=("$module")
    fi
    case $file in
      pom.xml | .mvn/* | iso-runtime-bom/*) changed_modules=(iso-runtime-api) && break ;; # and all that depend on it
    esac
  done
  if ((${#changed_files[@]} == 0)); then
    echo "nothing differs from $(git describe --always "$base"), so all modules are checked"
    changes_everything
  else
    echo "${#changed_files[@]} files differ from $(git describe --always "$base")"
  fi
}

# All modules depend on the API.
changes_everything() {
  mapfile -t changed_files < <(sources)
  mapfile -t changed_python < <(sources | grep '\.py$')
  changed_modules=(iso-runtime-api)
}
