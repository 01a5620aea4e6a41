"""Times for turns the file gives none to: found after the import, or by share of words."""

import dataclasses
import itertools
from collections.abc import Mapping, Sequence

from coder.session import FACTS, Stamp, TimeSource, Timing, Turn


def shift(turns: Sequence[Turn], ms: int) -> tuple[Turn, ...]:
    """Move all times by so many ms."""
    return tuple(
        dataclasses.replace(
            turn,
            start_ms=None if turn.start_ms is None else turn.start_ms + ms,
            end_ms=None if turn.end_ms is None else turn.end_ms + ms,
        )
        for turn in turns
    )


def timed(
    turns: Sequence[Turn],
    timings: Sequence[Timing],
    stamps: Sequence[Stamp] = (),
    end_ms: int | None = None,
) -> tuple[Turn, ...]:
    """Give turns the times that were found after the import, and guess those between anew.

    Taps are facts, as the file's own times are. An estimate stands only where it lies between the
    facts before and after it.
    """
    if not timings:
        return tuple(turns)
    tapped = {each.turn_id: each for each in timings if each.times is TimeSource.TAPPED}
    guessed = {each.turn_id: each for each in timings if each.times is TimeSource.ESTIMATED}
    facts = [_with_tap(unguessed(turn), tapped.get(turn.id)) for turn in turns]
    made: list[Turn] = []
    floor = 0
    ceilings = _ceilings(facts)
    for turn, ceiling in zip(facts, ceilings, strict=True):
        estimate = guessed.get(turn.id)
        if is_firm(turn):
            made.append(turn)
            floor = turn.start_ms or 0
        elif estimate is None or not floor <= estimate.start_ms <= ceiling:
            made.append(turn)
        else:
            made.append(dataclasses.replace(turn, start_ms=estimate.start_ms, times=estimate.times))
            floor = estimate.start_ms
    return interpolate(made, end_ms, stamps, known=FACTS | {TimeSource.ESTIMATED})


def _ceilings(turns: Sequence[Turn]) -> list[float]:
    """The next firm start from each turn on, in ms."""
    ceilings: list[float] = []
    next_ms = float("inf")
    for turn in reversed(turns):
        if is_firm(turn) and turn.start_ms is not None:
            next_ms = turn.start_ms
        ceilings.append(next_ms)
    return ceilings[::-1]


def unguessed(turn: Turn) -> Turn:
    """A turn without times that are only a guess."""
    if turn.times in FACTS:
        return turn
    return dataclasses.replace(turn, start_ms=None, end_ms=None, times=TimeSource.NONE)


def _with_tap(turn: Turn, tap: Timing | None) -> Turn:
    """What the file itself says goes before a tap, which may come from an earlier version of it."""
    if tap is None or is_firm(turn):
        return turn
    return dataclasses.replace(turn, start_ms=tap.start_ms, end_ms=None, times=TimeSource.TAPPED)


def interpolate(
    turns: Sequence[Turn],
    end_ms: int | None,
    stamps: Sequence[Stamp] = (),
    *,
    known: frozenset[TimeSource] = FACTS,
) -> tuple[Turn, ...]:
    """Spread untimed turns between known times by share of words, in whole ms, never backwards.

    ``stamps`` are times within turns, and count as known. Turns after the last known time are
    estimated up to ``end_ms``, the end of the recording, and left alone when that is None. Turns
    before the first known time stay untimed, and so do turns between two times that run
    backwards: the clock was reset there. A turn whose time is known keeps its start and the source
    of it; where the file gives it no end, it ends where the next begins.
    """
    firm = [
        at for at, turn in enumerate(turns) if turn.times in known and turn.start_ms is not None
    ]
    within: dict[int, list[Stamp]] = {}
    for stamp in stamps:
        within.setdefault(stamp.turn, []).append(stamp)
    if not firm and not within:
        return tuple(turns)
    starts = firm if firm and firm[0] == 0 else [0, *firm]
    facts = frozenset(firm)
    result: list[Turn] = []
    for first, after in zip(starts, [*starts[1:], len(turns)], strict=True):
        last = after == len(turns)
        limit = end_ms if last else turns[after].start_ms
        source = TimeSource.ESTIMATED if last else TimeSource.INTERPOLATED
        piece = turns[first:after]
        result.extend(_spread(piece, limit, source, within, known=first in facts))
    return tuple(result)


def is_firm(turn: Turn) -> bool:
    """Tell whether a turn has a start that is no guess."""
    return turn.times in FACTS and turn.start_ms is not None


def _spread(
    turns: Sequence[Turn],
    limit: int | None,
    source: TimeSource,
    within: Mapping[int, Sequence[Stamp]],
    *,
    known: bool,
) -> list[Turn]:
    """Give times to turns from the end of the first (its start, if it has none) on.

    ``known`` says whether the first turn has a time at all.
    """
    head = turns[0]
    apart = known and head.end_ms is not None
    shared = list(turns[1:] if apart else turns)
    begin = (head.end_ms if apart else head.start_ms) if known else None
    edges = list(itertools.accumulate(map(_words, shared), initial=0))
    knots = _knots(shared, edges, begin, within)
    guess_from = knots[-1][0] if knots else 0
    if limit is not None and (not knots or knots[-1][1] <= limit):
        knots.append((edges[-1], limit))
    at = [_between(edge, knots) for edge in edges]
    made = [head] if apart else []
    for n, turn in enumerate(shared):
        if known and turn is head:
            made.append(dataclasses.replace(turn, end_ms=at[n + 1]))
        elif at[n] is None:
            made.append(turn)
        else:
            how = source if edges[n] >= guess_from else TimeSource.INTERPOLATED
            made.append(dataclasses.replace(turn, start_ms=at[n], end_ms=at[n + 1], times=how))
    return made


def _words(turn: Turn) -> int:
    return max(len(turn.text.split()), 1)


def _knots(
    turns: Sequence[Turn],
    edges: Sequence[int],
    begin: int | None,
    within: Mapping[int, Sequence[Stamp]],
) -> list[tuple[int, int]]:
    """The known times by how many words stand before them; those that run backwards are none."""
    knots = [] if begin is None else [(0, begin)]
    for turn, edge in zip(turns, edges, strict=False):
        for stamp in within.get(turn.n, ()):
            place = edge + len(turn.text[: stamp.begin].split())
            if not knots or (place > knots[-1][0] and stamp.ms >= knots[-1][1]):
                knots.append((place, stamp.ms))
    return knots


def _between(place: int, knots: Sequence[tuple[int, int]]) -> int | None:
    """The time at a place between known ones, None outside them."""
    for (before, start), (after, stop) in itertools.pairwise(knots):
        if before <= place <= after:
            return start + (stop - start) * (place - before) // max(after - before, 1)
    return None
