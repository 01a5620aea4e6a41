"""Intervals by resampling groups: sessions, say, for what lies in one session is not independent.

Krippendorff's own bootstrap of alpha draws pairs of ratings as if they were independent, and its
intervals are far too narrow (Zapf et al. 2016, BMC Med Res Methodol 16:93, draw units instead).
"""

from collections.abc import Iterable, Iterator
from statistics import NormalDist
from typing import Literal

import numpy as np

from coder.agreement.estimate import Estimate, Floats, Parts

Method = Literal["percentile", "bca"]
SEED = 1

_NORMAL = NormalDist()
_LEVELS = (0.025, 0.975)
_FEWEST = 2  # groups that can differ
_UNDEFINED = 0.05  # a larger share of undefined resamples leaves no interval
_NOTHING = 1e-12  # below this a difference is rounding
_CELLS = 2**19  # numbers held at once for a block of resamples


def weights(n_groups: int, resamples: int, seed: int) -> Floats:
    """How often each group is drawn, (resamples, groups): as many as there are, with replacement.

    The same seed gives the same weights, so that all coefficients of a report see the same draws.
    """
    drawn = np.empty((resamples, n_groups))
    at = 0
    for block in _draws(n_groups, resamples, seed):
        drawn[at : at + len(block)] = block
        at += len(block)
    return drawn


def resampled(parts: Parts, weights: Floats, method: Method = "percentile") -> Estimate:
    """The coefficient with the error and 95 % interval of its resampled values.

    Efron and Tibshirani (1993), An Introduction to the Bootstrap, ch. 13; "bca" corrects for bias
    and, by the jackknife over groups, for skew: Efron (1987), J Am Stat Assoc 82:171-185. Limits
    are among the resampled values, hence in the coefficient's range. Undefined resamples are
    dropped. There is no interval where more than 5 % are, with one group, or when all values are
    equal, for that is a lack of information and not of error.
    """
    return _estimate(parts, [weights], method)


def bootstrap(
    parts: Parts, resamples: int = 2000, seed: int = SEED, method: Method = "percentile"
) -> Estimate:
    """``resampled`` by weights of its own, which are never held all at once."""
    return _estimate(parts, _draws(len(parts.groups), resamples, seed), method)


def _draws(n_groups: int, resamples: int, seed: int) -> Iterator[Floats]:
    random = np.random.default_rng(seed)
    rows = max(1, _CELLS // max(n_groups, 1))
    for begin in range(0, resamples, rows):
        n = min(rows, resamples - begin)
        places = random.integers(max(n_groups, 1), size=(n, n_groups))
        places += np.arange(n)[:, None] * n_groups
        counts = np.bincount(places.ravel(), minlength=n * n_groups)
        yield counts.reshape(n, n_groups).astype(np.float64)


def _estimate(parts: Parts, drawn: Iterable[Floats], method: Method) -> Estimate:
    value = parts.estimate().value
    if value is None:
        return Estimate(None, parts.n, reason=parts.reason)
    if len(parts.groups) < _FEWEST:
        return Estimate(value, parts.n)
    every = np.concatenate([each for block in drawn for each in _values(parts, block)])
    found = every[np.isfinite(every)]
    if len(found) < (1 - _UNDEFINED) * len(every) or np.ptp(found) < _NOTHING:
        return Estimate(value, parts.n)
    levels = _LEVELS if method == "percentile" else _bca(parts, found, value)
    low, high = (float(limit) for limit in np.quantile(found, levels))
    return Estimate(value, parts.n, float(np.std(found, ddof=1)), low, high)


def _values(parts: Parts, drawn: Floats) -> Iterator[Floats]:
    """Values for weights (some, groups), block by block."""
    for rows in _blocks(len(drawn), parts):
        yield parts.value(drawn[rows] @ parts.groups)


def _blocks(n: int, parts: Parts) -> Iterator[slice]:
    rows = max(1, _CELLS // max(parts.groups.shape[1], 1))
    return (slice(begin, begin + rows) for begin in range(0, n, rows))


def _bca(parts: Parts, found: Floats, value: float) -> tuple[float, float]:
    """The levels of the limits, corrected for bias and for skew.

    A resample that ties with the whole is half below it. The acceleration is between -1/6 and
    1/6 by its form, so that the divisor stays above 0.
    """
    tied = np.abs(found - value) < _NOTHING
    below = float(np.mean((found < value) & ~tied) + np.mean(tied) / 2)
    least = 1 / (len(found) + 1)
    bias = _NORMAL.inv_cdf(min(max(below, least), 1 - least))
    whole = parts.groups.sum(axis=0)
    without = np.concatenate(
        [parts.value(whole - parts.groups[rows]) for rows in _blocks(len(parts.groups), parts)]
    )
    without = without[np.isfinite(without)]
    gap = without.mean() - without if len(without) else without
    spread = float(np.square(gap).sum())
    skew = float((gap**3).sum()) / (6 * spread**1.5) if spread > _NOTHING**2 else 0.0
    return _corrected(_LEVELS[0], bias, skew), _corrected(_LEVELS[1], bias, skew)


def _corrected(level: float, bias: float, skew: float) -> float:
    z = bias + _NORMAL.inv_cdf(level)
    return _NORMAL.cdf(bias + z / (1 - skew * z))
