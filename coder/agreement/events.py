"""Marks as events in time: whose they are, when, and which of two raters' belong together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from coder import markers
from coder.agreement.codes import FAMILIES, Codes
from coder.agreement.matching import Events, match
from coder.agreement.panel import Shared, all_cover
from coder.agreement.plan import Plan
from coder.agreement.units import LeftOut
from coder.coding import RUPTURE_KINDS, CodedSession, Family, Kind, Mark
from coder.errors import CoderError
from coder.markers import ROW_SCHEME
from coder.session import TurnId


@dataclass(frozen=True, slots=True)
class Event:
    """A mark as a point or a span in time (ms), or as its turns where there is no time."""

    mark: Mark
    coded: CodedSession
    start_ms: int | None
    end_ms: int | None
    turns: tuple[TurnId, ...]


@dataclass(frozen=True, slots=True)
class Linked:
    """Two raters' events in one session, in order of time, and the pairs of places that match."""

    shared: Shared
    first: tuple[Event, ...]
    second: tuple[Event, ...]
    pairs: tuple[tuple[int, int], ...]


def events(
    shared: Shared, rater: int, plan: Plan, kinds: Iterable[Kind] = RUPTURE_KINDS
) -> tuple[tuple[Event, ...], LeftOut]:
    """The marks of one rater as events in order, and what lies where not everyone looked.

    The moment is the anchor's start, or its first turn's while it has none of its own.
    """
    coded = shared.codings[rater]
    if coded is None:
        return (), frozenset()
    wanted = frozenset(kinds)
    starts = {turn.id: turn.start_ms for turn in coded.turns}
    left: set[tuple[str, str]] = set()
    made = []
    for mark in coded.marks:
        if mark.kind not in wanted:
            continue
        event = _event(mark, coded, starts)
        why = _why_not(event, shared, plan)
        if why is None:
            made.append(event)
        else:
            left.add((why, mark.id))
    made.sort(key=lambda event: (event.start_ms or 0, event.mark.marker or "", event.mark.id))
    return tuple(made), frozenset(left)


def _event(mark: Mark, coded: CodedSession, starts: dict[TurnId, int | None]) -> Event:
    turns = () if mark.anchor is None else mark.anchor.turns
    start_ms = None if mark.anchor is None else mark.anchor.start_ms
    end_ms = None if mark.anchor is None else mark.anchor.end_ms
    if start_ms is None and turns:
        start_ms = starts.get(turns[0])
    if start_ms is None or end_ms is None or end_ms <= start_ms:
        end_ms = start_ms
    return Event(mark, coded, start_ms, end_ms, turns)


def _why_not(event: Event, shared: Shared, plan: Plan) -> str | None:
    """Why an event cannot be compared; None when it can."""
    if plan.person is not None and event.mark.person != plan.person:
        return "marks_of_other_persons"
    if event.start_ms is None and not event.turns:
        return "marks_without_place"
    covered = all_cover(shared, event.start_ms)
    if covered:
        return None
    return "marks_without_time" if covered is None else "marks_not_covered_by_both"


def link(shared: Shared, codes: Codes, plan: Plan) -> tuple[Linked, LeftOut]:
    """Match two raters' events in one session, those that count at the level of the codes.

    One matching serves every code of the level: most pairs first, then those of the same marker,
    category, row and family, then the closest. Events of different persons, and of different
    kinds where the kinds are the codes, never match.
    """
    sides, left = [], set[tuple[str, str]]()
    for rater in (0, 1):
        found, gone = events(shared, rater, plan, codes.kinds)
        left |= gone
        left |= {("marks_without_time", each.mark.id) for each in found if each.start_ms is None}
        timed = [each for each in found if each.start_ms is not None]
        counted = [bool(codes.of(each.mark, each.coded.scheme)) for each in timed]
        left |= {
            (codes.why_none(each.mark, each.coded.scheme), each.mark.id)
            for each, counts in zip(timed, counted, strict=True)
            if not counts and codes.level != "any"  # there it is the unsure that are asked to go
        }
        sides.append(tuple(e for e, counts in zip(timed, counted, strict=True) if counts))
    first, second = sides
    pairs = matched(first, second, plan)
    return Linked(shared, first, second, pairs), frozenset(left)


def matched(
    first: Sequence[Event], second: Sequence[Event], plan: Plan, tolerance_ms: int | None = None
) -> tuple[tuple[int, int], ...]:
    """Match timed events by the rules of the plan, or within another tolerance."""
    within = plan.tolerance_ms if tolerance_ms is None else tolerance_ms
    one, other = as_arrays(first, second, plan.rows)
    return match(one, other, tolerance_ms=within, overlap=plan.overlap, ordered=plan.ordered)


def as_arrays(
    first: Sequence[Event], second: Sequence[Event], rows: str = ROW_SCHEME
) -> tuple[Events, Events]:
    """Write two raters' timed events as numbers: when, what must be the same, and whose.

    ``rows`` is the scheme whose rows may be the same.
    """
    row_of = _Rows(rows)
    named = [[_names(event, row_of) for event in side] for side in (first, second)]
    known = sorted({name for side in named for names in side for name in names if name})
    number = {name: n for n, name in enumerate(known)} | {"": -1}
    made = []
    for side, names in zip((first, second), named, strict=True):
        table = np.array([[number[name] for name in each] for each in names], np.int64)
        table = table.reshape(len(side), 6)
        starts = np.array([event.start_ms for event in side], np.int64)
        ends = np.array([event.end_ms for event in side], np.int64)
        made.append(Events(starts, ends, table[:, :5], table[:, 5]))
    return made[0], made[1]


class _Rows:
    """The rows of markers, each looked up once: many events have the same."""

    def __init__(self, rows: str) -> None:
        self._rows = rows
        self._known: dict[tuple[str, str, str], str] = {}

    def __call__(self, event: Event) -> str:
        """The row of an event as what may be the same; none where it has none."""
        scheme, marker = event.coded.scheme, event.mark.marker
        if marker is None:
            return ""
        key = (scheme.id, scheme.version, marker)
        if key not in self._known:
            try:
                row = markers.roll_up(scheme, marker, self._rows)
            except CoderError:
                row = None
            self._known[key] = "" if row is None else f"row {row}"
        return self._known[key]


def _names(event: Event, row_of: _Rows) -> tuple[str, ...]:
    """What should be the same in a match, the most exact first, and last what must: the person.

    Each family is asked for by itself, for “both” is of either.
    """
    mark, scheme = event.mark, event.coded.scheme
    marker = "" if mark.marker is None else f"marker {scheme.id} {mark.marker}"
    of = () if mark.family is None else FAMILIES.get(mark.family, ())
    families = [f"family {each}" if each in of else "" for each in FAMILIES[Family.BOTH]]
    kind = "" if mark.kind in RUPTURE_KINDS else f" {mark.kind}"
    return marker, _category(event), row_of(event), *families, f"person {mark.person}{kind}"


def _category(event: Event) -> str:
    """The category a marker is part of, or is; none where it has no parts and is none."""
    name = event.mark.marker
    for marker in event.coded.scheme.markers:
        if marker.part_of is not None and name in {marker.id, marker.part_of}:
            return f"category {marker.part_of}"
    return ""
