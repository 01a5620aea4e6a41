"""Tables of ratings made elsewhere: a row for each rating, or (wide) a column for each coder.

Read from csv (comma, semicolon or tab), xlsx and json (a list of objects). Cells are trimmed; an
empty one is no rating; a whole number is the same with ".0" after it, as pandas and spreadsheets
write it.
"""

import csv
import io
import itertools
import json
import operator
import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coder.errors import CoderError
from coder.tables.files import MOST_UNPACKED, UNREADABLE, decoded, unguard

_Ints = NDArray[np.int64]
_Line = tuple[int, Sequence[str]]  # where a row begins, and its cells
_TWO = 2
_BLOCK = 2**12  # rows held at once
_HEAD = 2**16  # characters by which the separator is found out
_WHOLE = re.compile(r"([+-]?\d+)\.0+", re.ASCII)


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """The ratings of a table.

    ``cells`` (units, raters) say which of the ``texts`` a rating is, -1 for none; ``places`` where
    in the table each of the texts first stands. ``unit`` is the column that names the units, None
    where each row is one.
    """

    unit: str | None
    units: Sequence[str]
    raters: tuple[str, ...]
    texts: tuple[str, ...]
    cells: _Ints
    places: tuple[str, ...]


def clean(cell: str) -> str:
    """The text of a rating as it is compared: trimmed, and a whole number without its ".0"."""
    text = unguard(cell.strip())
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text


def read(
    path: Path,
    *,
    wide: bool = False,
    unit: str | None = None,
    rater: str | None = None,
    value: str | None = None,
) -> Given:
    """Read a table of ratings, by the names of its columns (unit, rater and value by default).

    In a wide table every column but the unit's is a rater. Raises CoderError when the file cannot
    be read, has not these columns or fewer than two raters, or holds two ratings of a unit by one.
    """
    sheet = _sheet(path)
    if wide and (rater is not None or value is not None):
        raise CoderError("ratings_wide_or_long")
    entries = _wide(sheet, unit) if wide else _long(sheet, unit, rater, value)
    if len(entries.raters) < _TWO:
        raters = ", ".join(entries.raters) or "none"
        raise CoderError("ratings_one_coder", path=path, raters=raters)
    return _filled(sheet, entries)


@dataclass(frozen=True, slots=True, eq=False)
class _Sheet:
    """A table as it stands: columns with their names, and which line or row each row was."""

    path: Path
    names: tuple[str, ...]
    columns: Sequence[Sequence[str]]
    word: str
    numbers: Sequence[int]

    def place(self, row: int) -> str:
        return f"{self.word} {self.numbers[row]}"

    def find(self, name: str) -> int | None:
        """The column of a name, in capitals or not where no other column has it exactly."""
        for names in (self.names, [each.casefold() for each in self.names]):
            found = [at for at, each in enumerate(names) if each == name]
            if len(found) > 1:
                raise CoderError("ratings_column_twice", path=self.path, column=name)
            if found:
                return found[0]
            name = name.casefold()
        return None

    def named(self, given: str | None, usual: str) -> int:
        name = usual if given is None else given.strip()
        at = self.find(name)
        if at is None:
            known = ", ".join(each for each in self.names if each)
            raise CoderError("ratings_no_column", path=self.path, column=name, known=known)
        return at


@dataclass(frozen=True, slots=True, eq=False)
class _Entries:
    """One entry for each cell that may hold a rating: of which unit, by which rater, which text.

    -1 stands for an empty cell. ``rows`` are the rows of the entries, ``columns`` the name of the
    column each rater's stand in.
    """

    unit: str | None
    units: Sequence[str]
    raters: tuple[str, ...]
    texts: tuple[str, ...]
    of: tuple[_Ints, _Ints, _Ints]
    rows: _Ints
    columns: tuple[str, ...]


def _wide(sheet: _Sheet, unit: str | None) -> _Entries:
    at = sheet.find("unit") if unit is None else sheet.named(unit, "unit")
    columns = [
        (name, cells)
        for n, (name, cells) in enumerate(zip(sheet.names, sheet.columns, strict=True))
        if n != at and (name or any(map(str.strip, cells)))
    ]
    names = [name for name, _ in columns]
    for name in names:
        if not name:
            raise CoderError("ratings_column_unnamed", path=sheet.path)
        if names.count(name) > 1:
            raise CoderError("ratings_column_twice", path=sheet.path, column=name)
    n = len(sheet.numbers)
    if at is None:
        units, which = tuple(map(sheet.place, range(n))), np.arange(n)
    else:
        units, which = _coded(_cleaned(sheet.columns[at]))
    texts, codes = _coded(_cleaned(itertools.chain.from_iterable(cells for _, cells in columns)))
    by = np.repeat(np.arange(len(names)), n)
    of = (np.tile(which, len(names)), by, codes)
    unit = None if at is None else sheet.names[at]
    rows = np.tile(np.arange(n), len(names))
    return _Entries(unit, units, tuple(names), texts, of, rows, tuple(names))


