"""Times as transcripts write them, as whole milliseconds, and what is odd about their order."""

import itertools
import re
from collections.abc import Iterator, Sequence

from coder.errors import Notice

# Minutes and seconds after the first field stay below sixty; frames (a fourth field) are refused.
CLOCK = r"\d{1,3}(?::[0-5]\d){1,2}(?:[.,]\d{1,3}|-\d(?![\d:]))?(?![\d:;]|\s?[ap]\.?m\b)"
_SPAN = rf"{CLOCK}(?:\s*(?:-->|[-–/])\s*{CLOCK})?"
# A time before a label may stand bare, one beside or after it only in brackets.
BRACKETED = rf"(?:[\[({{<#]\s*{_SPAN}\s*[\])}}>#])"
STAMP = rf"(?:{BRACKETED}|{_SPAN})"

_ALONE = re.compile(rf"[\[({{<#]?\s*(?:{CLOCK})\s*[\])}}>#]?", re.IGNORECASE)
# Minute and second with a dot looks like any decimal: only alone, and only with two digits.
_DOTTED = re.compile(r"[\[(]?(\d{2,3})\.([0-5]\d)[\])]?")
_EACH = re.compile(CLOCK, re.IGNORECASE)


def clock(text: str) -> int:
    """Read ``m:ss`` (minutes up to 999) or ``h:mm:ss`` with tenths to milliseconds, as ms."""
    whole, _, rest = re.sub(r"[,-]", ".", text).partition(".")
    seconds = 0
    for field in whole.split(":"):
        seconds = seconds * 60 + int(field)
    return seconds * 1000 + int(rest.ljust(3, "0"))


def clocks(text: str) -> tuple[int | None, int | None]:
    """Read the one or two times of a stamp."""
    found = [clock(each) for each in _EACH.findall(text)]
    return found[0] if found else None, found[1] if len(found) > 1 else None


def alone(text: str) -> int | None:
    """Read a line that holds one time and nothing else, else None."""
    text = text.strip()
    if _ALONE.fullmatch(text):
        return clocks(text)[0]
    dotted = _DOTTED.fullmatch(text)
    return (int(dotted[1]) * 60 + int(dotted[2])) * 1000 if dotted else None


_SHOWN = 5  # lines that a warning names
_RESET_MS = 60_000  # a clock that starts anew is read within its first minute


def oddities(
    spans: Sequence[tuple[int, int | None]], lines: Sequence[int] = ()
) -> Iterator[Notice]:
    """Count what is odd about times (start, end in ms) in file order. Nothing is mended.

    ``lines`` are those the times stand on, where that is known.
    """
    pairs = list(itertools.pairwise(spans))
    reset = [after[0] < _RESET_MS and before[0] - after[0] > _RESET_MS for before, after in pairs]
    backward = [
        after[0] < before[0] and not new for (before, after), new in zip(pairs, reset, strict=True)
    ]
    counts = {
        "times_reset": sum(reset),
        "times_end_first": sum(end is not None and end < start for start, end in spans),
        "times_backward": sum(backward),
        "times_overlap": sum(
            before[1] is not None and before[0] <= after[0] < before[1] for before, after in pairs
        ),
    }
    steps = {"times_reset": reset, "times_backward": backward}
    for key, count in counts.items():
        if count:
            at = [line for line, odd in zip(lines[1:], steps.get(key, ()), strict=False) if odd]
            shown = ", ".join(map(str, at[:_SHOWN])) + (", …" if at[_SHOWN:] else "")
            where = {"where": f" (line {shown})" if at else ""} if key in steps else {}
            yield Notice(key, {"count": count, **where})
