"""What an import would make of a file, as one sees it: turns, what is left out, notes, names."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from coder import transcripts
from coder.session import format_clock
from coder.transcripts import Reading
from coder.ui.transcript import Index

_MOST = 20_000  # rows of a list that is only looked at
_PUT = 3


class Rows(QAbstractTableModel):
    """A table to read: a head and rows of text, shown as plain text."""

    def __init__(self, head: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._head = tuple(head)
        self._rows: list[tuple[str, ...]] = []

    def show(self, rows: Sequence[tuple[str, ...]]) -> None:
        """List these."""
        self.beginResetModel()
        self._rows = list(rows[:_MOST])
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """One row each."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """As many as the head has."""
        return 0 if parent.isValid() else len(self._head)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The text of a cell."""
        if index.isValid() and role == Qt.ItemDataRole.DisplayRole:
            return self._rows[index.row()][index.column()]
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The head."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._head[section]
        return None


class Names(QAbstractTableModel):
    """What may be a name, and what the person puts in its place; the last row is free."""

    HEAD = ("Found", "Times", "Kind", "Put instead")
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[str, str, str]] = []
        self._put: dict[str, str] = {}
        self._own: list[str] = []

    def show(self, found: Sequence[transcripts.Candidate]) -> None:
        """List the candidates; what was put in already stays, however they change."""
        self.beginResetModel()
        listed = [(each.text, str(each.count), each.kind) for each in found[:_MOST]]
        known = {text for text, _, _ in listed}
        kept = [text for text in (*self._own, *self._put) if text not in known]
        self._rows = [*((text, "", "") for text in dict.fromkeys(kept)), *listed]
        self.endResetModel()

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """What to find and what to put in its place."""
        return tuple((find, put) for find, put in self._put.items() if find and put)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """One row a candidate, and one to write a name of one's own."""
        return 0 if parent.isValid() else len(self._rows) + 1

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """As the head."""
        return 0 if parent.isValid() else len(self.HEAD)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The candidate, and what stands in its place."""
        if not index.isValid() or role not in {
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.EditRole,
        }:
            return None
        if index.row() >= len(self._rows):
            hint = "another name…" if role == Qt.ItemDataRole.DisplayRole else ""
            return hint if index.column() == 0 else ""
        row = self._rows[index.row()]
        return self._put.get(row[0], "") if index.column() == _PUT else row[index.column()]

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The head."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.HEAD[section]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """What is put in can be written everywhere, what is found only in the free row."""
        free = index.row() >= len(self._rows)
        writable = (index.column() == _PUT and not free) or (free and index.column() == 0)
        return super().flags(index) | (Qt.ItemFlag.ItemIsEditable if writable else Qt.ItemFlag(0))

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take a replacement, or a name of the person's own."""
        text = str(value).strip()
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        if index.row() >= len(self._rows):
            if text and text not in {row[0] for row in self._rows}:
                self._own.append(text)
                self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows))
                self._rows.append((text, "", ""))
                self.endInsertRows()
            return bool(text)
        found = self._rows[index.row()][0]
        if self._put.get(found, "") != text:
            self._put[found] = text
            self.dataChanged.emit(index, index)
            self.changed.emit()
        return True


class ImportPreview(QTabWidget):
    """The lists behind the summary, each with its count."""

    names_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.turns = Rows(("Line", "Time", "Speaker", "Text"), self)
        self.left_out = Rows(("Line", "Why", "Text"), self)
        self.notes = Rows(("Line", "Note"), self)
        self.names = Names(self)
        self._titles = ("Turns", "Not taken over", "Notes", "Names")
        models = (self.turns, self.left_out, self.notes, self.names)
        widths = ((60, 80, 130), (60, 200), (60,), (200, 60, 80))
        for title, model, wide in zip(self._titles, models, widths, strict=True):
            self.addTab(_page(model, title, wide, self), title)
        self.names.changed.connect(self.names_changed)

    def show_reading(
        self, reading: Reading | None, found: Sequence[transcripts.Candidate] = ()
    ) -> None:
        """Show a reading with what may be names in it, or nothing."""
        turns = () if reading is None else reading.turns
        self.turns.show([
            (
                str(turn.line),
                "" if turn.start_ms is None else format_clock(turn.start_ms, tenths=True),
                turn.label,
                turn.text,
            )
            for turn in turns
        ])  # fmt: skip
        left = () if reading is None else reading.reported
        self.left_out.show([(str(each.line), each.why, each.text) for each in left])
        notes = () if reading is None else reading.notes
        self.notes.show([(str(note.line), note.text) for note in notes])
        self.names.show(found)
        counts = (len(turns), len(left), len(notes), len(found))
        for at, (title, count) in enumerate(zip(self._titles, counts, strict=True)):
            self.setTabText(at, f"{title} ({count})" if reading is not None else title)


def _page(model: QAbstractTableModel, name: str, widths: Sequence[int], parent: QWidget) -> QWidget:
    page = QWidget(parent)
    table = QTableView(page)
    table.setModel(model)
    table.setAccessibleName(name)
    table.setWordWrap(False)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    table.horizontalHeader().setStretchLastSection(True)
    for column, wide in enumerate(widths):
        table.setColumnWidth(column, wide)
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 4, 0, 0)
    layout.addWidget(table)
    return page
