"""Order and latency: when components first come, and how long after a rupture repair does.

All of it rests on where marks begin: their own start, else that of their first turn. What has no
time is never guessed at; what cannot be told says why.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

from coder.coding import CodedSession, Kind, Mark
from coder.segments import of_segment, stretch
from coder.session import Turn, TurnId
from coder.task_analysis.columns import Column

UNTIMED = "untimed"
TICKED = "placed by segment"
ABSENT = "no mark"
NO_RUPTURE = "no rupture mark"
NO_REPAIR = "no repair after it"
NEVER_BOTH = "never both timed"

# What a rupture is measured to: the name, and the kinds of marks it is.
REPAIR_OF = {
    "any": frozenset({Kind.STATEMENT, Kind.SHIFT, Kind.COMPONENT}),
    "statement": frozenset({Kind.STATEMENT}),
    "shift": frozenset({Kind.SHIFT}),
    "component": frozenset({Kind.COMPONENT}),
}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in ms from one moment to another; without one, why it cannot be told."""

    ms: int | None
    reason: str = ""
    from_ms: int | None = None
    to_ms: int | None = None


@dataclass(frozen=True, slots=True)
class First:
    """When a component first comes (ms), and the how manieth of the components it is then.

    In a transcript without times the order is by turn. Components that come together share the
    mean of their places. ``reason`` is why there is no time, or no place.
    """

    ms: int | None
    place: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Between:
    """From the first of one component to the first of another (ms), in ``n`` columns.

    Negative where the second came before the first.
    """

    start: str
    end: str
    n: int
    median_ms: float | None
    low_ms: int | None
    high_ms: int | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Followed:
    """How many timed rupture marks are followed by a repair mark within ``window_s``.

    The repair begins no sooner than the rupture mark begins, and at most so many seconds after.
    ``untimed`` counts the rupture marks that cannot be told, ``untimed_repairs`` the repair marks
    that may follow some, so that ``n`` may be too low.
    """

    n: int
    timed: int
    untimed: int
    window_s: float
    untimed_repairs: int = 0

    @property
    def share(self) -> float | None:
        """Of the timed rupture marks, 0 to 1; None where there is none."""
        return self.n / self.timed if self.timed else None


def begin(mark: Mark, turns: Mapping[TurnId, Turn]) -> int | None:
    """When a mark begins (ms): its own start, else that of its first turn."""
    if mark.anchor is None or mark.anchor.start_ms is not None:
        return None if mark.anchor is None else mark.anchor.start_ms
    return next((turns[each].start_ms for each in mark.anchor.turns if each in turns), None)


def to_repair(column: Column, kind: str = "any", *, last: bool = False) -> Span:
    """From the first rupture mark (or the ``last``) to the first repair not before it.

    ``kind`` is one of REPAIR_OF. A mark about the session as a whole has no place and is passed
    over; where any other rupture or repair mark has no time, nothing can be said of the first. The
    tick of a segment has no moment: where it may be the first, nothing can be said either.
    """
    starts, ticks = _apart(column, column.ruptures)
    known = [ms for ms in starts if ms is not None]
    if not starts and not ticks:
        return Span(None, NO_RUPTURE)
    if len(known) < len(starts):
        return Span(None, UNTIMED)
    if not known:
        return Span(None, TICKED)
    rupture = max(known) if last else min(known)
    if any(end > rupture if last else start <= rupture for start, end in ticks):
        return Span(None, TICKED)
    return _answered(column, kind, rupture)


def _answered(column: Column, kind: str, rupture: int) -> Span:
    """From a moment to the first repair not before it."""
    answers = [mark for mark in column.repairs if mark.kind in REPAIR_OF[kind]]
    moments, ticks = _apart(column, answers)
    after = [ms for ms in moments if ms is not None and ms >= rupture]
    if None in moments:
        return Span(None, UNTIMED, rupture)
    if any(end > rupture and (not after or start <= min(after)) for start, end in ticks):
        return Span(None, TICKED, rupture)
    if not after:
        return Span(None, NO_REPAIR, rupture)
    return Span(min(after) - rupture, "", rupture, min(after))


def followed(column: Column, window_s: float) -> Followed:
    """Count the rupture marks of a column that repair follows within a window (s)."""
    starts = _moments(column, column.ruptures)
    known = [ms for ms in starts if ms is not None]
    answers = _moments(column, column.repairs)
    moments = [ms for ms in answers if ms is not None]
    window_ms = round(1000 * window_s)
    met = [ms for ms in known if any(0 <= moment - ms <= window_ms for moment in moments)]
    lacking = len(answers) - len(moments)
    return Followed(len(met), len(known), len(starts) - len(known), window_s, lacking)


