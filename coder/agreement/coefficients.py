"""Coefficients of agreement. One that is undefined has no value and a reason: never 0, 1, NaN."""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

_Z = NormalDist().inv_cdf(0.975)
_NOTHING = 1e-12  # below this a variance is rounding


@dataclass(frozen=True, slots=True)
class Estimate:
    """A coefficient with its 95 % interval, where it has one.

    Without a value there is a ``reason``, a key of coder.words. ``n`` is what it is a number of.
    """

    value: float | None
    n: int
    se: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str | None = None


def percent_agreement(table: ArrayLike) -> Estimate:
    """Share (0-1) of units in the same category; ``table`` counts units, (q, q)."""
    counts, n = _counts(table)
    if n == 0:
        return Estimate(None, 0, reason="agreement_no_units")
    return Estimate(float(np.trace(counts)) / n, n)


def cohen_kappa(table: ArrayLike) -> Estimate:
    """Cohen's kappa for two raters; ``table`` counts units, (q, q) over the declared categories.

    Cohen (1960), Educ Psychol Meas 20:37-46; large-sample error of Fleiss, Cohen and Everitt
    (1969), Psychol Bull 72:323-327. Where that error is 0 by its form (at perfect agreement, or
    with a rater who used one category only) it says nothing, and there is no interval.
    """
    counts, n = _counts(table)
    if n == 0:
        return Estimate(None, 0, reason="agreement_no_units")
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    agreed, chance = n * int(np.trace(counts)), int(rows @ columns)
    if chance == n * n:
        return Estimate(None, n, reason="agreement_one_category")
    kappa, by_chance = (agreed - chance) / (n * n - chance), chance / (n * n)
    spread = np.eye(len(counts)) - (columns[:, None] + rows[None, :]) / n * (1 - kappa)
    expected = kappa - by_chance * (1 - kappa)
    variance = float((counts / n * spread**2).sum()) - expected**2
    if variance < _NOTHING:
        return Estimate(kappa, n)
    se = math.sqrt(variance / n) / (1 - by_chance)
    return Estimate(kappa, n, se, max(kappa - _Z * se, -1.0), min(kappa + _Z * se, 1.0))


def positive_agreement(both: int, only_first: int, only_second: int) -> Estimate:
    """Agreement on the units either rater marked: 2a / (2a + b + c).

    Dice (1945), Ecology 26:297-302; Cicchetti and Feinstein (1990), J Clin Epidemiol 43:551-558.
    It stands beside kappa, which misleads for rare markers. ``n`` counts the marked units.
    """
    n = both + only_first + only_second
    if n == 0:
        return Estimate(None, 0, reason="agreement_never_marked")
    return Estimate(2 * both / (2 * both + only_first + only_second), n)


def event_f1(matched: int, first: int, second: int) -> Estimate:
    """Matched marks of both raters as a share of all their marks: 2 TP / (n1 + n2).

    van Rijsbergen (1979), Information Retrieval, ch. 7. It is the same in both directions.
    """
    if first + second == 0:
        return Estimate(None, 0, reason="agreement_never_marked")
    return Estimate(2 * matched / (first + second), first + second)


def event_precision(matched: int, compared: int) -> Estimate:
    """Share of a rater's marks that the reference has too: TP / n of the rater compared."""
    if compared == 0:
        return Estimate(None, 0, reason="agreement_no_marks_by_coder")
    return Estimate(matched / compared, compared)


def event_recall(matched: int, reference: int) -> Estimate:
    """Share of the reference's marks that the rater has too: TP / n of the reference."""
    if reference == 0:
        return Estimate(None, 0, reason="agreement_no_marks_in_reference")
    return Estimate(matched / reference, reference)


def _counts(table: ArrayLike) -> tuple[NDArray[np.int64], int]:
    counts = np.asarray(table, np.int64)
    return counts, int(counts.sum())
