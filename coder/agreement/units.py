"""What raters are compared on: turns, segments, seconds or sessions, and the marks in each.

Not seen differs from seen and unmarked: only what two or more covered counts, and whatever is
left out is named and counted.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coder import extent
from coder.agreement.codes import CODED_KINDS, Codes
from coder.agreement.panel import PAIR, Panel, Shared, all_cover, covers
from coder.agreement.plan import Plan
from coder.coding import RUPTURE_KINDS, CodedSession, Kind, Mark
from coder.markers import Scheme
from coder.session import Role, Turn, TurnId, format_clock, is_backchannel

Bools = NDArray[np.bool_]

# Why a unit or a mark was left out, and its id.
LeftOut = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Place:
    """One unit: what a row of the diagnosis is about. ``start_ms`` is None where untimed."""

    session: str
    participant: str
    name: str
    start_ms: int | None


@dataclass(frozen=True, slots=True)
class Units:
    """The units of some sessions, who saw them, and where in them each one's marks lie.

    ``seen`` is (units, raters); ``marks`` holds, rater by rater, a mark, its scheme and the
    positions in ``places`` that it covers.
    """

    places: tuple[Place, ...]
    seen: Bools
    marks: tuple[tuple[tuple[Mark, Scheme, tuple[int, ...]], ...], ...]
    left_out: LeftOut


def lay_out(panel: Panel, plan: Plan, kinds: Iterable[Kind] = RUPTURE_KINDS) -> Units:
    """Lay out the units of a panel's sessions, one after the other, with the marks of some kinds.

    A turn counts if it begins in what two or more covered, a segment or a second if it lies there
    whole. Marks of other persons than the one compared are left out; components and processes may
    be anyone's.
    """
    wanted = frozenset(kinds)
    laid = [_session_units(shared, plan, wanted) for shared in panel.sessions]
    offsets = np.cumsum([0, *(len(each.places) for each in laid)]).tolist()
    marks = tuple(
        tuple(
            (mark, scheme, tuple(row + offset for row in rows))
            for each, offset in zip(laid, offsets, strict=False)
            for mark, scheme, rows in each.marks[rater]
        )
        for rater in range(len(panel.raters))
    )
    nobody = np.zeros((0, len(panel.raters)), np.bool_)
    return Units(
        tuple(place for each in laid for place in each.places),
        np.concatenate([nobody, *(each.seen for each in laid)]),
        marks,
        frozenset().union(*(each.left_out for each in laid)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Marked:
    """How often each rater marked each code in each unit: ``counts`` (units, raters, codes)."""

    units: Units
    codes: Codes
    counts: NDArray[np.int16]
    left_out: LeftOut

    def among(self, columns: Sequence[int]) -> tuple[list[Place], NDArray[np.int16], Bools]:
        """The units that two or more of some raters saw, their counts and who saw them."""
        rows = np.flatnonzero(self.units.seen[:, list(columns)].sum(axis=1) >= PAIR)
        chosen = np.ix_(rows, np.array(columns))
        places = [self.units.places[row] for row in rows.tolist()]
        return places, self.counts[chosen], self.units.seen[chosen]


def mark_up(units: Units, codes: Codes) -> Marked:
    """Count marks by unit, rater and code; those that count in no code are left out."""
    column = {code: n for n, code in enumerate(codes.codes)}
    left: set[tuple[str, str]] = set()
    made = np.zeros((len(units.places), len(units.marks), len(column)), np.int16)
    for rater, placed in enumerate(units.marks):
        for mark, scheme, rows in placed:
            counted = codes.of(mark, scheme)
            if not counted:
                left.add((codes.why_none(mark, scheme), mark.id))
            for code in set(counted).intersection(column):
                made[list(rows), rater, column[code]] += 1
    return Marked(units, codes, made, frozenset(left))


# A session's candidates: where they are, what each rater saw of them, and which a mark covers.
# A mark that lies in none of them gives the reason instead.
_Rows = Callable[[Mark, CodedSession], tuple[int, ...] | str]
_Laid = tuple[list[Place], list[list[bool]], _Rows, LeftOut]


def _session_units(shared: Shared, plan: Plan, kinds: frozenset[Kind]) -> Units:
    lay = {"turn": _turns, "session": _whole}.get(plan.unit, _stretches)
    role = _whose(kinds, plan)
    places, seen, rows_of, left = lay(shared, plan, role)
    kept = [n for n, each in enumerate(seen) if sum(each) >= PAIR]
    position = {old: new for new, old in enumerate(kept)}
    gone: set[tuple[str, str]] = set(left)
    marks = []
    for coded in shared.codings:
        placed = []
        for mark in _marks(coded, kinds, role, gone):
            assert coded is not None  # noqa: S101 - it has marks
            rows = rows_of(mark, coded)
            if isinstance(rows, str):
                gone.add((rows, mark.id))
                continue
            here = tuple(position[row] for row in rows if row in position)
            if here:
                placed.append((mark, coded.scheme, here))
            else:
                gone.add(("marks_not_covered_by_both", mark.id))
        marks.append(tuple(placed))
    matrix = np.array([seen[n] for n in kept], np.bool_).reshape(len(kept), len(shared.codings))
    return Units(tuple(places[n] for n in kept), matrix, tuple(marks), frozenset(gone))


def _whose(kinds: frozenset[Kind], plan: Plan) -> str | None:
    """Whose turns and marks: precipitants are anyone's, and so is what is done about a rupture."""
    if kinds == {Kind.PRECIPITANT}:
        return None
    return plan.person if kinds.issubset(CODED_KINDS) else plan.person or Role.PATIENT.value


