"""Marks as events in time: whose they are, when, and which of two raters' belong together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from coder import markers
from coder.agreement.matching import Events, match
from coder.agreement.panel import Shared, all_cover
from coder.agreement.plan import Plan
from coder.agreement.units import FAMILIES, ROW_SCHEME, Codes, LeftOut
from coder.coding import RUPTURE_KINDS, CodedSession, Family, Kind, Mark
from coder.errors import CoderError
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
    row and family, then the closest. Events of different persons, and of different kinds where
    the kinds are the codes, never match.
    """
    kinds = RUPTURE_KINDS if codes.level is not None else [Kind(str(code)) for code in codes.codes]
    sides, left = [], set[tuple[str, str]]()
    for rater in (0, 1):
        found, gone = events(shared, rater, plan, kinds)
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
    one, other = as_arrays(first, second)
    return match(one, other, tolerance_ms=within, overlap=plan.overlap, ordered=plan.ordered)


def as_arrays(first: Sequence[Event], second: Sequence[Event]) -> tuple[Events, Events]:
    """Write two raters' timed events as numbers: when, what must be the same, and whose."""
    named = [[_names(event) for event in side] for side in (first, second)]
    known = sorted({name for side in named for names in side for name in names if name})
    number = {name: n for n, name in enumerate(known)} | {"": -1}
    made = []
    for side, names in zip((first, second), named, strict=True):
        table = np.array([[number[name] for name in each] for each in names], np.int64)
        table = table.reshape(len(side), 5)
        starts = np.array([event.start_ms for event in side], np.int64)
        ends = np.array([event.end_ms for event in side], np.int64)
        made.append(Events(starts, ends, table[:, :4], table[:, 4]))
    return made[0], made[1]


def _names(event: Event) -> tuple[str, str, str, str, str]:
    """What should be the same in a match (marker, row, family), and what must: the person.

    Each family is asked for by itself, for “both” is of either.
    """
    mark, scheme = event.mark, event.coded.scheme
    marker = "" if mark.marker is None else f"marker {scheme.id} {mark.marker}"
    of = () if mark.family is None else FAMILIES.get(mark.family, ())
    families = [f"family {each}" if each in of else "" for each in FAMILIES[Family.BOTH]]
    kind = "" if mark.kind in RUPTURE_KINDS else f" {mark.kind}"
    return marker, _row(event), families[0], families[1], f"person {mark.person}{kind}"


def _row(event: Event) -> str:
    if event.mark.marker is None:
        return ""
    try:
        row = markers.roll_up(event.coded.scheme, event.mark.marker, ROW_SCHEME)
    except CoderError:
        return ""
    return "" if row is None else f"row {row}"
