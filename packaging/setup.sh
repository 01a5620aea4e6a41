#!/usr/bin/env bash
# Make what the program needs: system libraries (Debian, Ubuntu) and a Python environment in
# .venv. With "dev", also what the tests need. Run again at any time: it does only what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
extra=${1:-}

# The first need every Qt window has, the second are X11's, the third is for venv itself.
libraries=(libgl1 libegl1 libglib2.0-0 libxkbcommon0 libdbus-1-3 libfontconfig1 libbrotli1
  libpulse0 libxrandr2 fonts-dejavu-core
  libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxkbcommon-x11-0
  python3-venv)

installed() {
  [ "$(dpkg-query -W -f='${Status}' "$1" 2>/dev/null)" = "install ok installed" ]
}

install_libraries() {
  command -v dpkg-query >/dev/null || return 0
  local missing=() name
  for name in "${libraries[@]}"; do
    # Later releases add t64 to some names.
    installed "$name" || installed "${name}t64" || missing+=("$name")
  done
  # Another Python than Debian's brings its own venv.
  if python3 -c 'import ensurepip, venv' 2>/dev/null; then missing=("${missing[@]/python3-venv/}"); fi
  read -ra missing <<<"${missing[*]:-}" || true
  [ "${#missing[@]}" -gt 0 ] || return 0
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "Ask an administrator to install: ${missing[*]}" >&2
      return 0
    fi
    as_root=(sudo)
  fi
  echo "Installing system libraries: ${missing[*]}" >&2
  export DEBIAN_FRONTEND=noninteractive
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

install_python() {
  local wanted stamp=.venv/.installed
  wanted=$(cat pyproject.toml packaging/constraints.txt | sha256sum)-$(pwd)
  # What the tests need holds what the program needs.
  if [ -x .venv/bin/rupture-coder ] && grep -qxF -e "$wanted $extra" -e "$wanted dev" "$stamp" 2>/dev/null; then
    return 0
  fi
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    { echo "Python 3.11 or later is needed; this is $(python3 --version)." >&2; exit 2; }
  echo "Installing Python packages into .venv" >&2
  python3 -m venv --clear .venv
  local target="."
  [ -z "$extra" ] || target=".[$extra]"
  .venv/bin/python -m pip install -q --disable-pip-version-check \
    -c packaging/constraints.txt -e "$target"
  echo "$wanted $extra" >>"$stamp"
}

install_libraries
install_python
