# SPDX-License-Identifier: Apache-2.0
# What every chore script starts with: the source tree, nanopb's folder, and a few shell functions.
# Sourced by bash scripts, never run. Leaves the shell in the source tree with errors fatal.

set -euo pipefail
# A relative folder of the user's is meant from where the user stands.
if [[ -n ${HILBENCH_NANOPB_DIR:-} ]]; then
  HILBENCH_NANOPB_DIR=$(realpath -m -- "$HILBENCH_NANOPB_DIR")
  export HILBENCH_NANOPB_DIR
fi
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly source_dir=$PWD

# nanopb's C sources: the user's own, or those scripts/setup fetches.
readonly nanopb_dir=${HILBENCH_NANOPB_DIR:-$source_dir/build/deps/nanopb}

# say TEXT...: one line to standard error, so that standard output stays data.
say() { printf '%s\n' "$*" >&2; }

# fail TEXT...: the reason, then exit 1.
fail() {
  say "${0##*/}: $*"
  exit 1
}

# run_logged FILE COMMAND...: quiet when all is well; on failure shows the end of FILE.
run_logged() {
  local log=$1 status=0
  shift
  "$@" >"$log" 2>&1 || status=$?
  if ((status != 0)); then
    tail -n 60 "$log" >&2
    say "failed with exit code $status: $* (all output: $log)"
  fi
  return "$status"
}

# configure FOLDER OPTION...: CMake with Ninja, nanopb's folder, and ccache where it is installed.
configure() {
  local folder=$1 options
  options=(-G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_EXPORT_COMPILE_COMMANDS=ON
    "-DHIL_NANOPB_DIR=$nanopb_dir")
  shift
  if command -v ccache >/dev/null; then
    options+=(-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  fi
  mkdir -p "$folder"
  run_logged "$folder/configure.log" cmake -S . -B "$folder" "${options[@]}" "$@"
}

# source_files PATTERN...: tracked and new files of the tree that match, NUL-separated; a tree
# without git (an unpacked archive) is searched instead.
source_files() {
  if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    local file
    git ls-files -z -co --exclude-standard -- "$@" | while IFS= read -r -d '' file; do
      if [[ -f $file ]]; then printf '%s\0' "$file"; fi
    done
  else
    local tests=() pattern
    for pattern in "$@"; do tests+=(-o -name "$pattern"); done
    find . \( -name .git -o -name 'build*' -o -name demo-output -o -name __pycache__ \) -prune -o \
      -type f \( "${tests[@]:1}" \) -printf '%P\0'
  fi
}
