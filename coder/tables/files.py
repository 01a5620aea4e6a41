"""Files of rows: csv (comma, semicolon or tab), xlsx and json, as text with each row's place."""

import csv
import datetime as dt
import io
import json
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coder.errors import CoderError

COLUMNS = (
    "kind", "marker", "start", "end", "turn", "person", "family", "clarity", "quote", "text",
    "note", "episode",
)  # fmt: skip
EXACT = ("start_ms", "end_ms", "begin", "stop")
CARRIED = ("session", "rater", "scheme", "label", "column", "id")
EPISODE_COLUMNS = (
    "number", "precipitant", "background", "onset", "end", "intensity", "noticed",
    "outcome_before", "outcome_after",
)  # fmt: skip

_KNOWN = {*COLUMNS, "find", "put", "file", "participant", "session", "recording", "part"}

Cells = Mapping[str, str]
Row = tuple[str, Cells]

_SAME_AS = {"turns": "turn", "episodes": "episode"}
_WORDED = frozenset({"quote", "text", "note", "precipitant", "background"})
_MOST_ROWS, _MOST_COLUMNS = 100_000, 50
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
MOST_UNPACKED = 300_000_000
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, csv.Error, ArithmeticError, AttributeError, EOFError,
    LookupError, NotImplementedError, RecursionError, SyntaxError, TypeError, ValueError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a file: cells by column, each row with the name of its place."""

    rows: tuple[Row, ...]
    episodes: tuple[Row, ...] = ()
    with_sound: bool = True


def guard(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet takes for a formula; ``unguard`` takes it off."""
    return "'" + cell if _GUARDED.match("'" + cell) else cell


def unguard(cell: str) -> str:
    """Take off the apostrophe that ``guard`` put before a cell."""
    return cell[1:] if _GUARDED.match(cell) else cell


def sheet(path: Path) -> Sheet:
    """Read a file of codings. Raises CoderError when it cannot be, or has unknown columns."""
    found = _read(path)
    _check_columns(path, found)
    return found


def rows(path: Path, needed: Iterable[str], known: Iterable[str] = ()) -> tuple[Row, ...]:
    """Read a file of other rows, which must have some columns and may have others.

    Raises CoderError when it cannot be read, lacks one of them or holds no row.
    """
    found = _read(path).rows
    columns = {*needed, *known}
    for name in needed:
        if not found or not any(name in cells for _, cells in found):
            raise CoderError("table_lacks_column", path=path, column=name)
    unknown = {name for _, cells in found for name in cells} - columns
    if unknown:
        given, ours = ", ".join(sorted(unknown)), ", ".join(columns)
        raise CoderError("table_unknown_columns", path=path, columns=given, known=ours)
    return found


def _read(path: Path) -> Sheet:
    suffix = path.suffix.casefold()
    if suffix not in _READERS:
        raise CoderError("table_unknown_suffix", path=path, known=", ".join(_READERS))
    try:
        if path.exists() and not path.is_file():
            raise CoderError("table_unreadable", path=path, why="it is no file")
        data = path.read_bytes()
    except OSError as fault:
        raise CoderError("table_unreadable", path=path, why=fault.strerror) from fault
    try:
        found: Sheet = _READERS[suffix](data)
        _check_words(found)
    except UNREADABLE as fault:
        raise CoderError(
            "table_unreadable", path=path, why=str(fault) or type(fault).__name__
        ) from fault
    if len(found.rows) > _MOST_ROWS:
        raise CoderError("table_too_long", path=path, most=_MOST_ROWS)
    return found


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 with its mark, or else cp1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    if b"\0" in data or data.startswith(b"\x89PNG"):
        raise ValueError("it is no text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252")


def _csv(data: bytes) -> Sheet:
    text = decoded(data)
    head = text.lstrip().partition("\n")[0]
    # The separator is the one that makes columns of ours; a sniffer guesses from patients' words.
    separator = max(",;\t", key=lambda each: len({*_names(head.split(each))} & _KNOWN))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    lines = []
    begun = 1
    for row in reader:
        lines.append((f"line {begun}", [unguard(cell) for cell in row]))
        begun = reader.line_num + 1
    return Sheet(_rows(lines))


def _workbook(data: bytes) -> Sheet:
    import openpyxl

    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(member.file_size for member in packed.infolist()) > MOST_UNPACKED:
            raise ValueError("it grows far beyond what a table needs when it is unpacked")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and rules that are no concern of ours
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            found = {each.title.casefold(): _lines(each) for each in book.worksheets[:9]}
        finally:
            book.close()
    episodes = found.pop("episodes", None)
    return Sheet(
        _rows(next(iter(found.values()))) if found else (), _rows(episodes) if episodes else ()
    )


