"""Limits that a single score is held against: control chart, fence, trend."""

import itertools
import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass

from coder.alliance.rules import Chart, Fence, Middle, Trend
from coder.alliance.series import Score, Series

# For ranges of two, of their mean (d2, D4) and their median (d4, D6): Wheeler (1993).
_DIVISOR = {Middle.MEAN: 1.128, Middle.MEDIAN: 0.954}
_RANGE = {Middle.MEAN: 3.267, Middle.MEDIAN: 3.865}
_FINE = 9  # decimals


@dataclass(frozen=True, slots=True)
class Limits:
    """What scores are held against; ``numbers`` are shown, in the order of their computing.

    ``slope`` is 0 but for a trend; ``lower`` is the limit at session 0. ``range_limit`` is what a
    step may be. ``reason`` stands where there is no limit.
    """

    numbers: Mapping[str, float]
    lower: float = -math.inf
    slope: float = 0.0
    range_limit: float = math.inf
    inclusive: bool = False
    reason: str | None = None

    def at(self, index: int) -> float:
        """The lower limit in a session."""
        return self.lower + self.slope * index

    def is_low(self, score: Score) -> bool:
        """Tell whether a score lies beyond the lower limit, or on an inclusive one."""
        over = round(score.value - self.at(score.index), _FINE)
        return over < 0 or (self.inclusive and over == 0)


def limits(rule: Chart | Fence | Trend, known: Series) -> Limits:
    """The limits of a rule from the scores that are known."""
    if len(known.scores) < rule.least:
        return Limits({}, reason="alliance_too_few")
    if isinstance(rule, Chart):
        return _chart(rule, known)
    return _fence(rule, known) if isinstance(rule, Fence) else _trend(rule, known)


def neighbours(of: Series) -> list[tuple[Score, Score]]:
    """The pairs of scores of sessions that follow each other."""
    pairs = itertools.pairwise(of.scores)
    return [(one, next_) for one, next_ in pairs if next_.index == one.index + 1]


def _chart(rule: Chart, known: Series) -> Limits:
    ranges = [abs(after.value - before.value) for before, after in neighbours(known)]
    if not ranges:
        return Limits({}, reason="alliance_no_neighbours")
    middle = statistics.fmean(ranges) if rule.middle == Middle.MEAN else statistics.median(ranges)
    mean = statistics.fmean(known.values)
    sigma = middle / _DIVISOR[rule.middle]
    lower, range_limit = mean - rule.sigmas * sigma, _RANGE[rule.middle] * middle
    numbers = {
        "mean": mean,
        "moving range": middle,
        "sigma": sigma,
        "lower": lower,
        "upper": min(mean + rule.sigmas * sigma, known.high),
        "range limit": range_limit,
    }
    return Limits(numbers, lower, range_limit=range_limit)


def _fence(rule: Fence, known: Series) -> Limits:
    ordered = sorted(known.values)
    first, third = (_quantile(ordered, share) for share in (0.25, 0.75))
    lower = first - rule.reach * (third - first)
    return Limits({"Q1": first, "Q3": third, "IQR": third - first, "lower": lower}, lower)


def _quantile(ordered: list[float], share: float) -> float:
    """By linear interpolation: type 7 of Hyndman and Fan (1996), Am Stat 50:361-365."""
    at = (len(ordered) - 1) * share
    below = math.floor(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (at - below) * (ordered[above] - ordered[below])


def _trend(rule: Trend, known: Series) -> Limits:
    places = [float(score.index) for score in known.scores]
    slope, intercept = statistics.linear_regression(places, known.values)
    residuals = [
        value - (intercept + slope * at) for at, value in zip(places, known.values, strict=True)
    ]
    squares = sum(each**2 for each in residuals)
    freedom = len(places) - 2
    spread = math.sqrt(squares / freedom) if freedom > 0 else 0.0
    numbers = {"intercept": intercept, "slope": slope, "residual SD": spread}
    if round(spread, _FINE) == 0:
        return Limits(numbers, reason="alliance_no_spread")
    return Limits(numbers, intercept - rule.k * spread, slope, inclusive=True)
