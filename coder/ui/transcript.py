"""The transcript: time, speaker, words, and the chips of the marks on each turn.

Chips have a strip of their own, so that no row changes height when a mark is made; heights are
therefore kept, and ``dataChanged`` need not lay the list out again. Words are painted as plain
text, never as HTML.
"""

import bisect
from collections.abc import Iterable

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from coder.coding import Kind, Mark, MarkId
from coder.session import Note, Role, TimeSource, Turn, TurnId, format_clock
from coder.ui.meanings import ink_of, letter_of
from coder.ui.theme import Theme, color
from coder.ui.transport import BARE_KEYS
from coder.ui.workspace import Workspace

Index = QModelIndex | QPersistentModelIndex
TURN = Qt.ItemDataRole.UserRole
MARKS = Qt.ItemDataRole.UserRole + 1
AFTER = Qt.ItemDataRole.UserRole + 2
SEGMENT = Qt.ItemDataRole.UserRole + 3  # where a segment begins with a turn (ms)
_TIMES = {
    TimeSource.GIVEN: "time from the file",
    TimeSource.ANCHOR: "time from a mark in the file",
    TimeSource.TAPPED: "time tapped",
    TimeSource.INTERPOLATED: "time interpolated",
    TimeSource.ESTIMATED: "time estimated",
    TimeSource.NONE: "no time",
}
_ROLE_LETTER = {Role.PATIENT: "P", Role.THERAPIST: "T"}


class TurnModel(QAbstractListModel):
    """The turns of the open session, with the marks that begin on each."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._rows: dict[TurnId, int] = {}
        self._marks: dict[int, list[Mark]] = {}
        self.notes: list[tuple[int, Note]] = []  # with the row each stands in, or after
        self._after: dict[int, str] = {}
        self._segments: dict[int, int] = {}
        workspace.opened.connect(self._on_opened)
        workspace.changed.connect(self._on_changed)
        workspace.retimed.connect(self._on_retimed)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """One row a turn."""
        return 0 if parent.isValid() else len(self._workspace.turns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Words for eyes and screen readers; the values for the delegate."""
        if not index.isValid():
            return None
        turn = self._workspace.turns[index.row()]
        if role == TURN:
            return turn
        if role == MARKS:
            return self._marks.get(index.row(), [])
        if role == AFTER:
            return self._after.get(index.row(), "")
        if role == SEGMENT:
            return self._segments.get(index.row())
        if role == Qt.ItemDataRole.ToolTipRole:
            # Plain, and no patient's words: tool tips may render HTML.
            return f"turn {turn.n} · line {turn.line} of the file · {_TIMES[turn.times]}"
        if role == Qt.ItemDataRole.DisplayRole:
            return turn.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            names = [self._workspace.label(mark) for mark in self._marks.get(index.row(), [])]
            when = "" if turn.start_ms is None else format_clock(turn.start_ms)
            after = self._after.get(index.row())
            told = f"{turn.role.value} {when}: {turn.text}" + (f" {after}" if after else "")
            begins = self._segments.get(index.row())
            told = told if begins is None else f"Segment {format_clock(begins)}. {told}"
            return f"{told}. Marked: {', '.join(names)}" if names else told
        return None

    def row_of(self, turn: TurnId) -> int | None:
        """The row of a turn."""
        return self._rows.get(turn)

    def row_at(self, at_ms: int) -> int | None:
        """The row of the last turn begun at a moment."""
        row = None
        for number, turn in enumerate(self._workspace.turns):
            if turn.start_ms is not None and turn.start_ms <= at_ms:
                row = number
            elif turn.start_ms is not None and turn.times != TimeSource.NONE:
                break
        return row

    def _on_opened(self) -> None:
        self.beginResetModel()
        self._rows = {turn.id: row for row, turn in enumerate(self._workspace.turns)}
        self._place_marks()
        self._place_notes()
        self._place_segments()
        self.endResetModel()

    def _on_retimed(self) -> None:
        """The rows are the same, and as high as before."""
        self._place_marks()
        self._place_segments()
        last = len(self._workspace.turns) - 1
        self.dataChanged.emit(self.index(0), self.index(last))

    def _place_notes(self) -> None:
        """Find the row of each note: its turn’s, or that of the turn it stands after."""
        workspace = self._workspace
        study, session = workspace.study, workspace.session
        versions = study.transcripts(session.id) if study is not None and session else []
        lines = [turn.line for turn in workspace.turns]
        self.notes = []
        after: dict[int, list[str]] = {}
        for note in versions[-1].notes if versions and lines else ():
            row = bisect.bisect_right(lines, note.line) - 1
            row = max(0, row) if note.turn is None else min(note.turn, len(lines)) - 1
            self.notes.append((row, note))
            if note.turn is None:
                after.setdefault(row, []).append(note.text)
        self._after = {row: "  ".join(texts) for row, texts in after.items()}

    def _place_segments(self) -> None:
        """Find the first turn that begins in each segment."""
        step, before = self._workspace.segment_ms, None
        self._segments = {}
        for row, turn in enumerate(self._workspace.turns if step else ()):
            here = None if turn.start_ms is None or not step else turn.start_ms // step * step
            if here is not None and here != before:
                self._segments[row] = before = here

    def _place_marks(self) -> None:
        self._marks = {}
        for mark in self._workspace.in_order():
            for row in self._rows_of(mark):
                self._marks.setdefault(row, []).append(mark)

    def _rows_of(self, mark: Mark) -> list[int]:
        turns = mark.anchor.turns if mark.anchor else ()
        return [self._rows[turn] for turn in turns if turn in self._rows]

    def _on_changed(self, change: object) -> None:
        items = (*getattr(change, "removed", ()), *getattr(change, "added", ()))
        touched: set[int] = set()
        for mark in (item for item in items if isinstance(item, Mark)):
            rows = set(self._rows_of(mark)) | {
                row for row, marks in self._marks.items() if any(m.id == mark.id for m in marks)
            }
            touched |= rows
        for row in touched:
            turn = self._workspace.turns[row].id
            here = [
                mark
                for mark in self._workspace.marks.values()
                if mark.anchor is not None and turn in mark.anchor.turns
            ]
            self._marks[row] = sorted(here, key=lambda m: (m.anchor and m.anchor.start_ms) or 0)
            index = self.index(row)
            self.dataChanged.emit(index, index, [MARKS])


