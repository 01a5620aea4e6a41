"""The coding form and the tables as Excel workbooks. A text is never a formula."""

import io
import re
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from coder import markers
from coder.coding import CodedSession
from coder.errors import CoderError
from coder.export import layout
from coder.export.document import MADE, printable
from coder.export.layout import FormPage, Page, RepairPage

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


def write(codings: Sequence[CodedSession], path: Path, *, form: str) -> bytes:
    """Write the pages of every form as sheets, on the rows of the scheme ``form``."""
    scheme = markers.load(form)
    book = _book()
    for coded in codings:
        numbers = {FormPage: count(1), RepairPage: count(1)}
        several = f"{coded.session.participant}-{coded.session.number} {coded.rater.name} "
        whose = several if len(codings) > 1 else ""
        for page in layout.pages(coded, scheme):
            n = next(numbers[type(page)])
            name = f"Form {page.number}" if isinstance(page, FormPage) else f"Repair {n}"
            _page(book.create_sheet(_sheet_name(book, whose + name)), page, path)
    return _saved(book)


def tables(
    sheets: Mapping[str, tuple[Sequence[str], Rows]],
    path: Path,
    above: Mapping[str, Sequence[str]] | None = None,
) -> bytes:
    """Write tables, a sheet each: the names of its columns and its rows. Numbers stay numbers.

    ``above`` holds lines that head a sheet, the first of them bold.
    """
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = _book()
    for name, (columns, rows) in sheets.items():
        sheet = book.create_sheet(name)
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

    if isinstance(page, FormPage):
        above, head, lines, below = _form_texts(page)
    else:
        above, head, lines, below = _repair_texts(page)
    n = 0
    for n, text in enumerate(above, 1):
        _across(sheet, n, text, path, bold=n == 1)
    _grid(sheet, n + 1, [head, *lines], path)
    for m, text in enumerate(below, n + len(lines) + 2):
        _across(sheet, m, text, path)
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    _set_up(sheet)


def _form_texts(
    page: FormPage,
) -> tuple[list[str], Sequence[str], list[Sequence[str]], list[str]]:
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
    below = [*outcome, *_below(page), page.footer]
    return above, layout.GRID_HEAD, [line.cells() for line in page.grid], below


def _repair_texts(
    page: RepairPage,
) -> tuple[list[str], Sequence[str], list[Sequence[str]], list[str]]:
    numbers = (
        f"Participant Number: {page.participant}    Session Number: {page.session}    "
        f"Answers form(s): {', '.join(map(str, page.answers))}"
    )
    lines: list[Sequence[str]] = [line.cells() for line in page.lines]
    return [layout.REPAIR, numbers], layout.REPAIR_HEAD, lines, [*_below(page), page.footer]


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


def _set_up(sheet: "Worksheet") -> None:
    """A4, upright, as wide as the page."""
    from openpyxl.worksheet.properties import PageSetupProperties

    for letter, width in zip("ABCD", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.orientation = "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
