"""Find a place in a transcript: words, a time, “turn 312” or “line 344”."""

import re
from collections.abc import Sequence

from coder.errors import CoderError
from coder.session import Turn, parse_clock

_NUMBERED = re.compile(r"(turn|line)s?\s*(\d{1,7})")


def find(turns: Sequence[Turn], wanted: str, here: int) -> int | None:
    """The row of the next turn after ``here`` that answers: words, a time, a turn or a line."""
    wanted = wanted.strip()
    asked = _NUMBERED.fullmatch(wanted.casefold())
    if asked and asked[1] == "turn":
        return next((row for row, turn in enumerate(turns) if turn.n == int(asked[2])), None)
    if asked:
        begun = [row for row, turn in enumerate(turns) if turn.line <= int(asked[2])]
        return begun[-1] if begun else None
    at_ms = time_in(wanted)
    if at_ms is not None:
        begun = [row for row, t in enumerate(turns) if (t.start_ms or 0) <= at_ms]
        return begun[-1] if begun else None
    rows = [*range(here + 1, len(turns)), *range(here + 1)]
    return next((row for row in rows if wanted.casefold() in turns[row].text.casefold()), None)


def time_in(wanted: str) -> int | None:
    """The moment (ms) that is looked for; None where it is words, a turn or a line."""
    if ":" not in wanted:
        return None
    try:
        return parse_clock(wanted.strip())
    except CoderError:
        return None
