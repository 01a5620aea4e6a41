"""The moments behind the numbers: where two raters agree, and where and how they do not."""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from coder.agreement.codes import OTHERS, Codes, codes_at, codes_beside
from coder.agreement.events import Event, events, link
from coder.agreement.matching import assign
from coder.agreement.panel import Panel, Shared, panel
from coder.agreement.plan import Plan
from coder.agreement.units import Units, lay_out, mark_up, substantive, turns_of
from coder.coding import RUPTURE_KINDS, CodedSession, Kind, Mark
from coder.errors import CoderError
from coder.markers import Level, Scheme
from coder.session import Session, Turn

MomentKind = Literal["agree", "only-first", "only-second", "other-marker", "other-family"]
_Code = tuple[str | None, ...]
_There = list[list[Mark]]
_Find = Callable[[Mark], Turn | None]


@dataclass(frozen=True, slots=True)
class Moment:
    """A place in a session that one or both of two raters marked, to be heard again.

    ``at_ms`` is the earlier of the two marks, None in an untimed transcript; ``first_codes`` and
    ``second_codes`` are what each counts as at the level asked for. Where events are not the unit,
    ``unit`` names the turn or stretch, and the moment is about ``code``.
    """

    session: Session
    at_ms: int | None
    turn: Turn | None
    kind: MomentKind
    first: Mark | None
    second: Mark | None
    raters: tuple[str, str]
    first_codes: _Code
    second_codes: _Code
    unit: str | None = None
    code: str | None = None

    @property
    def lag_ms(self) -> int | None:
        """How much later the second mark begins than the first."""
        both = [
            None if m is None or m.anchor is None else m.anchor.start_ms
            for m in (self.first, self.second)
        ]
        return None if both[0] is None or both[1] is None else both[1] - both[0]


def moments(codings: Sequence[CodedSession], plan: Plan, level: Level | None) -> tuple[Moment, ...]:
    """List the moments of every two raters that lie behind the numbers of a level, in order.

    Where events are the unit they are the pairs of ``link`` and what found no match; else each
    unit that one of them marked, once for every code. Level None is for precipitants and repair.
    Raises CoderError as ``agreement`` does, and where the level cannot be compared.
    """
    made: list[Moment] = []
    for _, pair in panel(codings).pairs():
        if not pair.sessions:
            continue
        codes = OTHERS if level is None else codes_at(level, pair.schemes, plan.rows)
        if codes.reason is not None:
            raise CoderError(codes.reason)
        beside = [] if level is None else codes_beside(level, pair.schemes, plan)
        find = _of_events if plan.unit == "event" else _of_units
        for each in (codes, *beside):
            made.extend(find(pair, each, plan))
    return tuple(made)


def _of_events(pair: Panel, codes: Codes, plan: Plan) -> Iterator[Moment]:
    for shared in pair.sessions:
        find = _finder(shared, plan)
        for alone in codes.matched_apart():
            rows = _rows(shared, alone, plan)
            found = [_moment(pair, shared, alone, find, row) for row in rows]
            about = alone.codes[0] if codes.level == "any" else None
            yield from sorted((dataclasses.replace(m, code=about) for m in found), key=_order)


def _order(moment: Moment) -> tuple[int, int]:
    n = 0 if moment.turn is None else moment.turn.n
    return (0 if moment.at_ms is None else moment.at_ms), n


def _rows(shared: Shared, codes: Codes, plan: Plan) -> list[tuple[Event | None, Event | None]]:
    """The pairs that count, those that only meet (untimed, or of unsure family), and the rest."""
    linked, _ = link(shared, codes, plan)
    rows: list[tuple[Event | None, Event | None]] = [
        (linked.first[one], linked.second[other]) for one, other in linked.pairs
    ]
    met = {event.mark.id for row in rows for event in row if event is not None}
    first, second = (
        [
            event
            for event in events(shared, rater, plan, codes.kinds)[0]
            if event.mark.id not in met
            and (codes.level == "family" or _codes(codes, event.mark, event.coded.scheme))
        ]
        for rater in (0, 1)
    )
    pairs = assign(_nearness(first, second, plan))
    rows += [(first[one], second[other]) for one, other in pairs]
    rows += [(e, None) for n, e in enumerate(first) if n not in {one for one, _ in pairs}]
    rows += [(None, e) for n, e in enumerate(second) if n not in {other for _, other in pairs}]
    return rows


def _nearness(
    first: Sequence[Event], second: Sequence[Event], plan: Plan
) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    cost = np.full((len(first), len(second)), np.inf)
    for row, one in enumerate(first):
        for column, other in enumerate(second):
            alike = one.mark.person == other.mark.person and _kind(one.mark) == _kind(other.mark)
            apart = _apart(one, other) if alike else None
            if apart is not None and apart <= plan.tolerance_ms:
                cost[row, column] = apart
    return cost


