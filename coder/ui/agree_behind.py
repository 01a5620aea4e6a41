"""What the moments of a level leave out: who took what for what, and what else lies in a unit."""

from collections.abc import Mapping, Sequence

from coder.agreement import Level, Moment, Plan
from coder.agreement.by_event import rows_of
from coder.agreement.codes import OTHER_KINDS, Codes, codes_at, codes_beside, of_kind
from coder.agreement.events import Event, link
from coder.agreement.moments import MomentKind
from coder.agreement.panel import Panel, Shared, panel
from coder.agreement.units import Units, lay_out
from coder.coding import CodedSession
from coder.errors import CoderError
from coder.session import Turn

_Row = tuple[Event | None, Event | None]
# Two coders, a session’s address, the name of a unit in it, and a code.
Place = tuple[tuple[str, str], str, str | None, str | None]
More = Mapping[Place, tuple[int, int]]


def paired(codings: Sequence[CodedSession], plan: Plan, level: Level) -> tuple[Moment, ...]:
    """The matched and unmatched marks that a table of confusions counts, each once.

    Their codes are the states they are counted at. Raises CoderError as ``confusions`` does.
    """
    made: list[Moment] = []
    for _, pair in panel(codings).pairs():
        if not pair.sessions:
            continue
        codes = codes_at(level, pair.schemes, plan.rows)
        if codes.reason is not None:
            raise CoderError(codes.reason)
        for shared in pair.sessions:
            linked, _ = link(shared, codes, plan)
            found = (_moment(pair, shared, codes, row) for row in rows_of(linked))
            made += sorted(found, key=lambda each: each.at_ms or 0)
    return tuple(made)


def _moment(pair: Panel, shared: Shared, codes: Codes, row: _Row) -> Moment:
    one, other = row
    earlier = min((e for e in row if e is not None), key=lambda event: event.start_ms or 0)
    states = [() if e is None else _state(codes, e) for e in row]
    kind: MomentKind = "agree" if states[0] == states[1] else "other-marker"
    if one is None or other is None:
        kind = "only-second" if one is None else "only-first"
    elif states[0] != states[1] and one.mark.family != other.mark.family:
        kind = "other-family"
    return Moment(
        session=shared.session,
        at_ms=earlier.start_ms,
        turn=_turn(earlier),
        kind=kind,
        first=None if one is None else one.mark,
        second=None if other is None else other.mark,
        raters=(pair.names[0], pair.names[1]),
        first_codes=states[0],
        second_codes=states[1],
    )


def _state(codes: Codes, event: Event) -> tuple[str, ...]:
    return (codes.states[codes.state(event.mark, event.coded.scheme)],)


def _turn(event: Event) -> Turn | None:
    """The turn of a mark, or without one the last that had begun."""
    turns = event.coded.turns
    if event.turns:
        return next((turn for turn in turns if turn.id == event.turns[0]), None)
    at = event.start_ms or 0
    return next((t for t in reversed(turns) if t.start_ms is not None and t.start_ms <= at), None)


def several(codings: Sequence[CodedSession], plan: Plan, level: Level | None) -> More:
    """How many marks more each coder has in a unit than the one its moment shows.

    Of a code they are those of the code; of who has none, whatever else is there.
    """
    made: dict[Place, tuple[int, int]] = {}
    for _, pair in panel(codings).pairs():
        for codes in _listed(pair, plan, level) if pair.sessions else ():
            if codes.reason is None:
                made |= _several(pair, codes, lay_out(pair, plan, codes.kinds))
    return made


def _listed(pair: Panel, plan: Plan, level: Level | None) -> list[Codes]:
    if level is None:
        return [of_kind(kind) for kind in OTHER_KINDS]
    beside = codes_beside(level, pair.schemes, plan)
    return [codes_at(level, pair.schemes, plan.rows), *beside]


def _several(pair: Panel, codes: Codes, units: Units) -> More:
    there: dict[int, tuple[list[tuple[str | None, ...]], list[tuple[str | None, ...]]]] = {}
    for rater in (0, 1):
        for mark, scheme, rows in units.marks[rater]:
            for row in rows:
                there.setdefault(row, ([], []))[rater].append(codes.of(mark, scheme))
    made: dict[Place, tuple[int, int]] = {}
    for row, (first, second) in there.items():
        if len(first) > 1 or len(second) > 1:
            place = units.places[row]
            for code in {code for given in (*first, *second) for code in given}:
                key = (pair.names[0], pair.names[1]), place.session, place.name, code
                made[key] = _more(first, code), _more(second, code)
    return made


def _more(given: Sequence[tuple[str | None, ...]], code: str | None) -> int:
    same = sum(code in each for each in given)
    return max(0, (same or len(given)) - 1)