def firsts(
    column: Column, rows: Sequence[str], parts: Mapping[str, frozenset[str]]
) -> tuple[First, ...]:
    """When each row's component first comes in a column; ``parts`` are the markers of each row."""
    turns = _turns(column)
    marks = {row: [m for m in column.components if m.marker in parts[row]] for row in rows}
    there = {row: mine for row, mine in marks.items() if any(m.anchor for m in mine)}
    times = {row: _earliest(_moments(column, mine)) for row, mine in there.items()}
    untimed = {row for row, mine in there.items() if None in _moments(column, mine)}
    ticked = {row for row in untimed if any(_is_tick(column, mark) for mark in marks[row])}
    if there and all(ms is None for ms in times.values()):
        order = {row: _earliest(_turn(m, turns) for m in mine) for row, mine in there.items()}
    else:
        # An untimed mark may be the first: what is not timed throughout has no place.
        order = {row: None if row in untimed else ms for row, ms in times.items()}
    places = _places({row: at for row, at in order.items() if at is not None})
    return tuple(
        First(
            None if row in untimed else times.get(row),
            places.get(row),
            _untold(row, there, ticked, untimed),
        )
        for row in rows
    )


def between(rows: Sequence[str], told: Sequence[Sequence[First]]) -> tuple[Between, ...]:
    """From each component to each later one of the rows, over the columns that have both timed."""
    found = []
    for (at, start), (to, end) in combinations(enumerate(rows), 2):
        pairs = [(column[at].ms, column[to].ms) for column in told]
        spans = sorted(b - a for a, b in pairs if a is not None and b is not None)
        if spans:
            ends = (spans[0], spans[-1])
            found.append(Between(start, end, len(spans), float(median(spans)), *ends))
        else:
            found.append(Between(start, end, 0, None, None, None, NEVER_BOTH))
    return tuple(found)


def median_place(told: Sequence[First]) -> tuple[float | None, int]:
    """The median place of a component over the columns in which it has one, and how many."""
    places = [each.place for each in told if each.place is not None]
    return (float(median(places)) if places else None), len(places)


def _untold(
    row: str, there: Collection[str], ticked: Collection[str], untimed: Collection[str]
) -> str:
    if row not in there:
        return ABSENT
    return TICKED if row in ticked else UNTIMED if row in untimed else ""


def _codings(column: Column) -> tuple[CodedSession, ...]:
    codings = () if column.pair is None else (column.pair.repair, column.pair.ruptures)
    return tuple(coded for coded in codings if coded is not None)


def _turns(column: Column) -> dict[TurnId, Turn]:
    return {turn.id: turn for coded in _codings(column) for turn in coded.turns}


def _is_tick(column: Column, mark: Mark) -> bool:
    codings = (coded for coded in _codings(column) if coded.coding.id == mark.coding_id)
    return any(of_segment(coded, mark) for coded in codings)


def _moments(column: Column, marks: Iterable[Mark]) -> list[int | None]:
    """When marks begin; None for what has no time, and for the tick of a segment."""
    turns = _turns(column)
    placed = (mark for mark in marks if mark.anchor is not None)
    return [None if _is_tick(column, mark) else begin(mark, turns) for mark in placed]


def _apart(column: Column, marks: Iterable[Mark]) -> tuple[list[int | None], list[tuple[int, int]]]:
    """When marks begin, and the segments of those that are ticks."""
    held = list(marks)
    ticks = [mark for mark in held if _is_tick(column, mark)]
    rest = (mark for mark in held if mark not in ticks)
    return _moments(column, rest), [stretch(mark) for mark in ticks]


def _turn(mark: Mark, turns: Mapping[TurnId, Turn]) -> int | None:
    held = () if mark.anchor is None else mark.anchor.turns
    return next((turns[each].n for each in held if each in turns), None)


def _earliest(moments: Iterable[int | None]) -> int | None:
    return min((each for each in moments if each is not None), default=None)


def _places(at: Mapping[str, int]) -> dict[str, float]:
    """Number what comes first, second, …; what comes together shares the mean of its places."""
    moments = sorted(at.values())
    return {row: moments.index(ms) + (moments.count(ms) + 1) / 2 for row, ms in at.items()}
