"""Times in the cells of a table: the form that a column has, and its cells in milliseconds."""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from coder.errors import Notice


class Form(StrEnum):
    """How a column writes its times."""

    CLOCK = "clock"
    FRAMES = "frames"
    DATE = "date"
    SPAN = "span"
    NUMBER = "number"
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class Manner:
    """What is known of the columns of times beside their cells.

    ``unit`` is ms or s where a title says so; ``words`` counts what is said in the rows;
    ``mapped`` is True where a person said that the column holds times, ``packed`` where the table
    is a workbook, ``lengths`` where the ends are how long it takes. ``frame_rate`` is per second.
    """

    unit: str = ""
    words: int = 0
    mapped: bool = False
    packed: bool = False
    lengths: bool = False
    frame_rate: float | None = None


@dataclass(frozen=True, slots=True)
class Times:
    """Start and end (ms) of each row; ``unread`` are the cells that are no times, by row."""

    spans: tuple[tuple[int | None, int | None], ...]
    unread: tuple[tuple[int, str], ...]
    told: tuple[Notice, ...]


_DAY = 86_400_000
_HOUR = 3_600_000
_MOST_MS = 1_000 * 3_600_000  # a thousand hours: no recording is longer
_SAMPLE = 5000  # cells by which a form is known
_MANY = 0.6  # share of the cells of a column that make its form
_EARLY = 3 * 3_600_000  # a date's clock below this counts from midnight, as elapsed time does
_PACE = 0.063  # words a second below which numbers are ms: speech has 2, a thousandth 0.002
_LONG = 36_000  # ten hours in seconds

_NOTHING = frozenset({"", "-", "–", "—", "n/a", "na", "nan", "nat", "none", "null"})
_T = r"\d{1,3}:[0-5]\d(?::[0-5]\d)?(?:[.,]\d{1,9}|-\d)?"
_PATTERNS = {
    Form.CLOCK: re.compile(r"(\d{1,3}):([0-5]\d)(?::([0-5]\d))?(?:[.,-](\d{1,9}))?"),
    Form.FRAMES: re.compile(r"(\d{1,3}):([0-5]\d):([0-5]\d)[:;](\d{1,3})"),
    Form.DATE: re.compile(
        r"(?:(\d{4}-\d\d-\d\d)[T ]|(\d{1,4}[./-]\d{1,2}[./-]\d{1,4}),? |T)"
        r"(\d{1,2}):([0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,9}))?)?"
        r"(?:\s?([AaPp])\.?[Mm]\.?)?\s?(?:Z|UTC|[+-]\d\d:?\d\d)?"
    ),
    Form.SPAN: re.compile(
        rf"[\[({{<#]?({_T})[\])}}>#]?\s*(?:-->|[-–—/]|to)\s*[\[({{<#]?({_T})[\])}}>#]?"
    ),
    Form.NUMBER: re.compile(
        r"(\d{1,15}(?:[.,]\d{1,15})?(?:[eE][-+]?\d{1,2})?)\s?(s|secs?|seconds|ms|msec)?"
    ),
}
_FEW_DIGITS = re.compile(r"\d{1,6}")
_LOOSE = re.compile(r"(\d{1,3}):(\d{1,2})(?::(\d{1,2}))?")
_SIXTY = 60


def bare(cell: str) -> str:
    """A cell without the brackets around a time; "" where it says that there is nothing."""
    text = cell.strip().strip("[](){}<>#").strip()
    return "" if text.casefold() in _NOTHING else text


def form_of(cells: Sequence[str]) -> Form | None:
    """Tell how a column writes its times; None when it holds none."""
    given = [text for text in map(bare, cells[:_SAMPLE]) if text]
    for form, pattern in _PATTERNS.items():
        if given and sum(pattern.fullmatch(text) is not None for text in given) >= _MANY * len(
            given
        ):
            return form
    return None


def numbers(cells: Sequence[str]) -> list[float]:
    """The cells that are numbers, in their order."""
    return [each for each in map(_number, map(bare, cells)) if each is not None]


def read(starts: Sequence[str], ends: Sequence[str] | None, manner: Manner) -> Times:
    """Read the columns of start and end. What was guessed on the way is told."""
    told: list[Notice] = []
    starts = [bare(cell) for cell in starts]
    ends = [""] * len(starts) if ends is None else [bare(cell) for cell in ends]
    if form_of(starts) is Form.SPAN:
        return _with_spans(starts, ends)
    if manner.packed and form_of(starts) is Form.CLOCK and not manner.lengths:
        starts, ends = _as_typed(starts, ends, told)
    read_cell = _reader([*starts, *ends], form_of(starts), manner, told)
    spans, unread = [], []
    for n, pair in enumerate(zip(starts, ends, strict=True)):
        start_ms, end_ms = (_within(read_cell(text)) if text else None for text in pair)
        for text, ms in zip(pair, (start_ms, end_ms), strict=True):
            if text and ms is None:
                unread.append((n, text))
        if manner.lengths and start_ms is not None and end_ms is not None:
            end_ms = _within(start_ms + end_ms)
        spans.append((start_ms, end_ms if start_ms is not None else None))
        if start_ms is None and end_ms is not None:
            unread.append((n, pair[1]))
    return Times(tuple(spans), tuple(unread), tuple(told))


