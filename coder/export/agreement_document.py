"""The agreement report as a Word document: the methods section, then one flat table each."""

import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from coder.export.agreement_methods import paragraphs
from coder.export.agreement_numbers import RARE
from coder.export.agreement_report import Cell, Report, Table
from coder.export.agreement_tables import tables
from coder.export.word import LONG_CM, Style, printable, set_up

TITLE = "Agreement between coders"

_MARGIN_CM = 1.5
_WIDE_CM = LONG_CM - 2 * _MARGIN_CM
_STYLES = (Style("Normal", 9.5, 0, 3), Style("Heading 1", 14, 0, 3), Style("Heading 2", 11, 12, 3))
_WIDTHS = {"Code": 4.4, "What": 5.0, "Statistic": 5.0, "Counts": 7.0, "Coder": 5.0}
_NUMBER_CM, _LETTER_CM, _PADDING_CM, _SHORT = 2.7, 0.2, 0.5, 4
_ACROSS, _BELOW = ("top", "bottom"), ("bottom",)


def write_docx(report: Report, _path: Path) -> bytes:
    """Write the methods section and every table with its heading and footnotes."""
    import docx

    document = docx.Document()
    set_up(document, TITLE, _STYLES, sides_cm=_MARGIN_CM, wide=True)
    document.add_paragraph(TITLE, style="Heading 1")
    document.add_paragraph("Methods", style="Heading 2")
    for part, sentences in paragraphs(report):
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{part}. ").bold = True
        paragraph.add_run(printable(" ".join(sentences)))
    for each in tables(report):
        _add(document, each)
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def _add(document: Any, table: Table) -> None:
    from docx.shared import Pt

    document.add_paragraph(printable(table.title), style="Heading 2")
    for line in table.about:
        paragraph = document.add_paragraph(printable(line))
        paragraph.paragraph_format.keep_with_next = True
    _grid(document, table)
    for n, note in enumerate(table.notes):
        paragraph = document.add_paragraph()
        paragraph.add_run(printable(note)).font.size = Pt(8)
        paragraph.paragraph_format.space_after = Pt(1)
        paragraph.paragraph_format.space_before = Pt(0 if n else 4)


def _grid(document: Any, table: Table) -> None:
    """Rule a table as journals do: lines above and below the heading and at the end."""
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.oxml.ns import qn
    from docx.shared import Cm

    made = document.add_table(rows=len(table.rows) + 1, cols=len(table.head))
    made.autofit, made.alignment = False, WD_TABLE_ALIGNMENT.LEFT
    widths = _widths(table)
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Cm(width)
    for n, (row, cells) in enumerate(zip(made.rows, (table.head, *table.rows), strict=True)):
        properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no such setting
        properties.append(properties.makeelement(qn("w:cantSplit")))
        if n == 0:
            properties.append(properties.makeelement(qn("w:tblHeader")))
        edges = _ACROSS if n == 0 else _BELOW if n == len(table.rows) else ()
        _fill(row, cells, list(zip(table.head, widths, strict=True)), edges, bold=n == 0)


def _fill(
    row: Any,
    cells: Sequence[Cell],
    columns: Sequence[tuple[str, float]],
    edges: Sequence[str],
    *,
    bold: bool,
) -> None:
    """Fill a row; one of a single cell heads those below it and stays with them.

    Cells that are too rare, one after the other, become one.
    """
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    heading = len(cells) == 1
    texts = ["" if cell is None else str(cell) for cell in cells]
    at = 0
    for text, many in [(texts[0], len(columns))] if heading else _runs(texts):
        cell, name = _joined(row, at, many), columns[at][0]
        cell.width = Cm(sum(width for _, width in columns[at : at + many]))
        at += many
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.paragraph_format.space_before = Pt(4 if heading else 0)
        paragraph.paragraph_format.keep_with_next = heading or bold
        if name not in _WIDTHS:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(printable(text))
        run.font.size = Pt(8)
        run.bold = True if bold else None
        run.italic = True if heading else None
        _rule(cell, edges)


def _runs(texts: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Each text with how many columns it stands in: one, or all that are too rare in a row."""
    for text, run in groupby(texts):
        many = len(list(run))
        yield from [(text, many)] if text == RARE else [(text, 1)] * many


def _joined(row: Any, at: int, many: int) -> Any:
    """Make one cell of several, by their elements: python-docx walks the whole table for each."""
    cell, *others = row.cells[at : at + many]
    for other in others:
        row._tr.remove(other._tc)  # noqa: SLF001 - see above
    cell._tc.grid_span = many  # noqa: SLF001 - see above
    return cell


def _rule(cell: Any, edges: Sequence[str]) -> None:
    from docx.oxml.ns import qn

    if not edges:
        return
    properties = cell._tc.get_or_add_tcPr()  # noqa: SLF001 - python-docx has no borders
    borders = properties.makeelement(qn("w:tcBorders"))
    for edge in edges:
        line = borders.makeelement(qn(f"w:{edge}"))
        for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    properties.append(borders)


def _widths(table: Table) -> list[float]:
    """The page's width, shared by what the columns hold."""
    columns = zip(table.head, *(row for row in table.rows if len(row) > 1), strict=True)
    wanted = [
        _NUMBER_CM if n and table.name == "matrix" else _width(name, cells)
        for n, (name, *cells) in enumerate(columns)
    ]
    share = min(1.0, _WIDE_CM / sum(wanted))
    return [round(each * share, 2) for each in wanted]


def _width(name: str, cells: Sequence[Cell]) -> float:
    """What a column needs: counts, and proportions alone, no more than the words above them."""
    if name in _WIDTHS:
        return _WIDTHS[name]
    words = _PADDING_CM + _LETTER_CM * max(_SHORT, *(len(word) for word in name.split()))
    short = all(len(str(cell)) <= _SHORT for cell in cells if cell != RARE)
    return words if short else max(words, _NUMBER_CM)
