#!/usr/bin/env bash
# Set up, then run every check and every test. Arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/.."
bash packaging/setup.sh dev
export PATH="$PWD/.venv/bin:$PATH" QT_QPA_PLATFORM=offscreen
settings=$(mktemp -d)
trap 'rm -rf "$settings"' EXIT
export RUPTURE_CODER_SETTINGS="$settings/settings.json"

ruff check .
ruff format --check .
mypy
lint-imports
if [ $# -gt 0 ]; then
  pytest "$@"
  exit
fi
# The parts that hold the evidence are covered to the last branch; the rest nearly so.
core='coder/agreement/*,coder/coding.py,coder/study.py,coder/store/*,coder/transcripts/*,coder/markers/*'
# What is drawn at random is drawn the same each time, or the last branch is met by chance.
pytest -n 2 --dist loadgroup --hypothesis-profile ci --cov=coder --cov-report= -q
coverage report --include="$core" --fail-under=100 --show-missing --skip-covered
coverage report --fail-under=90 --skip-covered
