"""Times for turns the file gives none to: from another transcript, or by share of words."""

import dataclasses
import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from coder.session import TimeSource, Turn

_FIRM = frozenset({TimeSource.GIVEN, TimeSource.ANCHOR, TimeSource.TAPPED})


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


def times_from(turns: Sequence[Turn], other: Sequence[Turn]) -> tuple[Turn, ...]:
    """Give turns the times that another transcript of the session gives to the same words.

    Turns are matched in order by label and words (by words alone where the two share no label);
    case, punctuation and notes in brackets do not count. Only turns that match whole, and whose
    times the other file gives, are timed; the rest stay as they are.
    """
    labelled = bool({turn.label for turn in turns} & {turn.label for turn in other})
    ours, theirs = ([_same(turn, labelled=labelled) for turn in each] for each in (turns, other))
    result = list(turns)
    for block in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks():
        for at in range(block.size):
            source = other[block.b + at]
            if _is_firm(source) and ours[block.a + at][1]:
                result[block.a + at] = dataclasses.replace(
                    turns[block.a + at],
                    start_ms=source.start_ms,
                    end_ms=source.end_ms,
                    times=TimeSource.GIVEN,
                )
    return tuple(result)


_NOTE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_WORD = re.compile(r"\w+")


def _same(turn: Turn, *, labelled: bool) -> tuple[str, tuple[str, ...]]:
    """What two turns must share to be taken for one; no words match nothing."""
    words = tuple(_WORD.findall(_NOTE.sub(" ", turn.text).casefold()))
    return turn.label.casefold() if labelled else "", words


def interpolate(turns: Sequence[Turn], end_ms: int | None) -> tuple[Turn, ...]:
    """Spread untimed turns between firm times by share of words, in whole ms, never backwards.

    Turns after the last firm time are estimated up to ``end_ms``, the end of the recording, and
    left alone when that is None. Turns before the first firm time stay untimed, and so do turns
    between two times that run backwards: the clock was reset there. A firm turn keeps its start
    and the source of its times; where the file gives it no end, it ends where the next begins.
    """
    firm = [at for at, turn in enumerate(turns) if _is_firm(turn)]
    if not firm:
        return tuple(turns)
    result = list(turns[: firm[0]])
    for first, after in zip(firm, [*firm[1:], len(turns)], strict=True):
        last = after == len(turns)
        limit = end_ms if last else turns[after].start_ms
        source = TimeSource.ESTIMATED if last else TimeSource.INTERPOLATED
        result.extend(_spread(turns[first:after], limit, source))
    return tuple(result)


def _is_firm(turn: Turn) -> bool:
    return turn.times in _FIRM and turn.start_ms is not None


def _spread(turns: Sequence[Turn], limit: int | None, source: TimeSource) -> list[Turn]:
    """Give times to a firm turn's followers, from its end (its start, if it has none) on."""
    head, rest = turns[0], turns[1:]
    shared = list(rest) if head.end_ms is not None else list(turns)
    begin = head.end_ms if head.end_ms is not None else head.start_ms
    if limit is None or begin is None or limit < begin:
        return list(turns)
    words = [max(len(turn.text.split()), 1) for turn in shared]
    total, said, edges = sum(words), 0, [begin]
    for count in words:
        said += count
        edges.append(begin + (limit - begin) * said // total)
    timed = [
        dataclasses.replace(
            turn, start_ms=start, end_ms=end, times=turn.times if turn is head else source
        )
        for turn, start, end in zip(shared, edges, edges[1:], strict=False)
    ]
    return timed if head.end_ms is None else [head, *timed]
