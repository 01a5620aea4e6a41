"""Krippendorff's alpha: any number of raters, any level of measurement, ratings missing.

alpha = 1 - Do / De: the disagreement within units over that expected if the ratings were dealt
to units at random. A unit with fewer than two ratings has nothing to compare and is left out.
"""

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from coder.agreement.estimate import Floats, Ints, Parts

Metric = Literal["nominal", "ordinal", "interval", "ratio"]
SetDistance = Literal["jaccard", "masi"]

_AnyInts = NDArray[np.integer[Any]]
_Bools = NDArray[np.bool_]
# How much categories given by position differ, squared where they are numbers; it broadcasts.
_Distance = Callable[[_AnyInts, _AnyInts], Floats]

_FEW = 32  # up to here it is quicker to count each category in each unit than to sort pairs
_BLOCK = 2**20  # differences between categories held at once


def alpha(
    codes: _AnyInts,
    q: int,
    metric: Metric = "nominal",
    values: Floats | None = None,
    groups: Ints | None = None,
) -> Parts:
    """Krippendorff's alpha of ``codes`` (units, raters): positions 0 to q - 1, or -1 for not rated.

    Krippendorff (2011), Computing Krippendorff's alpha-reliability, Univ. of Pennsylvania;
    (2019), Content Analysis, 4th ed., ch. 12. Ordinal categories are in the order of their
    positions; interval and ratio need the number that each stands for, ``values`` (q,), for a
    position is no quantity. ``n`` counts the units with two ratings or more.
    """
    ratings = _Ratings(codes, q, groups)
    if not ratings.n:
        return ratings.undefined("agreement_no_units")
    if metric == "nominal":
        return _nominal(ratings)
    if metric == "ordinal":
        return _ordinal(ratings)
    if values is None:
        raise ValueError("Interval and ratio alpha need the numbers the categories stand for.")
    numbers = np.asarray(values, np.float64)
    if metric == "interval":
        return _interval(ratings, numbers)
    if (numbers[ratings.used] < 0).any():
        return ratings.undefined("agreement_negative_ratio")
    return _by_distance(ratings, _ratio_of(numbers))


def alpha_sets(
    present: _Bools,
    seen: _Bools,
    distance: SetDistance = "jaccard",
    groups: Ints | None = None,
) -> Parts:
    """Krippendorff's alpha of sets of codes: ``present`` (units, raters, codes), ``seen`` (…).

    ``seen`` (units, raters) is whether the rater rated the unit at all; a unit seen and left
    unmarked holds the empty set. Jaccard (1912), New Phytol 11:37-50, is the share of the codes
    of both that is not in both; MASI, Passonneau (2006), LREC 831-836, weighs it by whether one
    set holds the other. Two empty sets do not differ.
    """
    sets, which = _distinct(present)
    ratings = _Ratings(np.where(seen, which, -1), len(sets), groups)
    if not ratings.n:
        return ratings.undefined("agreement_no_units")
    return _by_distance(ratings, _between_sets(sets, distance))


class _Ratings:
    """The ratings that have another to be compared with.

    ``rated`` (raters, units) in the smallest type, the raters first for speed; ``n`` units with
    ratings, ``each`` (units,) how many, ``share`` (units,) what a pair of them counts for,
    1 / (each - 1); ``margins`` (groups, q) how often each category was given, and ``used`` those
    given at all.
    """

    def __init__(self, codes: _AnyInts, q: int, groups: Ints | None) -> None:
        self.rated = np.ascontiguousarray(codes.T, np.min_scalar_type(-max(q, 1)))
        self.each = _count(self.rated >= 0)
        alone = self.each == 1
        if alone.any():
            self.rated[:, alone] = -1
            self.each[alone] = 0
        self.n = int(np.count_nonzero(self.each))
        self.share = (1 / np.maximum(np.arange(len(self.rated) + 1) - 1, 1))[self.each]
        self.groups = np.broadcast_to(np.int64(0), len(codes)) if groups is None else groups
        self.n_groups = int(self.groups.max(initial=0)) + 1
        self.margins = self._margins(q)
        self.used = np.flatnonzero(self.margins.any(axis=0))

    def _margins(self, q: int) -> Floats:
        counts = np.zeros(self.n_groups * (q + 1), np.int64)
        # What is before the first of a group is for ratings missing.
        first = np.int64(1) if self.n_groups == 1 else self.groups * (q + 1) + 1
        for row in self.rated:
            counts += np.bincount(first + row, minlength=len(counts))
        return counts.reshape(self.n_groups, q + 1)[:, 1:].astype(np.float64)

    def added(self, by_unit: Floats) -> Floats:
        """What units add up to in each group."""
        if self.n_groups == 1:
            return np.array([by_unit.sum()])
        return _sums(self.groups, by_unit, self.n_groups)

    def parts(self, by_pair: Floats, counts: Floats, value: Callable[[Floats], Floats]) -> Parts:
        """What each group adds: of its pairs within units, then of its ratings."""
        sums = np.column_stack([by_pair, counts])
        return Parts(sums, value, self.n, "agreement_no_variation")

    def undefined(self, reason: str) -> Parts:
        """No alpha, whatever is drawn."""
        nothing = np.zeros((self.n_groups, 1))
        return Parts(nothing, lambda sums: np.full(sums.shape[:-1], np.nan), self.n, reason)