def _apart(one: Event, other: Event) -> int | None:
    """How far apart two events begin (ms): 0 on one turn where one has no time, else None."""
    if one.start_ms is None or other.start_ms is None:
        return 0 if set(one.turns).intersection(other.turns) else None
    return abs(one.start_ms - other.start_ms)


def _kind(mark: Mark) -> Kind:
    """A flag meets a marker; kinds of repair and precipitants only their like."""
    return Kind.MARKER if mark.kind in RUPTURE_KINDS else mark.kind


def _codes(codes: Codes, mark: Mark | None, scheme: Scheme) -> _Code:
    return () if mark is None else codes.of(mark, scheme)


def _moment(
    pair: Panel,
    shared: Shared,
    codes: Codes,
    find: _Find,
    row: tuple[Event | None, Event | None],
) -> Moment:
    one, other = row
    marked = [event for event in row if event is not None]
    earlier = min(marked, key=lambda e: e.start_ms if e.start_ms is not None else 1 << 62)
    counted = [() if e is None else codes.of(e.mark, e.coded.scheme) for e in row]
    marks = (None if one is None else one.mark, None if other is None else other.mark)
    return Moment(
        session=shared.session,
        at_ms=earlier.start_ms,
        turn=find(earlier.mark),
        kind=_how(marks[0], marks[1], counted[0], counted[1], codes),
        first=marks[0],
        second=marks[1],
        raters=(pair.names[0], pair.names[1]),
        first_codes=counted[0],
        second_codes=counted[1],
    )


def _how(
    first: Mark | None, second: Mark | None, one: _Code, other: _Code, codes: Codes
) -> MomentKind:
    if first is None or second is None:
        return "only-second" if first is None else "only-first"
    if one and (one == other or (codes.level == "any" and set(one) & set(other))):
        return "agree"
    other_family = codes.level == "family" or first.family != second.family
    return "other-family" if other_family else "other-marker"


def _finder(shared: Shared, plan: Plan) -> _Find:
    """What finds the turn a mark is on; each person's turns are gone through once."""
    turns = {turn.id: turn for coded in shared.made for turn in coded.turns}
    heard: dict[str, list[Turn]] = {}

    def find(mark: Mark) -> Turn | None:
        if mark.person not in heard:
            heard[mark.person], _ = substantive(turns.values(), plan.backchannels, mark.person)
        found = turns_of(mark, heard[mark.person])
        return next((turns[each] for each in found if each in turns), None)

    return find


def _of_units(pair: Panel, codes: Codes, plan: Plan) -> Iterator[Moment]:
    """Each unit that a rater marked, once for every code that one of them gave it."""
    kinds = [codes.kinds] if codes.level is not None else [[Kind(str(k))] for k in codes.codes]
    finders = {each.session.address: (each, _finder(each, plan)) for each in pair.sessions}
    for wanted in kinds:
        units = lay_out(pair, plan, wanted)
        both = mark_up(units, codes).counts > 0
        there = [_by_row(units, rater) for rater in (0, 1)]
        for row in np.flatnonzero(both.any(axis=(1, 2))).tolist():
            shared, find = finders[units.places[row].session]
            here = [each.get(row, []) for each in there]
            for column in np.flatnonzero(both[row].any(axis=0)).tolist():
                found = _at(pair, shared, codes, find, (here, codes.codes[column]))
                yield dataclasses.replace(found, unit=units.places[row].name)


def _by_row(units: Units, rater: int) -> dict[int, list[Mark]]:
    found: dict[int, list[Mark]] = {}
    for mark, _, rows in units.marks[rater]:
        for row in rows:
            found.setdefault(row, []).append(mark)
    return found


def _at(
    pair: Panel, shared: Shared, codes: Codes, find: _Find, what: tuple[_There, str | None]
) -> Moment:
    there, code = what
    chosen: list[Mark | None] = []
    given: list[_Code] = []
    for coded, here in zip(shared.made, there, strict=True):
        same = [mark for mark in here if code in codes.of(mark, coded.scheme)]
        best = next(iter(same or here), None)
        chosen.append(best)
        given.append((code,) if same else _codes(codes, best, coded.scheme))
    marked = [mark for mark in chosen if mark is not None]
    times = [mark.anchor.start_ms for mark in marked if mark.anchor is not None]
    known = [at for at in times if at is not None]
    earlier = min(marked, key=lambda m: (m.anchor.start_ms or 0) if m.anchor is not None else 0)
    turn = find(earlier)
    return Moment(
        session=shared.session,
        at_ms=min(known, default=None if turn is None else turn.start_ms),
        turn=turn,
        kind=_how(chosen[0], chosen[1], given[0], given[1], codes),
        first=chosen[0],
        second=chosen[1],
        raters=(pair.names[0], pair.names[1]),
        first_codes=given[0],
        second_codes=given[1],
        code=code,
    )