def _marks(
    coded: CodedSession | None,
    kinds: frozenset[Kind],
    person: str | None,
    gone: set[tuple[str, str]],
) -> list[Mark]:
    """The marks of some kinds about one person; those about others are put by."""
    if coded is None:
        return []
    mine = [mark for mark in coded.marks if mark.kind in kinds]
    others = [mark for mark in mine if person is not None and mark.person != person]
    gone.update(("marks_of_other_persons", mark.id) for mark in others)
    return [mark for mark in mine if person is None or mark.person == person]


def _turns(shared: Shared, plan: Plan, role: str | None) -> _Laid:
    """The turns of one person that say more than a backchannel, or every turn of everybody."""
    turns = {turn.id: turn for coded in shared.made for turn in coded.turns}
    if plan.all_turns:
        heard, left = list(turns.values()), frozenset[tuple[str, str]]()
    else:
        heard, left = substantive(turns.values(), plan.backchannels, role)
    inside = [None if each is None else {turn.id for turn in each.turns} for each in shared.codings]
    gone = set(left)
    places, seen = [], []
    for turn in heard:
        covered = [None if each is None else covers(each, turn.start_ms) for each in shared.codings]
        there = [ids is not None and turn.id in ids for ids in inside]
        sees = [bool(each) and known for each, known in zip(covered, there, strict=True)]
        if sum(there) < PAIR:
            gone.add(("turns_not_in_both_transcripts", turn.id))
        elif sum(sees) < PAIR:
            untimed = turn.start_ms is None
            gone.add(("turns_without_time" if untimed else "turns_not_covered_by_both", turn.id))
        name = f"turn {turn.n}"
        places.append(
            Place(shared.session.address, shared.session.participant, name, turn.start_ms)
        )
        seen.append(sees)
    row = {turn.id: n for n, turn in enumerate(heard)}

    def rows_of(mark: Mark, _coded: CodedSession) -> tuple[int, ...] | str:
        found = turns_of(mark, heard)
        here = tuple(row[turn] for turn in found if turn in row)
        return here or ("marks_on_no_unit" if found else "marks_without_place")

    return places, seen, rows_of, frozenset(gone)


def substantive(
    turns: Iterable[Turn], words: tuple[str, ...], role: str | None
) -> tuple[list[Turn], LeftOut]:
    """The turns of a person (None: of anyone) that are more than a backchannel, and the rest."""
    mine = [turn for turn in turns if role in {None, turn.role.value}]
    only = {turn.id for turn in mine if words and is_backchannel(turn.text, words)}
    heard = [turn for turn in mine if turn.id not in only]
    return heard, frozenset(("turns_of_backchannel", each) for each in only)


