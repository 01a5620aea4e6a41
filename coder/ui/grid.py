"""A table to read, of plain text: rows that can be chosen, each of which stands for something."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

_WIDEST = 46  # characters of a column before it is cut


@dataclass(frozen=True, slots=True)
class Line:
    """A row: its cells, what it stands for, and what is said of it when one points at it."""

    cells: tuple[str, ...]
    key: object = None
    tip: str = ""


class Grid(QTableWidget):
    """Shows lines; Enter or a double click opens the one that is chosen."""

    opened = Signal(object)
    chosen = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None, *, whole: bool = False) -> None:
        """``whole`` shows all its lines at once: what lies around it scrolls."""
        super().__init__(parent)
        self._whole = whole
        self.setAccessibleName(name)
        self.setStyleSheet("QTableWidget::item { padding: 0 5px; }")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.lines: list[Line] = []
        self.itemDoubleClicked.connect(lambda _item: self._open())
        self.itemSelectionChanged.connect(lambda: self.chosen.emit(self.key()))

    def show_lines(self, heads: Sequence[str], lines: Sequence[Line]) -> None:
        """Show lines under their heads; what was chosen stays so if it is there still."""
        before = self.key()
        self.blockSignals(True)  # noqa: FBT003 - Qt's own signature
        self.lines = list(lines)
        self.setColumnCount(len(heads))
        self.setHorizontalHeaderLabels(list(heads))
        self.setRowCount(len(lines))
        for row, line in enumerate(lines):
            for column, text in enumerate(line.cells):
                item = QTableWidgetItem(text)
                item.setToolTip(line.tip or text)
                self.setItem(row, column, item)
        self._fit()
        self.blockSignals(False)  # noqa: FBT003 - Qt's own signature
        self.choose(before)

    def choose(self, key: object) -> None:
        """Choose the line that stands for something; else the first."""
        rows = [n for n, line in enumerate(self.lines) if line.key == key]
        if self.lines:
            self.selectRow(rows[0] if rows else 0)
        self.chosen.emit(self.key())

    def key(self) -> object:
        """What the chosen line stands for."""
        row = self.currentRow()
        return self.lines[row].key if 0 <= row < len(self.lines) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._open()
        else:
            super().keyPressEvent(event)

    def _open(self) -> None:
        if self.key() is not None:
            self.opened.emit(self.key())

    def _fit(self) -> None:
        """Make room at the size of the text."""
        metrics = self.fontMetrics()
        self.verticalHeader().setDefaultSectionSize(metrics.height() + 10)
        head = self.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.resizeColumnsToContents()
        most = _WIDEST * metrics.averageCharWidth()
        for column in range(self.columnCount()):
            self.setColumnWidth(column, min(self.columnWidth(column) + 16, most))
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        head.setStretchLastSection(True)
        if self._whole:
            rows = max(self.rowCount(), 1) * self.verticalHeader().defaultSectionSize()
            bar = self.horizontalScrollBar().sizeHint().height()
            self.setFixedHeight(head.sizeHint().height() + rows + bar + 2 * self.frameWidth())
        else:
            self.setMinimumHeight(7 * self.verticalHeader().defaultSectionSize())
