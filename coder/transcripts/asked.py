"""Options as a person writes them, in a command or in a dialog, as the values readers take."""

from coder.errors import CoderError
from coder.session import parse_clock

COLUMNS = ("session", "speaker", "start", "end", "text")
_MOST_FRAMES = 1000


def frame_rate(given: str) -> float:
    """Read a number of frames per second. Raises CoderError."""
    try:
        rate = float(given.replace(",", "."))
    except ValueError:
        rate = 0.0
    if not 1 <= rate <= _MOST_FRAMES:
        raise CoderError("bad_frame_rate", given=given)
    return rate


def ranges(given: str) -> tuple[tuple[int, int], ...]:
    """Read ranges of lines, as in “1-12, 40”. Raises CoderError."""
    return tuple(_range(each.strip()) for each in given.split(",") if each.strip())


def _range(given: str) -> tuple[int, int]:
    first, _, last = given.replace("–", "-").replace(" ", "").partition("-")
    last = last or first
    if not (first.isdecimal() and last.isdecimal() and int(first) <= int(last)):
        raise CoderError("bad_lines", given=given)
    return int(first), int(last)


def offsets(given: str) -> tuple[tuple[int, int], ...]:
    """Read (line, ms) of “124=39:15”: from that line on times are later. Raises CoderError."""
    return tuple(_offset(each.strip()) for each in given.split(",") if each.strip())


def _offset(given: str) -> tuple[int, int]:
    line, _, when = given.partition("=")
    if not (line.strip().isdecimal() and when.strip()):
        raise CoderError("bad_offset", given=given)
    return int(line), parse_clock(when)


def column(given: str) -> tuple[str, str]:
    """Read what a column holds and which it is, as in “start=B”. Raises CoderError."""
    what, sign, which = given.partition("=")
    if not sign or what not in COLUMNS or not which.strip():
        raise CoderError("bad_column", given=given, known=", ".join(COLUMNS))
    return what, which.strip()