def _lines(page: Any) -> list[tuple[str, list[str]]]:
    """Read a worksheet's rows without trusting the size it claims."""
    page.reset_dimensions()
    rows = page.iter_rows(max_row=_MOST_ROWS + 2, max_col=_MOST_COLUMNS, values_only=True)
    held = [(n, row) for n, row in enumerate(rows, 1) if any(cell is not None for cell in row)]
    return [(f"row {n}", [_text(cell) for cell in row]) for n, row in held]


def _rows(lines: Iterable[tuple[str, list[str]]]) -> tuple[Row, ...]:
    """Name the cells of each row that holds any by the first that does; no such row raises."""
    held = [(where, row) for where, row in lines if any(cell.strip() for cell in row)]
    if not held:
        raise ValueError("it is empty")
    names = _names(held[0][1])
    return tuple((where, _named(names, row)) for where, row in held[1:])


def _names(cells: Iterable[str]) -> list[str]:
    plain = (cell.strip().strip('"').casefold().replace(" ", "_") for cell in cells)
    return [_SAME_AS.get(name, name) for name in plain]


def _named(names: Sequence[str], row: Sequence[str]) -> Cells:
    """Pair names and cells; a cell that has no name, or shares one, has the name ``?``."""
    cells = dict.fromkeys((name for name in names if name), "")
    for at, cell in enumerate(row):
        if cell.strip():
            name = (names[at] if at < len(names) else "") or "?"
            cells["?" if cells.get(name) else name] = cell if name in _WORDED else cell.strip()
    return cells


def _json(data: bytes) -> Sheet:
    content = json.loads(decoded(data))
    if isinstance(content, list):
        content = {"rows": content}
    if not {"rows", "marks", "episodes"} & {*content}:
        raise ValueError("it has neither rows, marks nor episodes")
    with_sound = content.get("with_sound", True)
    if not isinstance(with_sound, bool):
        raise TypeError("with_sound is neither true nor false")
    rows = content.get("rows", content.get("marks", []))
    return Sheet(_objects(rows), _objects(content.get("episodes", [])), with_sound)


def _objects(rows: Iterable[Mapping[str, Any]]) -> tuple[Row, ...]:
    return tuple(
        (f"row {n}", _named(_names(row), [_text(cell) for cell in row.values()]))
        for n, row in enumerate(map(_once, rows), 1)
    )


def _once(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leave out the first episode where all of them are told (“marks --json” tells both)."""
    if "episodes" in row and "episode" in row:
        return {name: cell for name, cell in row.items() if name != "episode"}
    return row


def _text(cell: Any) -> str:
    """Write a cell as text; raises TypeError for what is neither a value nor a list of them."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, list):
        return " ".join(_text(each) for each in cell)
    if isinstance(cell, dt.time | dt.timedelta):
        # A time beyond the day (56:52 typed into a spreadsheet is 56 hours) stays no time of ours.
        return re.sub(r"(\.\d{3})\d+$", r"\1", str(cell))
    if isinstance(cell, dict):
        raise TypeError("a cell holds a whole object")
    return str(cell)


def _check_words(found: Sheet) -> None:
    """Refuse halves of characters, which no file can hold; raises UnicodeEncodeError."""
    for _, cells in (*found.rows, *found.episodes):
        for cell in cells.values():
            cell.encode()


def _check_columns(path: Path, found: Sheet) -> None:
    """Refuse columns that are not known, and a table of more than one coding."""
    unknown = {name for _, cells in found.rows for name in cells} - {*COLUMNS, *EXACT, *CARRIED}
    # Where an episode begins follows from its marks; “marks --json” tells it all the same.
    known = {*EPISODE_COLUMNS, *CARRIED, "start_ms"}
    unknown |= {name for _, cells in found.episodes for name in cells} - known
    if unknown:
        columns, ours = ", ".join(sorted(unknown)), ", ".join(COLUMNS)
        raise CoderError("table_unknown_columns", path=path, columns=columns, known=ours)
    for name in ("session", "rater", "scheme"):
        if len({cells[name] for _, cells in found.rows if cells.get(name)}) > 1:
            raise CoderError("table_of_several", path=path, column=name)


_READERS = {".csv": _csv, ".tsv": _csv, ".txt": _csv, ".xlsx": _workbook, ".json": _json}
