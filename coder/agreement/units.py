"""What raters are compared on: turns, segments, seconds or sessions, and the codes of a level.

Not seen differs from seen and unmarked: only what two or more covered counts, and whatever is
left out is named and counted. The codes are those the scheme declares, never those found.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coder import markers
from coder.agreement.panel import PAIR, Panel, Shared, all_cover, covers
from coder.agreement.plan import Level, Plan
from coder.coding import RUPTURE_KINDS, CodedSession, Family, Kind, Mark
from coder.errors import CoderError
from coder.markers import Scheme
from coder.session import Role, Turn, TurnId, format_clock, is_backchannel

ROW_SCHEME = "laraway-2015"
SURE = "without-unsure"
OTHER_KINDS = (Kind.PRECIPITANT, Kind.STATEMENT, Kind.SHIFT, Kind.COMPONENT)

FAMILIES = {
    Family.WITHDRAWAL: (Family.WITHDRAWAL.value,),
    Family.CONFRONTATION: (Family.CONFRONTATION.value,),
    Family.BOTH: (Family.WITHDRAWAL.value, Family.CONFRONTATION.value),
}

Bools = NDArray[np.bool_]

# Why a unit or a mark was left out, and its id.
LeftOut = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of a level. ``reason`` (a key of coder.words) says why there are none.

    At the level “any” the code None is any rupture; beside it stand those not of unsure family.
    Level None is for what is no marker: precipitants and the kinds of repair evidence.
    ``tables`` give, by scheme id, the code that each marker counts as.
    """

    level: Level | None
    codes: tuple[str | None, ...]
    tables: Mapping[str, Mapping[str, str | None]]
    reason: str | None = None

    def of(self, mark: Mark, scheme: Scheme) -> tuple[str | None, ...]:
        """The codes a mark counts in: none, one, or both families."""
        if self.level == "any":
            sure = mark.family not in {None, Family.UNSURE}
            return tuple(code for code in self.codes if sure or code is None)
        if self.level == "family":
            return () if mark.family is None else FAMILIES.get(mark.family, ())
        if self.level is None:
            return (mark.kind.value,)
        code = None if mark.marker is None else self.tables[scheme.id].get(mark.marker)
        return (code,) if code in self.codes and code is not None else ()

    def matched_apart(self) -> "tuple[Codes, ...]":
        """What events are matched for by itself: the unsure would take partners from the sure."""
        if self.level != "any":
            return (self,)
        return tuple(Codes(self.level, (code,), {}) for code in self.codes)

    @property
    def states(self) -> tuple[str, ...]:
        """What a mark can be as one thing: of the families, “both” is a state of its own."""
        if self.level == "family":
            return (*FAMILIES[Family.BOTH], Family.BOTH.value)
        return ("rupture",) if self.level == "any" else tuple(str(code) for code in self.codes)

    def state(self, mark: Mark, scheme: Scheme) -> int:
        """The place in ``states`` of a mark that counts in some code."""
        if self.level == "any":
            return 0
        state = str(mark.family) if self.level == "family" else str(self.of(mark, scheme)[0])
        return self.states.index(state)

    def why_none(self, mark: Mark, scheme: Scheme) -> str:
        """Why a mark counts in no code of the level; it may count at others."""
        if self.level == "family":
            why = "marks_of_unsure_family"
        elif mark.marker is None:
            why = "marks_without_marker"
        else:
            known = mark.marker in self.tables[scheme.id]
            why = "marks_without_row" if known else "marks_undeclared"
        return f"{why}_at_{self.level}_level"


def codes_at(level: Level, schemes: Sequence[Scheme]) -> Codes:
    """The codes that codings under these schemes can be compared in."""
    if level == "any":
        return Codes(level, (None, SURE), {})
    if level == "family":
        return Codes(level, (Family.WITHDRAWAL.value, Family.CONFRONTATION.value), {})
    if level == "marker":
        return _marker_codes(schemes)
    try:
        tables = {scheme.id: _rows(scheme) for scheme in schemes}
    except CoderError:
        return Codes(level, (), {}, "agreement_no_rows")
    return Codes(level, tuple(m.id for m in _ruptures(markers.load(ROW_SCHEME))), tables)


OTHERS = Codes(None, tuple(kind.value for kind in OTHER_KINDS), {})


def _marker_codes(schemes: Sequence[Scheme]) -> Codes:
    """Markers as they are; of two versions of a scheme, what both declare."""
    if len({scheme.id for scheme in schemes}) > 1:
        return Codes("marker", (), {}, "agreement_levels_differ")
    declared = [[marker.id for marker in _ruptures(scheme)] for scheme in schemes]
    codes = [code for code in declared[0] if all(code in others for others in declared)]
    return Codes("marker", tuple(codes), {schemes[0].id: {code: code for code in codes}})


def _rows(scheme: Scheme) -> dict[str, str | None]:
    return {m.id: markers.roll_up(scheme, m.id, ROW_SCHEME) for m in _ruptures(scheme)}


def _ruptures(scheme: Scheme) -> list[markers.Marker]:
    """The markers a rupture is coded with; those of repair are another kind of mark."""
    return [marker for marker in scheme.markers if marker.column != "repair"]


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
    whole. Marks of other persons than the one compared are left out.
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
    role = None if kinds == {Kind.PRECIPITANT} else (plan.person or Role.PATIENT.value)
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
    """When a mark begins and ends (ms; the same for a point); None where it has no time.

    A mark on several turns without times of its own reaches to where the last of them begins.
    """
    anchor = mark.anchor
    if anchor is None:
        return None
    starts = {turn.id: turn.start_ms for turn in coded.turns}
    times = [starts[turn] for turn in anchor.turns if starts.get(turn) is not None]
    known = [at for at in times if at is not None]
    begin = anchor.start_ms if anchor.start_ms is not None else next(iter(known), None)
    if begin is None:
        return None
    end = anchor.end_ms if anchor.end_ms is not None else max([begin, *known])
    return begin, max(begin, end)


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
        end = max(when[1] - 1, when[0])  # the end of a span is exclusive
        met = range(max(when[0] // step, first), min(end // step + 1, last))
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
