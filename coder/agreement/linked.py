"""What two raters' matched events come to: event kappa, F1, lag, and what chance would match.

A table of linked events has a row and a column for each of q codes and, last, for nil: an event
that the other rater does not have. A matched pair counts once; what counts it twice says so.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coder.agreement.estimate import Floats, Ints, Parts
from coder.agreement.matching import Bools, Events, may_pair

_AT_ONCE = 2_000_000  # how many pairs of events are looked at together: some tens of megabytes


def link(first: Ints, second: Ints, pairs: Iterable[tuple[int, int]], q: int) -> Ints:
    """Count events by both raters' codes (0 to q-1), (q + 1, q + 1) with nil last.

    ``pairs`` are positions in ``first`` and ``second``; everything else is unmatched.
    """
    codes = np.concatenate((first, second))
    if ((codes < 0) | (codes >= q)).any():
        raise ValueError(f"codes are 0 to {q - 1}")
    rows, columns = np.array(list(pairs), np.int64).reshape(-1, 2).T
    partner = np.full(len(first), q)
    partner[rows] = second[columns]
    alone = np.delete(second, columns)
    side = q + 1
    cells = np.concatenate((first * side + partner, q * side + alone))
    return np.bincount(cells, minlength=side * side).reshape(side, side)


def event_kappa(tables: Ints) -> Parts:
    """Kappa of linked events with nil as a category, from tables (groups, q + 1, q + 1).

    Each event counts once, and so a matched pair twice. There is nothing to be seen at
    (nil, nil), a structural zero, and chance is the quasi-independence fit around it: Holle and
    Rein (2015), Behav Res Methods 47:837-847 (EasyDIAg); Quera, Bakeman and Gnisci (2007), Behav
    Res Methods 39:39-49 (GSEQ). Unlike EasyDIAg's it is not raised to 0 where it is below. It is
    not estimable where the margins leave the agreement no freedom (``_above_chance``).
    ``n`` counts events.
    """
    return _parts(tables, _kappa)


def event_kappa_max(tables: Ints) -> Parts:
    """The largest event kappa that the margins allow, against the same fitted chance.

    Holle and Rein (2015), Behav Res Methods 47:837-847. As there, the smaller of the two margins
    of nil counts as possible agreement, so that it may be out of reach.
    """
    return _parts(tables, _kappa_max)


def collapse_event(tables: Ints, code: int) -> Ints:
    """One code against all else, (..., 2, 2) with the code first, each event counted once.

    What neither has is the total less the rest: Holle and Rein (2015), Behav Res Methods
    47:837-847. It is for the kappa of one code; pairs count twice, so that errors from theory
    and positive agreement do not apply.
    """
    rows, columns, _, added = _margins(tables)
    both = 2 * tables[..., code, code]
    ours, theirs = rows[..., code] - both, columns[..., code] - both
    neither = rows.sum(axis=-1) + added - both - ours - theirs
    return np.stack((both, ours, theirs, neither), axis=-1).reshape(*tables.shape[:-2], 2, 2)


def without_nil(tables: Ints) -> Ints:
    """Linked pairs alone, (..., q, q), each counted once."""
    return tables[..., :-1, :-1]


def f1(counts: Ints) -> Parts:
    """Matched events of both raters as a share of all their events: 2 TP / (n1 + n2).

    van Rijsbergen (1979), Information Retrieval, ch. 7. ``counts`` (groups, 3) are matched
    pairs, the first rater's events and the second's. It is the same in both directions.
    """
    return _share(counts, np.array([[2, 0, 0], [0, 1, 1]]), "agreement_never_marked")


def precision(counts: Ints) -> Parts:
    """Share of the second rater's events that the first, the reference, has too: TP / n2."""
    return _share(counts, np.array([[1, 0, 0], [0, 0, 1]]), "agreement_no_marks_by_coder")


def recall(counts: Ints) -> Parts:
    """Share of the first rater's, the reference's, events that the second has too: TP / n1."""
    return _share(counts, np.array([[1, 0, 0], [0, 1, 0]]), "agreement_no_marks_in_reference")


@dataclass(frozen=True, slots=True)
class Timing:
    """How matched events differ in onset (ms): None with none matched.

    ``median_ms`` is the lag, positive where the second rater is later; ``mad_ms`` the median
    absolute deviation from it; ``absolute_ms`` the median distance whichever is later.
    """

    median_ms: float | None
    mad_ms: float | None
    absolute_ms: float | None
    n: int


def timing(differences_ms: Ints) -> Timing:
    """Lag and spread of the onset differences, second less first, of matched events."""
    n = len(differences_ms)
    if n == 0:
        return Timing(None, None, None, 0)
    lag = float(np.median(differences_ms))
    spread = float(np.median(np.abs(differences_ms - lag)))
    return Timing(lag, spread, float(np.median(np.abs(differences_ms))), n)