def _long(sheet: _Sheet, unit: str | None, rater: str | None, value: str | None) -> _Entries:
    given = ((unit, "unit"), (rater, "rater"), (value, "value"))
    at = [sheet.named(name, usual) for name, usual in given]
    units, of_unit = _coded(_cleaned(sheet.columns[at[0]]))
    raters, by = _coded(_cleaned(sheet.columns[at[1]]))
    texts, codes = _coded(_cleaned(sheet.columns[at[2]]))
    # Whose rows come first is an accident; of a wide table the columns' order is not.
    order = sorted(range(len(raters)), key=lambda n: _natural(raters[n]))
    places = np.append(np.argsort(np.array(order, np.int64)), -1)
    names = tuple(raters[n] for n in order)
    columns = (sheet.names[at[2]],) * len(names)
    of = (of_unit, places[by], codes)
    return _Entries(sheet.names[at[0]], units, names, texts, of, np.arange(len(by)), columns)


def _natural(name: str) -> tuple[list[str | int], str]:
    """Sort coder 2 before coder 10."""
    parts = re.split(r"(\d+)", name.casefold(), flags=re.ASCII)
    return [int(part) if n % 2 else part for n, part in enumerate(parts)], name


def _cleaned(cells: Iterable[str]) -> list[str]:
    """Every cell as ``clean`` has it; few of them differ."""
    every = list(cells)
    known = {cell: clean(cell) for cell in set(every)}
    return list(map(known.__getitem__, every))


def _coded(cells: Sequence[str]) -> tuple[tuple[str, ...], _Ints]:
    """The different texts of some cells as they come, and which of them each holds: -1 if empty."""
    texts = dict.fromkeys(cells)
    texts.pop("", None)
    places = dict(zip(texts, itertools.count()))
    places[""] = -1
    return tuple(texts), np.fromiter(map(places.__getitem__, cells), np.int64, len(cells))


def _filled(sheet: _Sheet, entries: _Entries) -> Given:
    """Put the entries in their cells; a rating needs a unit and a coder, and each cell one."""
    units, raters, texts = entries.of
    given = np.flatnonzero(texts >= 0)
    if not len(given):
        raise CoderError("ratings_none", path=sheet.path)
    for which, what in ((units, "unit"), (raters, "coder")):
        lost = given[which[given] < 0]
        if len(lost):
            place = sheet.place(int(entries.rows[lost].min()))
            raise CoderError("ratings_of_nothing", path=sheet.path, place=place, what=what)
    cells = np.full((len(entries.units), len(entries.raters)), -1, np.int64)
    cells[units[given], raters[given]] = texts[given]
    if np.count_nonzero(cells >= 0) < len(given):
        raise _twice(sheet, entries, given)
    first = np.zeros(len(entries.texts), np.int64)
    first[texts[given[::-1]]] = given[::-1]  # of several the last written stays
    places = tuple(
        f"{sheet.place(int(entries.rows[n]))}, column “{entries.columns[int(raters[n])]}”"
        for n in first
    )
    return Given(entries.unit, entries.units, entries.raters, entries.texts, cells, places)


def _twice(sheet: _Sheet, entries: _Entries, given: _Ints) -> CoderError:
    units, raters, _ = entries.of
    order = given[np.argsort(entries.rows[given], kind="stable")]
    _, first = np.unique(units[order] * len(entries.raters) + raters[order], return_index=True)
    n = int(np.delete(order, first)[0])
    unit, rater = entries.units[int(units[n])], entries.raters[int(raters[n])]
    place = sheet.place(int(entries.rows[n]))
    return CoderError("ratings_twice", path=sheet.path, unit=unit, rater=rater, place=place)


# files


def grid(path: Path) -> tuple[tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]]:
    """Read any table as it stands: the names of its columns, and its rows, each with its place.

    Raises CoderError when the file cannot be read.
    """
    found = _sheet(path)
    rows = enumerate(zip(*found.columns, strict=True))
    return found.names, tuple((found.place(n), row) for n, row in rows)


