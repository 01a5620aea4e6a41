"""Where a row of a table stands: its turns, words and times, found in what was said."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from coder.coding import Anchor, anchor_on
from coder.errors import CoderError
from coder.session import Role, Turn, format_clock, parse_clock
from coder.tables.cells import numbers
from coder.tables.files import EXACT, Cells
from coder.tables.quotes import Passage, Words, find, words_of

_NEAR_MS = 60_000
_SECOND_MS = 1000
_SESSION = "session"


@dataclass(frozen=True, slots=True)
class Said:
    """What rows find their places in; ``span_ms`` is what the recording covers."""

    turns: Mapping[int, Turn]
    words: Mapping[Role | None, Words]
    span_ms: tuple[int, int] | None


def _time(said: Said, cells: Cells, name: str) -> int | None:
    """Read a time in ms on the session clock."""
    if cells.get(name):
        ms = parse_clock(cells[name])
    elif cells.get(f"{name}_ms"):
        ms = numbers(cells, f"{name}_ms")[0]
    else:
        return None
    if said.span_ms is not None and not said.span_ms[0] <= ms <= said.span_ms[1]:
        first, last = map(format_clock, said.span_ms)
        raise CoderError("row_outside", time=format_clock(ms), first=first, last=last)
    return ms


_PLACES = ("start", "start_ms", "end", "end_ms", "turn", "quote")


def place(
    said: Said, cells: Cells, speaker: Role | None, *, whole: bool = False
) -> tuple[Anchor | None, str]:
    """Anchor a row, and return with it a quote that does not stand in the turns as written.

    What is about the ``whole`` session has no anchor; raises CoderError when it names a place.
    """
    if whole:
        given = [cells.get(name, "") for name in _PLACES]
        if any(given) and "".join(given).casefold() != _SESSION:
            raise CoderError("row_of_session")
        return None, ""
    start, end = _time(said, cells, "start"), _time(said, cells, "end")
    quote = cells.get("quote", "")
    passage: Passage | None
    if cells.get("turn", "").casefold() == _SESSION:
        return None, quote
    if cells.get("turn"):
        passage, unfound = _in_turns(said, cells, quote)
    elif quote:
        passage, unfound = _by_quote(said, quote, start, speaker)
    elif start is not None:
        passage, unfound = _holding(said, start, speaker), ""
    else:
        raise CoderError("row_no_place")
    if passage is not None and end is not None:
        passage, unfound = _spanning(said, cells, passage, end, unfound)
    anchor = Anchor(start_ms=start)
    if passage is not None:
        anchor = anchor_on(passage.turns, start, begin=passage.begin, stop=passage.stop)
    if end is not None and (anchor.start_ms is None or end < anchor.start_ms):
        raise CoderError("row_ends_first")
    return dataclasses.replace(anchor, end_ms=end), unfound


def _in_turns(said: Said, cells: Cells, quote: str) -> tuple[Passage, str]:
    named = numbers(cells, "turn")
    for number in named:
        if number not in said.turns:
            raise CoderError("row_no_such_turn", turn=number)
    turns = tuple(said.turns[number] for number in named)
    exact = _exactly(turns, cells)
    if exact is not None:
        return exact, ""
    found = find(words_of(turns), quote)
    return (found[0], "") if found else (Passage(turns), quote)


def _spanning(
    said: Said, cells: Cells, passage: Passage, end: int, unfound: str
) -> tuple[Passage, str]:
    """Take in the turns that the same speaker begins before a span's end.

    What this program wrote names its turns itself, and so does a row with several of them, or
    with a quote that runs over several.
    """
    told = any(cells.get(name) for name in EXACT) or len(numbers(cells, "turn")) > 1
    first = passage.turns[0]
    more = tuple(
        turn
        for turn in said.turns.values()
        if (turn.label, turn.role) == (first.label, first.role)
        and turn.n > first.n
        and turn.start_ms is not None
        and (first.start_ms or 0) <= turn.start_ms < end
    )
    if told or not more or len(passage.turns) > 1:
        return passage, unfound
    joined = (first, *more)
    quoted = find(words_of(joined), unfound) if unfound else []
    if quoted:
        return quoted[0], ""
    return Passage(joined, passage.begin), unfound


def _exactly(turns: tuple[Turn, ...], cells: Cells) -> Passage | None:
    """Take the range that an export names, if it still holds the words it held."""
    begin, stop = numbers(cells, "begin"), numbers(cells, "stop")
    passage = Passage(turns, begin[0] if begin else 0, stop[0] if stop else None)
    if passage.begin > len(turns[0].text) or (passage.stop or 0) > len(turns[-1].text):
        return None
    held = anchor_on(turns, begin=passage.begin, stop=passage.stop).quote
    return passage if held.strip() == cells.get("quote", "").strip() else None


def _by_quote(
    said: Said, quote: str, start: int | None, speaker: Role | None
) -> tuple[Passage | None, str]:
    """Find a quote; a start settles which of several is meant, and stands alone if none is."""
    found = find(said.words[speaker], quote) or find(said.words[None], quote)
    if start is None:
        if not found:
            raise CoderError("row_words_not_found")
        if len(found) > 1:
            turns = ", ".join(dict.fromkeys(str(each.turns[0].n) for each in found))
            raise CoderError("row_words_not_unique", turns=turns)
        return found[0], ""
    timed = [(_far(each, start), n) for n, each in enumerate(found) if _is_timed(each)]
    if timed and min(timed)[0] <= _NEAR_MS:
        return found[min(timed)[1]], ""
    if not timed and len(found) == 1:
        return found[0], ""
    return _holding(said, start, speaker), quote


def _is_timed(passage: Passage) -> bool:
    return passage.turns[0].start_ms is not None


def _far(passage: Passage, start: int) -> int:
    return abs((passage.turns[0].start_ms or 0) - start)


def _holding(said: Said, start: int, speaker: Role | None) -> Passage | None:
    """Return the turn that holds a moment: the person's last begun at or before it.

    A time in whole seconds means that second: forms round down, so a turn begun within it counts.
    """
    held = None
    start += _SECOND_MS - 1 if start % _SECOND_MS == 0 else 0
    for turn in said.words[speaker].turns:
        if turn.start_ms is not None and turn.start_ms <= start:
            held = turn if held is None or turn.start_ms >= (held.start_ms or 0) else held
    return None if held is None else Passage((held,))
