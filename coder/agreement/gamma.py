"""Gamma: agreement of two or more raters who put units, with a code each, anywhere on a continuum.

The units are aligned, one of a rater's with at most one of every other's, so that the disorder is
least; gamma compares it with that of continua shuffled at random. Mathet, Widlöcher and Métivier
(2015), Comput Linguist 41:437-479, for spans only: padding points makes any value wanted.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np

from coder.agreement.estimate import Estimate, Floats, Ints

Unit = tuple[int, int, int]  # start and end (ms), and code

NONE = -1  # the rater has no unit in this row
_SAMPLES = 30  # Mathet et al. (2015), 5.3
_Z = 1.96  # the same, for a confidence of 95 %
_ROUNDING = 1e-9
_ROOM = 0.5  # as Mathet's program and pygamma-agreement have it; the paper's text has 1
_BLOCK = 4000  # rows that grow at once: it bounds memory
_NEAR = 0.02  # in disorder; a first guess, which is widened where it was too small


@dataclass(frozen=True, slots=True)
class Weights:
    """What two units differ by: ``position`` (> 0) times d_pos plus ``category`` times d_cat.

    A unit without a partner costs 1 with each other rater. That cost, Mathet's Δ, is no parameter:
    all three are proportional to it, and gamma does not depend on it. Mathet's program has 3 and 1.
    """

    position: float = 1.0
    category: float = 1.0


EVEN = Weights()


@dataclass(frozen=True, slots=True)
class Alignment:
    """The alignment of least disorder; a row has a unit's place in each rater's line, or None."""

    disorder: float
    rows: tuple[tuple[int | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Gamma:
    """Gamma and gamma-cat, and the disorders they are made of.

    ``gamma`` is 1 - observed / expected; its ``n``, like that of ``gamma_cat``, counts units.
    ``low`` and ``high`` hold it with 95 % confidence if more continua were shuffled: they speak of
    chance as simulated here, not of other sessions or raters. ``expected_sd`` is the standard
    deviation over the ``samples`` shuffled continua.
    """

    gamma: Estimate
    gamma_cat: Estimate
    observed: float | None = None
    expected: float | None = None
    expected_sd: float | None = None
    low: float | None = None
    high: float | None = None
    samples: int = 0
    alignment: tuple[tuple[int | None, ...], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Units:
    """Rater after rater, each one's by start: ``first`` says where a rater's begin, (m + 1,)."""

    starts: Floats
    ends: Floats
    codes: Ints
    first: Ints

    @property
    def raters(self) -> int:
        return len(self.first) - 1


def gamma(
    lines: Sequence[Sequence[Unit]],
    span_ms: tuple[int, int],
    *,
    weights: Weights = EVEN,
    samples: int = _SAMPLES,
    precision: float | None = None,
    seed: int = 0,
    progress: Callable[[float], bool] | None = None,
) -> Gamma | None:
    """Gamma of Mathet et al. (2015), and gamma-cat of Mathet (2017), Comput Linguist 43:661-681.

    ``lines`` holds each rater's units within ``span_ms``, the stretch that all of them heard. The
    expected disorder is the mean over ``samples`` (2 or more) continua shuffled as Mathet et al.
    do it, and over more where their relative error would exceed ``precision`` (0.02 is 2 %) with
    95 % confidence. ``progress`` is told the share done, which falls back once if more samples
    turn out to be needed; it returns False to stop, and then there is no result.

    Gamma-cat compares the codes of aligned units, each pair weighted by max(0, 1 - d_pos) and by
    1 / (units of the row - 1); a unit without a partner has no part in it. Its chance level comes
    from the alignments of the same shuffled continua.
    """
    n = sum(len(line) for line in lines)
    reason = _why_undefined(lines, span_ms)
    if reason is not None:
        return Gamma(Estimate(None, n, reason=reason), Estimate(None, n, reason=reason))
    units, places = _laid_out(lines)
    best, observed = _align(units, weights)
    chance = _by_chance(units, span_ms, weights, (samples, precision, seed), progress)
    if chance is None:
        return None
    disorders, codes_by_chance = chance
    expected, sd = float(disorders.mean()), float(disorders.std(ddof=1))
    found = 1 - observed / expected
    within = _Z * observed / expected**2 * sd / math.sqrt(len(disorders))
    return Gamma(
        Estimate(found, n),
        _gamma_cat(units, best, codes_by_chance),
        observed,
        expected,
        sd,
        low=found - within,
        high=min(found + within, 1.0),
        samples=len(disorders),
        alignment=_rows(units, best, places),
    )


def best_alignment(lines: Sequence[Sequence[Unit]], weights: Weights = EVEN) -> Alignment:
    """The alignment of least disorder, exactly: Mathet et al. (2015), 4.3 and 5.1.

    Each rater's units (lasting longer than 0; in any order, and free to overlap) are in one row
    each. A row's disorder is the mean over pairs of raters, 1 where either has no unit; the whole
    is their sum over the mean number of units per rater. There must be a unit.
    """
    units, places = _laid_out(lines)
    best, disorder = _align(units, weights)
    return Alignment(disorder, _rows(units, best, places))


def _rows(units: _Units, best: Ints, places: Ints) -> tuple[tuple[int | None, ...], ...]:
    """Every unit's row in order of time, those without a partner too, as the caller knows them."""
    alone = np.setdiff1d(np.arange(len(units.starts)), best)
    singles = np.full((len(alone), units.raters), NONE)
    singles[np.arange(len(alone)), np.searchsorted(units.first, alone, "right") - 1] = alone
    rows = np.concatenate([best, singles])
    begins = np.where(rows == NONE, np.inf, units.starts[rows]).min(axis=1)
    rows = rows[np.lexsort((*rows.T[::-1], begins))]
    known = np.where(rows == NONE, NONE, places[rows]).tolist()
    return tuple(tuple(None if each == NONE else each for each in row) for row in known)


