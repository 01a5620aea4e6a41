"""Gamma against pygamma-agreement, in one run: a ratio holds on any machine.

Run: python -m pytest tests/benchmarks/test_gamma.py -o addopts="" -s
with pygamma-agreement in .oracles-gamma (packaging/oracles.sh), or GAMMA_PYTHON saying where.
"""

import sys
import time
from statistics import median

import pytest
from test_agreement_gamma import crowd, needs_pygamma, pygamma

from coder.agreement.gamma import best_alignment, gamma

LINES = crowd(3, 100, 20, seed=1)
SPAN = (0, max(end for line in LINES for _, end, _ in line))


def seconds(work):
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


@needs_pygamma
def test_gamma_of_three_raters_with_a_hundred_units_is_ten_times_as_fast(benchmark):
    # Its compiled functions are warmed up by the first case; samplers are each one's default.
    warm = {"lines": crowd(3, 5, 20, seed=2), "weights": (1, 1), "samples": 2, "shuffle": False}
    case = {"lines": LINES, "weights": (1, 1), "samples": 30, "shuffle": False}
    answer = pygamma([warm, case])[1]

    found = gamma(LINES, SPAN)
    assert found.observed == pytest.approx(answer["disorder"], abs=1e-6)
    taken = median(seconds(lambda: gamma(LINES, SPAN)) for _ in range(3))
    aligned = median(seconds(lambda: best_alignment(LINES)) for _ in range(3))
    ratio = answer["gamma_s"] / taken
    benchmark.extra_info.update(pygamma_s=answer["gamma_s"], ratio=ratio)
    benchmark.pedantic(gamma, args=(LINES, SPAN), rounds=1)
    sys.stdout.write(
        f"\ngamma, 3 raters x 100 units, exact, 30 samples: pygamma-agreement "
        f"{answer['gamma_s'] * 1000:.0f} ms, ours {taken * 1000:.0f} ms, ratio {ratio:.0f}\n"
        f"best alignment alone: {answer['alignment_s'] * 1000:.0f} ms, ours "
        f"{aligned * 1000:.1f} ms, ratio {answer['alignment_s'] / aligned:.0f}\n"
        f"disorder: {answer['disorder']:.7f}, ours {found.observed:.7f}\n"
        f"gamma: {answer['gamma']:.4f}, ours {found.gamma.value:.4f}\n"
    )
    assert ratio >= 10
