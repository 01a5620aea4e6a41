"""The moments behind the numbers: where two raters agree, and where and how they do not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from coder.agreement.matching import assign
from coder.agreement.pairs import Pair, Pool, pools
from coder.agreement.units import Codes, Event, Level, codes_at, events, substantive, turns_of
from coder.coding import CodedSession, Mark
from coder.errors import CoderError
from coder.session import Session, Turn
from coder.settings import BACKCHANNELS

MomentKind = Literal["agree", "only-first", "only-second", "other-marker", "other-family"]


@dataclass(frozen=True, slots=True)
class Moment:
    """A place in a session that one or both of two raters marked, to be heard again.

    ``at_ms`` is the earlier of the two marks, None in an untimed transcript.
    """

    session: Session
    at_ms: int | None
    turn: Turn | None
    kind: MomentKind
    first: Mark | None
    second: Mark | None
    raters: tuple[str, str]


def disagreements(
    codings: Sequence[CodedSession], *, level: Level, tolerance_ms: int = 10_000
) -> tuple[Moment, ...]:
    """List the moments of every pair of raters, session by session, in order of time.

    Marks of one code are matched first, as event_f1 counts them; what is left over is matched
    whatever its code. Marks without a time match in the same turn. At the level of families,
    “both” agrees only with “both”. Raises CoderError as ``agreement`` does, and where the level
    cannot be compared.
    """
    made: list[Moment] = []
    for pool in pools(codings):
        codes = codes_at(level, pool.schemes) if pool.pairs else None
        if codes is None:
            continue
        if codes.reason is not None:
            raise CoderError(codes.reason)
        for pair in pool.pairs:
            made.extend(sorted(_moments(pool, pair, codes, tolerance_ms), key=_order))
    return tuple(made)


def _order(moment: Moment) -> tuple[int, int]:
    n = 0 if moment.turn is None else moment.turn.n
    return (0 if moment.at_ms is None else moment.at_ms), n


def _moments(pool: Pool, pair: Pair, codes: Codes, tolerance_ms: int) -> list[Moment]:
    first = _comparable(pair, pair.first, codes)
    second = _comparable(pair, pair.second, codes)
    cost = _cost([event for event, _ in first], [event for event, _ in second], tolerance_ms)
    same = np.array([[one == other for _, other in second] for _, one in first], np.bool_)
    agreed = assign(np.where(same.reshape(cost.shape), cost, np.inf))
    for row, column in agreed:
        cost[row, :] = cost[:, column] = np.inf
    differing = assign(cost)
    heard, _ = substantive(pair.first.turns, BACKCHANNELS)
    made = []
    for row, column in (*agreed, *differing):
        one, other = first[row][0], second[column][0]
        kind: MomentKind = "agree" if (row, column) in agreed else _kind(one, other, codes)
        made.append(_moment(pool, pair, heard, kind, (one, other)))
    matched = {row for row, _ in (*agreed, *differing)}, {n for _, n in (*agreed, *differing)}
    made += [
        _moment(pool, pair, heard, "only-first", (event, None))
        for n, (event, _) in enumerate(first)
        if n not in matched[0]
    ]
    made += [
        _moment(pool, pair, heard, "only-second", (None, event))
        for n, (event, _) in enumerate(second)
        if n not in matched[1]
    ]
    return made


def _comparable(
    pair: Pair, coded: CodedSession, codes: Codes
) -> list[tuple[Event, tuple[str | None, ...]]]:
    """The events that count at the level, each with its codes (of an unsure family, none)."""
    found, _ = events(pair, coded)
    with_codes = [(event, codes.of(event.mark, coded.scheme)) for event in found]
    return [each for each in with_codes if each[1] or codes.level == "family"]


def _cost(
    first: Sequence[Event], second: Sequence[Event], tolerance_ms: int
) -> NDArray[np.float64]:
    cost = np.full((len(first), len(second)), np.inf)
    for row, one in enumerate(first):
        for column, other in enumerate(second):
            if one.at_ms is None or other.at_ms is None:
                if set(one.turns).intersection(other.turns):
                    cost[row, column] = 0
            elif abs(one.at_ms - other.at_ms) <= tolerance_ms:
                cost[row, column] = abs(one.at_ms - other.at_ms)
    return cost


def _kind(one: Event, other: Event, codes: Codes) -> MomentKind:
    if codes.level == "family" or one.mark.family != other.mark.family:
        return "other-family"
    return "other-marker"


def _moment(
    pool: Pool,
    pair: Pair,
    heard: Sequence[Turn],
    kind: MomentKind,
    both: tuple[Event | None, Event | None],
) -> Moment:
    marked = [event for event in both if event is not None]
    earlier = min(marked, key=lambda event: event.at_ms if event.at_ms is not None else 1 << 62)
    turns = {turn.id: turn for turn in (*pair.second.turns, *pair.first.turns)}
    found = [turns[each] for each in turns_of(earlier.mark, heard) if each in turns]
    first, second = (None if event is None else event.mark for event in both)
    return Moment(
        session=pair.session,
        at_ms=earlier.at_ms,
        turn=found[0] if found else None,
        kind=kind,
        first=first,
        second=second,
        raters=pool.names,
    )
