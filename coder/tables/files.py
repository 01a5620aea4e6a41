"""Files of rows: csv (comma, semicolon or tab), xlsx and json, as text with each row's place."""

import csv
import datetime as dt
import io
import json
import re
import warnings
import zipfile
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coder.errors import CoderError
from coder.words import visible

COLUMNS = (
    "kind", "marker", "start", "end", "turn", "person", "family", "clarity", "quote", "text",
    "note", "episode",
)  # fmt: skip
EXACT = ("start_ms", "end_ms", "begin", "stop")
CARRIED = ("session", "rater", "scheme", "label", "column", "id", "version", "row", "category")
EPISODE_COLUMNS = (
    "number", "precipitant", "background", "onset", "end", "intensity", "noticed",
    "outcome_before", "outcome_after",
)  # fmt: skip

RATING_COLUMNS = ("scale", "value", "episode", "segment_start", "segment_ms")
PRESENCE_COLUMNS = ("component", "found", "episode")
_BESIDE = ("episodes", "ratings", "presences")  # the sheets that are not of marks

_KNOWN = {*COLUMNS, "find", "put", "file", "participant", "session", "recording", "part"}

Cells = Mapping[str, str]
Row = tuple[str, Cells]
_Line = tuple[str, list[str]]

_SAME_AS = {"turns": "turn", "episodes": "episode"}
_WORDED = frozenset({"quote", "text", "note", "precipitant", "background"})
_MOST_ROWS, _MOST_COLUMNS = 100_000, 50
NO_TITLE = "a column without a title"
_NAMELESS = "?"
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
    ratings: tuple[Row, ...] = ()
    presences: tuple[Row, ...] = ()
    twice: str = ""  # a title that two columns have
    too_long: str = ""  # the first row with a cell beyond the last title


