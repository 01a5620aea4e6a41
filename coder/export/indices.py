"""What a coding comes to in numbers: how often, how soon, and within how many minutes.

These are the indices of the analysis files and of the session report; each is defined here once.
"""

from collections.abc import Iterable

from coder import segments
from coder.coding import REPAIR_KINDS, RUPTURE_KINDS, CodedSession, Family, Mark
from coder.task_analysis.columns import Pair, columns
from coder.task_analysis.timing import Span, begin, to_repair

PER_MINUTES = 10
_MINUTE_MS = 60_000

# A mark of both families counts in either; one of unsure family in neither.
_FAMILIES = {
    Family.WITHDRAWAL: (Family.WITHDRAWAL, Family.BOTH),
    Family.CONFRONTATION: (Family.CONFRONTATION, Family.BOTH),
}


def covered_span(coded: CodedSession) -> tuple[int, int] | None:
    """What the coding covers, on the session clock (ms); None where nothing tells.

    It is a part of the recording or, without one, of what lies between the first turn and the
    last. What was in fact listened to is not on record.
    """
    whole = coded.span_ms or segments.span_of(coded.turns)
    if whole is None:
        return None
    begin, end = coded.coding.covers_from_ms, coded.coding.covers_to_ms
    first = whole[0] if begin is None else max(whole[0], begin)
    last = whole[1] if end is None else min(whole[1], end)
    return (first, last) if last > first else None


def covered_minutes(coded: CodedSession) -> float | None:
    """How many minutes the coding covers; None where nothing tells."""
    span = covered_span(coded)
    return None if span is None else (span[1] - span[0]) / _MINUTE_MS


def rate(count: int, minutes: float | None) -> float | None:
    """How often in ten minutes covered; None where the minutes are not known."""
    return None if minutes is None else PER_MINUTES * count / minutes


def ruptures(coded: CodedSession) -> list[Mark]:
    """The marks that say a rupture was seen: markers, and flags not yet named."""
    return [mark for mark in coded.marks if mark.kind in RUPTURE_KINDS]


def repairs(coded: CodedSession) -> list[Mark]:
    """The marks that are evidence of repair."""
    return [mark for mark in coded.marks if mark.kind in REPAIR_KINDS]


def of_family(marks: Iterable[Mark], family: Family) -> int:
    """How many marks are of a family; of both counts in either, of unsure in neither."""
    return sum(mark.family in _FAMILIES[family] for mark in marks)


def moments(coded: CodedSession, marks: Iterable[Mark]) -> list[int]:
    """When marks begin (ms), in order; what has no time is left out."""
    turns = {turn.id: turn for turn in coded.turns}
    return sorted(at for mark in marks if (at := begin(mark, turns)) is not None)


Place = int | tuple[int, int]  # a moment, or a segment of which the moment is not known (ms)


def first_place(coded: CodedSession, marks: Iterable[Mark]) -> Place | None:
    """Where the first of some marks is; None where none has a time.

    A tick of a segment has no moment: where it may be the first, the first is in its segment.
    """
    times, ticks = _apart(coded, marks)
    if ticks and (not times or min(ticks)[0] <= times[0]):
        return min(ticks)
    return times[0] if times else None


def last_place(coded: CodedSession, marks: Iterable[Mark]) -> Place | None:
    """Where the last of some marks is, as ``first_place`` has the first."""
    times, ticks = _apart(coded, marks)
    if ticks and (not times or max(ticks)[1] > times[-1]):
        return max(ticks)
    return times[-1] if times else None


def moment(place: Place | None) -> int | None:
    """The moment (ms) of a place that is one."""
    return place if isinstance(place, int) else None


def _apart(coded: CodedSession, marks: Iterable[Mark]) -> tuple[list[int], list[tuple[int, int]]]:
    """The moments of marks, in order, and the segments that were ticked."""
    held = list(marks)
    ticks = [mark for mark in held if segments.of_segment(coded, mark)]
    times = moments(coded, (mark for mark in held if mark not in ticks))
    return times, [segments.stretch(mark) for mark in ticks]


def repair_latency(coded: CodedSession) -> Span:
    """From the first rupture mark to the first evidence of repair not before it, in one coding."""
    pair = Pair(coded.session, coded.rater, coded, coded)
    return to_repair(columns((pair,), (), "session")[0])
