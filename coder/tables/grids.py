"""Sheets of cells of a file from outside, csv or xlsx, under limits; and written."""

import csv
import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from coder.errors import CoderError
from coder.markers.grids import FACTS, MARKERS, SCALES, Grid, Row
from coder.markers.titles import CODE, MARKER, field_of, plain
from coder.tables.files import UNREADABLE, cell_text, decoded, guard, unguard

MOST_BYTES = 20_000_000
MOST_UNPACKED = 60_000_000
MOST_ROWS, MOST_COLUMNS, MOST_SHEETS = 5_000, 100, 30
_MOST_XML = 15_000_000  # bytes of one part: a codebook is no data set
_MOST_CHARACTERS = 32_767  # openpyxl cuts a longer text without a word
_MADE = dt.datetime(2015, 1, 1)  # noqa: DTZ001 - openpyxl writes it as UTC, and takes no zone
_OLE, _LOCKED = b"\xd0\xcf\x11\xe0", 0x1
_HEAD = 30  # rows in which the titles may stand
_PARTS = (FACTS, MARKERS, SCALES)
_REF = re.compile(r"([A-Z]{1,3})(\d{1,7})(?::([A-Z]{1,3})(\d{1,7}))?")

Merged = Sequence[tuple[int, int, int, int]]  # first and last row, first and last column


def read(path: Path, wanted: Collection[str] = ()) -> tuple[Grid, ...]:
    """Read the sheets of a csv or xlsx file; a hidden one only where it is wanted by name.

    Raises CoderError; for a sheet that is wanted and not there, too.
    """
    data = content(path)
    names = {plain(each) for each in wanted}
    try:
        found = _sheets(data, names) if path.suffix.casefold() == ".xlsx" else _tables(data)
    except (*UNREADABLE, OSError) as fault:  # openpyxl's word for a workbook without its list
        why = str(fault) or type(fault).__name__
        raise CoderError("codebook_unreadable", path=path, why=why) from fault
    known = {plain(grid.name): grid.name for grid in found if grid.name}
    for each in wanted:
        if plain(each) not in known:
            there = ", ".join(known.values()) or "none"
            raise CoderError("codebook_no_sheet", path=path, sheet=each, known=there)
    return found


def content(path: Path) -> bytes:
    """The bytes of a file that is not beyond measure. Raises CoderError."""
    try:
        if path.exists() and not path.is_file():
            raise CoderError("codebook_unreadable", path=path, why="it is no file")
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as fault:
        why = fault.strerror or type(fault).__name__
        raise CoderError("codebook_unreadable", path=path, why=why) from fault
    if len(data) > MOST_BYTES:
        why = f"it is larger than {MOST_BYTES // 1_000_000} MB, which no codebook is"
        raise CoderError("codebook_unreadable", path=path, why=why)
    return data


# csv


def _tables(data: bytes) -> tuple[Grid, ...]:
    text = decoded(data).removeprefix("\ufeff")
    found = (_split(text, sign) for sign in ",;\t")
    rows, fault = max(found, key=lambda each: _titled(each[0]))
    if fault:
        raise ValueError(fault)
    grids: list[tuple[str, list[Row]]] = [("", [])]
    apart = True
    for n, (line, cells) in enumerate(rows):
        row = Row(f"line {line}", tuple(cells), apart=apart)
        said = row.filled
        if len(said) == 1 and said[0] in _PARTS and (apart or _heads(said[0], rows[n + 1 :])):
            grids.append((said[0], []))
        elif said:
            grids[-1][1].append(row)
        apart = not said
    return tuple(Grid(name, tuple(held)) for name, held in grids if held)


def _heads(part: str, rows: Sequence[tuple[int, list[str]]]) -> bool:
    """Tell whether what follows begins as that part of ours does."""
    titles = {FACTS: "field", MARKERS: "id", SCALES: "id"}
    below = next((cells for _, cells in rows if any(map(str.strip, cells))), [""])
    return plain(below[0]) == titles[part]