def _sheet(path: Path) -> _Sheet:
    suffix = path.suffix.casefold()
    if suffix not in _READERS:
        raise CoderError("table_unknown_suffix", path=path, known=", ".join(_READERS))
    try:
        data = path.read_bytes()
    except FileNotFoundError as fault:
        raise CoderError("ratings_missing", path=path) from fault
    except OSError as fault:
        raise CoderError("table_unreadable", path=path, why=fault.strerror) from fault
    word, lines = _READERS[suffix]
    try:
        return _columns(path, word, lines(data))
    except UNREADABLE as fault:
        why = str(fault) or type(fault).__name__
        raise CoderError("table_unreadable", path=path, why=why) from fault


def _columns(path: Path, word: str, lines: Iterable[_Line]) -> _Sheet:
    """Turn rows into columns, block by block; the first row that is not blank names them."""
    held = (line for line in lines if "".join(line[1]).strip())
    _, first = next(held, (0, ()))
    if not first:
        raise ValueError("it is empty")
    names = tuple(unguard(name.strip()) for name in first)
    columns: list[list[str]] = [[] for _ in names]
    numbers: list[int] = []
    while block := list(itertools.islice(held, _BLOCK)):
        rows = _of_one_length(block, len(names), word)
        for at, column in enumerate(columns):
            column.extend(map(operator.itemgetter(at), rows))
        numbers.extend(n for n, _ in block)
    return _Sheet(path, names, columns, word, numbers)


def _of_one_length(block: Sequence[_Line], length: int, word: str) -> list[Sequence[str]]:
    """Fill up short rows; raises ValueError for one with more cells than there are names."""
    rows = [row for _, row in block]
    if set(map(len, rows)) == {length}:
        return rows
    for n, row in block:
        if "".join(row[length:]).strip():
            raise ValueError(f"{word} {n} has more cells than the first has names")
    return [[*row[:length], *[""] * (length - len(row))] for row in rows]


def _csv(data: bytes) -> Iterator[_Line]:
    text = decoded(data)
    # An open quotation mark would else swallow the rows after it.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    begun = 1
    for row in reader:
        yield begun, row
        begun = reader.line_num + 1


def _separator(text: str) -> str:
    """The one that makes most rows as long as the first, and that of several columns."""
    head = text[:_HEAD]
    whole = head if len(text) <= _HEAD else head[: head.rfind("\n") + 1] or head

    def fits(separator: str) -> tuple[bool, float, int]:
        reader = csv.reader(io.StringIO(whole.strip(), newline=""), delimiter=separator)
        rows = [row for row in reader if row] or [[]]
        alike = sum(len(row) == len(rows[0]) for row in rows) / len(rows)
        return len(rows[0]) > 1, alike, len(rows[0])

    return max(",;\t", key=fits)


def _workbook(data: bytes) -> Iterable[_Line]:
    import openpyxl

    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(member.file_size for member in packed.infolist()) > MOST_UNPACKED:
            raise ValueError("it grows far beyond what a table needs when it is unpacked")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and rules that are no concern of ours
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            page = book.worksheets[0]
            page.reset_dimensions()  # the size it claims is not to be trusted
            rows = enumerate(page.iter_rows(values_only=True), 1)
            return [
                (n, [*map(_text, row)]) for n, row in rows if any(cell is not None for cell in row)
            ]
        finally:
            book.close()


def _json(data: bytes) -> Iterable[_Line]:
    content = json.loads(decoded(data))
    if not isinstance(content, list) or not all(isinstance(row, dict) for row in content):
        raise ValueError("it is no list of objects")
    names = list(dict.fromkeys(itertools.chain.from_iterable(content)))
    rows = [names, *([_text(row.get(name)) for name in names] for row in content)]
    for row in rows:
        "".join(row).encode()  # halves of characters, which no file can hold
    return enumerate(rows)


def _text(cell: Any) -> str:
    if cell is None or cell != cell:  # noqa: PLR0124 - NaN is how some programs write nothing
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, list | dict):
        raise TypeError("a cell holds more than one value")
    return str(cell)


_READERS: dict[str, tuple[str, Callable[[bytes], Iterable[_Line]]]] = {
    ".csv": ("line", _csv),
    ".tsv": ("line", _csv),
    ".txt": ("line", _csv),
    ".xlsx": ("row", _workbook),
    ".json": ("row", _json),
}
