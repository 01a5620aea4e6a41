"""What an import would make of a file, as one sees it: turns, what is left out, notes, names."""

import html
from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
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
_LONGEST_TIP = 1_000
_SHORT = 12  # characters that a cell shows in full


def tip(text: str) -> str:
    """A tooltip that shows a text as it is: Qt would take one with tags for HTML."""
    return f"<span>{html.escape(text[:_LONGEST_TIP])}</span>" if text else ""


def counted(count: int, what: str) -> str:
    """“1 note”, “2 notes”."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


_SHOWN = frozenset({Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole})


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
        """The text of a cell, and all of it where it may be cut."""
        if not index.isValid() or role not in _SHOWN:
            return None
        text = self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        return tip(text) if len(text) > _SHORT else None

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

    def forget(self) -> None:
        """Begin anew with another file; what was put in already stays."""
        self.beginResetModel()
        self._rows = [row for row in self._rows if self._kept(row[0])]
        self.endResetModel()

    def show(self, found: Sequence[transcripts.Candidate]) -> None:
        """List the candidates, each at its place; what was put in already stays there."""
        put = {each.casefold() for each in self._put.values()}
        listed = {
            each.text: (each.text, str(each.count), each.kind)
            for each in found[:_MOST]
            if each.text.casefold() not in put
        }
        for at in reversed(range(len(self._rows))):
            text = self._rows[at][0]
            if text in listed:
                self._update(at, listed.pop(text))
            elif not self._kept(text):
                self.beginRemoveRows(QModelIndex(), at, at)
                del self._rows[at]
                self.endRemoveRows()
        if listed:
            at = len(self._rows)
            self.beginInsertRows(QModelIndex(), at, at + len(listed) - 1)
            self._rows += listed.values()
            self.endInsertRows()

    def _kept(self, text: str) -> bool:
        return text in self._own or bool(self._put.get(text))

    def _update(self, at: int, row: tuple[str, str, str]) -> None:
        if self._rows[at] != row:
            self._rows[at] = row
            self.dataChanged.emit(self.index(at, 0), self.index(at, _PUT))

    def given(self) -> bool:
        """Tell whether the person wrote anything here."""
        return bool(self._own or self.pairs())

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
        if not index.isValid() or role not in {*_SHOWN, Qt.ItemDataRole.EditRole}:
            return None
        if index.row() >= len(self._rows):
            hint = "another name…" if role == Qt.ItemDataRole.DisplayRole else ""
            return hint if index.column() == 0 else ""
        row = self._rows[index.row()]
        text = self._put.get(row[0], "") if index.column() == _PUT else row[index.column()]
        return text if role != Qt.ItemDataRole.ToolTipRole else tip(text)

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


class _Writing(QStyledItemDelegate):
    """Knows whether a cell is being written in; ``closed`` is told when it is no longer."""

    closed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.open = 0
        self._after = QTimer(self)
        self._after.setSingleShot(True)
        self._after.timeout.connect(self.closed)

    def createEditor(
        self,
        parent: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> QWidget:
        """Open a cell."""
        self.open += 1
        return super().createEditor(parent, option, index)

    def destroyEditor(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        """Close a cell."""
        self.open -= 1
        super().destroyEditor(editor, index)
        self._after.start(0)


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
        widths = ((7, 9, 14), (7, 26), (7,), (17, 7, 8))
        self.tables = tuple(
            _table(model, title, wide, self)
            for title, model, wide in zip(self._titles, models, widths, strict=True)
        )
        for title, table in zip(self._titles, self.tables, strict=True):
            self.addTab(_page(table, self), title)
        self._found: Sequence[transcripts.Candidate] | None = None  # waits for a cell to close
        self._writing = _Writing(self)
        self.tables[-1].setItemDelegate(self._writing)
        self.tables[-1].activated.connect(self._on_enter)
        self.tables[-1].setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self._writing.closed.connect(self._show_names)
        self.names.changed.connect(self.names_changed)

    def _on_enter(self, index: QModelIndex) -> None:
        """Write beside a name what to put instead; in the free row, the name."""
        free = index.row() == self.names.rowCount() - 1
        where = index.siblingAtColumn(0 if free else _PUT)
        if not self._writing.open:
            self.tables[-1].setCurrentIndex(where)
            self.tables[-1].edit(where)

    def forget(self) -> None:
        """Begin anew with another file."""
        self._found = None
        self.names.forget()
        self.setTabText(3, self._titles[3])

    def _show_names(self) -> None:
        """List what may be names, once no cell is being written in."""
        if self._found is not None and not self._writing.open:
            found, self._found = self._found, None
            self.names.show(found)
            self.setTabText(3, f"{self._titles[3]} ({self.names.rowCount() - 1})")

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
        counts = (len(turns), len(left), len(notes))
        for at, (title, count) in enumerate(zip(self._titles, counts, strict=False)):
            self.setTabText(at, f"{title} ({count})" if reading is not None else title)
        if reading is not None:  # the names stay where one is being put in that cannot be read
            self._found = found
            self._show_names()


def _table(
    model: QAbstractItemModel, name: str, widths: Sequence[int], parent: QWidget
) -> QTableView:
    """A table of a model; ``widths`` of its columns are in characters."""
    table = QTableView(parent)
    table.setModel(model)
    table.setAccessibleName(name)
    table.setWordWrap(False)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    head = table.horizontalHeader()
    head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    head.setStretchLastSection(True)
    for column, wide in enumerate(widths):
        table.setColumnWidth(column, wide * table.fontMetrics().averageCharWidth())
    return table


def _page(table: QTableView, parent: QWidget) -> QWidget:
    page = QWidget(parent)
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 4, 0, 0)
    layout.addWidget(table)
    return page
