"""The ratings a scheme asks for: a number key gives one, and it is kept at once."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from coder.coding import merge
from coder.markers import Scale, asked
from coder.rating import Spot, given, rate, spots, unrate
from coder.session import format_clock
from coder.ui.quiet import QuietComboBox
from coder.ui.workspace import Workspace

_BUTTONS = 11  # numbers; a longer scale has a field to type in
_NOT_RATED = "not rated"
_HEADINGS = {
    "session": "THE SESSION AS A WHOLE",
    "episode": "EPISODE",
    "segment": "SEGMENT",
}


class ScaleRow(QWidget):
    """One rating: its name and its numbers. Digits give it, Backspace takes it back."""

    given = Signal(object)

    def __init__(self, scale: Scale, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scale = scale
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(scale.label)
        name = _plain(label, self)
        name.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 2, 6, 2)
        row.setSpacing(4)
        row.addWidget(name, 1)
        self.buttons: dict[int, QPushButton] = {}
        self.field: QSpinBox | None = None
        if scale.high - scale.low < _BUTTONS:
            for number in range(scale.low, scale.high + 1):
                row.addWidget(self._button(number))
        else:
            self.field = QSpinBox(self)
            self.field.setRange(scale.low - 1, scale.high)
            self.field.setSpecialValueText("–")
            self.field.setAccessibleName(scale.label)
            self.field.setKeyboardTracking(False)
            self.field.valueChanged.connect(self._on_field)
            self.setFocusProxy(self.field)
            row.addWidget(self.field)

    def _button(self, number: int) -> QPushButton:
        button = QPushButton(str(number), self)
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setAutoDefault(False)
        wide = self.fontMetrics().horizontalAdvance("00") + 24
        button.setFixedWidth(wide)
        anchor = self.scale.anchors.get(number)
        button.setToolTip(f"{number} {anchor}" if anchor else str(number))
        button.clicked.connect(lambda _checked=False, number=number: self.given.emit(number))
        self.buttons[number] = button
        return button

    def show_value(self, value: int | None) -> None:
        """Show what was given, or nothing."""
        for number, button in self.buttons.items():
            button.setChecked(number == value)
        told = _NOT_RATED if value is None else str(value)
        self.setAccessibleDescription(told)
        if self.field is not None:
            self.field.blockSignals(True)  # noqa: FBT003 - Qt's own argument
            self.field.setValue(self.scale.low - 1 if value is None else value)
            self.field.blockSignals(False)  # noqa: FBT003 - Qt's own argument

    def _on_field(self, value: int) -> None:
        self.given.emit(value if value >= self.scale.low else None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where one is."""
        super().focusInEvent(event)
        self.setBackgroundRole(self.palette().ColorRole.AlternateBase)
        self.setAutoFillBackground(True)
        self.ensure_shown()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that one has left."""
        super().focusOutEvent(event)
        self.setAutoFillBackground(False)

    def ensure_shown(self) -> None:
        """Bring the row into sight."""
        above = self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        if above is not None:
            above.ensureWidgetVisible(self, 0, 40)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit gives the rating; arrows go to the next one."""
        digit = event.key() - Qt.Key.Key_0
        if digit in self.buttons:
            self.given.emit(digit)
        elif event.key() in {Qt.Key.Key_Backspace, Qt.Key.Key_Delete}:
            self.given.emit(None)
        elif event.key() == Qt.Key.Key_Down:
            self.focusNextChild()
        elif event.key() == Qt.Key.Key_Up:
            self.focusPreviousChild()
        else:
            super().keyPressEvent(event)