def _why_undefined(lines: Sequence[Sequence[Unit]], span_ms: tuple[int, int]) -> str | None:
    if len(lines) < 2:  # noqa: PLR2004 - agreement takes two
        return "agreement_no_partner"
    if not any(lines):
        return "agreement_never_marked"
    if any(start >= end for line in lines for start, end, _ in line):
        return "agreement_points"
    return None if span_ms[0] < span_ms[1] else "agreement_no_length"


def _laid_out(lines: Sequence[Sequence[Unit]]) -> tuple[_Units, Ints]:
    """The units in order, and where in its rater's line each of them stood."""
    flat = np.array([unit for line in lines for unit in line], float).reshape(-1, 3)
    raters = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    places = np.concatenate([np.arange(len(line)) for line in lines])
    order = np.lexsort((flat[:, 2], flat[:, 1], flat[:, 0], raters))
    starts, ends, codes = flat[order].T
    first = np.searchsorted(raters, np.arange(len(lines) + 1))
    return _Units(starts, ends, codes.astype(np.int64), first), places[order]


def _apart(units: _Units, one: Ints, other: Ints) -> tuple[Floats, Floats]:
    """d_pos and d_cat of units, by their numbers (Mathet et al. 2015, 4.2)."""
    starts, ends = units.starts, units.ends
    between = np.abs(starts[one] - starts[other]) + np.abs(ends[one] - ends[other])
    lengths = ends[one] - starts[one] + ends[other] - starts[other]
    return (between / lengths) ** 2, (units.codes[one] != units.codes[other]).astype(float)


def _align(units: _Units, weights: Weights) -> tuple[Ints, float]:
    """The rows with two or more units in the best alignment, and the disorder of the whole."""
    n = len(units.starts)
    rows, gains = _candidates(units, weights)
    chosen, gain = _cheapest(rows, gains, n) if len(rows) else (rows, 0.0)
    return chosen, (n + gain) / (n / units.raters)


