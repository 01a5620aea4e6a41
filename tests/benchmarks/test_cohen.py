"""Cohen's kappa of a million units against scikit-learn, in one run: at least 5 times as fast.

Run: packaging/oracles.sh, then python -m pytest tests/benchmarks/test_cohen.py -o addopts="" -s
"""

import json
import statistics
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest

from coder.agreement.kappa import cohen_kappa, crosstab

ORACLES = Path(__file__).parents[2] / ".oracles" / "bin" / "python"
TIMES = 15
THEIRS = """
import json, statistics, sys, time
import numpy as np
from sklearn.metrics import cohen_kappa_score
codes = np.load(sys.argv[1])
spent = []
for _ in range(int(sys.argv[2])):
    begun = time.perf_counter()
    value = cohen_kappa_score(codes[0], codes[1])
    spent.append(time.perf_counter() - begun)
print(json.dumps({"value": value, "s": statistics.median(spent)}))
"""


@pytest.mark.skipif(not ORACLES.exists(), reason="packaging/oracles.sh was not run")
def test_a_million_units_take_a_fifth_of_what_scikit_learn_takes(tmp_path):
    draw = np.random.default_rng(1)
    first = draw.integers(0, 5, 1_000_000)
    second = np.where(draw.random(len(first)) < 0.6, first, draw.integers(0, 5, len(first)))
    np.save(tmp_path / "codes.npy", np.stack([first, second]))
    asked = [str(ORACLES), "-c", THEIRS, str(tmp_path / "codes.npy"), str(TIMES)]
    theirs = json.loads(subprocess.run(asked, check=True, capture_output=True).stdout)
    spent = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        found = cohen_kappa(crosstab(first, second, 5)).estimate()
        spent.append(time.perf_counter() - begun)
    ours = statistics.median(spent)
    ratio = theirs["s"] / ours
    print(
        f"\nCohen, 1,000,000 units: scikit-learn {theirs['s'] * 1000:.1f} ms, ours {ours * 1000:.2f} ms, ratio {ratio:.1f}"
    )
    assert found.value == pytest.approx(theirs["value"], abs=1e-12)
    assert ratio >= 5
