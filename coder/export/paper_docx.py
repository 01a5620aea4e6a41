"""A document as a Word file: flat tables, and each lane of a timeline as a picture in one."""

import io
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from coder.export import picture
from coder.export.paper import Drawing, Grid, Heading, Paper, Part, Text, crowded, share, ticks
from coder.export.word import LONG_CM, SHORT_CM, Style, printable, set_up

_MARGIN_CM = 1.7
_STYLES = (
    Style("Normal", 9.5, 0, 3),
    Style("Heading 1", 15, 0, 4),
    Style("Heading 2", 12, 12, 3),
    Style("Heading 3", 10.5, 8, 2),
)
_LANE_NAME_CM, _LANE_CM = 2.8, 0.6
_TICK_CM = 0.9  # room for a time on either side of its moment
_TALL_CM = 0.55
_SHADE = "F0F2F4"
_CELL, _HEAD, _NUMBER, _NUMBER_HEAD = "Cell", "Cell Head", "Cell Number", "Cell Number Head"


def write(paper: Paper) -> bytes:
    """Write a document for Word."""
    import docx

    document = docx.Document()
    set_up(document, paper.title, _STYLES, sides_cm=_MARGIN_CM, wide=paper.wide)
    _cell_styles(document)
    document.add_paragraph(printable(paper.title), style="Heading 1")
    wide_cm = (LONG_CM if paper.wide else SHORT_CM) - 2 * _MARGIN_CM
    numbers = count(1)
    for part in paper.parts:
        _add(document, part, wide_cm, numbers)
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def _cell_styles(document: Any) -> None:
    """Make the styles of cells: as a style a setting costs nothing in each of a thousand cells."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    for name in (_CELL, _HEAD, _NUMBER, _NUMBER_HEAD):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        style.font.size = Pt(8.5)
        style.paragraph_format.space_after = Pt(0)
        if name in {_HEAD, _NUMBER_HEAD}:
            style.font.bold = style.paragraph_format.keep_with_next = True
        if name in {_NUMBER, _NUMBER_HEAD}:
            style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _add(document: Any, part: Part, wide_cm: float, numbers: Iterator[int]) -> None:
    if isinstance(part, Heading):
        paragraph = document.add_paragraph(printable(part.text), style=f"Heading {part.level}")
        paragraph.paragraph_format.page_break_before = part.new_page
    elif isinstance(part, Text):
        _text(document, part)
    elif isinstance(part, Grid):
        _grid(document, part, wide_cm)
    else:
        _drawing(document, part, wide_cm, numbers)


def _text(document: Any, part: Text) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    if part.lead:
        paragraph.add_run(printable(part.lead)).bold = True
        paragraph.add_run(" ")
    run = paragraph.add_run(printable(part.text))
    if part.small:
        run.font.size = Pt(8)
    if part.notice:
        properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - python-docx has no borders
        borders = properties.makeelement(qn("w:pBdr"))
        for edge in ("top", "left", "bottom", "right"):
            borders.append(_line(properties, edge, "8", space="4"))
        properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:rPr")


def _line(near: Any, edge: str, size: str, colour: str = "404040", space: str = "0") -> Any:
    from docx.oxml.ns import qn

    line = near.makeelement(qn(f"w:{edge}"))
    for name, value in (("val", "single"), ("sz", size), ("space", space), ("color", colour)):
        line.set(qn(f"w:{name}"), value)
    return line


def _grid(document: Any, part: Grid, wide_cm: float) -> None:
    from docx.shared import Cm

    if part.caption:
        paragraph = document.add_paragraph(printable(part.caption))
        paragraph.paragraph_format.keep_with_next = True
    table = document.add_table(rows=len(part.rows) + 1, cols=len(part.head), style="Table Grid")
    widths = [wide_cm * width / sum(part.widths) for width in part.widths]
    _fix(table, widths)
    for n, (row, texts) in enumerate(zip(table.rows, (part.head, *part.rows), strict=True)):
        _keep_whole(row, head=n == 0)
        if part.tall and n and len(texts) > 1:
            row.height = Cm(_TALL_CM)
        _fill(row, texts, widths, part.centred, bold=n == 0)
    _run_on(table, part)
    _after(document)


def _run_on(table: Any, part: Grid) -> None:
    """Make one of the cells that continue those above, where those to their left do too."""
    if not part.run_on:
        return
    for row, texts in zip(list(table.rows)[1:], part.rows, strict=True):
        goes_on = True
        for n in sorted(part.run_on):
            goes_on = goes_on and not texts[n]
            cell = row._tr.tc_lst[n]  # noqa: SLF001 - merging walks the whole table for each
            cell.vMerge = "continue" if goes_on else "restart"


def _fix(table: Any, widths: Sequence[float]) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Cm

    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)


def _keep_whole(row: Any, *, head: bool) -> None:
    from docx.oxml.ns import qn

    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no such setting
    properties.append(properties.makeelement(qn("w:cantSplit")))
    if head:
        properties.append(properties.makeelement(qn("w:tblHeader")))


def _fill(
    row: Any, texts: Sequence[str], widths: Sequence[float], centred: frozenset[int], *, bold: bool
) -> None:
    """Fill a row; one of a single cell heads those below it and stays with them."""
    from docx.shared import Cm

    cells = row.cells
    group = len(texts) == 1 < len(cells)
    if group:
        first, *others = cells
        for other in others:
            row._tr.remove(other._tc)  # noqa: SLF001 - merging walks the whole table for each
        first._tc.grid_span = len(cells)  # noqa: SLF001 - see above
        cells, widths = (first,), (sum(widths),)
    for n, (cell, text, width) in enumerate(zip(cells, texts, widths, strict=True)):
        cell.width = Cm(width)
        paragraph = cell.paragraphs[0]
        heads = bold or group
        plain, headed = (_NUMBER, _NUMBER_HEAD) if n in centred and not group else (_CELL, _HEAD)
        # The id of a style is its name without spaces.
        paragraph._p.style = (headed if heads else plain).replace(" ", "")  # noqa: SLF001 - by name python-docx looks through all styles each time
        if text:
            paragraph.add_run(printable(text))
        if heads:
            _shade(cell)


def _shade(cell: Any) -> None:
    from docx.oxml.ns import qn

    properties = cell._tc.get_or_add_tcPr()  # noqa: SLF001 - python-docx has no shading
    shade = properties.makeelement(qn("w:shd"))
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", _SHADE)):
        shade.set(qn(f"w:{name}"), value)
    properties.append(shade)


def _after(document: Any) -> None:
    """Part a table from what follows, which Word would else join to it."""
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(6)


def _drawing(document: Any, part: Drawing, wide_cm: float, numbers: Iterator[int]) -> None:
    """Draw lanes: their names at the left, a picture of each at the right, the times below."""
    from docx.shared import Cm, Pt

    lane_cm = wide_cm - _LANE_NAME_CM
    table = document.add_table(rows=len(part.lanes) + 2, cols=2)
    _fix(table, (_LANE_NAME_CM, lane_cm))
    rows = table.rows
    for n, row in enumerate(rows):
        _keep_whole(row, head=False)
        for cell, width in zip(row.cells, (_LANE_NAME_CM, lane_cm), strict=True):
            cell.width = Cm(width)
            _close(cell)
            cell.paragraphs[0].paragraph_format.space_after = Pt(0)
            cell.paragraphs[0].paragraph_format.keep_with_next = n <= len(part.lanes)
    _along(rows[0].cells[1], _phases(part, lane_cm))
    for n, (lane, row) in enumerate(zip(part.lanes, rows[1:], strict=False)):
        name, drawn = row.cells
        name.paragraphs[0].add_run(printable(lane.name)).font.size = Pt(8.5)
        held = io.BytesIO(picture.lane(lane, part.span, part.phases))
        inline = _inline(document, held, next(numbers), lane_cm)
        drawn.paragraphs[0].add_run()._r.add_drawing(inline)  # noqa: SLF001 - no alternative text in python-docx
        inline.docPr.set("descr", printable(part.said if n == 0 else f"Lane: {lane.name}"))
        inline.docPr.set("title", printable(f"{part.title}: {lane.name}"))
    _along(rows[-1].cells[1], _times(part, lane_cm))
    _after(document)


def _inline(document: Any, held: io.BytesIO, number: int, wide_cm: float) -> Any:
    """Make a picture of a lane, with a number that no other has.

    python-docx looks for a free one through the whole document, each time.
    """
    from docx.oxml.shape import CT_Inline
    from docx.shared import Cm

    name, image = document.part.get_or_add_image(held)
    return CT_Inline.new_pic_inline(number, name, image.filename, Cm(wide_cm), Cm(_LANE_CM))


def _close(cell: Any) -> None:
    """Take the margins of a cell away, so that what is drawn in it is to scale."""
    from docx.oxml.ns import qn

    properties = cell._tc.get_or_add_tcPr()  # noqa: SLF001 - python-docx has no margins of cells
    margins = properties.makeelement(qn("w:tcMar"))
    for edge in ("left", "right"):
        margin = margins.makeelement(qn(f"w:{edge}"))
        margin.set(qn("w:w"), "0")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties.append(margins)


def _phases(part: Drawing, wide_cm: float) -> list[tuple[float, str, str]]:
    """The names of phases at their beginnings, to the left where there is no room."""
    to_left = crowded(part.phases, part.span)
    return [
        (share(phase.start_ms, part.span) * wide_cm, phase.name, "RIGHT" if left else "LEFT")
        for phase, left in zip(part.phases, to_left, strict=True)
    ]


def _times(part: Drawing, wide_cm: float) -> list[tuple[float, str, str]]:
    """The times below the lanes, each about its moment, none beyond an edge."""
    made = []
    for at_ms, text in ticks(part.span):
        at, kind = share(at_ms, part.span) * wide_cm, "CENTER"
        if at > wide_cm - _TICK_CM:
            at, kind = wide_cm, "RIGHT"
        elif at <= _TICK_CM / 2:
            at, kind = 0.0, "LEFT"
        made.append((at, text, kind))
    return made


def _along(cell: Any, marked: Sequence[tuple[float, str, str]]) -> None:
    """Write words at their places (cm), by tab stops."""
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Cm, Pt

    paragraph = cell.paragraphs[0]
    for at, text, kind in marked:
        if at:
            paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(at), WD_TAB_ALIGNMENT[kind])
        paragraph.add_run(f"{chr(9) if at else ''}{printable(text)}").font.size = Pt(8)
