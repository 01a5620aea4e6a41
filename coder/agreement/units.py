"""What two raters are compared on: the codes of a level, turns, and marks in time.

Not seen differs from seen and unmarked: only what both raters covered counts, and whatever is
left out is named and counted. The codes are those the scheme declares, never those found.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from coder import markers
from coder.agreement.pairs import Pair
from coder.coding import RUPTURE_KINDS, CodedSession, Family, Mark
from coder.errors import CoderError
from coder.markers import Scheme
from coder.session import Role, Turn, TurnId, is_backchannel

Level = Literal["marker", "row", "family", "any"]
LEVELS: tuple[Level, ...] = get_args(Level)
ROW_SCHEME = "laraway-2015"

FAMILIES = {
    Family.WITHDRAWAL: (Family.WITHDRAWAL.value,),
    Family.CONFRONTATION: (Family.CONFRONTATION.value,),
    Family.BOTH: (Family.WITHDRAWAL.value, Family.CONFRONTATION.value),
}

# Why a turn or a mark was left out, and its id.
LeftOut = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of a level. ``reason`` (a key of coder.words) says why there are none.

    At the level “any” the one code is None. ``tables`` give, by scheme id, the code that each
    marker counts as.
    """

    level: Level
    codes: tuple[str | None, ...]
    tables: Mapping[str, Mapping[str, str | None]]
    reason: str | None = None

    def of(self, mark: Mark, scheme: Scheme) -> tuple[str | None, ...]:
        """The codes a mark counts in: none, one, or both families."""
        if self.level == "any":
            return self.codes
        if self.level == "family":
            return () if mark.family is None else FAMILIES.get(mark.family, ())
        code = None if mark.marker is None else self.tables[scheme.id].get(mark.marker)
        return (code,) if code in self.codes and code is not None else ()

    def why_none(self, mark: Mark, scheme: Scheme) -> str:
        """Why a mark counts in no code."""
        if self.level == "family":
            return "marks_of_unsure_family"
        if mark.marker is None:
            return "marks_without_marker"
        return "marks_without_row" if mark.marker in self.tables[scheme.id] else "marks_undeclared"


def codes_at(level: Level, schemes: Sequence[Scheme]) -> Codes:
    """The codes that codings under these schemes can be compared in."""
    if level == "any":
        return Codes(level, (None,), {})
    if level == "family":
        return Codes(level, (Family.WITHDRAWAL.value, Family.CONFRONTATION.value), {})
    if level == "marker":
        return _marker_codes(schemes)
    try:
        tables = {scheme.id: _rows(scheme) for scheme in schemes}
    except CoderError:
        return Codes(level, (), {}, "agreement_no_rows")
    return Codes(level, tuple(m.id for m in _ruptures(markers.load(ROW_SCHEME))), tables)


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


def rupture_marks(coded: CodedSession) -> tuple[list[Mark], LeftOut]:
    """The patient's rupture markers and flags; marks of other persons are left out."""
    ruptures = [mark for mark in coded.marks if mark.kind in RUPTURE_KINDS]
    mine = [mark for mark in ruptures if mark.person == Role.PATIENT.value]
    others = [mark for mark in ruptures if mark.person != Role.PATIENT.value]
    return mine, frozenset(("marks_of_other_persons", mark.id) for mark in others)


@dataclass(frozen=True, slots=True)
class TurnUnits:
    """The turns two raters are compared on, and where in them each one's marks lie.

    ``first`` and ``second`` hold each mark with the positions of its turns in ``turns``.
    """

    pair: Pair
    turns: tuple[Turn, ...]
    first: tuple[tuple[Mark, tuple[int, ...]], ...]
    second: tuple[tuple[Mark, tuple[int, ...]], ...]
    left_out: LeftOut


def turn_units(pair: Pair, backchannels: Iterable[str]) -> TurnUnits:
    """Lay out the patient's substantive turns that both covered, with their marks.

    A turn belongs to the part covered if it begins there. With no ``backchannels`` every turn of
    the patient is a unit.
    """
    heard, left = substantive(pair.first.turns, tuple(backchannels))
    shared = {turn.id for turn in pair.second.turns}
    turns = []
    for turn in heard:
        covered = pair.covers(turn.start_ms)
        if turn.id not in shared:
            left |= {("turns_not_in_both_transcripts", turn.id)}
        elif covered:
            turns.append(turn)
        else:
            why = "turns_without_time" if covered is None else "turns_not_covered_by_both"
            left |= {(why, turn.id)}
    first, first_left = _placed(pair.first, heard, turns)
    second, second_left = _placed(pair.second, heard, turns)
    return TurnUnits(pair, tuple(turns), first, second, left | first_left | second_left)


