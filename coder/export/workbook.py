"""The coding form and the tables as Excel workbooks. A text is never a formula."""

import io
import re
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from coder import markers
from coder.coding import CodedSession
from coder.errors import CoderError
from coder.export import layout
from coder.export.blocks import Block
from coder.export.layout import FormPage, Page, RepairPage
from coder.export.word import MADE, printable

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

Cell = str | int | float | None
Rows = Sequence[Mapping[str, Cell]]

_MOST_CHARACTERS = 32_767  # openpyxl cuts a longer text without a word
_WIDTHS = (34, 26, 34, 26)
_WIDE = {"quote", "text", "note", "precipitant", "reason", "meaning", "Code", "What"}
_A_LINE = 110  # characters across the page
_POINTS = 15
_NAMED = 2


def write(codings: Sequence[CodedSession], path: Path, *, form: str | None = None) -> bytes:
    """Write the pages of every form as sheets, on the rows of ``form``, else of their scheme."""
    scheme = None if form is None else markers.load(form)
    book = _book()
    for coded in codings:
        numbers = {FormPage: count(1), RepairPage: count(1)}
        several = f"{coded.session.participant}-{coded.session.number} {coded.rater.name} "
        whose = several if len(codings) > 1 else ""
        for page in layout.pages(coded, scheme or coded.scheme):
            n = next(numbers[type(page)])
            name = f"Form {page.number}" if isinstance(page, FormPage) else f"Repair {n}"
            _page(book.create_sheet(_sheet_name(book, whose + name)), page, path)
    return _saved(book)


def tables(
    sheets: Mapping[str, tuple[Sequence[str], Rows]],
    path: Path,
    above: Mapping[str, Sequence[str]] | None = None,
    *,
    wide: bool = False,
) -> bytes:
    """Write tables, a sheet each: the names of its columns and its rows. Numbers stay numbers.

    ``above`` holds lines that head a sheet, the first of them bold. ``wide`` is for printing: the
    sheets lie down, as wide as the page.
    """
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = _book()
    for name, (columns, rows) in sheets.items():
        sheet = book.create_sheet(_sheet_name(book, name))
        heading = () if above is None else above.get(name, ())
        for n, line in enumerate(heading, 1):
            _put(sheet, n, [line], path)
            sheet.cell(n, 1).font = Font(bold=n == 1)
        first = len(heading) + 1
        _put(sheet, first, columns, path)
        for n, row in enumerate(rows, first + 1):
            _put(sheet, n, [row[column] for column in columns], path)
        sheet.freeze_panes = f"A{first + 1}"
        for at, column in enumerate(columns, 1):
            sheet.cell(first, at).font = Font(bold=True)
            width = 40 if column in _WIDE else 14
            sheet.column_dimensions[get_column_letter(at)].width = width
        if wide:
            _lie_down(sheet, first)
    return _saved(book)


def _book() -> "Workbook":
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = ""
    book.properties.created = MADE
    book.properties.title = layout.TITLE
    return book


def _saved(book: "Workbook") -> bytes:
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _sheet_name(book: "Workbook", wanted: str) -> str:
    """Make a name that Excel takes: 31 characters at most, none of them special, and no twins."""
    plain = re.sub(r"[\[\]:*?/\\'\x00-\x1f]", "-", printable(wanted))
    taken = {name.casefold() for name in book.sheetnames}
    name, n = plain[:31], 1
    while name.casefold() in taken:
        n += 1
        name = f"{plain[:25]} ({n})"
    return name


def _put(sheet: "Worksheet", n: int, cells: Sequence[Cell], path: Path) -> None:
    """Write a row of cells; what begins like a formula is written, and marked, as text."""
    for at, held in enumerate(cells, 1):
        if held is None or held == "":
            continue
        cell = sheet.cell(n, at)
        if isinstance(held, int | float):
            cell.value = held
            continue
        if len(held) > _MOST_CHARACTERS:
            raise CoderError(
                "export_text_too_long", path=path, length=len(held), most=_MOST_CHARACTERS
            )
        cell.value = printable(held)
        cell.data_type = "s"
        if held[0] in "=+-@":
            cell.quotePrefix = True


