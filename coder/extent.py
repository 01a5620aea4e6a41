"""When a mark begins and ends, and which segments it meets: one definition.

Agreement by unit, score sheets and the segment sheet all count by it.
"""

from collections.abc import Mapping

from coder.coding import Mark
from coder.session import TurnId


def time_of(mark: Mark, starts: Mapping[TurnId, int | None]) -> tuple[int, int] | None:
    """When a mark begins and ends (ms; the same for a point); None where it has no time.

    ``starts`` says when turns begin. A mark on several turns without times of its own reaches to
    where the last of them begins.
    """
    anchor = mark.anchor
    if anchor is None:
        return None
    known = [at for turn in anchor.turns if (at := starts.get(turn)) is not None]
    begin = anchor.start_ms if anchor.start_ms is not None else next(iter(known), None)
    if begin is None:
        return None
    end = anchor.end_ms if anchor.end_ms is not None else max([begin, *known])
    return begin, max(begin, end)


def met(when: tuple[int, int], step_ms: int) -> range:
    """Number the stretches of the clock (from 0:00 on) that a time meets; its end is exclusive."""
    begin, end = when
    return range(begin // step_ms, max(end - 1, begin) // step_ms + 1)