def substantive(turns: Iterable[Turn], words: tuple[str, ...]) -> tuple[list[Turn], LeftOut]:
    """The patient's turns that are more than a backchannel, and those that are not."""
    mine = [turn for turn in turns if turn.role == Role.PATIENT]
    only = {turn.id for turn in mine if words and is_backchannel(turn.text, words)}
    heard = [turn for turn in mine if turn.id not in only]
    return heard, frozenset(("turns_of_backchannel", each) for each in only)


def presence(
    units: TurnUnits, codes: Codes
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], LeftOut]:
    """Who marked which code in which turn: two matrices of turns by codes, and what is left out."""
    column = {code: n for n, code in enumerate(codes.codes)}
    left: set[tuple[str, str]] = set()
    made = []
    sides = ((units.pair.first, units.first), (units.pair.second, units.second))
    for coded, placed in sides:
        matrix = np.zeros((len(units.turns), len(column)), np.bool_)
        for mark, rows in placed:
            counted = codes.of(mark, coded.scheme)
            if not counted:
                left.add((codes.why_none(mark, coded.scheme), mark.id))
            for code in counted:
                matrix[list(rows), column[code]] = True
        made.append(matrix)
    return made[0], made[1], frozenset(left)


def _placed(
    coded: CodedSession, heard: Sequence[Turn], turns: Sequence[Turn]
) -> tuple[tuple[tuple[Mark, tuple[int, ...]], ...], LeftOut]:
    """Each mark with the positions of its turns; a mark on none of them is left out."""
    marks, others = rupture_marks(coded)
    left = set(others)
    row = {turn.id: n for n, turn in enumerate(turns)}
    known = {turn.id for turn in heard}
    placed = []
    for mark in marks:
        found = turns_of(mark, heard)
        rows = tuple(row[turn] for turn in found if turn in row)
        if rows:
            placed.append((mark, rows))
        elif not found:
            left.add(("marks_without_place", mark.id))
        elif known.intersection(found):
            left.add(("marks_not_covered_by_both", mark.id))
        else:
            left.add(("marks_on_no_unit", mark.id))
    return tuple(placed), frozenset(left)


def turns_of(mark: Mark, heard: Sequence[Turn]) -> tuple[TurnId, ...]:
    """The turns a mark counts in: those of its anchor, or else those of its time.

    A moment belongs to the turn that holds it, or to the last one begun, as a key pressed while
    playing does; a span to every turn that it meets.
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
    met = holding[-1:] + within or begun[-1:]
    return tuple(turn.id for turn in met)


@dataclass(frozen=True, slots=True)
class Event:
    """A mark as a point in time (ms), or as its turns where there is no time."""

    mark: Mark
    at_ms: int | None
    turns: tuple[TurnId, ...]


def events(pair: Pair, coded: CodedSession) -> tuple[tuple[Event, ...], LeftOut]:
    """The marks of one of a pair as events in order, and what lies where not both looked.

    The moment is the anchor's start, or its first turn's while it has none of its own.
    """
    marks, others = rupture_marks(coded)
    starts = {turn.id: turn.start_ms for turn in coded.turns}
    left = set(others)
    made = []
    for mark in marks:
        turns = () if mark.anchor is None else mark.anchor.turns
        at_ms = None if mark.anchor is None else mark.anchor.start_ms
        if at_ms is None and turns:
            at_ms = starts.get(turns[0])
        covered = pair.covers(at_ms)
        if at_ms is None and not turns:
            left.add(("marks_without_place", mark.id))
        elif covered:
            made.append(Event(mark, at_ms, turns))
        else:
            why = "marks_without_time" if covered is None else "marks_not_covered_by_both"
            left.add((why, mark.id))
    made.sort(key=lambda event: (event.at_ms or 0, event.mark.marker or "", event.mark.id))
    return tuple(made), frozenset(left)