def turns_of(mark: Mark, heard: Sequence[Turn]) -> tuple[TurnId, ...]:
    """The turns a mark counts in: those of its anchor, or else those of its time.

    A moment belongs to the turn that holds it (of two at once to the later), or to the last one
    begun, as a key pressed while playing does; a span to every turn that it meets.
    """
    anchor = mark.anchor
    if anchor is None:
        return ()
    if anchor.turns or anchor.start_ms is None:
        return anchor.turns
    at = anchor.start_ms
    begun = [turn for turn in heard if turn.start_ms is not None and turn.start_ms <= at]
    holding = [turn for turn in begun if turn.end_ms is not None and at < turn.end_ms]
    end = at if anchor.end_ms is None else anchor.end_ms
    within = [turn for turn in heard if turn.start_ms is not None and at < turn.start_ms < end]
    if end == at:
        holding = holding[-1:]
    met = holding + within or begun[-1:]
    return tuple(turn.id for turn in met)


def span_of(shared: Shared) -> tuple[int, int] | None:
    """From the first to the last moment (ms) of what was said or recorded; None if untimed."""
    bounds = [coded.span_ms for coded in shared.made if coded.span_ms is not None]
    for turn in (turn for coded in shared.made for turn in coded.turns):
        if turn.start_ms is not None:
            end = turn.start_ms if turn.end_ms is None else turn.end_ms
            bounds.append((turn.start_ms, max(end, turn.start_ms + 1)))
    if not bounds:
        return None
    return min(begin for begin, _ in bounds), max(end for _, end in bounds)


def covered_by_all(shared: Shared) -> tuple[int, int] | None:
    """The part of a session's span that everyone who coded it covered; None without one."""
    span = span_of(shared) or (0, 0)
    codings = [coded.coding for coded in shared.made]
    begin = max(span[0], *(each.covers_from_ms or span[0] for each in codings))
    ends = (span[1] if each.covers_to_ms is None else each.covers_to_ms for each in codings)
    end = min(span[1], *ends)
    return (begin, end) if begin < end else None


def time_of(mark: Mark, coded: CodedSession) -> tuple[int, int] | None:
    """When a mark of a coding begins and ends (ms), as coder.extent has it."""
    return extent.time_of(mark, {turn.id: turn.start_ms for turn in coded.turns})


def _stretches(shared: Shared, plan: Plan, _role: str | None) -> _Laid:
    """Segments of the session's clock, or its seconds; both begin at 0:00, not at the excerpt."""
    span = span_of(shared)
    if span is None:
        left = frozenset({("sessions_without_time", shared.session.id)})
        return [], [], lambda *_: "marks_without_time", left
    step = 1000 if plan.unit == "second" else plan.segment_ms
    first, last = span[0] // step, -(-span[1] // step)
    gone: set[tuple[str, str]] = set()
    places, seen = [], []
    for n in range(first, last):
        begin, end = max(n * step, span[0]), min((n + 1) * step, span[1])
        sees = [
            each is not None and bool(covers(each, begin) and covers(each, end - 1))
            for each in shared.codings
        ]
        if sum(sees) < PAIR:
            gone.add((f"{plan.unit}s_not_covered_by_both", f"{shared.session.id} {n}"))
        name = format_clock(n * step)
        places.append(Place(shared.session.address, shared.session.participant, name, n * step))
        seen.append(sees)

    def rows_of(mark: Mark, coded: CodedSession) -> tuple[int, ...] | str:
        when = time_of(mark, coded)
        if when is None:
            return _why_no_time(mark)
        met = (n for n in extent.met(when, step) if first <= n < last)
        return tuple(n - first for n in met) or "marks_on_no_unit"

    return places, seen, rows_of, frozenset(gone)


def _whole(shared: Shared, _plan: Plan, _role: str | None) -> _Laid:
    """The session itself, with the marks that lie in what everyone who coded it covered.

    A mark without a place (late, homework not done) is about the session as a whole.
    """
    place = Place(shared.session.address, shared.session.participant, "session", None)

    def rows_of(mark: Mark, coded: CodedSession) -> tuple[int, ...] | str:
        when = time_of(mark, coded)
        covered = mark.anchor is None or all_cover(shared, None if when is None else when[0])
        if covered:
            return (0,)
        return "marks_without_time" if covered is None else "marks_not_covered_by_both"

    return [place], [[each is not None for each in shared.codings]], rows_of, frozenset()


def _why_no_time(mark: Mark) -> str:
    anchored = mark.anchor is not None and bool(mark.anchor.turns)
    return "marks_without_time" if anchored else "marks_without_place"