_PAD, _GAP = 6, 6
_STRIP = 24  # characters of a chip that a row has room for


class TurnDelegate(QStyledItemDelegate):
    """Paints a turn; keeps the heights it has measured."""

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.theme = theme
        self.sounding: TurnId | None = None
        self.waiting: TurnId | None = None  # whose start is being tapped
        self.lines = False  # whether the line of the file stands beside each turn
        self._heights: dict[tuple[TurnId, int], int] = {}
        self.forget()

    def forget(self) -> None:
        """Measure anew, because the font or the turns are others."""
        self._heights.clear()
        metrics = QFontMetrics(QApplication.font())
        self._em = metrics.horizontalAdvance("0")
        self._time = metrics.horizontalAdvance("~1:00:00.0")
        self._who = metrics.horizontalAdvance("PT") + 8
        self._number = metrics.horizontalAdvance("00000") + 10

    def strip(self, rect: QRect) -> QRect:
        """Where the chips of a row go."""
        wide = min(self._em * _STRIP, rect.width() * 3 // 10)
        return QRect(rect.right() - wide, rect.top() + _PAD, wide - _PAD, rect.height() - _PAD)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As tall as the words at this width; a backchannel is one small line."""
        turn: Turn = index.data(TURN)
        view = self.parent()
        width = view.viewport().width() if isinstance(view, QListView) else option.rect.width()
        key = (turn.id, width)
        height = self._heights.get(key)
        if height is None:
            metrics = QFontMetrics(self._font(option, turn))
            # A little narrower than it is painted: rounding must not cost a line.
            words = self._words(QRect(0, 0, width, 10_000)).adjusted(0, 0, -2, 0)
            flags = Qt.TextFlag.TextWordWrap
            height = metrics.boundingRect(words, flags, turn.text).height() + 2 * _PAD
            if turn.id not in self._workspace.substantive:
                height = metrics.height() + 2
            if index.data(AFTER):
                height += self._after_height(metrics, words, index.data(AFTER))
            self._heights[key] = height
        return QSize(width, height)

    def _after_height(self, metrics: QFontMetrics, words: QRect, after: str) -> int:
        """How high the note that follows a turn is, in lines of its own."""
        return metrics.boundingRect(words, Qt.TextFlag.TextWordWrap, after).height() + _PAD

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the gutter, the words and the chips."""
        turn: Turn = index.data(TURN)
        rect, theme = option.rect, self.theme
        painter.save()
        self._background(painter, option, turn)
        small = turn.id not in self._workspace.substantive
        painter.setFont(self._font(option, turn))
        top = rect.top() + (1 if small else _PAD)
        if index.data(SEGMENT) is not None:
            painter.setPen(QPen(color(theme.muted), 1, Qt.PenStyle.DotLine))
            right = rect.left() + self._time + 10 + self._who
            painter.drawLine(rect.left(), rect.top(), right, rect.top())
        painter.setPen(color(theme.muted))
        self._gutter(painter, rect, turn, top, small=small)
        painter.setPen(color(theme.muted if small else theme.text))
        view = self.parent()
        wide = view.viewport().width() if isinstance(view, QListView) else rect.width()
        words = self._words(QRect(rect.left(), rect.top(), wide, rect.height()))
        words.setTop(top)
        painter.drawText(words, Qt.TextFlag.TextWordWrap, turn.text)
        after = index.data(AFTER)
        if after:
            high = self._after_height(painter.fontMetrics(), words, after)
            words.setTop(rect.bottom() - high)
            painter.setPen(color(theme.muted))
            painter.drawText(words, Qt.TextFlag.TextWordWrap, after)
        self._chips(painter, self.strip(rect), index.data(MARKS))
        painter.restore()

    def _gutter(self, painter: QPainter, rect: QRect, turn: Turn, top: int, *, small: bool) -> None:
        """Paint the line of the file, if asked for, the time, and who speaks."""
        left = rect.left()
        if self.lines:
            box = QRect(left, top, self._number, 200)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight, str(turn.line))
            left += self._number
        if turn.start_ms is not None and (not small or turn.times is TimeSource.TAPPED):
            exact = turn.times in {TimeSource.GIVEN, TimeSource.TAPPED}
            time = format_clock(turn.start_ms, tenths=exact)
            if turn.times in {TimeSource.INTERPOLATED, TimeSource.ESTIMATED}:
                time = f"~{time}"
            painter.drawText(QRect(left, top, self._time, 200), Qt.AlignmentFlag.AlignRight, time)
        who = QRect(left + self._time + 10, top, self._who, 200)
        patient = turn.role == Role.PATIENT
        painter.setPen(color(self.theme.accent if patient and not small else self.theme.muted))
        painter.drawText(who, Qt.AlignmentFlag.AlignLeft, _ROLE_LETTER.get(turn.role, turn.label))

    def _background(self, painter: QPainter, option: QStyleOptionViewItem, turn: Turn) -> None:
        state = QStyle.StateFlag
        if turn.id == self.sounding:
            painter.fillRect(option.rect, color(self.theme.accent_soft))
            bar = QRect(option.rect.left(), option.rect.top(), 3, option.rect.height())
            painter.fillRect(bar, color(self.theme.accent))
        elif option.state & state.State_Selected:
            painter.fillRect(option.rect, color(self.theme.raised))
        if turn.id == self.waiting:
            painter.setPen(QPen(color(self.theme.accent), 2))
            painter.drawRect(option.rect.adjusted(1, 1, -1, -1))
        elif option.state & state.State_HasFocus:
            painter.setPen(QPen(color(self.theme.accent), 1, Qt.PenStyle.DotLine))
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))

    def _chips(self, painter: QPainter, strip: QRect, marks: list[Mark]) -> None:
        for mark, box, text in self.chips(painter.fontMetrics(), strip, marks):
            ink = ink_of(self.theme, mark, self._workspace.marker_of(mark))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            chosen = mark.id == self._workspace.mark
            pen = QPen(QColor(ink.words if chosen or mark.kind == Kind.FLAG else ink.soft))
            pen.setStyle(Qt.PenStyle.DashLine if mark.kind == Kind.FLAG else Qt.PenStyle.SolidLine)
            pen.setWidthF(1.6 if chosen else 1.0)
            painter.setPen(pen)
            painter.setBrush(QColor(ink.soft))
            painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
            painter.setPen(QColor(ink.words))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def chips(
        self, metrics: QFontMetrics, strip: QRect, marks: list[Mark]
    ) -> list[tuple[Mark, QRect, str]]:
        """Lay the chips out in the strip: in lines as far as the row's height goes, then +n."""
        line = metrics.height() + 3
        lines = max(1, strip.height() // (line + 2))
        share = max(1, -(-len(marks) // lines))
        share = min(share, max(1, strip.width() // (9 * self._em)))
        wide = (strip.width() - (share - 1) * _GAP) // share
        placed = []
        shown = marks if len(marks) <= share * lines else marks[: share * lines - 1]
        for number, mark in enumerate(shown):
            text = f"{letter_of(mark)} · {self._workspace.label(mark)}"
            text = f"⚑ {letter_of(mark)}" if mark.kind == Kind.FLAG else text
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, wide - 16)
            fit = min(wide, metrics.horizontalAdvance(text) + 18)
            column, row = number % share, number // share
            right = strip.right() - column * (wide + _GAP)
            top = strip.top() - 3 + row * (line + 2)
            placed.append((mark, QRect(right - fit, top, fit, line), text))
        hidden = marks[len(shown) :]
        if hidden:
            column, row = (share * lines - 1) % share, (share * lines - 1) // share
            text = f"+{len(hidden)}"
            fit = metrics.horizontalAdvance(text) + 18
            right = strip.right() - column * (wide + _GAP)
            top = strip.top() - 3 + row * (line + 2)
            placed.append((hidden[0], QRect(right - fit, top, fit, line), text))
        return placed

    def _words(self, rect: QRect) -> QRect:
        left = rect.left() + self._time + 10 + self._who + (self._number if self.lines else 0)
        return QRect(left, rect.top(), self.strip(rect).left() - left - _PAD, 10_000)

    def _font(self, option: QStyleOptionViewItem, turn: Turn) -> QFont:
        font = QFont(option.font)
        if turn.id not in self._workspace.substantive:
            font.setPointSizeF(font.pointSizeF() * 0.85)
        return font


class TurnView(QListView):
    """The list of turns. Letters typed here go on to the palette."""

    typed = Signal(str)
    played = Signal(object)
    transport = Signal(str)
    mark_opened = Signal(object)
    pressed_on_turn = Signal()

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("turns")
        self.setAccessibleName("Transcript")
        self._workspace = workspace
        self.turns = TurnModel(workspace, self)
        self.painter_of_turns = TurnDelegate(workspace, theme, self)
        self.setModel(self.turns)
        self.setItemDelegate(self.painter_of_turns)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.doubleClicked.connect(lambda index: self.played.emit(index.data(TURN)))
        workspace.opened.connect(self.painter_of_turns.forget)
        workspace.pointed.connect(lambda _mark: self.viewport().update())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the rows out for the width they are painted at; their heights are kept by width."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def changeEvent(self, event: QEvent) -> None:
        """Measure anew when the text changes its size."""
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange}:
            self.painter_of_turns.forget()
            self.scheduleDelayedItemsLayout()
        super().changeEvent(event)

    def dataChanged(self, first: Index, last: Index, roles: Iterable[int] = ()) -> None:
        """Repaint, and no more: QListView would lay every row out again (toolkit.md 5)."""
        QAbstractItemView.dataChanged(self, first, last, list(roles))

    def show_lines(self) -> None:
        """Show beside each turn the line of the file it begins on, or no longer."""
        self.painter_of_turns.lines = not self.painter_of_turns.lines
        self.painter_of_turns.forget()
        self.scheduleDelayedItemsLayout()

    def wait_for(self, turn: TurnId | None) -> None:
        """Show which turn's start is being tapped."""
        self.painter_of_turns.waiting = turn
        self.viewport().update()

    def chosen(self) -> list[Turn]:
        """The selected turns, in order."""
        rows = sorted(index.row() for index in self.selectedIndexes())
        return [self._workspace.turns[row] for row in rows]

    def show_sounding(self, at_ms: int, *, follow: bool) -> None:
        """Show which turn is heard at a moment, and keep it in sight while it plays."""
        row = self.turns.row_at(at_ms)
        turn = None if row is None else self._workspace.turns[row].id
        if turn == self.painter_of_turns.sounding:
            return
        self.painter_of_turns.sounding = turn
        if follow and row is not None:
            self.scrollTo(self.turns.index(row), QAbstractItemView.ScrollHint.EnsureVisible)
        self.viewport().update()

    def choose(self, row: int) -> None:
        """Choose one row alone; Qt would join it to the others while Ctrl is held down."""
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(self.turns.index(row), flags.ClearAndSelect)
        self.scrollTo(self.turns.index(row), QAbstractItemView.ScrollHint.EnsureVisible)

    def go_to(self, turn: TurnId) -> None:
        """Make a turn the chosen one and bring it to the middle."""
        row = self.turns.row_of(turn)
        if row is not None:
            self.choose(row)
            self.scrollTo(self.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)

    def mark_at(self, where: QPoint) -> MarkId | None:
        """The mark whose chip is at a point of the viewport."""
        index = self.indexAt(where)
        if not index.isValid():
            return None
        strip = self.painter_of_turns.strip(self.visualRect(index))
        for mark, box, _ in self.painter_of_turns.chips(
            self.fontMetrics(), strip, index.data(MARKS)
        ):
            if box.contains(where):
                return mark.id
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a chip chooses its mark."""
        mark = self.mark_at(event.position().toPoint())
        super().mousePressEvent(event)
        if mark is not None:
            self._workspace.point(mark)
        else:
            self.pressed_on_turn.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Twice on a chip edits the mark; twice on a turn plays it."""
        mark = self.mark_at(event.position().toPoint())
        if mark is not None:
            self.mark_opened.emit(mark)
            return
        super().mouseDoubleClickEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys of the transport act here; Enter plays the turn; other letters are the palette's."""
        plain = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        act = BARE_KEYS.get(Qt.Key(event.key())) if plain else None
        if act is not None:
            self.transport.emit(act)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and plain:
            turn = self.currentIndex().data(TURN)
            if turn is not None:
                self.played.emit(turn)
        elif plain and event.text().isalpha():
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)