def _split(text: str, sign: str) -> tuple[list[tuple[int, list[str]]], str]:
    """The rows, each with the line it begins in, up to what is wrong; and what that is."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    rows: list[tuple[int, list[str]]] = []
    while True:
        begun = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as fault:
            return rows, f"line {begun}: {_wrong(str(fault))}"
        if row is None:
            return rows, ""
        if len(rows) == MOST_ROWS:
            return rows, f"it has more than {MOST_ROWS} lines"
        rows.append((begun, [unguard(cell) for cell in row]))


def _wrong(fault: str) -> str:
    if "field limit" in fault:
        return f"a cell holds more than {csv.field_size_limit()} characters"
    if "end of data" in fault:
        return "a quotation mark opens here that is not closed, and takes in the rows below"
    return "a quotation mark closes before the cell ends: double those inside a text"


def _titled(rows: Sequence[tuple[int, list[str]]]) -> tuple[int, int]:
    """The most titles of ours that any row has, and its columns: the right separator has most."""
    return max((_score(row) for _, row in rows[:_HEAD]), default=(0, 0))


def _score(row: Sequence[str]) -> tuple[int, int]:
    titles = sum(bool(field_of(cell, MARKER)) or plain(cell) in CODE for cell in row)
    return titles, len(row) if titles else 0


# xlsx


def _sheets(data: bytes, wanted: Collection[str]) -> tuple[Grid, ...]:
    import openpyxl

    if data.startswith(_OLE):
        raise ValueError("it is an old .xls file, or has a password: save it as .xlsx without one")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            merged = _merged(_looked_through(packed))
    except zipfile.BadZipFile as fault:
        why = "it is no whole workbook, whatever its ending: save it in Excel as .xlsx"
        raise ValueError(why) from fault
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and rules that are no concern of ours
        books = [
            openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=values)
            for values in (True, False)
        ]
        try:
            pages = [book.worksheets[:MOST_SHEETS] for book in books]
            return tuple(
                Grid(page.title, (), hidden=True)
                if page.sheet_state != "visible" and plain(page.title) not in wanted
                else Grid(page.title, tuple(_rows(page, written, merged.get(page.title, ()))))
                for page, written in zip(*pages, strict=True)
            )
        finally:
            for book in books:
                book.close()


def _looked_through(packed: zipfile.ZipFile) -> Mapping[str, bytes]:
    """Hold a workbook against the caps; return its sheets and what names them."""
    members = packed.infolist()
    if any(each.flag_bits & _LOCKED for each in members):
        raise ValueError("it is protected by a password: save it without one")
    if not any(each.filename.startswith("xl/") for each in members):
        raise ValueError("it is no workbook")
    if sum(each.file_size for each in members) > MOST_UNPACKED:
        raise ValueError("it grows far beyond what a codebook needs when it is unpacked")
    parts = {}
    for each in members:
        if each.filename.startswith("xl/") and each.filename.endswith((".xml", ".rels")):
            if each.file_size > _MOST_XML:
                raise ValueError("it grows far beyond what a codebook needs when it is unpacked")
            parts[each.filename] = packed.read(each)
            if b"<!DOCTYPE" in parts[each.filename]:
                raise ValueError("it holds a document type, which no workbook has")
    return parts


def _merged(parts: Mapping[str, bytes]) -> dict[str, Merged]:
    """Find the merged cells of each sheet: openpyxl tells them only of books it loads whole."""
    from xml.etree import ElementTree as ET

    book = ET.fromstring(parts["xl/workbook.xml"])  # noqa: S314 - it has no document type, see above
    links = ET.fromstring(parts["xl/_rels/workbook.xml.rels"])  # noqa: S314 - as above
    target = {link.get("Id"): link.get("Target", "").lstrip("/") for link in links}
    found: dict[str, Merged] = {}
    for sheet in book.iterfind("{*}sheets/{*}sheet"):
        ref = next((value for name, value in sheet.items() if name.endswith("}id")), "")
        part = target.get(ref, "")
        text = parts.get(part if part.startswith("xl/") else f"xl/{part}", b"").decode("utf-8")
        refs = re.findall(r"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([^\"]{3,20})\"", text)
        found[sheet.get("name", "")] = [_box(ref.replace("$", "")) for ref in refs]
    return found


def _box(ref: str) -> tuple[int, int, int, int]:
    from openpyxl.utils import column_index_from_string as index

    named = _REF.fullmatch(ref)
    if named is None:
        raise ValueError("it merges cells in no way that a workbook can")
    first, last = named[1], named[3] or named[1]
    return int(named[2]), int(named[4] or named[2]), index(first), index(last)


def _rows(page: Any, written: Any, merged: Merged) -> Iterator[Row]:
    """Read a sheet's rows without trusting the size it claims; merged cells all say the same."""
    for each in (page, written):
        each.reset_dimensions()
    size = {"max_row": MOST_ROWS + 1, "max_col": MOST_COLUMNS}
    rows = page.iter_rows(**size), written.iter_rows(**size, values_only=True)
    held: dict[tuple[int, int], str] = {}
    last = 0
    for n, (values, formulas) in enumerate(zip(*rows, strict=True), 1):
        place = f"row {n} of “{page.title}”"
        cells = [_cell(*pair, place) for pair in zip(values, formulas, strict=True)]
        filled = [cell for cell in cells if cell.strip()]
        if filled and n > MOST_ROWS:
            raise ValueError(f"“{page.title}” has more than {MOST_ROWS} rows")
        across = any(top == n and right > left for top, _, left, right in merged)
        title = filled[0].strip() if len(filled) == 1 and across else ""
        for top, bottom, left, right in merged:
            if top == n and bottom > top and left == right <= len(cells):
                held |= dict.fromkeys(
                    ((row, left) for row in range(top + 1, min(bottom, MOST_ROWS) + 1)),
                    cells[left - 1],
                )
        if filled:
            told = [held.get((n, at), "") or cell for at, cell in enumerate(cells, 1)]
            numbers = frozenset(at for at, each in enumerate(values) if _is_number(each.value))
            yield Row(place, tuple(told), title, numbers, apart=n > last + 1)
            last = n


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _cell(cell: Any, formula: Any, place: str) -> str:
    if cell.value is None and isinstance(formula, str) and formula.startswith("="):
        raise ValueError(f"{place} holds a formula without its result: open and save it in Excel")
    if cell.data_type == "e":
        raise ValueError(f"{place} holds a formula that fails ({cell.value})")
    return cell_text(cell.value)


