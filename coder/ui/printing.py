"""Print the coding forms, or write them as PDF: exactly what stands on the exported form."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPdfWriter,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTableFormat,
)
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget

from coder.export import layout, put
from coder.export.blocks import Block

_PAGE = QPageLayout(
    QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(15, 12, 15, 12)
)


def document(pages: Iterable[layout.Page], paper: QPagedPaintDevice | None = None) -> QTextDocument:
    """Lay the pages of a form out. Words go in as plain text, never as HTML."""
    made = QTextDocument()
    if paper is not None:
        # Without this Qt adds margins and page numbers of its own.
        made.documentLayout().setPaintDevice(paper)
        made.setPageSize(QSizeF(paper.width(), paper.height()))
    made.setDefaultFont(QFont("Arial", 9))
    made.setDocumentMargin(0)
    cursor = QTextCursor(made)
    for number, page in enumerate(pages):
        block = QTextBlockFormat()
        if number:
            block.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
        if isinstance(page, layout.FormPage):
            _form(cursor, page, block)
        else:
            _repair(cursor, page, block)
    return made


def to_pdf(pages: Iterable[layout.Page], path: Path) -> list[Path]:
    """Write the pages as PDF, over what was there. Raises CoderError (``export_…``)."""
    put(lambda: _pdf(pages), path)
    return [path]


def _pdf(pages: Iterable[layout.Page]) -> bytes:
    held = QBuffer()
    held.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(held)
    writer.setPageLayout(_PAGE)
    writer.setTitle("Rupture Marker Coding Form")
    writer.setCreator("Rupture Coder")
    document(pages, writer).print_(writer)
    return bytes(held.data().data())


def ask_printer(parent: QWidget) -> QPrinter | None:
    """Ask for a printer; None when printing was called off."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageLayout(_PAGE)
    return printer if QPrintDialog(printer, parent).exec() else None


def to_printer(pages: Iterable[layout.Page], printer: QPrinter) -> None:
    """Print the pages."""
    document(pages, printer).print_(printer)


def _line(
    cursor: QTextCursor,
    text: str,
    block: QTextBlockFormat | None = None,
    *,
    bold: bool = False,
    size: float = 9,
) -> None:
    block = QTextBlockFormat(block) if block is not None else QTextBlockFormat()
    block.setBottomMargin(4)
    letters = QTextCharFormat()
    letters.setFontPointSize(size)
    letters.setFontWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
    if cursor.atStart():
        cursor.setBlockFormat(block)
        cursor.setCharFormat(letters)
    else:
        cursor.insertBlock(block, letters)
    cursor.insertText(text, letters)


def _table(cursor: QTextCursor, rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
    shape = QTextTableFormat()
    shape.setBorder(1)
    shape.setBorderBrush(QBrush(QColor("black")))
    shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    shape.setCellPadding(2.5)
    shape.setCellSpacing(0)
    shape.setBorderCollapse(True)
    shape.setHeaderRowCount(1)
    shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    shape.setColumnWidthConstraints(
        [QTextLength(QTextLength.Type.PercentageLength, width) for width in widths]
    )
    table = cursor.insertTable(len(rows), len(widths), shape)
    for number, row in enumerate(rows):
        letters = QTextCharFormat()
        letters.setFontWeight(QFont.Weight.Normal if number else QFont.Weight.Bold)
        for column, text in enumerate(row):
            table.cellAt(number, column).firstCursorPosition().insertText(text, letters)
    cursor.movePosition(QTextCursor.MoveOperation.End)


def _form(cursor: QTextCursor, page: layout.FormPage, block: QTextBlockFormat) -> None:
    _line(cursor, layout.TITLE, block, bold=True, size=13)
    who = (
        f"Participant Number: {page.participant}      Session Number: {page.session}      "
        f"Coding Form Number: {page.number}"
    )
    _line(cursor, who)
    _line(cursor, f"{layout.PRECIPITANT} {layout.PRECIPITANT_MEANS}", bold=True)
    for entry in page.precipitants:
        _line(cursor, f"{entry.text} ({entry.times})" if entry.times else entry.text)
    if page.background:
        _line(cursor, f"Background: {page.background}")
    _line(cursor, f"{layout.MARKERS} {layout.MARKERS_MEAN}")
    _blocks(cursor, page.blocks)
    if page.outcome:
        _line(cursor, page.outcome)
    _below(cursor, page)
    _line(cursor, page.footer, size=7.5)


def _repair(cursor: QTextCursor, page: layout.RepairPage, block: QTextBlockFormat) -> None:
    _line(cursor, page.title, block, bold=True, size=13)
    answers = ", ".join(map(str, page.answers))
    who = f"Participant Number: {page.participant}      Session Number: {page.session}"
    _line(cursor, f"{who}      Answers form(s): {answers}" if answers else who)
    if page.lines:
        rows = [layout.REPAIR_HEAD, *(line.cells() for line in page.lines)]
        _table(cursor, rows, (32, 18, 32, 18))
    _blocks(cursor, page.blocks)
    _below(cursor, page)
    _line(cursor, page.footer, size=7.5)


def _blocks(cursor: QTextCursor, blocks: Iterable[Block]) -> None:
    for block in blocks:
        if block.title:
            _line(cursor, block.title, bold=True)
        rows = [block.head, *(line.cells() for line in block.lines)]
        _table(cursor, rows, (28, 22, 28, 22))


def _below(cursor: QTextCursor, page: layout.Page) -> None:
    if isinstance(page, layout.FormPage) and page.around:
        _line(cursor, f"{layout.AROUND}: {'; '.join(page.around)}")
    if page.elsewhere:
        listed = "; ".join(f"{entry.text} {entry.times}".strip() for entry in page.elsewhere)
        _line(cursor, f"{layout.ELSEWHERE} ({page.missing}): {listed}")
    for note in page.notes:
        _line(cursor, note)
