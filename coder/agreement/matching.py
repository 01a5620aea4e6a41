"""One-to-one matching of two raters' events: most pairs, then most alike, then the closest."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from coder.agreement.estimate import Ints

Bools = NDArray[np.bool_]

_EXACT = 2**53  # float64, in which SciPy assigns, holds every whole number up to here
_FINEST_SHARE = 1000  # an overlap is meant as the nearest fraction in no smaller parts

# GSEQ's costs of 1, 0.8 and 0 (agreement.md 2.7), in fifths.
_GAP, _SUBSTITUTION, _AGREEMENT = 5, 4, 0


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """One rater's events in one session, in any order; times are whole milliseconds.

    A point ends where it starts; a span ends later. ``keys`` (n, levels) are what a matched pair
    should have in common, the most exact first; -1 is none and equals nothing. Events of
    different persons never match.
    """

    start_ms: Ints
    end_ms: Ints
    keys: Ints
    person: Ints

    def __post_init__(self) -> None:
        if (self.end_ms < self.start_ms).any():
            raise ValueError("an event ends before it starts")


def match(
    first: Events,
    second: Events,
    *,
    tolerance_ms: int,
    overlap: float = 0.6,
    ordered: bool = False,
) -> tuple[tuple[int, int], ...]:
    """Match two raters' events of one session; return pairs of positions, by the first's.

    Who may pair with whom is told by ``may_pair``. Of all one-to-one matchings the best has the
    most pairs; of those, the most pairs with the same first key, then the second, and so on; of
    those, the least total distance. The distance of two spans is that of their starts and that
    of their ends together; of any other two events, that of their starts, for a key is pressed
    where something starts. ``ordered`` instead aligns each person's events in their order, at
    the least cost with gap 1, substitution .8 and agreement (in the first key) 0, and at the
    least total distance of those: Quera, Bakeman and Gnisci (2007), Behav Res Methods 39:39-49.

    Neither the order of the events nor which rater is first makes a difference; where several
    matchings are equally good, times and keys decide. Events alike in all are interchangeable.
    """
    (table, order), (other_table, other_order) = _in_order(first), _in_order(second)
    turned = table.tolist() > other_table.tolist()
    if turned:
        table, other_table = other_table, table
    one, other = _events(table), _events(other_table)
    allowed = may_pair(one, other, tolerance_ms=tolerance_ms, overlap=overlap)
    if not allowed.any():
        return ()
    distance = np.where(allowed, _distance(one, other), 0)
    same = _same(one, other)
    if ordered:
        rows, columns = _align(allowed, distance, same[:1].sum(axis=0))
    else:
        nearness = distance.max() - distance
        rows, columns = _assign(allowed, [allowed.astype(np.int64), *same, nearness])
    if turned:
        rows, columns = columns, rows
    return tuple(sorted(zip(order[rows].tolist(), other_order[columns].tolist(), strict=True)))


def may_pair(first: Events, second: Events, *, tolerance_ms: int, overlap: float) -> Bools:
    """Tell which events may be matched, (..., n1, n2); times may have leading axes.

    Two spans may when they share at least ``overlap`` of the longer: Holle and Rein (2015),
    Behav Res Methods 47:837-847 (EasyDIAg). Two points, or a point and a span, may when they are
    no further apart than the tolerance; a point inside a span is at no distance from it. Whole
    numbers decide, so that 1.3 s is within 1.3 s.
    """
    start, end = first.start_ms[..., :, None], first.end_ms[..., :, None]
    other_start, other_end = second.start_ms[..., None, :], second.end_ms[..., None, :]
    shared = np.minimum(end, other_end) - np.maximum(start, other_start)
    longer = np.maximum(end - start, other_end - other_start)
    share = Fraction(overlap).limit_denominator(_FINEST_SHARE)
    overlapping = shared * share.denominator >= longer * share.numerator
    spans = (end > start) & (other_end > other_start)
    near = np.where(spans, overlapping, -shared <= tolerance_ms)
    persons: Bools = first.person[:, None] == second.person
    return near & persons


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


def _in_order(events: Events) -> tuple[Ints, Ints]:
    """The events as a table sorted by person, time and keys, and where each row came from."""
    table = np.column_stack((events.person, events.start_ms, events.end_ms, events.keys))
    order = np.lexsort(table.T[::-1])
    return table[order], order


def _events(table: Ints) -> Events:
    return Events(table[:, 1], table[:, 2], table[:, 3:], table[:, 0])


def _distance(first: Events, second: Events) -> Ints:
    spans = (first.end_ms > first.start_ms)[:, None] & (second.end_ms > second.start_ms)
    starts: Ints = np.abs(first.start_ms[:, None] - second.start_ms)
    ends: Ints = spans * np.abs(first.end_ms[:, None] - second.end_ms)
    return starts + ends


def _same(first: Events, second: Events) -> Ints:
    """1 where two events have a key in common, 0 elsewhere; (levels, n1, n2)."""
    keys, other_keys = first.keys.T[:, :, None], second.keys.T[:, None, :]
    same: Bools = (keys == other_keys) & (keys >= 0)
    return same.astype(np.int64)


def _assign(allowed: Bools, criteria: list[Ints]) -> tuple[Ints, Ints]:
    """The allowed matching with the largest sum by the first criterion, then by the next, ...

    As many criteria as float64 can weigh exactly are decided at once; for one session that is
    all of them. Otherwise duality leads on to the rest: a matching is of the largest weight if
    and only if the prices of its pairs add up to their weights and it leaves out no event with a
    price. So the next round keeps such pairs alone, and takes as many priced events as can be.
    """
    from scipy.optimize import linear_sum_assignment

    while True:
        weight, decided = _weigh(criteria)
        weight = np.where(allowed, weight, 0)
        rows, columns = linear_sum_assignment(weight, maximize=True)
        criteria = criteria[decided:]
        if not criteria:
            matched = allowed[rows, columns]
            return rows[matched], columns[matched]
        price, other_price = _prices(weight, rows, columns)
        allowed = allowed & (price[:, None] + other_price == weight)
        criteria = [(price > 0)[:, None].astype(np.int64) + (other_price > 0), *criteria]


def _weigh(criteria: Sequence[Ints]) -> tuple[Ints, int]:
    """The first few criteria as one weight, each above all sums of the later; and how many.

    Two always fit, up to 10,000 events and distances of hours, so that every round decides one.
    """
    pairs = min(criteria[0].shape)
    weight = criteria[0]
    for decided, criterion in enumerate(criteria[1:], start=1):
        most = int(criterion.max())
        step = pairs * most + 1
        # No sum on the way to an assignment is of more weights than four for every pair.
        if decided > 1 and (int(weight.max()) * step + most) * pairs * 4 > _EXACT:
            return weight, decided
        weight = weight * step + criterion
    return weight, len(criteria)


def _prices(weight: Ints, rows: Ints, columns: Ints) -> tuple[Ints, Ints]:
    """The prices of the events that prove a matching to be of the largest weight.

    No pair weighs more than its two prices, a matched pair weighs as much, and an unmatched event
    costs nothing (Kuhn 1955, Nav Res Logist Q 2:83-97). Prices rise from 0 until all this holds.
    """
    of_row, of_column = np.nonzero(weight)
    worth = weight[of_row, of_column]
    price, other_price = np.zeros(len(weight), np.int64), np.zeros(weight.shape[1], np.int64)
    while True:
        price[rows] = weight[rows, columns] - other_price[columns]
        raised = other_price.copy()
        np.maximum.at(raised, of_column, worth - price[of_row])
        if np.array_equal(raised, other_price):
            return price, other_price
        other_price = raised


def _align(allowed: Bools, distance: Ints, same: Ints) -> tuple[Ints, Ints]:
    """Align two sequences at the least cost (Needleman and Wunsch 1970, J Mol Biol 48:443-453).

    ``best[i, j]`` is the least cost of the first i events against the first j. The tables are
    sorted by person first, so that each person's events are aligned by themselves.
    """
    scale = min(allowed.shape) * int(distance.max()) + 1
    gap = _GAP * scale
    cost = np.where(same, _AGREEMENT, _SUBSTITUTION) * scale + distance
    cost = np.where(allowed, cost, 2 * gap + 1)
    gaps = gap * np.arange(allowed.shape[1] + 1)
    best = np.tile(gaps, (len(allowed) + 1, 1))
    for row, of_row in enumerate(cost):
        reached = best[row] + gap
        reached[1:] = np.minimum(reached[1:], best[row, :-1] + of_row)
        best[row + 1] = np.minimum.accumulate(reached - gaps) + gaps
    return _walk_back(best, cost, gap)


def _walk_back(best: Ints, cost: Ints, gap: int) -> tuple[Ints, Ints]:
    """The pairs of the alignment that ``best`` ends in."""
    pairs = []
    row, column = cost.shape
    while row and column:
        if best[row, column] == best[row - 1, column - 1] + cost[row - 1, column - 1]:
            row, column = row - 1, column - 1
            pairs.append((row, column))
        elif best[row, column] == best[row - 1, column] + gap:
            row -= 1
        else:
            column -= 1
    found = np.array(pairs, np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]