class RatingDialog(QDialog):
    """Every rating of the scheme, by what it is of; ``waits`` says why some cannot be given yet."""

    reached = Signal()

    def __init__(
        self,
        workspace: Workspace,
        segments: Sequence[int],
        segment_ms: int | None,
        waits: str,
        parent: QWidget | None = None,
        *,
        may_say: bool = False,
    ) -> None:
        super().__init__(parent)
        assert workspace.scheme is not None  # noqa: S101 - opened for a scheme with ratings
        self._workspace, self._scheme = workspace, workspace.scheme
        self._waits = waits
        self.setWindowTitle("Ratings")
        self.resize(640, 700)
        self.rows: dict[str, ScaleRow] = {}
        self.episode, self.segment = QuietComboBox(self), QuietComboBox(self)
        self.episode.setAccessibleName("Episode that is rated")
        self.segment.setAccessibleName("Segment that is rated")
        for each in workspace.episodes.values():
            self.episode.addItem(f"Episode {each.number}", each.id)
        self.episode.setCurrentIndex(max(0, self.episode.findData(workspace.episode)))
        for start in segments:
            self.segment.addItem(format_clock(start), start)
        self.segment.setCurrentIndex(max(0, self.segment.findData(segment_ms)))
        self.waiting = _plain(waits, self)
        self.waiting.setObjectName("banner")
        self.waiting.setWordWrap(True)
        self.waiting.setVisible(bool(waits))
        self.been = QPushButton("I have been through to the end", self)
        self.been.setAutoDefault(False)
        self.been.setVisible(may_say)
        self.been.clicked.connect(self._on_been)
        self.absent = QPushButton(self)
        self.absent.setAutoDefault(False)
        self.absent.clicked.connect(self._on_absent)
        self._lay_out()
        overs = {scale.over for scale in self._scheme.scales}
        self.episode.setVisible("episode" in overs)
        self.segment.setVisible("segment" in overs)
        for box in (self.episode, self.segment):
            box.currentIndexChanged.connect(lambda _row: self._fill())
        workspace.changed.connect(self._fill)
        self._fill()
        (next(iter(self._open()), None) or self).setFocus()

    def _lay_out(self) -> None:
        inner = QWidget(self)
        column = QVBoxLayout(inner)
        column.setSpacing(2)
        for over in _HEADINGS:
            scales = [scale for scale in self._scheme.scales if scale.over == over]
            if scales:
                self._head(column, over)
            for scale in scales:
                self._about(column, scale)
                for each in asked(self._scheme):
                    if each.id == scale.id or each.id.startswith(f"{scale.id}:"):
                        self._row(column, each, each.label.removeprefix(f"{scale.label}: "))
        column.addStretch(1)
        scrolled = QScrollArea(self)
        scrolled.setWidget(inner)
        scrolled.setWidgetResizable(True)
        scrolled.setFrameShape(QFrame.Shape.NoFrame)
        scrolled.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        hint = _plain(
            "A number gives a rating and goes on, Backspace takes it back, ↓ and ↑ move; each is "
            "kept at once.",
            self,
        )
        hint.setObjectName("muted")
        hint.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.addWidget(self.waiting)
        layout.addWidget(self.been, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(scrolled, 1)
        layout.addWidget(self.absent, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(hint)
        layout.addWidget(buttons)

    def _head(self, column: QVBoxLayout, over: str) -> None:
        heading = _plain(_HEADINGS[over], self)
        heading.setObjectName("heading")
        line = QHBoxLayout()
        line.setContentsMargins(0, 10, 0, 0)
        line.addWidget(heading)
        box = {"episode": self.episode, "segment": self.segment}.get(over)
        if box is not None:
            line.addWidget(box)
        line.addStretch(1)
        column.addLayout(line)

    def _about(self, column: QVBoxLayout, scale: Scale) -> None:
        """What a scale is about, and what its numbers mean, once above its rows."""
        anchors = " · ".join(f"{number} {text}" for number, text in sorted(scale.anchors.items()))
        title = _plain(scale.label, self) if scale.each is not None else None
        if title is not None:
            title.setObjectName("title")
        for label in (title, *(_plain(text, self) for text in (scale.about, anchors) if text)):
            if label is not None:
                label.setWordWrap(True)
                if label is not title:
                    label.setObjectName("muted")
                label.setContentsMargins(6, 4, 6, 0)
                column.addWidget(label)

    def _row(self, column: QVBoxLayout, scale: Scale, label: str) -> None:
        row = ScaleRow(scale, label, self)
        row.given.connect(lambda value, row=row: self._on_given(row, value))
        self.rows[scale.id] = row
        column.addWidget(row)

    def _spot(self, scale: Scale) -> Spot | None:
        """What a scale is of just now; None where there is no episode or segment to rate."""
        episodes = self._workspace.episodes.values()
        chosen = [each for each in episodes if each.id == self.episode.currentData()]
        segment = self.segment.currentData()
        here = spots(scale, chosen, [] if segment is None else [segment])
        return here[0] if here else None

    def _fill(self, _change: object = None) -> None:
        self._fill_rows()
        absent = self._absent()
        lows = {scale.low for scale in absent}
        low = f"{min(lows)}" if len(lows) == 1 else "the lowest number"
        count = "1 marker" if len(absent) == 1 else f"{len(absent)} markers"
        self.absent.setText(f"Give {low} to {count} that did not occur  Ctrl+1")
        self.absent.setShortcut("Ctrl+1")  # setting the text takes it away
        self.absent.setVisible(bool(absent))

    def _fill_rows(self) -> None:
        ratings = list(self._workspace.ratings.values())
        for row in self.rows.values():
            spot = self._spot(row.scale)
            kept = None if spot is None else given(ratings, row.scale, spot)
            row.show_value(None if kept is None else kept.value)
            open_ = not (row.scale.at_end and self._waits)
            row.setEnabled(self._workspace.editable and spot is not None and open_)

    def _on_been(self) -> None:
        self._waits = ""
        self.waiting.hide()
        self.been.hide()
        self.reached.emit()
        self._fill()
        next(iter(self.rows.values())).setFocus()

    def _absent(self) -> list[Scale]:
        """The scales of the session that ask about a marker that was not marked, unrated yet."""
        workspace = self._workspace
        heard = {mark.marker for mark in workspace.marks.values()}
        rated = {rating.scale for rating in workspace.ratings.values()}
        found: list[Scale] = []
        for scale in self._scheme.scales:
            if scale.each == "marker" and scale.over == "session":
                mine = {f"{scale.id}:{marker.id}" for marker in self._scheme.markers}
                mine -= {f"{scale.id}:{marker}" for marker in heard} | rated
                found += [row.scale for row in self._open() if row.scale.id in mine]
        return found

    def _open(self) -> list[ScaleRow]:
        return [row for row in self.rows.values() if row.isEnabled()]

    def _on_absent(self) -> None:
        """Give the lowest number for what was not marked, in one act: only when asked to."""
        workspace, absent = self._workspace, self._absent()
        if workspace.coding is None or not absent:
            return
        ratings, coding = list(workspace.ratings.values()), workspace.coding
        given_now = [rate(coding, ratings, scale, scale.low) for scale in absent]
        workspace.apply(merge(f"rate {len(absent)} markers that did not occur", given_now))
        left = [row for row in self._open() if row.accessibleDescription() == _NOT_RATED]
        (left[0] if left else self.absent).setFocus()

    def _on_given(self, row: ScaleRow, value: int | None) -> None:
        scale, workspace, spot = row.scale, self._workspace, self._spot(row.scale)
        if workspace.coding is None or spot is None or not workspace.editable:
            return
        ratings = list(workspace.ratings.values())
        kept = given(ratings, scale, spot)
        if value is not None and (kept is None or kept.value != value):
            workspace.apply(rate(workspace.coding, ratings, scale, value, spot))
        elif value is None and kept is not None:
            workspace.apply(unrate(workspace.coding, kept, scale, spot))
        else:
            self._fill()
        if value is not None and row.hasFocus():
            row.focusNextChild()


def _plain(text: str, parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    return label
