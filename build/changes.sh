# What changed, for ./check --quick. Sourced, not run.
#
#   changes_find   sets changed_files, changed_python and changed_modules

changes_find() {
  local base=$since module file
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
    changed_modules=(iso-runtime-api)
    mapfile -t changed_python < <(git ls-files '*.py')
  else
    echo "${#changed_files[@]} files differ from $(git describe --always "$base")"
  fi
}
