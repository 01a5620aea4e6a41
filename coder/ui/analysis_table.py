"""Tables of the task analysis: names that wrap at the left, cells that can be typed into."""

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from coder.coding import Found
from coder.ui.analysis_words import Said, Sheet
from coder.ui.theme import Theme, color
from coder.ui.transcript import Index

_PAD = 8
_INDENT = 14
_SHARE = 0.34  # of the width, that names may take
_LETTERS = 44  # of a name on one line, if there is room
_LEAST = 6  # letters of a column

_KEYS = {
    "x": Found.PRESENT,
    "-": Found.NOT_PRESENT,
    "–": Found.NOT_PRESENT,
    "n": Found.NOT_ANALYSED,
    "o": Found.NOT_OBSERVABLE,
}


class SheetModel(QAbstractTableModel):
    """The cells of a sheet, as they are now."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.sheet = Sheet()

    def show(self, sheet: Sheet) -> None:
        """Show this; where only cells differ, what is chosen stays."""
        same = (sheet.heads, sheet.names) == (self.sheet.heads, self.sheet.names)
        if same and sheet.cells:
            self.sheet = sheet
            last = self.index(len(sheet.names) - 1, len(sheet.heads) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self.sheet = sheet
        self.endResetModel()

    def said(self, index: Index) -> Said:
        """The cell at an index."""
        return self.sheet.cells[index.row()][index.column()]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """One for each name."""
        return 0 if parent.isValid() else len(self.sheet.cells)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """One for each head."""
        return 0 if parent.isValid() else len(self.sheet.heads)

    def headerData(
        self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The names of columns and rows."""
        names = self.sheet.heads if way == Qt.Orientation.Horizontal else self.sheet.names
        told = {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}
        if role not in told or not 0 <= section < len(names):
            return None
        return names[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a cell says and how."""
        if not index.isValid():
            return None
        said = self.said(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return said.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return said.full or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            head = self.sheet.heads[index.column()].replace("\n", " ")
            return said.full or f"{self.sheet.names[index.row()]}, {head}: {said.text}"
        if role == Qt.ItemDataRole.ForegroundRole:
            return color(self.theme.muted if said.quiet else self.theme.text)
        if role == Qt.ItemDataRole.FontRole and said.strong:
            font = QFont()
            font.setBold(True)
            return font
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignCenter
        return None


class Names(QHeaderView):
    """The names of the rows, wrapped; sub-categories are set in."""

    def __init__(self, sheets: SheetModel, parent: QTableView) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._sheets = sheets
        self.setSectionsClickable(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def height_of(self, row: int) -> int:
        """How tall a name is at the width there is."""
        room = QRect(0, 0, self._room(row), 10_000)
        name = self._sheets.sheet.names[row]
        box = QFontMetrics(self.font()).boundingRect(room, Qt.TextFlag.TextWordWrap, name)
        return box.height() + _PAD

    def _room(self, row: int) -> int:
        return self.width() - 2 * _PAD - (_INDENT if row in self._sheets.sheet.parts else 0)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803 - Qt's own name
        """Paint a name, and the line below it."""
        theme = self._sheets.theme
        painter.save()
        painter.fillRect(rect, color(theme.window))
        painter.setPen(color(theme.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.drawLine(rect.topRight(), rect.bottomRight())
        painter.setPen(color(theme.text))
        left = rect.left() + _PAD + rect.width() - 2 * _PAD - self._room(logicalIndex)
        box = QRect(left, rect.top(), self._room(logicalIndex), rect.height())
        flags = Qt.AlignmentFlag.AlignVCenter.value | Qt.TextFlag.TextWordWrap.value
        painter.drawText(box, flags, self._sheets.sheet.names[logicalIndex])
        painter.restore()


class AnalysisTable(QTableView):
    """A table of the task analysis. What is typed into it goes out as ``typed``."""

    typed = Signal(int, int, object)

    def __init__(self, name: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.sheets = SheetModel(theme, self)
        self.names = Names(self.sheets, self)
        self.takes_typing = False
        self.setModel(self.sheets)
        self.setVerticalHeader(self.names)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setWordWrap(True)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionsClickable(False)

    def wear(self, theme: Theme) -> None:
        """Change colours, and the size of the text with them."""
        self.sheets.theme = theme
        self._measure()
        self.names.viewport().update()
        self.viewport().update()

    def show_sheet(self, sheet: Sheet) -> None:
        """Show this, with the same cell chosen if it is still there."""
        at = self.currentIndex()
        row, column = at.row(), at.column()
        self.sheets.show(sheet)
        self._measure()
        if sheet.cells and not self.currentIndex().isValid():
            row = min(max(row, 0), len(sheet.names) - 1)
            self.setCurrentIndex(self.sheets.index(row, min(max(column, 0), len(sheet.heads) - 1)))

    def _measure(self) -> None:
        """Fit names and columns to the text and to the room there is."""
        sheet, letter = self.sheets.sheet, self.fontMetrics().averageCharWidth()
        metrics = self.fontMetrics()
        longest = max((metrics.horizontalAdvance(name) for name in sheet.names), default=0)
        most = max(int(_SHARE * self.width()), 12 * letter)
        self.names.setFixedWidth(min(longest + 3 * _PAD + _INDENT, most, _LETTERS * letter))
        for n in range(len(sheet.names)):
            self.setRowHeight(n, max(self.names.height_of(n), metrics.height() + 2 * _PAD))
        heads = self.horizontalHeader()
        for n in range(len(sheet.heads)):
            wide = max(self.sizeHintForColumn(n), heads.sectionSizeHint(n))
            self.setColumnWidth(n, max(wide + _PAD, _LEAST * letter))

    def sizeHintForColumn(self, column: int) -> int:
        """As wide as its longest cell."""
        bold = self.font()
        bold.setBold(True)
        metrics = QFontMetrics(bold)
        texts = (row[column].text for row in self.sheets.sheet.cells)
        return max((metrics.horizontalAdvance(text) for text in texts), default=0) + 2 * _PAD

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the names their share of the width."""
        super().resizeEvent(event)
        self._measure()

    def sizeHint(self) -> QSize:
        """Some rows of it."""
        return QSize(60 * self.fontMetrics().averageCharWidth(), 9 * self.fontMetrics().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """X, -, N and O enter; Space the next of them; Delete empties; arrows move."""
        index = self.currentIndex()
        plain = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        if self.takes_typing and index.isValid() and plain:
            found = _KEYS.get(event.text().casefold())
            erases = event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}
            if found is not None or erases:
                self.typed.emit(index.row(), index.column(), found)
                return
            if event.key() == Qt.Key.Key_Space:
                self.typed.emit(index.row(), index.column(), "next")
                return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters are for what is found, not for going to a cell."""
