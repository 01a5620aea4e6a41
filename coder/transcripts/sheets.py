"""The rows of a table: of a text whose separator is found out, or of an Excel workbook."""

import csv
import datetime as dt
import io
import re
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coder.errors import CoderError
from coder.transcripts import packed
from coder.transcripts.events import Event, Kind

Row = tuple[int, Sequence[str]]

MOST_CELLS = 2_000_000
_MOST_ROWS = 1_048_576
HEAD = 100_000  # characters by which a table is known: fewer than csv allows a cell
_SEPARATORS = ",;\t|"
HINT = re.compile(r"sep=([,;\t|])\r?\n?")
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, ArithmeticError, AttributeError, EOFError, LookupError,
    NotImplementedError, OSError, RecursionError, SyntaxError, TypeError, ValueError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table's rows that are not blank, each with its number; ``name`` is that of the sheet."""

    name: str
    rows: tuple[Row, ...]
    events: tuple[Event, ...] = ()
    separator: str = ""


def _separated(text: str, sign: str, *, cut: bool = False) -> list[list[str]]:
    """Cut a text into rows; where its quotation marks are no quoting, they are words.

    ``cut`` says that the text may end within quotation marks.
    """
    rows: list[list[str]] = []
    spaced = f'{sign} "' in text
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=sign, strict=True, skipinitialspace=spaced
    )
    try:
        rows.extend(reader)
    except csv.Error:
        if cut and reader.line_num >= text.count("\n"):
            return rows
    else:
        return rows
    plain = csv.reader(io.StringIO(text, newline=""), delimiter=sign, quoting=csv.QUOTE_NONE)
    return list(plain)


def separator(text: str) -> tuple[str, int, float]:
    """The separator that makes most rows alike, the columns it makes, and the share of them."""
    head, cut = text[:HEAD], len(text) > HEAD

    def fit(sign: str) -> tuple[bool, float, int]:
        rows = [row for row in _separated(head, sign, cut=cut) if any(map(str.strip, row))]
        wide, count = Counter(map(len, rows)).most_common(1)[0] if rows else (0, 0)
        return wide > 1, round(count / max(len(rows), 1), 1), wide

    best = max(_SEPARATORS, key=fit)
    _, share, wide = fit(best)
    return best, wide, share


def from_text(path: Path, text: str, *, cut: bool = False) -> Sheet:
    """Cut a text into the rows of a table; ``cut`` reads no more than its beginning.

    Raises CoderError where a cell is beyond measure.
    """
    cut = cut and len(text) > HEAD
    text = text[:HEAD] if cut else text
    told: tuple[Event, ...] = ()
    hint = HINT.match(text)
    sign = hint[1] if hint else separator(text)[0]
    if hint:
        told = (Event(Kind.NOISE, 1, hint[0].strip(), why="names the separator"),)
    try:
        rows = _separated(text[hint.end() :] if hint else text, sign, cut=cut)
    except csv.Error as fault:
        raise CoderError("transcript_damaged", path=path, why=str(fault)) from fault
    first = 2 if hint else 1
    return Sheet("", tuple(_filled(enumerate(rows, first))), told, sign)


def _filled(rows: Iterable[Row]) -> Iterator[Row]:
    return ((n, row) for n, row in rows if any(cell.strip() for cell in row))


def from_workbook(path: Path, data: bytes) -> tuple[Sheet, ...]:
    """Read the sheets of a workbook; a formula's last value is its cell's.

    Raises CoderError when it is damaged or holds more than two million cells.
    """
    members = [*packed.checked(path, data)]
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and rules that are no concern of ours
        try:
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            try:
                return tuple(_sheets(path, book.worksheets))
            finally:
                book.close()
        except _DAMAGED as fault:
            raise packed.damaged(path, members) from fault


def _sheets(path: Path, pages: Iterable[Any]) -> Iterator[Sheet]:
    cells = 0
    for page in pages:
        page.reset_dimensions()  # the size it claims is not to be trusted
        rows: list[Row] = []
        for n, row in enumerate(page.iter_rows(values_only=True), 1):
            cells += len(row)
            if cells > MOST_CELLS or n > _MOST_ROWS:
                raise CoderError("workbook_too_big", path=path, most=f"{MOST_CELLS:,}")
            if any(cell is not None for cell in row):
                rows.append((n, [_cell(value) for value in row]))
        yield Sheet(page.title, tuple(_filled(rows)))


_EPOCH = dt.datetime(1899, 12, 31)  # noqa: DTZ001 - a spreadsheet's day 0 lies in no zone
_DATES_BEGIN = dt.datetime(1900, 3, 1)  # noqa: DTZ001 - before it, a date is a length of time


def _cell(value: object) -> str:
    """A cell as text; times and lengths of time as h:mm:ss."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        if value < _DATES_BEGIN:
            return _clock(value - _EPOCH)
        return value.isoformat(" ")
    if isinstance(value, dt.time):
        day = dt.datetime.combine(_EPOCH, value.replace(tzinfo=None))
        return _clock(day - _EPOCH)
    if isinstance(value, dt.timedelta):
        return _clock(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004 - all digits hold
        return str(int(value))
    return str(value)


def _clock(length: dt.timedelta) -> str:
    ms = round(length / dt.timedelta(milliseconds=1))
    sign, ms = ("-", -ms) if ms < 0 else ("", ms)
    seconds, ms = divmod(ms, 1000)
    fraction = f".{ms:03}" if ms else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}{fraction}"