def _count(marked: _Bools) -> _AnyInts:
    """How many raters of each unit; ``marked`` (raters, units). Bytes add up the fastest."""
    kind = np.min_scalar_type(len(marked))
    counts: _AnyInts = marked.view(np.uint8).sum(axis=0, dtype=kind)
    return counts


def _sums(places: Ints, weights: Floats, size: int) -> Floats:
    # Typed as counts, which these are not.
    return np.bincount(places, weights, size).astype(np.float64, copy=False)


def _alpha(observed: Floats, expected: Floats, n: Floats) -> Floats:
    """Alpha from sums over ordered pairs: of ratings within units, of all ``n`` ratings.

    Without variation ``expected`` is 0, and alpha undefined.
    """
    undefined = np.full(np.shape(expected), np.nan)
    ratio: Floats = np.divide(observed, expected, out=undefined, where=expected > 0)
    return 1 - (n - 1) * ratio


def _nominal(ratings: _Ratings) -> Parts:
    """Categories differ or not, so that counting pairs of raters who agree is enough."""
    rated = ratings.rated
    same = np.zeros(rated.shape[1], np.min_scalar_type(len(rated) ** 2))
    for n in range(1, len(rated)):
        same += (rated[:n] == rated[n]).view(np.uint8).sum(axis=0, dtype=same.dtype)
    each = np.arange(len(rated) + 1)
    missing = len(rated) - each
    # Raters who both did not rate are the same too, and as many pairs in every such unit.
    most = (each * (each - 1) + missing * (missing - 1)) // 2
    differing = most.astype(same.dtype)[ratings.each] - same
    within = 2 * ratings.added(ratings.share * differing)

    def value(sums: Floats) -> Floats:
        observed, counts = sums[..., 0], sums[..., 1:]
        n = counts.sum(axis=-1)
        return _alpha(observed, n * n - (counts * counts).sum(axis=-1), n)

    return ratings.parts(within, ratings.margins, value)


def _interval(ratings: _Ratings, numbers: Floats) -> Parts:
    """Squared differences come to sums of values and of squares, however many values there are.

    The sums of ranks are whole numbers: they tell no variation from rounding.
    """
    counts = ratings.margins[:, ratings.used]
    kept = numbers[ratings.used]
    middle = (counts.sum(axis=0) @ kept) / max(counts.sum(), 1)
    kept = kept - middle
    rank = np.unique(kept, return_inverse=True)[1].astype(np.float64)
    there = ratings.rated >= 0
    off = np.where(there, numbers[ratings.rated] - middle, 0)
    off -= off.sum(axis=0) / np.maximum(ratings.each, 1)
    spread = np.square(off).sum(axis=0, where=there)
    within = 2 * ratings.added(spread * ratings.each * ratings.share)

    def value(sums: Floats) -> Floats:
        observed, n, total, squares, ranks, rank_squares = np.moveaxis(sums, -1, 0)
        varies = 2 * (n * rank_squares - ranks * ranks) > n - 1
        return _alpha(observed, np.where(varies, 2 * (n * squares - total * total), 0), n)

    terms = np.stack([np.ones_like(kept), kept, kept**2, rank, rank**2], axis=1)
    return ratings.parts(within, counts @ terms, value)


def _ordinal(ratings: _Ratings) -> Parts:
    """Categories differ by the ratings that lie between them, half of their own included.

    So the difference depends on who was drawn, and each pair of categories met within units is
    a sum of its own. Middles are counted from that of all ratings: theirs is then 0.
    """
    used = ratings.used
    low, high, met = _counted(ratings) if len(used) <= _FEW else _sorted(ratings)

    def value(sums: Floats) -> Floats:
        pairs, counts = sums[..., : len(low)], sums[..., len(low) :]
        n = counts.sum(axis=-1)
        middle = np.cumsum(counts, axis=-1) - counts / 2 - n[..., None] / 2
        observed = (pairs * (middle[..., high] - middle[..., low]) ** 2).sum(axis=-1)
        return _alpha(2 * observed, 2 * n * (counts * middle**2).sum(axis=-1), n)

    return ratings.parts(met, ratings.margins[:, used], value)


