"""Agreement second by second: a jointly covered span in units of time, and the state of each.

It is for states that last. Sparse points are matched as events instead (coder.agreement.matching),
for on a grid of time two of them agree or not by where the grid happens to lie.
"""

import math

import numpy as np
from numpy.typing import NDArray

from coder.agreement.estimate import Floats, Ints, Parts


def time_table(
    first: Ints,
    second: Ints,
    q: int,
    tolerance_units: int,
    groups: Ints | None = None,
    *,
    runs: Ints | None = None,
) -> Ints:
    """Count units by both raters' states (0 to q-1), (groups, q, q), the first the reference.

    Where the second has the reference's state anywhere within the tolerance, the two agree;
    otherwise they are counted as they are: Bakeman, Quera and Gnisci (2009), Behav Res Methods
    41:137-147. With a tolerance the two directions differ, so that both are computed. Units
    follow one another in time as long as their run (else their group) is the same, and no
    tolerance reaches from one run into the next.
    """
    group = np.zeros(len(first), np.int64) if groups is None else groups
    within = _within(first, second, group if runs is None else runs, tolerance_units)
    settled = np.where(within, first, second)
    count = int(group.max(initial=0)) + 1
    cells = np.bincount((group * q + first) * q + settled, minlength=count * q * q)
    return cells.reshape(count, q, q)


def time_kappa(tables: Ints) -> Parts:
    """Cohen's kappa of units of time, from tables (groups, q, q); ``n`` counts units.

    Cohen (1960), Educ Psychol Meas 20:37-46. Units of time are not independent: there is no
    error from theory, and what is resampled are sessions.
    """
    n = int(tables.sum())
    reason = "agreement_one_category" if n else "agreement_no_units"
    return Parts(tables.reshape(len(tables), -1).astype(np.float64), _kappa, n, reason)


def _within(first: Ints, second: Ints, group: Ints, tolerance: int) -> NDArray[np.bool_]:
    """Where the second has the first's state within the tolerance and the same run of a group."""
    unit = np.arange(len(first))
    edges = np.flatnonzero(np.diff(group)) + 1
    run = np.searchsorted(edges, unit, side="right")
    begin = np.maximum(unit - tolerance, np.concatenate(([0], edges))[run])
    end = np.minimum(unit + tolerance + 1, np.concatenate((edges, [len(unit)]))[run])
    found = np.zeros(len(unit), np.bool_)
    for state in np.unique(first):
        before = np.concatenate(([0], np.cumsum(second == state)))
        found |= (first == state) & (before[end] > before[begin])
    return found


def _kappa(sums: Floats) -> Floats:
    side = math.isqrt(sums.shape[-1])
    tables = sums.reshape(*sums.shape[:-1], side, side)
    rows, columns = tables.sum(axis=-1), tables.sum(axis=-2)
    n = rows.sum(axis=-1)
    agreed = n * np.trace(tables, axis1=-2, axis2=-1)
    by_chance = (rows * columns).sum(axis=-1)
    below = n * n - by_chance
    unknown = np.full(np.shape(n), np.nan)
    kappa: Floats = np.divide(agreed - by_chance, below, out=unknown, where=below > 0)
    return kappa
