"""Krippendorff's alpha against the krippendorff package, in one run: a ratio holds on any machine.

Run: packaging/oracles.sh, then python -m pytest tests/benchmarks/test_alpha.py -o addopts="" -s

Each is timed in a process of its own, the package in the environment of the oracles. One bootstrap
of 35 codes takes the package half a minute, so that it does 50 resamples of 1,000 and its time
counts twentyfold; each resample costs the same. Both have one thread for matrices: OpenBLAS with
two, while something else keeps a core busy, takes the bootstrap four times as long (the package,
which multiplies no matrices, is not affected).
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
ORACLES = ROOT / ".oracles" / "bin" / "python"
pytestmark = pytest.mark.skipif(not ORACLES.exists(), reason="packaging/oracles.sh was not run")

MEASURE = """
def measure(work, times):
    import json, resource, statistics, time, tracemalloc
    spent = []
    for _ in range(times):
        begun = time.perf_counter()
        value = work()
        spent.append(time.perf_counter() - begun)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    tracemalloc.start()
    if times > 1:
        work()
    extra = tracemalloc.get_traced_memory()[1] / 1e6
    told = {"value": value, "s": statistics.median(spent), "peak_mb": peak, "extra_mb": extra}
    print(json.dumps(told))

import sys
import numpy as np
codes = np.load(sys.argv[1])
level, q, resamples = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
"""

PACKAGE = """
import krippendorff
kind = {"level_of_measurement": level, "value_domain": list(range(q))}
ratings = np.where(codes < 0, np.nan, codes).T.copy()
random = np.random.default_rng(2)

def whole():
    return krippendorff.alpha(reliability_data=ratings, **kind)

def resampled():
    counts = (codes[:, :, None] == np.arange(q)).sum(axis=1)
    draws = (random.integers(len(codes), size=len(codes)) for _ in range(resamples))
    return float(np.std([krippendorff.alpha(value_counts=counts[each], **kind) for each in draws]))

measure(resampled if resamples else whole, 1 if resamples else 3)
"""

OURS = """
from coder.agreement.alpha import alpha
from coder.agreement.intervals import bootstrap

def whole():
    return alpha(codes, q, level).estimate().value

def resampled():
    return bootstrap(alpha(codes, q, level, groups=np.arange(len(codes))), resamples, 2).se

measure(resampled if resamples else whole, 15)
"""


def coded(q, raters, units):
    """Skewed codes, 70 % as the truth is, 10 % missing: those of shared/reference/agreement.md."""
    random = np.random.default_rng(1)
    shares = 1 / np.arange(1, q + 1)
    shares /= shares.sum()
    truth = random.choice(q, (units, 1), p=shares)
    guess = random.choice(q, (units, raters), p=shares)
    codes = np.where(random.random((units, raters)) < 0.7, truth, guess)
    codes[random.random(codes.shape) < 0.1] = -1
    return codes


def measured(folder, codes, level, q, resamples=(0, 0)):
    """What the package and what ours took; the resamples of each."""
    np.save(folder / "codes.npy", codes)
    told = []
    for python, script, times in zip(
        (ORACLES, sys.executable), (PACKAGE, OURS), resamples, strict=True
    ):
        command = [python, "-c", MEASURE + script, folder / "codes.npy", level, str(q), str(times)]
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        told.append(json.loads(done.stdout))
    return told


def show(what, theirs, ours, scale=1):
    ratio = theirs["s"] * scale / ours["s"]
    sys.stdout.write(
        f"\n{what}: krippendorff {theirs['s'] * scale * 1000:.1f} ms, ours"
        f" {ours['s'] * 1000:.2f} ms, ratio {ratio:.0f}; peak of the process"
        f" {theirs['peak_mb']:.0f} and {ours['peak_mb']:.0f} MB, ours adds"
        f" {ours['extra_mb']:.0f} MB\n"
    )
    return ratio


@pytest.mark.parametrize(
    ("level", "q", "at_least"), [("nominal", 35, 100), ("nominal", 5, 5), ("ordinal", 5, 3)]
)
def test_alpha_of_a_million_ratings(tmp_path, level, q, at_least):
    theirs, ours = measured(tmp_path, coded(q, 10, 100_000), level, q)
    assert ours["value"] == pytest.approx(theirs["value"], rel=1e-9)
    assert show(f"{level}, {q} codes, 10 × 100,000", theirs, ours) >= at_least
    assert ours["extra_mb"] < 100


@pytest.mark.parametrize(
    ("level", "q", "at_least", "resamples"),
    [("nominal", 35, 500, 50), ("nominal", 5, 25, 1000), ("ordinal", 5, 25, 1000)],
)
def test_a_thousand_resamples_of_units(tmp_path, level, q, at_least, resamples):
    theirs, ours = measured(tmp_path, coded(q, 4, 5000), level, q, (resamples, 1000))
    assert ours["value"] == pytest.approx(theirs["value"], rel=0.5)  # the error, of few draws
    what = f"bootstrap, {level}, {q} codes, 4 × 5,000"
    assert show(what, theirs, ours, 1000 / resamples) >= at_least