def _counted(ratings: _Ratings) -> tuple[Ints, Ints, Floats]:
    """All pairs of categories as positions in ``used``, and how often each group's units hold them.

    Every category is counted in every unit.
    """
    low, high = np.triu_indices(len(ratings.used), 1)
    counts = [_count(ratings.rated == code) for code in ratings.used]
    shared = [each * ratings.share for each in counts]
    pair = np.empty_like(ratings.share)
    met = [
        ratings.added(np.multiply(counts[a], shared[b], out=pair))
        for a, b in zip(low, high, strict=True)
    ]
    return low, high, np.array(met).reshape(len(low), ratings.n_groups).T


def _sorted(ratings: _Ratings) -> tuple[Ints, Ints, Floats]:
    """The same for many categories: the pairs that units hold are sorted, no others counted."""
    one, other = np.triu_indices(len(ratings.rated), 1)
    low = np.minimum(ratings.rated[one], ratings.rated[other])
    high = np.maximum(ratings.rated[one], ratings.rated[other])
    at = np.nonzero((low >= 0) & (low < high))
    size = len(ratings.used)
    places = [np.searchsorted(ratings.used, each[at]) for each in (low, high)]
    cells, which = np.unique(places[0] * size + places[1], return_inverse=True)
    low, high = np.divmod(cells, size)
    key = ratings.groups[at[1]] * len(cells) + which
    met = _sums(key, ratings.share[at[1]], ratings.n_groups * len(cells))
    return low, high, met.reshape(ratings.n_groups, len(cells))


def _by_distance(ratings: _Ratings, distance: _Distance) -> Parts:
    """Alpha for a difference that depends on the two categories alone."""
    used = ratings.used
    rows = max(1, _BLOCK // len(used))

    def value(sums: Floats) -> Floats:
        counts = sums[..., 1:]
        expected = np.zeros(sums.shape[:-1])
        for begin in range(0, len(used), rows):
            differ = distance(used[begin : begin + rows, None], used)
            expected += (counts[..., begin : begin + rows] * (counts @ differ.T)).sum(axis=-1)
        return _alpha(sums[..., 0], expected, counts.sum(axis=-1))

    within = _within(ratings, distance)
    return ratings.parts(within, ratings.margins[:, used], value)


def _within(ratings: _Ratings, distance: _Distance) -> Floats:
    """The disagreement within each group's units, by pairs of categories or of raters."""
    if len(ratings.used) <= _FEW:
        low, high, met = _counted(ratings)
        half: Floats = met @ distance(ratings.used[low], ratings.used[high])
        return 2 * half
    rated = ratings.rated
    by_unit = np.zeros(rated.shape[1])
    for n in range(1, len(rated)):
        both = (rated[:n] >= 0) & (rated[n] >= 0)
        by_unit += distance(rated[:n], rated[n]).sum(axis=0, where=both)
    return 2 * ratings.added(by_unit * ratings.share)


def _ratio_of(numbers: Floats) -> _Distance:
    def distance(one: _AnyInts, other: _AnyInts) -> Floats:
        first, second = numbers[one], numbers[other]
        total = first + second
        none = np.zeros(total.shape)
        ratio: Floats = np.divide(first - second, total, out=none, where=total > 0)
        return np.square(ratio)

    return distance


def _distinct(present: _Bools) -> tuple[NDArray[np.uint8], Ints]:
    """The sets there are, as bits (sets, bytes), and which of them is where (units, raters)."""
    bits = np.packbits(present, axis=-1)
    every = bits.reshape(present.shape[0] * present.shape[1], bits.shape[-1])
    which = np.zeros(len(every), np.int64)
    first = np.arange(min(len(every), 1))
    for column in every.T:  # a whole number sorts much faster than a row of bytes
        _, first, which = np.unique(which * 256 + column, return_index=True, return_inverse=True)
    return every[first], which.reshape(present.shape[:-1])


def _between_sets(sets: NDArray[np.uint8], kind: SetDistance) -> _Distance:
    size = np.bitwise_count(sets).sum(axis=-1, dtype=np.int64)

    def distance(one: _AnyInts, other: _AnyInts) -> Floats:
        both = np.bitwise_count(sets[one] & sets[other]).sum(axis=-1, dtype=np.int64)
        either = size[one] + size[other] - both
        alike: Floats = np.divide(both, either, out=np.ones(either.shape), where=either > 0)
        if kind == "masi":
            holds = both == np.minimum(size[one], size[other])
            alike *= np.select([both == either, holds, both > 0], [1, 2 / 3, 1 / 3], 0.0)
        return 1 - alike

    return distance
