"""The coding form as a Word document, as the thesis prints it: one flat table a page."""

import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from coder import markers
from coder.coding import CodedSession
from coder.export import layout
from coder.export.blocks import Block, Entry, Line
from coder.export.layout import FormPage, Page, RepairPage
from coder.export.word import Style, printable, set_up
from coder.markers import Scheme

_WIDTHS_CM = (4.5, 4.3, 4.5, 4.3)
_MARGIN_CM = 1.7
_STYLES = (Style("Normal", 9.5, 0, 3), Style("Heading 1", 14, 0, 2))
_RULED_LINES = 3
_TIMES_WIDE = 26  # characters of time points that fit a cell, at 8 points


def write(codings: Sequence[CodedSession], _path: Path, *, form: str | None = None) -> bytes:
    """Write every form of the codings on the rows of the scheme ``form``, else of their own."""
    scheme = None if form is None else markers.load(form)
    return _document(
        [page for coded in codings for page in layout.pages(coded, scheme or coded.scheme)]
    )


def write_blank(form: Scheme) -> bytes:
    """Write the empty form of a scheme, ready to print."""
    return _document(layout.blank(form))


def _document(pages: Iterable[Page]) -> bytes:
    import docx

    document = docx.Document()
    set_up(document, layout.TITLE, _STYLES, sides_cm=_MARGIN_CM)
    for n, page in enumerate(pages):
        if isinstance(page, FormPage):
            _form_page(document, page, later=n > 0)
        else:
            _repair_page(document, page, later=n > 0)
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def _form_page(document: Any, page: FormPage, *, later: bool) -> None:
    _heading(document, layout.TITLE, new_page=later)
    _says(document, layout.SUBTITLE, bold=True)
    _says(
        document,
        f"Participant Number: {page.participant}\tSession Number: {page.session}\t"
        f"Coding Form Number: {page.number}",
        tabs=True,
    )
    _says(document, layout.PRECIPITANT, bold=True, then=f" {layout.PRECIPITANT_MEANS}")
    for entry in page.precipitants:
        _says(document, f"{entry.text} ({entry.times})".strip() if entry.times else entry.text)
    if not page.precipitants:
        _rule(document)
    if page.background:
        _says(document, "Background:", bold=True, then=f" {page.background}", before=4)
    _says(document, layout.MARKERS, bold=True, then=f" {layout.MARKERS_MEAN}", before=4)
    _blocks(document, page.blocks)
    if page.outcome:
        _says(document, page.outcome, before=4)
    if page.around:
        _says(document, f"{layout.AROUND}:", bold=True, then=f" {'; '.join(page.around)}", before=4)
    _below(document, page.elsewhere, page.missing, page.notes)
    _says(document, page.footer, small=True)


def _repair_page(document: Any, page: RepairPage, *, later: bool) -> None:
    _heading(document, page.title, new_page=later)
    _says(
        document,
        f"Participant Number: {page.participant}\tSession Number: {page.session}"
        + (f"\tAnswers form(s): {', '.join(map(str, page.answers))}" if page.answers else ""),
        tabs=True,
    )
    if page.lines:
        _table(document, layout.REPAIR_HEAD, page.lines, height_cm=1.2)
    _blocks(document, page.blocks)
    _below(document, page.elsewhere, page.missing, page.notes)
    _says(document, page.footer, small=True)


def _below(document: Any, elsewhere: Sequence[Entry], missing: int, notes: Sequence[str]) -> None:
    if elsewhere:
        listed = "; ".join(f"{entry.text} {entry.times}".strip() for entry in elsewhere)
        head = f"{layout.ELSEWHERE} ({missing}):"
        _says(document, head, bold=True, then=f" {listed}", before=4)
    if notes:
        _says(document, "Notes:", bold=True, then=f" {notes[0]}", before=4)
        for note in notes[1:]:
            _says(document, note)


def _blocks(document: Any, blocks: Iterable[Block]) -> None:
    for block in blocks:
        if block.title:
            _says(document, block.title, bold=True, before=4)
            document.paragraphs[-1].paragraph_format.keep_with_next = True
        _table(document, block.head, block.lines, height_cm=0.7)


def _heading(document: Any, text: str, *, new_page: bool) -> None:
    paragraph = document.add_paragraph(printable(text), style="Heading 1")
    paragraph.paragraph_format.page_break_before = new_page


def _says(
    document: Any,
    text: str,
    *,
    then: str = "",
    bold: bool = False,
    small: bool = False,
    tabs: bool = False,
    before: float = 0,
) -> None:
    """Add a line, ``then`` in plain letters after it."""
    from docx.shared import Cm, Pt

    if not text:
        return
    paragraph = document.add_paragraph()
    run = paragraph.add_run(printable(text))
    run.bold = bold or None
    if then:
        paragraph.add_run(printable(then))
    if small:
        run.font.size = Pt(7.5)
    if tabs:
        for stop in (6, 11.5):
            paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(stop))
    if before or small:
        paragraph.paragraph_format.space_before = Pt(before or 3)


def _rule(document: Any) -> None:
    """Rule empty lines to write on."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    for _ in range(_RULED_LINES):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.paragraph_format.line_spacing = Pt(18)
        properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - python-docx has no borders
        borders = properties.makeelement(qn("w:pBdr"))
        for edge in ("bottom", "between"):
            line = borders.makeelement(qn(f"w:{edge}"))
            for name, value in (
                ("val", "single"),
                ("sz", "4"),
                ("space", "1"),
                ("color", "808080"),
            ):
                line.set(qn(f"w:{name}"), value)
            borders.append(line)
        properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:rPr")


def _table(document: Any, head: Sequence[str], lines: Sequence[Line], *, height_cm: float) -> None:
    from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    table = document.add_table(rows=len(lines) + 1, cols=len(head), style="Table Grid")
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, _WIDTHS_CM, strict=True):
        column.width = Cm(width)
    cells = [tuple(head), *(line.cells() for line in lines)]
    for n, (row, texts) in enumerate(zip(table.rows, cells, strict=True)):
        properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no such setting
        properties.append(properties.makeelement(qn("w:cantSplit")))
        row.height = Cm(height_cm if n else 0.6)
        if n == 0:
            properties.append(properties.makeelement(qn("w:tblHeader")))
        for at, (cell, text, width) in enumerate(zip(row.cells, texts, _WIDTHS_CM, strict=True)):
            cell.width, cell.vertical_alignment = Cm(width), WD_ALIGN_VERTICAL.CENTER
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            run = paragraph.add_run(printable(wrapped(text) if n and at % 2 else text))
            run.bold = True if n == 0 else None
            run.font.size = Pt(8 if n and at % 2 else 9)


def wrapped(times: str) -> str:
    """Break a long row of time points after a slash, where Word would break within a time."""
    lines = [""]
    for time in times.split("/"):
        if lines[-1] and len(lines[-1]) + len(time) >= _TIMES_WIDE:
            lines.append("")
        lines[-1] += f"{time}/"
    return "\n".join(lines)[:-1]