# Writing


Sheets = Sequence[tuple[str, Sequence[Sequence[str]]]]


def to_csv(sheets: Sheets) -> bytes:
    """Write sheets below each other, each headed by its name, as UTF-8 with its mark."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for n, (name, rows) in enumerate(sheets):
        writer.writerows([[]] if n else [])
        writer.writerow([name])
        writer.writerows([guard(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(sheets: Sheets, path: Path) -> bytes:
    """Write sheets as a workbook; a text is never a formula. Raises CoderError."""
    import openpyxl
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator, book.properties.created = "", _MADE
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for n, row in enumerate(rows, 1):
            for at, text in enumerate(row, 1):
                if text:
                    cell = sheet.cell(n, at)
                    cell.value, cell.data_type = _kept(text, path), "s"
                    cell.quotePrefix = text[0] in "=+-@"
                    cell.alignment = Alignment(wrap_text=True, vertical="top")
                    cell.font = Font(bold=n == 1)
        for at, title in enumerate(rows[0], 1):
            sheet.column_dimensions[get_column_letter(at)].width = _width(plain(title))
        sheet.freeze_panes = "C2" if name == MARKERS else "A2"
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _kept(text: str, path: Path) -> str:
    if len(text) > _MOST_CHARACTERS:
        where = {"path": path, "length": len(text), "most": _MOST_CHARACTERS}
        raise CoderError("export_text_too_long", **where)
    return text


def _width(title: str) -> int:
    wide = {"definition", "use when", "not when", "example", "value", "about", "risk"}
    return 48 if title in wide else 26 if title in {"label", "id", "field"} else 14
