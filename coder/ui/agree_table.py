"""The table of codes: families and their markers, with counts, coefficients and intervals."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from coder.ui.agree_lines import Column, Key, Row, blocked, text_at, tip
from coder.ui.theme import Theme, color
from coder.ui.transcript import Index

TOLD = Qt.ItemDataRole.UserRole + 1
ROW = Qt.ItemDataRole.UserRole + 2
_Explain = Callable[[Row, Column], str]
_PAD = 6
_INDENT = 16
_LEAST = 18  # characters of a code’s name
_TALL = 3  # lines of it


def tabular(font: QFont) -> QFont:
    """The font with figures that stand under each other."""
    made = QFont(font)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


class TableModel(QAbstractTableModel):
    """The rows and columns as they are now."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []
        self.columns: list[Column] = []
        self.runs: list[list[tuple[int, int, str]]] = []
        self._explain: _Explain = lambda row, _column: row.name

    def show(
        self, rows: Sequence[Row], columns: Sequence[Column], explain: _Explain | None
    ) -> None:
        """Show these; ``explain`` tells a cell in full."""
        self.beginResetModel()
        self._explain = explain or self._explain
        self.rows, self.columns = list(rows), list(columns)
        self.runs = [blocked(row, self.columns) for row in rows]
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """One row a code."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """The code, its counts, its statistics."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(
        self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The columns’ names, with their definitions as tool tips."""
        if way != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.head
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tip or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a cell says; TOLD is how many cells a sentence fills, 0 where it began before."""
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], self.columns[index.column()]
        told = self._told(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return text_at(row, column) if told is None else told
        if role == TOLD:
            return self._fills(index)
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(self._explain(row, column))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(0 if told is not None else index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            said = text_at(row, column) if told is None else told
            return f"{row.name}, {column.head}: {said}" if index.column() else row.name
        return None

    def _fills(self, index: Index) -> int | None:
        """How many cells the sentence that begins here fills; None where there is none."""
        for first, many, _ in self.runs[index.row()]:
            if first <= index.column() < first + many:
                return many if index.column() == first else 0
        return None

    def _told(self, index: Index) -> str | None:
        for first, many, told in self.runs[index.row()]:
            if first <= index.column() < first + many:
                return told
        return None


def _side(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _cut(metrics: QFontMetrics, box: QRect, text: str) -> str:
    """A name as it is where its words and a few lines hold it, else on one line, cut."""
    room = QRect(0, 0, box.width(), 10_000)
    needed = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, text)
    if needed.width() <= room.width() and needed.height() <= _TALL * metrics.lineSpacing():
        return text
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())


class CellDelegate(QStyledItemDelegate):
    """Paints a cell: bold families, their members indented, sentences in italics over a run."""

    def __init__(self, theme: Theme, parent: QTableView) -> None:
        super().__init__(parent)
        self.theme = theme
        self._view = parent

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As tall as its words need at its width; a sentence asks for no width."""
        font = self._font(option, index)
        metrics = QFontMetrics(font)
        least = metrics.height() + 2 * _PAD
        text, fills = str(index.data() or ""), index.data(TOLD)
        if fills == 0:
            return QSize(0, least)
        if fills is None and index.column():
            return QSize(metrics.horizontalAdvance(text) + 2 * _PAD + 4, least)
        columns = range(index.column(), index.column() + (fills or 1))
        wide = sum(self._view.columnWidth(column) for column in columns)
        box = self._words(QRect(0, 0, wide, 10_000), index)
        tall = metrics.boundingRect(box, Qt.TextFlag.TextWordWrap, text).height()
        if fills is None and _cut(metrics, box, text) != text:
            return QSize(8 * _PAD, least)
        return QSize(8 * _PAD, max(least, tall + 2 * _PAD))

    def _words(self, rect: QRect, index: Index) -> QRect:
        row: Row = index.data(ROW)
        indent = _INDENT * row.depth if index.column() == 0 else 0
        return rect.adjusted(_PAD + indent, 0, -_PAD, 0)

    def _font(self, option: QStyleOptionViewItem, index: Index) -> QFont:
        row: Row = index.data(ROW)
        font = tabular(option.font)
        font.setBold(row.bold and index.column() == 0)
        font.setItalic(index.data(TOLD) is not None)
        return font

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint ground, line, words, and the frame of the current cell."""
        state, rect, theme = QStyle.StateFlag, option.rect, self.theme
        painter.save()
        if option.state & state.State_Selected:
            painter.fillRect(rect, color(theme.accent_soft))
        painter.setPen(color(theme.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if option.state & state.State_HasFocus:
            painter.setPen(QPen(color(theme.accent), 1))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
        row: Row = index.data(ROW)
        quiet = index.data(TOLD) is not None or bool(row.told)
        painter.setPen(color(theme.muted if quiet else theme.text))
        font = self._font(option, index)
        painter.setFont(font)
        text, box = str(index.data() or ""), self._words(rect, index)
        if not index.column():
            text = _cut(QFontMetrics(font), box, text)
        side = Qt.AlignmentFlag(index.data(Qt.ItemDataRole.TextAlignmentRole))
        flags = side.value | Qt.TextFlag.TextWordWrap.value
        painter.drawText(box, flags, text)
        painter.restore()


class CodeTable(QTableView):
    """The table; it keeps what is chosen when its numbers change."""

    chosen = Signal()
    coarsened = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Agreement by code")
        self.codes = TableModel(self)
        self.cells = CellDelegate(theme, self)
        self.setModel(self.codes)
        self.setItemDelegate(self.cells)
        self.setShowGrid(False)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(1)
        self.horizontalHeader().setHighlightSections(False)
        # Ten columns are to fit a small window.
        self.horizontalHeader().setStyleSheet("QHeaderView::section { padding: 5px 4px; }")
        self.horizontalHeader().setMinimumSectionSize(30)
        self.wanted: Key | None = None
        self.selectionModel().currentChanged.connect(lambda *_: self.chosen.emit())
        self.doubleClicked.connect(lambda index: self.coarsened.emit(index.data(ROW)))

    def wear(self, theme: Theme) -> None:
        """Change colours."""
        self.cells.theme = theme
        self.viewport().update()

    def show_rows(
        self, rows: Sequence[Row], columns: Sequence[Column], explain: _Explain | None = None
    ) -> None:
        """Show these, with the same code and column chosen as before."""
        key, column = self.wanted or self.key(), self.column()
        self.wanted = None
        self.codes.show(rows, columns, explain)
        self.clearSpans()
        for at, runs in enumerate(self.codes.runs):
            for first, many, _ in runs:
                self.setSpan(at, first, 1, many)
        self._measure()
        if not self.choose(key, column) and rows:
            self.choose(rows[0].key, column)

    def choose(self, key: Key | None, column: str | None = None) -> bool:
        """Choose a row, and in it the column of that name; False where there is no such row."""
        keys = [row.key for row in self.codes.rows]
        heads = [each.head for each in self.codes.columns]
        if key not in keys:
            return False
        at = heads.index(column) if column in heads else 0
        self.setCurrentIndex(self.codes.index(keys.index(key), at))
        return True

    def key(self) -> Key | None:
        """What the chosen row is about."""
        row = self.row()
        return None if row is None else row.key

    def row(self) -> Row | None:
        """The chosen row."""
        at = self.currentIndex().row()
        return self.codes.rows[at] if 0 <= at < len(self.codes.rows) else None

    def column(self) -> str | None:
        """The name of the chosen column."""
        at = self.currentIndex().column()
        return self.codes.columns[at].head if 0 <= at < len(self.codes.columns) else None

    def explained(self) -> Column:
        """The column to be explained: the chosen one, for a code its coefficient."""
        at = self.currentIndex().column()
        values = [e for e in self.codes.columns if e.tells == "value" and not e.events]
        return self.codes.columns[at] if at else values[-1]

    def _measure(self) -> None:
        """Fit the columns; short of room, coders’ names are cut and what is counted less goes."""
        header, columns = self.horizontalHeader(), self.codes.columns
        if not columns:
            return
        room, letter = self.viewport().width(), self.fontMetrics().averageCharWidth()
        least = _LEAST * letter
        inside = [self.sizeHintForColumn(n) for n in range(len(columns))]
        drawn = header.fontMetrics()
        heads = [drawn.horizontalAdvance(each.head) + 2 * _PAD + 4 for each in columns]
        wide = [max(each) for each in zip(inside, heads, strict=True)]
        gone = set[int]()
        if least + sum(wide[1:]) > room:
            counts = [n for n, each in enumerate(columns) if each.tells == "count"]
            for n in counts:
                wide[n] = max(inside[n], min(heads[n], 6 * letter))
        if least + sum(wide[1:]) > room:
            gone = {n for n, each in enumerate(columns) if each.tells == "share"}
        taken = sum(each for n, each in enumerate(wide) if n and n not in gone)
        wide[0] = max(least, room - taken)
        for n, each in enumerate(wide):
            self.setColumnHidden(n, n in gone)
            self.setColumnWidth(n, each)
        self.resizeRowsToContents()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the codes’ names the room there is."""
        super().resizeEvent(event)
        self._measure()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter on a code that is too rare looks at it with others."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.row() is not None:
            self.coarsened.emit(self.row())
        else:
            super().keyPressEvent(event)
