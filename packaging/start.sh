#!/usr/bin/env bash
# Set up, then open the program on the sample study; on a machine without a display, make the same
# study, code it, write its forms and say where they are. Arguments go to the program instead.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
bash "$here/packaging/setup.sh"
[ $# -gt 0 ] || set -- --sample
exec "$here/.venv/bin/rupture-coder" "$@"
