#!/usr/bin/env bash
# Make the test oracles: published libraries whose numbers tests/test_agreement_oracles.py compares
# ours with. They are no dependency of the program. Run again at any time: it does what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

# The versions whose numbers were looked at; the first line is what the others compute with.
coefficients=(numpy==2.4.6 scipy==1.17.1 pandas==2.3.3
  krippendorff==0.9.0 pingouin==0.7.0 statsmodels==0.15.0 scikit-learn==1.9.1 nltk==3.10.4)
# Apart, because it asks for one old release of SciPy and for a test tool, and needs neither.
without_dependencies=irrCAC==0.4.4
# In an environment of its own: beside the test tool that irrCAC asks for, numba does not load.
gamma=(numpy==2.4.6 scipy==1.17.1 pandas==3.1.1 numba==0.68.1 llvmlite==0.50.0
  cvxpy==1.9.3 cvxopt==1.3.2 pyannote-core==6.1.0 pyannote-database==6.1.1
  pygamma-agreement==0.5.9)

install() { # environment, what it must import, what comes without dependencies, the packages
  local environment=$1 modules=$2 alone=$3 stamp=$1/.installed
  shift 3
  local wanted
  wanted="$* $alone $(pwd) $(python3 --version)"
  if [ -x "$environment/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
    return 0
  fi
  echo "Installing test oracles into $environment" >&2
  python3 -m venv --clear "$environment"
  local pip=("$environment/bin/python" -m pip install -q --disable-pip-version-check)
  "${pip[@]}" "$@"
  [ -z "$alone" ] || "${pip[@]}" --no-deps "$alone"
  "$environment/bin/python" -c "import $modules"
  echo "$wanted" >"$stamp"
}

python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  { echo "Python 3.11 or later is needed; this is $(python3 --version)." >&2; exit 2; }
install .oracles "irrCAC.raw, irrCAC.table, krippendorff, nltk, pingouin, sklearn, statsmodels" \
  "$without_dependencies" "${coefficients[@]}"
install .oracles-gamma pygamma_agreement "" "${gamma[@]}"