def chance(
    first: Events,
    second: Events,
    within_ms: tuple[int, int],
    *,
    tolerance_ms: int,
    overlap: float = 0.6,
    shifts: int = 1000,
    seed: int,
) -> float | None:
    """F1 that chance alone gives, the mean over circular shifts of the second rater's events.

    A proposal (agreement.md 2.7), not a published coefficient. All the second's events move by
    one time, drawn evenly, and come in again where the span both covered begins; a span of time
    that starts before its end runs on whole. Events match as ``match`` has it, but simply as
    many as can: with the same first key, or, where events have no keys, (n, 0), of any kind. The
    bias is small and upward, since ``match`` takes pairs of any kind before those of the same.
    None where neither marked anything.
    """
    events = len(first.start_ms) + len(second.start_ms)
    if events == 0:
        return None
    begin, end = within_ms
    shift = np.random.default_rng(seed).integers(0, end - begin, shifts)
    batches = max(1, shifts * len(first.start_ms) * len(second.start_ms) // _AT_ONCE)
    matched = 0
    for batch in np.array_split(shift, batches):
        start = begin + (second.start_ms - begin + batch[:, None]) % (end - begin)
        moved = Events(start, start + second.end_ms - second.start_ms, second.keys, second.person)
        allowed = may_pair(first, moved, tolerance_ms=tolerance_ms, overlap=overlap)
        matched += _most_pairs(allowed & _alike(first, second))
    return 2 * matched / shifts / events


def _alike(first: Events, second: Events) -> Bools:
    """Whether two events have the first key in common, if there is one."""
    key, other_key = first.keys[:, None, :1], second.keys[None, :, :1]
    alike: Bools = np.logical_and.reduce((key == other_key) & (key >= 0), axis=-1)
    return alike


def _most_pairs(allowed: Bools) -> int:
    """How many pairs at most, all tables (n, n1, n2) together, which are one graph in parts."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_bipartite_matching

    tables, rows, columns = allowed.shape
    table, row, column = np.nonzero(allowed)
    at = (table * rows + row, table * columns + column)
    graph = csr_array((np.ones(len(table)), at), shape=(tables * rows, tables * columns))
    return int((maximum_bipartite_matching(graph, perm_type="column") >= 0).sum())


def _share(counts: Ints, of: Ints, reason: str) -> Parts:
    """What the counts add up to above the line as a share of what they do below it."""

    def value(sums: Floats) -> Floats:
        above, below = sums @ of[0], sums @ of[1]
        unknown = np.full(np.shape(below), np.nan)
        found: Floats = np.divide(above, below, out=unknown, where=below > 0)
        return found

    return Parts(counts.astype(np.float64), value, int(counts.sum(axis=0) @ of[1]), reason)


def _parts(tables: Ints, value: Callable[[Floats], Floats]) -> Parts:
    rows, _, missed, added = _margins(tables.sum(axis=0))
    n = int(rows.sum() + added)
    reason = "agreement_one_code"
    if n == missed + added:
        reason = "agreement_nothing_linked" if n else "agreement_never_marked"
    return Parts(tables.reshape(len(tables), -1).astype(np.float64), value, n, reason)


def _margins(tables: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """Margins where each event counts once: both raters' of each code (..., q), and of nil.

    Of nil (...): the first's events that the second does not have, and the second's.
    """
    missed, added = tables[..., :-1, -1], tables[..., -1, :-1]
    linked = 2 * tables[..., :-1, :-1]
    rows, columns = linked.sum(axis=-1) + missed, linked.sum(axis=-2) + added
    return rows, columns, missed.sum(axis=-1), added.sum(axis=-1)


def _kappa(sums: Floats) -> Floats:
    tables = _square(sums)
    return _above_chance(tables, 2 * np.trace(tables[..., :-1, :-1], axis1=-2, axis2=-1))


def _kappa_max(sums: Floats) -> Floats:
    tables = _square(sums)
    rows, columns, missed, added = _margins(tables)
    return _above_chance(tables, np.minimum(rows, columns).sum(axis=-1) + np.minimum(missed, added))


def _square(sums: Floats) -> Floats:
    side = math.isqrt(sums.shape[-1])
    return sums.reshape(*sums.shape[:-1], side, side)


def _above_chance(tables: Floats, agreed: Floats) -> Floats:
    """Agreement (in events) above that of chance, as a share of what could be.

    With r and c the margins, N events, 2m of them matched, quasi-independence with the one zero
    at (nil, nil) has a closed form: E_ij = r_i c_j 2m / ((N - r_nil)(N - c_nil)), which iterative
    proportional fitting goes to. Where nothing is matched, or the codes and nils in use leave no
    degree of freedom, the fit is the table itself whatever was agreed, and there is no kappa.
    """
    rows, columns, missed, added = _margins(tables)
    first, second = rows.sum(axis=-1), columns.sum(axis=-1)
    matched, total = first - missed, first + added
    used = (rows > 0).sum(axis=-1) + (added > 0)
    other_used = (columns > 0).sum(axis=-1) + (missed > 0)
    freedom = (used - 1) * (other_used - 1) - ((missed > 0) & (added > 0))
    estimable = (matched > 0) & (freedom > 0)
    unknown = np.full(np.shape(total), np.nan)
    together = (rows * columns).sum(axis=-1) * matched
    expected = np.divide(together, first * second, out=unknown.copy(), where=estimable)
    kappa: Floats = np.divide(agreed - expected, total - expected, out=unknown, where=estimable)
    return kappa