def _as_typed(
    starts: Sequence[str], ends: Sequence[str], told: list[Notice]
) -> tuple[list[str], list[str]]:
    """Undo what a spreadsheet does to “54:10”, minutes and seconds, which it keeps as 54:10:00.

    Only after the hour does a person type all three fields. So it was, where the cells before the
    first with seconds are whole minutes, and go beyond a day or beyond what comes after them.
    """
    cells = [cell for pair in zip(starts, ends, strict=True) for cell in pair]
    parts = [
        (n, found)
        for n, cell in enumerate(cells)
        if (found := _PATTERNS[Form.CLOCK].fullmatch(cell))
    ]
    times: list[int] = []
    for _, found in parts:
        ms = _clock(found[0]) or 0
        before = times[-1] if times else 0
        if not _whole_minutes(found) or (ms < before and 0 <= ms - before // _SIXTY <= _HOUR // 2):
            break  # seconds, or the hour: what comes next was typed in full
        times.append(ms)
    run = parts[: len(times)]
    after = _clock(parts[len(run)][1][0]) if len(run) < len(parts) else None
    back = after is not None and bool(times) and _HOUR <= after < max(times)
    if back or max(times, default=0) >= _DAY:
        told.append(Notice("table_times_typed", {"count": len(run)}))
        for n, found in run:
            cells[n] = f"{found[1]}:{found[2]}"
    return cells[::2], cells[1::2]


def _with_spans(starts: Sequence[str], ends: Sequence[str]) -> Times:
    spans: list[tuple[int | None, int | None]] = []
    unread = []
    for n, (text, other) in enumerate(zip(starts, ends, strict=True)):
        found = _PATTERNS[Form.SPAN].fullmatch(text)
        spans.append((_clock(found[1]), _clock(found[2])) if found else (_clock(text), None))
        if text and spans[-1][0] is None:
            unread.append((n, text))
        if other and other != text:
            unread.append((n, other))
    return Times(tuple(spans), tuple(unread), ())


def _within(ms: int | None) -> int | None:
    return ms if ms is not None and 0 <= ms <= _MOST_MS else None


_Read = Callable[[str], int | None]


def _reader(cells: Sequence[str], form: Form | None, manner: Manner, told: list[Notice]) -> _Read:
    """Choose how all cells are read, by what they are together."""
    given = [text for text in cells if text]
    if manner.mapped and not manner.unit and _are_short(given):
        told.append(Notice("table_times_short"))
        return _short
    if form is Form.DATE:
        return _dates(given, told)
    if form is Form.NUMBER:
        return _scaled(given, manner, told)
    return _clocks(given, form, manner, told)


def _clocks(given: Sequence[str], form: Form | None, manner: Manner, told: list[Notice]) -> _Read:
    """Read clocks; frames come last in them, after a colon or, where there is a rate, a dot."""
    rate = manner.frame_rate
    if form is Form.FRAMES:
        if not rate:
            told.append(Notice("table_times_frames"))
        return lambda text: _framed(text, rate)
    parts = [found for found in map(_PATTERNS[Form.CLOCK].fullmatch, given) if found]
    dotted = [found[4] or "" for found in parts]
    if rate and dotted and all(len(each) == 2 and int(each) < rate for each in dotted):  # noqa: PLR2004 - .FF
        return lambda text: _framed(re.sub(r"[.,](?=\d\d$)", ":", text), rate)
    if manner.packed and len(parts) > 1 and all(_whole_minutes(found) for found in parts):
        told.append(Notice("table_times_minutes"))
    return _clock


def _whole_minutes(found: re.Match[str]) -> bool:
    return found[3] is not None and int(found[3]) == 0 and not (found[4] or "").strip("0")


def _clock(text: str) -> int | None:
    found = _PATTERNS[Form.CLOCK].fullmatch(text)
    if not found:
        return None
    first, second, third = int(found[1]), int(found[2]), found[3]
    seconds = first * 60 + second if third is None else (first * 60 + second) * 60 + int(third)
    return seconds * 1000 + _thousandths(found[4])


def _thousandths(digits: str | None) -> int:
    return int((digits or "").ljust(3, "0")[:3])


def _framed(text: str, rate: float | None) -> int | None:
    found = _PATTERNS[Form.FRAMES].fullmatch(text)
    if not found:
        return _clock(text)
    hours, minutes, seconds, frames = map(int, found.groups())
    ms = ((hours * 60 + minutes) * 60 + seconds) * 1000
    if not rate:
        return ms
    return ms + round(frames * 1000 / rate) if frames < rate + 1 else None


def _number(text: str) -> float | None:
    found = _PATTERNS[Form.NUMBER].fullmatch(text)
    return float(found[1].replace(",", ".")) if found else None


def _scaled(given: Sequence[str], manner: Manner, told: list[Notice]) -> _Read:
    """Read numbers: of seconds, of milliseconds, or parts of a day."""
    found = numbers(given)
    unit = manner.unit
    if manner.packed and not unit and len(set(found)) > 1 and max(found) < 1:
        told.append(Notice("table_times_days"))
        return lambda text: _product(_number(text), _DAY)
    if not unit:
        whole = all(each == int(each) for each in found)
        unit = "ms" if whole and _too_slow(found, manner.words) else "s"
        if whole:
            small = unit == "ms"
            told.append(Notice("table_times_ms" if small else "table_times_seconds"))

    def read_cell(text: str) -> int | None:
        said = _PATTERNS[Form.NUMBER].fullmatch(text)
        if said and said[2]:
            return _product(_number(text), 1 if said[2].startswith("m") else 1000)
        return _product(_number(text), 1 if unit == "ms" else 1000)

    return read_cell


def _product(value: float | None, by: int) -> int | None:
    """Multiply, and round as a person would: 0.0005 s is no more than 1 ms."""
    return None if value is None or value * by > _MOST_MS else round(value * by)


def _too_slow(found: Sequence[float], words: int) -> bool:
    """Tell whether seconds would make speech slower than anybody speaks."""
    span = max(found) - min(found)
    if not words or not span:
        return max(found) >= _LONG
    return words / span < _PACE


def _dates(given: Sequence[str], told: list[Notice]) -> _Read:
    """Read dates with a clock: from midnight where the clock is small, else from the first."""
    moments = [moment for moment in map(_moment, given) if moment is not None]
    days = {day for day, _ in moments}
    counted = [(day, ms) for day, ms in moments if isinstance(day, int)]
    if len(days) != 1 and len(counted) < len(moments):
        return lambda _: None  # days that cannot be told from months
    day, first = min(counted) if counted else (0, min((ms for _, ms in moments), default=0))
    base = 0 if first < _EARLY else first
    told.append(Notice("table_times_first" if base else "table_times_midnight"))

    def read_cell(text: str) -> int | None:
        moment = _moment(text)
        if moment is None:
            return _clock(text)
        passed = moment[0] - day if isinstance(moment[0], int) else 0
        return passed * _DAY + moment[1] - base

    return read_cell


def _moment(text: str) -> tuple[int | str, int] | None:
    """Take a date apart into its day (a count, or as written) and ms since midnight."""
    found = _PATTERNS[Form.DATE].fullmatch(text)
    if not found:
        return None
    hours = int(found[3])
    if found[7]:
        hours = hours % 12 + (12 if found[7].lower() == "p" else 0)
    ms = ((hours * 60 + int(found[4])) * 60 + int(found[5] or 0)) * 1000 + _thousandths(found[6])
    if not found[1]:
        return found[2] or "", ms
    try:
        return dt.date.fromisoformat(found[1]).toordinal(), ms
    except ValueError:
        return None


def _are_short(given: Sequence[str]) -> bool:
    """Tell whether all cells are shorthand of NVivo, and one of them could not be plain seconds.

    That one has a colon, or four digits and more; fields after the first stay below sixty.
    """
    if not given or any(_short(text) is None for text in given):
        return False
    if all(_PATTERNS[Form.CLOCK].fullmatch(text) for text in given):
        return False
    return any(":" in text or len(text) > 3 for text in given)  # noqa: PLR2004 - h:mm:ss


def _short(text: str) -> int | None:
    """Read 75 (seconds), 1:6 (1 min 6 s), 9203 (92 min 3 s), 14532 (1:45:32)."""
    if _FEW_DIGITS.fullmatch(text):
        # From the right: two digits of seconds, two of minutes where hours stand before them.
        fields = [text[:-4], text[-4:-2], text[-2:]]
        first, *rest = [int(each) for each in fields if each]
    elif found := _LOOSE.fullmatch(text):
        first, *rest = [int(each) for each in found.groups() if each]
    else:
        return None
    if any(each >= _SIXTY for each in rest):
        return None
    for each in rest:
        first = first * _SIXTY + each
    return first * 1000