def _page(sheet: "Worksheet", page: Page, path: Path) -> None:
    from openpyxl.styles import Alignment

    above, blocks, below = _form_texts(page) if isinstance(page, FormPage) else _repair_texts(page)
    n = 0
    for n, text in enumerate(above, 1):
        _across(sheet, n, text, path, bold=n == 1)
    for block in blocks:
        if block.title:
            n += 1
            _across(sheet, n, block.title, path)
        _grid(sheet, n + 1, [block.head, *(line.cells() for line in block.lines)], path)
        n += 1 + len(block.lines)
    for m, text in enumerate(below, n + 1):
        _across(sheet, m, text, path)
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    _set_up(sheet)


def _form_texts(page: FormPage) -> tuple[list[str], Sequence[Block], list[str]]:
    numbers = (
        f"Participant Number: {page.participant}    Session Number: {page.session}    "
        f"Coding Form Number: {page.number}"
    )
    above = [
        layout.TITLE,
        layout.SUBTITLE,
        numbers,
        f"{layout.PRECIPITANT} {layout.PRECIPITANT_MEANS}",
        *(
            f"{entry.text} ({entry.times})".strip() if entry.times else entry.text
            for entry in page.precipitants
        ),
        *([f"Background: {page.background}"] if page.background else []),
        f"{layout.MARKERS} {layout.MARKERS_MEAN}",
    ]
    outcome = [page.outcome] if page.outcome else []
    around = [f"{layout.AROUND}: {'; '.join(page.around)}"] if page.around else []
    below = [*outcome, *around, *_below(page), page.footer]
    return above, page.blocks, below


def _repair_texts(page: RepairPage) -> tuple[list[str], Sequence[Block], list[str]]:
    numbers = (
        f"Participant Number: {page.participant}    Session Number: {page.session}    "
        f"Answers form(s): {', '.join(map(str, page.answers))}"
    )
    said = (Block(layout.REPAIR_HEAD, page.lines),) if page.lines else ()
    return [page.title, numbers], (*said, *page.blocks), [*_below(page), page.footer]


def _below(page: Page) -> list[str]:
    """What stands below the grid: what the form has no row for, and the notes."""
    listed = "; ".join(f"{entry.text} {entry.times}".strip() for entry in page.elsewhere)
    elsewhere = [f"{layout.ELSEWHERE} ({page.missing}): {listed}"] if listed else []
    return [*elsewhere, *(f"Note: {note}" for note in page.notes)]


def _across(sheet: "Worksheet", n: int, text: str, path: Path, *, bold: bool = False) -> None:
    from openpyxl.styles import Font

    _put(sheet, n, [text], path)
    sheet.merge_cells(start_row=n, start_column=1, end_row=n, end_column=len(_WIDTHS))
    # Excel does not fit the height of merged cells by itself.
    lines = sum(len(line) // _A_LINE + 1 for line in text.split("\n"))
    sheet.row_dimensions[n].height = _POINTS * lines + (4 if bold else 0)
    if bold:
        sheet.cell(n, 1).font = Font(bold=True, size=14)


def _grid(sheet: "Worksheet", begin: int, lines: Sequence[Sequence[str]], path: Path) -> None:
    from openpyxl.styles import Border, Font, Side

    side = Side(style="thin")
    for n, line in enumerate(lines, begin):
        _put(sheet, n, line, path)
        for cell in next(sheet.iter_rows(min_row=n, max_row=n, max_col=len(_WIDTHS))):
            cell.border = Border(left=side, right=side, top=side, bottom=side)
            if n == begin:
                cell.font = Font(bold=True)
    sheet.print_title_rows = f"{begin}:{begin}"


def _lie_down(sheet: "Worksheet", head: int) -> None:
    """A4, lying down; numbers need little room."""
    from openpyxl.utils import get_column_letter

    sheet.print_title_rows = f"{head}:{head}"
    for at in range(1, sheet.max_column + 1):
        width = 30 if at <= _NAMED else 11
        sheet.column_dimensions[get_column_letter(at)].width = width
    _fit(sheet, "landscape")


def _set_up(sheet: "Worksheet") -> None:
    """A4, upright, as wide as the page."""
    for letter, width in zip("ABCD", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    _fit(sheet, "portrait")


def _fit(sheet: "Worksheet", orientation: Literal["portrait", "landscape"]) -> None:
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.orientation = orientation
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