def guard(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet takes for a formula; ``unguard`` takes it off."""
    return "'" + cell if _GUARDED.match("'" + cell) else cell


def unguard(cell: str) -> str:
    """Take off the apostrophe that ``guard`` put before a cell."""
    return cell[1:] if _GUARDED.match(cell) else cell


def sheet(path: Path) -> Sheet:
    """Read a file of codings. Raises CoderError when it cannot be, or has unknown columns."""
    found = _read(path)
    for where, cells in (*found.rows, *found.episodes):
        said = "".join(cells.values()).replace("\r", "")
        if visible(said) != said:
            raise CoderError("table_unreadable", path=path, why=f"{where} holds what is no text")
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


def anything(path: Path) -> tuple[Row, ...]:
    """Read a file of rows whose columns are the reader's to choose from.

    Cells under no title, though between titles, are named so. Raises CoderError; for two columns
    of one title, and a row with cells beyond the last title, too.
    """
    found = _read(path)
    if found.twice:
        raise CoderError("table_title_twice", path=path, title=found.twice)
    if found.too_long:
        raise CoderError("table_row_too_long", path=path, where=found.too_long)
    return tuple(
        (where, {NO_TITLE if name == _NAMELESS else name: cell for name, cell in cells.items()})
        for where, cells in found.rows
    )


def title(name: str) -> str:
    """A column's title as the rows that are read have it."""
    return _names([name])[0]


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
    # Among titles that are none of ours it is the one that there is most of.
    separator = max(
        ",;\t", key=lambda each: (len({*_names(head.split(each))} & _KNOWN), head.count(each))
    )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    lines = []
    begun = 1
    for row in reader:
        lines.append((f"line {begun}", [unguard(cell) for cell in row]))
        begun = reader.line_num + 1
    return Sheet(_rows(lines), twice=_twice(_head(lines)), too_long=_too_long(lines))


def _workbook(data: bytes) -> Sheet:
    import openpyxl

    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(member.file_size for member in packed.infolist()) > MOST_UNPACKED:
            raise ValueError("it grows far beyond what a table needs when it is unpacked")
        sheets = [name for name in packed.namelist() if name.startswith("xl/worksheets/")]
        unsolved = any(_UNSOLVED.search(packed.read(name)) for name in sheets)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and rules that are no concern of ours
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            found = {each.title.casefold(): _lines(each) for each in book.worksheets[:9]}
        finally:
            book.close()
    first = next((name for name in found if name not in _BESIDE), None)
    if unsolved:
        _refuse_unsolved(data, found, {first, *_BESIDE})
    episodes, ratings, presences = (
        _rows(lines) if (lines := found.get(name)) else () for name in _BESIDE
    )
    lines = [] if first is None else found[first]
    rows_ = () if first is None else _rows(lines)
    return Sheet(
        rows_,
        episodes,
        ratings=ratings,
        presences=presences,
        twice=_twice(_head(lines)),
        too_long=_too_long(lines),
    )


# A cell of a formula that has no result, or an empty one that is not said to be a text.
_UNSOLVED = re.compile(
    rb"<(?:\w+:)?c\b(?![^>]*\bt=\"str\")[^>]*>\s*<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


_FORMULAE = ("=", "<openpyxl.worksheet.formula")  # and those of several cells


def _refuse_unsolved(data: bytes, found: Mapping[str, list[_Line]], read: Collection[Any]) -> None:
    """Raise ValueError for a formula without its result, which would be read as an empty cell."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False)
    try:
        written = [page for page in book.worksheets[:9] if page.title.casefold() in read]
        for page in written:
            solved = dict(found[page.title.casefold()])
            for where, cells in _lines(page):
                told = solved.get(where, [])
                for at, cell in enumerate(cells):
                    if cell.startswith(_FORMULAE) and not (at < len(told) and told[at]):
                        raise ValueError(
                            f"{where} of “{page.title}” holds a formula without its result: "
                            "open and save it in Excel"
                        )
    finally:
        book.close()


def _lines(page: Any) -> list[_Line]:
    """Read a worksheet's rows without trusting the size it claims."""
    page.reset_dimensions()
    rows = page.iter_rows(max_row=_MOST_ROWS + 2, max_col=_MOST_COLUMNS, values_only=True)
    held = [(n, row) for n, row in enumerate(rows, 1) if any(cell is not None for cell in row)]
    return [(f"row {n}", [cell_text(cell) for cell in row]) for n, row in held]


def _head(lines: Iterable[_Line]) -> list[str]:
    """The titles: the first row that holds any."""
    return _names(next((row for _, row in lines if any(cell.strip() for cell in row)), []))


def _twice(names: Sequence[str]) -> str:
    """The first of the titles that comes again, or nothing."""
    return next((name for at, name in enumerate(names) if name and name in names[:at]), "")


def _too_long(lines: Iterable[_Line]) -> str:
    """The place of the first row with a cell beyond the last title, or nothing."""
    last = max((at for at, name in enumerate(_head(lines)) if name), default=-1)
    return next((where for where, row in lines if any(c.strip() for c in row[last + 1 :])), "")


def _rows(lines: Iterable[_Line]) -> tuple[Row, ...]:
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
            name = (names[at] if at < len(names) else "") or _NAMELESS
            cells[_NAMELESS if cells.get(name) else name] = (
                cell if name in _WORDED else cell.strip()
            )
    return cells


def _json(data: bytes) -> Sheet:
    content = json.loads(decoded(data))
    if isinstance(content, list):
        content = {"rows": content}
    if not {"rows", "marks", *_BESIDE} & {*content}:
        raise ValueError("it has neither rows, marks nor episodes")
    with_sound = content.get("with_sound", True)
    if not isinstance(with_sound, bool):
        raise TypeError("with_sound is neither true nor false")
    rows = content.get("rows", content.get("marks", []))
    episodes, ratings, presences = (_objects(content.get(name, [])) for name in _BESIDE)
    twice = next((name for row in rows if (name := _twice(_names(row)))), "")
    return Sheet(_objects(rows), episodes, with_sound, ratings, presences, twice)


def _objects(rows: Iterable[Mapping[str, Any]]) -> tuple[Row, ...]:
    return tuple(
        (f"row {n}", _named(_names(row), [cell_text(cell) for cell in row.values()]))
        for n, row in enumerate(map(_once, rows), 1)
    )


def _once(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leave out the first episode where all of them are told (“marks --json” tells both)."""
    if "episodes" in row and "episode" in row:
        return {name: cell for name, cell in row.items() if name != "episode"}
    return row


def cell_text(cell: Any) -> str:
    """Write a cell as text; raises TypeError for what is neither a value nor a list of them."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, list):
        return " ".join(cell_text(each) for each in cell)
    if isinstance(cell, dt.time | dt.timedelta):
        # A time beyond the day (56:52 typed into a spreadsheet is 56 hours) stays no time of ours.
        return re.sub(r"(\.\d{3})\d+$", r"\1", str(cell))
    if isinstance(cell, dict):
        raise TypeError("a cell holds a whole object")
    return str(cell)


def _check_words(found: Sheet) -> None:
    """Refuse halves of characters, which no file can hold; raises UnicodeEncodeError."""
    for _, cells in (*found.rows, *found.episodes, *found.ratings, *found.presences):
        for cell in cells.values():
            cell.encode()


def _check_columns(path: Path, found: Sheet) -> None:
    """Refuse columns that are not known, and a table of more than one coding."""
    unknown = {name for _, cells in found.rows for name in cells} - {*COLUMNS, *EXACT, *CARRIED}
    # Where an episode begins follows from its marks; “marks --json” tells it all the same.
    known = {*EPISODE_COLUMNS, *CARRIED, "start_ms"}
    unknown |= {name for _, cells in found.episodes for name in cells} - known
    for rows_, names in ((found.ratings, RATING_COLUMNS), (found.presences, PRESENCE_COLUMNS)):
        unknown |= {name for _, cells in rows_ for name in cells} - {*names, *CARRIED}
    if unknown:
        columns, ours = ", ".join(sorted(unknown)), ", ".join(COLUMNS)
        raise CoderError("table_unknown_columns", path=path, columns=columns, known=ours)
    for name in ("session", "rater", "scheme"):
        if len({cells[name] for _, cells in found.rows if cells.get(name)}) > 1:
            raise CoderError("table_of_several", path=path, column=name)


_READERS = {".csv": _csv, ".tsv": _csv, ".txt": _csv, ".xlsx": _workbook, ".json": _json}
