"""The sheet of segments: a row for each marker, a column for each segment, ticked by key.

A cell shows what the marks of its segment come to, wherever they were made; a tick is a mark of
the segment as a whole.
"""

from collections.abc import Mapping

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from coder.coding import Change, CodingId, Family, Kind, Mark, MarkId, place
from coder.markers import Marker
from coder.segments import Cell, cells, span_of, tick, tick_of, within
from coder.session import format_clock
from coder.ui.marker_list import offered
from coder.ui.meanings import ink_of
from coder.ui.palette import CLARITY
from coder.ui.theme import Theme
from coder.ui.transcript import Index
from coder.ui.whole import recorded
from coder.ui.workspace import Workspace

_ROOM = 12  # pixels around the text of a cell
_SIGNS = {None: "✓", 1: "●○○", 2: "●●○", 3: "●●●"}


class SegmentModel(QAbstractTableModel):
    """What the marks of each segment come to, by marker; a heading stands in a row of its own."""

    def __init__(self, workspace: Workspace, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.starts: tuple[int, ...] = ()
        self.rows: list[Marker | str] = []
        self._workspace = workspace
        self._cells: Mapping[tuple[int, str], Cell] = {}
        self.held = (0, 0)
        self._now = 0

    def lay_out(self) -> None:
        """Lay out the segments of the open session, and the markers of its scheme."""
        self.beginResetModel()
        workspace, step = self._workspace, self._workspace.segment_ms
        held = span_of(workspace.turns, recorded(workspace))
        self.starts, self.rows, self._cells = (), [], {}
        if step is not None and held is not None and workspace.scheme is not None:
            self.held = held
            self.starts = within(step, held)
            self._sum()
            used = {marker for _, marker in self._cells}
            marked = [m for m in workspace.scheme.markers if m.retired and m.id in used]
            for column in workspace.scheme.columns():
                here = [m for m in (*offered(workspace.scheme), *marked) if m.column == column]
                heading = workspace.scheme.column_label(column).upper()
                self.rows += [heading, *here] if here else []
        self.endResetModel()

    def refresh(self) -> None:
        """Show the marks as they are now."""
        if self.starts:
            self._sum()
            last = self.index(len(self.rows) - 1, len(self.starts) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def _sum(self) -> None:
        workspace = self._workspace
        if workspace.segment_ms is not None:
            marks = workspace.marks.values()
            self._cells = cells(marks, workspace.segment_ms, self.held, workspace.turns)

    def show_now(self, at_ms: int) -> None:
        """Show which segment is heard."""
        step, before = self._workspace.segment_ms or 1, self._now
        self._now = at_ms
        if self.starts and at_ms // step != before // step:
            last = len(self.starts) - 1
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, last)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """One row a marker, and one a heading."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """One column a segment."""
        return 0 if parent.isValid() else len(self.starts)

    def spot(self, index: Index) -> tuple[Marker, int] | None:
        """The marker and the segment's start of a cell; None for a heading."""
        if not index.isValid():
            return None
        marker = self.rows[index.row()]
        return None if isinstance(marker, str) else (marker, self.starts[index.column()])

    def flags(self, index: Index) -> Qt.ItemFlag:
        """A heading cannot be gone to."""
        return Qt.ItemFlag.NoItemFlags if self.spot(index) is None else super().flags(index)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The signs of a cell, its words, and its colours."""
        spot = self.spot(index)
        if spot is None:
            return QColor(self.theme.raised) if role == Qt.ItemDataRole.BackgroundRole else None
        marker, start_ms = spot
        cell = self._cells.get((start_ms, marker.id))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignCenter
        if role in {Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            told = "not marked" if cell is None else _told(cell)
            return f"{marker.label}, {format_clock(start_ms)}: {told}"
        if cell is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _SIGNS[cell.clarity] + (f" ×{cell.count}" if cell.count > 1 else "")
        ink = ink_of(self.theme, _like(marker), marker)
        if role == Qt.ItemDataRole.BackgroundRole:
            return QColor(ink.soft)
        return QColor(ink.words) if role == Qt.ItemDataRole.ForegroundRole else None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """When a segment begins; a marker’s label, or a heading."""
        if orientation == Qt.Orientation.Horizontal:
            start = self.starts[section]
            step = self._workspace.segment_ms or 1
            heard = "▸" if start == self._now // step * step else ""
            return heard + format_clock(start) if role == Qt.ItemDataRole.DisplayRole else None
        row = self.rows[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return row if isinstance(row, str) else row.label
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None


class SegmentSheet(QTableView):
    """Enter ticks, 1 to 3 say how clear, Delete takes the tick away, Shift+Enter plays the segment.

    Space plays, as everywhere: it comes while one listens.
    """

    sought = Signal(int)
    played = Signal(int, int)

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.sheet = SegmentModel(workspace, theme, self)
        self.setModel(self.sheet)
        self.setAccessibleName("Segments by marker")
        self.setAccessibleDescription(
            "Enter ticks, 1 to 3 say how clear, Delete takes away, Shift+Enter plays the segment"
        )
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setHighlightSections(True)
            header.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.horizontalHeader().sectionClicked.connect(self._on_header)
        self.doubleClicked.connect(lambda _index: self._play())
        workspace.changed.connect(self._on_changed)

    def show_session(self) -> None:
        """Lay the sheet out for what is open."""
        self.sheet.lay_out()
        self._measure()
        if self.sheet.starts:
            self.setCurrentIndex(self.sheet.index(1, 0))
            self.scrollToTop()

    def _measure(self) -> None:
        """Make room for the text at its size; the names leave half the width to the segments."""
        metrics = self.fontMetrics()
        names = [name if isinstance(name, str) else name.label for name in self.sheet.rows]
        widest = max((metrics.horizontalAdvance(name) for name in names), default=0) + 40
        self.verticalHeader().setDefaultSectionSize(metrics.height() + _ROOM)
        self.horizontalHeader().setDefaultSectionSize(metrics.horizontalAdvance("●●● ×99") + _ROOM)
        self.verticalHeader().setFixedWidth(min(widest, self.width() // 2))
        self.updateGeometries()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width anew."""
        super().resizeEvent(event)
        self._measure()

    def changeEvent(self, event: QEvent) -> None:
        """Measure anew when the text changes its size."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange}:
            self._measure()

    def wear(self, theme: Theme) -> None:
        """Change colours."""
        self.sheet.theme = theme
        self.viewport().update()

    def _on_changed(self, change: Change) -> None:
        if self.isVisible() and any(isinstance(i, Mark) for i in (*change.added, *change.removed)):
            self.sheet.refresh()

    def _on_header(self, section: int) -> None:
        self.sought.emit(self.sheet.starts[section])

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Going to another segment goes to its moment."""
        super().currentChanged(current, previous)
        moved = current.isValid() and previous.isValid() and current.column() != previous.column()
        if moved and self.hasFocus():
            self.sought.emit(self.sheet.starts[current.column()])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tick, say how clear, take away, play; the rest moves about."""
        digit = event.key() - Qt.Key.Key_0
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if enter and held == Qt.KeyboardModifier.ShiftModifier:
            self._play()
        elif held:
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Space:
            event.ignore()  # the window plays
        elif enter:
            self._tick(None)
        elif digit in CLARITY:
            self._tick(digit)
        elif event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self._untick()
        else:
            super().keyPressEvent(event)

    def _here(self) -> tuple[Marker, int, Mark | None] | None:
        spot, step = self.sheet.spot(self.currentIndex()), self._workspace.segment_ms
        if spot is None or step is None:
            return None
        marks = self._workspace.marks.values()
        return *spot, tick_of(marks, spot[0].id, spot[1], step, self.sheet.held)

    def _tick(self, clarity: int | None) -> None:
        """Tick the cell, or say how clear its tick is."""
        here, workspace = self._here(), self._workspace
        coding, step = workspace.coding, workspace.segment_ms
        if here is None or coding is None or step is None:
            return
        marker, start_ms, made = here
        if not workspace.editable:
            workspace.said.emit("This coding is not yours to change, or is submitted.")
        elif made is None:
            new = tick(coding, marker, start_ms, step, clarity)
            workspace.apply(place(coding, new, marker.label))
            self._say(marker, start_ms, CLARITY.get(clarity or 0, "ticked"))
        elif clarity is None:
            self._say(marker, start_ms, "ticked already; Delete takes the tick away")
        else:
            workspace.alter_mark(made, f"make {CLARITY[clarity]}", clarity=clarity)
            self._say(marker, start_ms, CLARITY[clarity])

    def _untick(self) -> None:
        here = self._here()
        if here is not None and here[2] is not None:
            self._workspace.delete_mark(here[2])
            self._say(here[0], here[1], "no longer ticked")
        elif here is not None:
            self._workspace.said.emit("This segment has no tick of its own to take away.")

    def _say(self, marker: Marker, start_ms: int, told: str) -> None:
        self._workspace.said.emit(f"Segment {format_clock(start_ms)}: {marker.label}, {told}")

    def _play(self) -> None:
        spot, step = self.sheet.spot(self.currentIndex()), self._workspace.segment_ms
        if spot is not None and step is not None:
            self.played.emit(spot[1], spot[1] + step)


def _told(cell: Cell) -> str:
    """What a cell says, in words."""
    count = "1 mark" if cell.count == 1 else f"{cell.count} marks"
    return f"{count}, {CLARITY[cell.clarity]}" if cell.clarity is not None else count


def _like(marker: Marker) -> Mark:
    """A mark as the marker makes one, for its colour."""
    family = Family(marker.family) if marker.family is not None else None
    return Mark(MarkId(""), CodingId(""), Kind(marker.kind), marker.id, family)
