"""The table of a sheet: its row of titles, what its columns hold, and which rows are of it."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from coder.errors import CoderError
from coder.markers.grids import FACTS, MARKERS, SCALES, Grid, Row
from coder.markers.titles import (
    CODE,
    MARKER,
    SCALE,
    WORDED,
    family_of,
    field_of,
    number_of,
    plain,
    value_of,
)

Known = dict[str, tuple[str, ...]]

_LOOKED_AT = 30  # rows in which the titles may stand
_KEY = re.compile(r"[A-Za-z]{2,3}")
_NUMBER = re.compile(r"[-+]?[\d.,]*")
_TOTALS = frozenset({"total", "totals", "sum", "grand total", "subtotal"})
_ASIDE = frozenset(
    {"read me", "readme", "about", "instructions", "note", "notes", "contents", "changes",
     "change log", "changelog", "cover", "info", "help", "legend", "people", "team", "coders"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """The rows below the titles: what each column holds, and what of the sheet says nothing.

    ``titles`` are the titles as the sheet has them, by field.
    """

    grid: Grid
    head: Row
    rows: tuple[Row, ...]
    fields: Mapping[int, str]
    titles: Mapping[str, str]
    left: tuple[str, ...]

    def cells(self, row: Row) -> dict[str, str]:
        """The cells of a row by field; words from several columns stand below each other."""
        found: dict[str, str] = {}
        for at, name in self.fields.items():
            cell = row.cells[at].strip() if at < len(row.cells) else ""
            if cell:
                found[name] = f"{found[name]}\n{cell}" if name in found else cell
        return found

    @property
    def names(self) -> bool:
        """Whether it names what its rows are about."""
        return "label" in self.fields.values()


def table(grid: Grid, known: Known, name: str) -> Table:
    """Take the row of the most titles for the head of a sheet.

    Raises CoderError for a row with a cell under no title: its texts have slipped aside.
    """
    heads = [(_fields(row, known), n) for n, row in enumerate(grid.rows[:_LOOKED_AT])]
    fields, at = max(heads, key=lambda each: len(each[0]), default=({}, 0))
    head = grid.rows[at] if grid.rows else Row("", ())
    left = [
        f"column “{cell.strip()}”"
        for n, cell in enumerate(head.cells)
        if cell.strip() and n not in fields
    ]
    below = grid.rows[at + 1 :]
    if "code" in fields.values():
        fields = _code(fields, below)
    fields = _family(fields, below)
    kept, aside = _of_the_table(head, below, fields)
    if "label" in fields.values():
        for row in kept:
            _refuse_surplus(row, head, name)
    titles = {field: head.cells[n].strip() for n, field in fields.items()}
    return Table(grid, head, kept, fields, titles, (*left, *aside))


def _fields(row: Row, known: Known) -> dict[int, str]:
    """What each column holds by its title; of two that hold the same, the first, but for words."""
    fields: dict[int, str] = {}
    for at, cell in enumerate(row.cells):
        field = field_of(cell, known)
        if field is None and known is SCALE:
            field = number_of(cell)
        if field is None and known is MARKER and plain(cell) in CODE:
            field = "code"
        if field is not None and (field in WORDED or field not in fields.values()):
            fields[at] = field
    return fields


def _column(rows: tuple[Row, ...], at: int) -> list[str]:
    return [row.cells[at].strip() for row in rows if at < len(row.cells) and row.cells[at].strip()]


def _code(fields: dict[int, str], rows: tuple[Row, ...]) -> dict[int, str]:
    """Find out what a column “Code” holds: the name; beside a name, the short code or the id."""
    at = next(n for n, field in fields.items() if field == "code")
    named = "label" in fields.values()
    short = all(map(_KEY.fullmatch, _column(rows, at))) and "key" not in fields.values()
    means = ("key" if short else "id") if named else "label"
    kept = {n: field for n, field in fields.items() if field != means or n == at}
    return {**kept, at: means}


def _family(fields: dict[int, str], rows: tuple[Row, ...]) -> dict[int, str]:
    """A column “Type” that says withdrawal and confrontation holds the family, and no kind."""
    at = next((n for n, field in fields.items() if field == "kind"), None)
    said = [] if at is None else _column(rows, at)
    if at is None or not said or "family" in fields.values():
        return fields
    every = all(family_of(str(value_of("family", cell))) for cell in said)
    return {**fields, at: "family"} if every else fields


def _of_the_table(
    head: Row, rows: tuple[Row, ...], fields: Mapping[int, str]
) -> tuple[tuple[Row, ...], list[str]]:
    """Leave out titles that come again, totals, and words beside or below the table; say which."""
    full = [n for n, row in enumerate(rows) if len(row.filled) > 1]
    tail = next((n for n, row in enumerate(rows) if full and n > full[-1] and row.apart), len(rows))
    kept, left = [], []
    for n, row in enumerate(rows):
        said = row.filled[0]
        if _again(row, head):
            left.append(f"the titles again in {row.place}")
        elif n >= tail or _beside(row, head, fields) or _is_total(row):
            left.append(f"“{said}” of {row.place}")
        else:
            kept.append(row)
    return tuple(kept), left


def _is_total(row: Row) -> bool:
    said, *more = row.filled
    return plain(said) in _TOTALS and all(map(_NUMBER.fullmatch, more))


def _beside(row: Row, head: Row, fields: Mapping[int, str]) -> bool:
    """Tell whether a row says something, but nothing under a title."""
    titled = {n for n, cell in enumerate(head.cells) if cell.strip()} | {*fields}
    return not row.title and not any(c.strip() for n, c in enumerate(row.cells) if n in titled)


def _again(row: Row, head: Row) -> bool:
    pairs = zip(row.cells, head.cells, strict=False)
    return len(row.filled) == len(
        [cell for cell, title in pairs if cell.strip() and plain(cell) == plain(title)]
    )


def _refuse_surplus(row: Row, head: Row, name: str) -> None:
    """Raise CoderError for cells under no title."""
    titled = {n for n, cell in enumerate(head.cells) if cell.strip()}
    surplus = [c.strip() for n, c in enumerate(row.cells) if c.strip() and n not in titled]
    if surplus and not row.title:
        told = ", ".join(f"“{cell[:40]}”" for cell in surplus[:5])
        raise CoderError("codebook_surplus", path=name, place=row.place, cells=told)


def chosen(grids: Collection[Grid], sheets: Collection[str], name: str) -> tuple[Table, ...]:
    """Choose the sheets that hold the markers: those named, or the one that it can be.

    Several with the same titles are one codebook. Raises CoderError when none is, or when it
    cannot be told which.
    """
    wanted = {plain(each) for each in sheets}
    parts = {plain(FACTS), plain(SCALES)} - wanted
    shown = [
        grid
        for grid in grids
        if (plain(grid.name) in wanted if wanted else not grid.hidden)
        and plain(grid.name) not in parts
    ]
    named = [grid for grid in shown if plain(grid.name) in {plain(MARKERS), "codebook", *CODE}]
    told = [grid for grid in shown if plain(grid.name) not in _ASIDE]
    tables = [
        each
        for each in (
            table(grid, MARKER, name) for grid in (shown if wanted else named or told or shown)
        )
        if each.names
    ]
    if not tables:
        looked = ", ".join(f"“{grid.name}”" for grid in shown if grid.name)
        where = f", {looked}," if looked else ""
        raise CoderError("codebook_no_titles", path=name, where=where)
    fuller = [each for each in tables if len({*each.fields.values()}) > 1]
    tables = tables if wanted else fuller or tables
    alike = len({frozenset(each.fields.values()) for each in tables}) == 1
    if not wanted and named and len(tables) > 1:
        alike = False  # each says by its name that it is the whole
    if not alike:
        known = ", ".join(f"“{each.grid.name}”" for each in tables)
        sheets_ = tuple(each.grid.name for each in tables)
        raise CoderError("codebook_several", path=name, known=known, sheets=sheets_)
    return tuple(tables)