def _candidates(units: _Units, weights: Weights) -> tuple[Ints, Floats]:
    """Every row of two or more units that can be in a best alignment, with what it gains.

    With M pairs of raters a row's disorder is 1 + sum(d - 1) / M over its pairs of units, and a
    unit alone has 1. Rows grow rater by rater; those that no best alignment needs are left out.
    """
    m = units.raters
    pairs = m * (m - 1) // 2
    rows, excess = np.empty((0, m), np.int64), np.empty((0, pairs))
    for rater in range(m):
        single = np.full((units.first[rater + 1] - units.first[rater], m), NONE)
        single[:, rater] = np.arange(units.first[rater], units.first[rater + 1])
        made = [(rows, excess), (single, np.zeros((len(single), pairs)))]
        for block in np.array_split(np.arange(len(rows)), len(rows) // _BLOCK + 1):
            made.append(_grown(units, weights, rows[block], excess[block], rater))
            made[-1] = _needed_rows(*made[-1], m - 1 - rater)
        rows, excess = (np.concatenate(each) for each in zip(*made, strict=True))
    rows, excess = _needed_rows(rows, excess, 0)
    sizes = (rows != NONE).sum(axis=1)
    several = sizes > 1
    gains = 1 + excess.sum(axis=1) / pairs - sizes
    return rows[several], gains[several]


def _needed_rows(rows: Ints, excess: Floats, to_come: int) -> tuple[Ints, Floats]:
    """Leave out the rows that are no better than two parts of theirs, however they grow.

    They are, if the pairs that a division into two cuts have sum(d - 1) >= M. A unit yet to come
    can join the larger part, and so adds no less than -1 for each unit of the smaller. That is
    stricter than the published limit, a disorder of m, which is the division into single units.
    """
    divisions, cut = _divisions(rows.shape[1])
    there = (rows != NONE).astype(np.int64)
    sizes, part = there.sum(axis=1), there @ divisions.T
    smaller = np.minimum(part, sizes[:, None] - part)
    needed = (excess @ cut - to_come * smaller < len(cut) - _ROUNDING).all(axis=1)
    return rows[needed], excess[needed]


@cache
def _divisions(m: int) -> tuple[Ints, Floats]:
    """Each division of m raters into two: who is in one part, and which pairs it cuts."""
    parts = np.array([[part >> i & 1 for i in range(m)] for part in range(1, 2 ** (m - 1))])
    cut = [parts[:, i] != parts[:, j] for i, j in combinations(range(m), 2)]
    return parts, np.array(cut, float)


def _grown(
    units: _Units, weights: Weights, rows: Ints, excess: Floats, rater: int
) -> tuple[Ints, Floats]:
    """Rows with each unit of a rater that lies near all of theirs added, and d - 1 of each pair.

    Two units of one row have d < M + m - 1 (divide the one from all others), which bounds how
    far apart they start.
    """
    begin, end = units.first[rater], units.first[rater + 1]
    if not len(rows) or begin == end:
        return rows[:0], excess[:0]
    pairs = list(combinations(range(units.raters), 2))
    lengths, starts = units.ends - units.starts, units.starts[begin:end]
    furthest = math.sqrt((len(pairs) + units.raters - 1) / weights.position)
    reach = furthest * (lengths + lengths[begin:end].max())
    # The last entry answers for NONE, which is -1: any unit will do.
    low = np.append(begin + np.searchsorted(starts, units.starts - reach), begin)
    high = np.append(begin + np.searchsorted(starts, units.starts + reach, "right"), end)
    lowest, highest = low[rows].max(axis=1), high[rows].min(axis=1)
    counts = np.maximum(highest - lowest, 0)
    of_row = np.repeat(np.arange(len(rows)), counts)
    within = np.arange(len(of_row)) - np.repeat(np.cumsum(counts) - counts, counts)
    grown, more = rows[of_row], excess[of_row]
    grown[:, rater] = lowest[of_row] + within
    for p, (i, j) in enumerate(pairs):
        if j == rater:
            place, category = _apart(units, grown[:, i], grown[:, rater])
            cost = weights.position * place + weights.category * category
            more[:, p] = np.where(grown[:, i] == NONE, 0.0, cost - 1)
    return grown, more


def _cheapest(rows: Ints, gains: Floats, n: int) -> tuple[Ints, float]:
    """The rows, no unit in two of them, whose gains sum to the least; and that sum.

    The linear relaxation is mostly whole. Where it is not, its reduced costs say what choosing a
    row would add at least, so the integer programme is solved over the rows that could still be
    chosen: if its optimum lies within the limit they were taken by, none was missed.
    """
    from scipy.optimize import linprog
    from scipy.sparse import csc_array

    there = rows != NONE
    ends = np.concatenate([[0], np.cumsum(there.sum(axis=1))])
    # Any: the stubs of linprog know neither sparse matrices nor that this one has a solution.
    holds: Any = csc_array((np.ones(ends[-1]), rows[there], ends), shape=(n, len(rows)))
    relaxed: Any = linprog(gains, A_ub=holds, b_ub=np.ones(n), method="highs")
    whole = np.round(relaxed.x)
    if np.abs(relaxed.x - whole).max() < _ROUNDING:
        return rows[whole > 0], float(gains @ whole)
    adds = gains - holds.T @ relaxed.ineqlin.marginals
    limit = _NEAR
    while True:
        near = np.flatnonzero(adds <= limit + _ROUNDING)
        chosen = near[_packed(holds[:, near], gains[near])]
        gain = float(gains[chosen].sum())
        if gain - relaxed.fun <= limit:
            return rows[chosen], gain
        limit = gain - relaxed.fun


def _packed(holds: Any, gains: Floats) -> Ints:
    """Which rows the integer programme over these rows chooses."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    found = milp(
        gains,
        constraints=LinearConstraint(holds, -np.inf, 1),
        integrality=np.ones(len(gains), np.int64),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0},  # exactly: HiGHS is content with 0.01 % otherwise
    )
    return np.flatnonzero(np.round(np.asarray(found.x, float)))


def _by_chance(
    units: _Units,
    span_ms: tuple[int, int],
    weights: Weights,
    drawing: tuple[int, float | None, int],
    progress: Callable[[float], bool] | None,
) -> tuple[Floats, Floats] | None:
    """The disorder of each shuffled continuum, and that of its codes; None if stopped."""
    samples, precision, seed = drawing
    random = np.random.default_rng(seed)
    disorders: list[float] = []
    of_codes: list[float] = []
    wanted = samples
    while len(disorders) < wanted:
        if progress is not None and not progress(len(disorders) / wanted):
            return None
        shuffled = _shuffled(units, span_ms, random)
        best, disorder = _align(shuffled, weights)
        disorders.append(disorder)
        of_codes.append(_code_disorder(shuffled, best))
        if len(disorders) == samples and precision is not None:
            wanted = max(samples, _needed(np.array(disorders), precision))
    if progress is not None:
        progress(1.0)
    return np.array(disorders), np.array(of_codes)


def _needed(disorders: Floats, precision: float) -> int:
    """Samples for a relative error of the mean within ``precision``: Mathet et al. (2015), 5.3."""
    variation = float(disorders.std(ddof=1) / disorders.mean())
    return math.ceil((_Z * variation / precision) ** 2)


def _shuffled(units: _Units, span_ms: tuple[int, int], random: np.random.Generator) -> _Units:
    """A continuum by chance: Mathet et al. (2015), 5.2.1.

    Each line is that of a rater drawn anew, cut at a random place, its two parts exchanged. A unit
    keeps its length, so the last one may end beyond the span. Shifts lie apart at least half
    the mean length of a unit (_ROOM), round the circle, if there is room.
    """
    m, begin, length = units.raters, span_ms[0], span_ms[1] - span_ms[0]
    counts = np.diff(units.first)
    drawn = random.integers(m, size=m)
    while not counts[drawn].any():
        drawn = random.integers(m, size=m)
    apart = _ROOM * float((units.ends - units.starts).mean())
    shifts = np.repeat(_shifts(m, length, apart, random), counts[drawn])
    taken = np.concatenate([np.arange(*units.first[each : each + 2]) for each in drawn])
    starts = begin + (units.starts[taken] - begin + shifts) % length
    ends = starts + units.ends[taken] - units.starts[taken]
    order = np.lexsort((ends, starts, np.repeat(np.arange(m), counts[drawn])))
    first = np.concatenate([[0], np.cumsum(counts[drawn])])
    return _Units(starts[order], ends[order], units.codes[taken][order], first)


def _shifts(m: int, length: float, apart: float, random: np.random.Generator) -> Floats:
    """Places on a circle, any two at least so far apart; anywhere if there is no room."""
    gap = apart if m * apart < length else 0.0
    places = np.sort(random.uniform(0, length - m * gap, m)) + gap * np.arange(m)
    return random.permutation((places + random.uniform(0, length)) % length)


def _gamma_cat(units: _Units, best: Ints, by_chance: Floats) -> Estimate:
    n = len(units.starts)
    if len(np.unique(units.codes)) == 1:
        return Estimate(None, n, reason="agreement_one_code")
    observed, linked = _code_disorder(units, best), by_chance[~np.isnan(by_chance)]
    if np.isnan(observed) or not len(linked):
        return Estimate(None, n, reason="agreement_nothing_linked")
    if not linked.any():
        return Estimate(None, n, reason="agreement_no_variation")
    return Estimate(float(1 - observed / linked.mean()), n)


def _code_disorder(units: _Units, best: Ints) -> float:
    """The weighted mean d_cat of aligned pairs, NaN if none has weight (Mathet 2017, 4.2)."""
    total = weight = 0.0
    for i, j in combinations(range(units.raters), 2):
        rows = best[(best[:, i] != NONE) & (best[:, j] != NONE)]
        place, category = _apart(units, rows[:, i], rows[:, j])
        trust = np.maximum(0, 1 - place) / ((rows != NONE).sum(axis=1) - 1)
        total, weight = total + float(trust @ category), weight + float(trust.sum())
    return total / weight if weight else math.nan
