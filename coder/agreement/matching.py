"""One-to-one matching of two raters' marks: as many pairs as can be, then the closest."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def match_points(
    first: Sequence[int], second: Sequence[int], tolerance_ms: int
) -> tuple[tuple[int, int], ...]:
    """Match moments (ms) no further apart than the tolerance; return pairs of positions."""
    apart = np.abs(np.subtract.outer(np.asarray(first, float), np.asarray(second, float)))
    return assign(np.where(apart <= tolerance_ms, apart, np.inf))


def assign(cost: NDArray[np.float64]) -> tuple[tuple[int, int], ...]:
    """Match rows to columns where the cost is finite: most pairs first, then least total cost.

    A pair that may not be costs more than all that may together, so that no sum of small costs
    outweighs a pair (greedy nearest-first is not optimal: agreement.md 2.7).
    """
    allowed = np.isfinite(cost)
    if not allowed.any():
        return ()
    from scipy.optimize import linear_sum_assignment

    forbidden = (float(cost[allowed].max()) + 1) * (min(cost.shape) + 1)
    rows, columns = linear_sum_assignment(np.where(allowed, cost, forbidden))
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    return tuple((row, column) for row, column in pairs if allowed[row, column])
