"""The palette: type to filter the scheme's markers, read the rule, press Enter to mark.

The order is the form's and never shifts; a marker's short code, typed whole, selects it.
"""

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QButtonGroup,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from coder.coding import Family, Mark
from coder.markers import Marker
from coder.ui.marker_list import MARKER, MarkerDelegate, MarkerModel, matching
from coder.ui.quiet import is_erasing
from coder.ui.rules import about, rule_of
from coder.ui.theme import Theme
from coder.ui.workspace import Workspace
from coder.ui.wrapping import WrappingRow

FAMILIES = (Family.WITHDRAWAL, Family.CONFRONTATION, Family.BOTH, Family.UNSURE)
_LISTED, _RULE = 9, 6  # lines the list has at the least, and the rule always
_MARGIN = 10  # pixels around the rule
CLARITY = {1: "weak", 2: "clear", 3: "strong"}


class Palette(QWidget):
    """Choose a marker, its family and clarity, by key."""

    chosen = Signal(object, object, object)
    added = Signal(object, object, object)
    expected = Signal(object)
    played = Signal()
    left = Signal()

    def __init__(self, workspace: Workspace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.typed = QLineEdit(self)
        self.typed.setPlaceholderText("Type to find a marker · Enter marks what was heard")
        self.typed.setAccessibleName("Find a marker")
        self.typed.setClearButtonEnabled(True)
        self.markers = MarkerModel(self)
        self.list = QListView(self)
        self.list.setModel(self.markers)
        self.list.setAccessibleName("Markers")
        self._delegate = MarkerDelegate(theme, self)
        self.list.setItemDelegate(self._delegate)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.rule = QPlainTextEdit(self)
        self.rule.setObjectName("rule")
        self.rule.setReadOnly(True)
        self.rule.setTabChangesFocus(True)
        self.rule.installEventFilter(self)
        self.rule.setAccessibleName("The marker’s rule")
        self.where = QLabel(self)
        self.where.setObjectName("muted")
        self.where.setTextFormat(Qt.TextFormat.PlainText)
        self.where.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._walked = self._pressed = False
        self._given: Family | None = None  # to the flag that Enter would name
        self._families = self._choices([f"{f.value}" for f in FAMILIES], "Ctrl+5 to Ctrl+8")
        self._clarity = self._choices([f"{n} {t}" for n, t in CLARITY.items()], "Ctrl+1 to Ctrl+3")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 8)
        layout.setSpacing(4)
        layout.addWidget(self.typed)
        layout.addWidget(self.where)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.rule)
        self._family_row = WrappingRow("Family", _buttons(self._families), self)
        self._clarity_row = WrappingRow("Clarity", _buttons(self._clarity), self)
        layout.addWidget(self._family_row)
        layout.addWidget(self._clarity_row)
        self._measure()
        self.typed.textChanged.connect(self._on_typed)
        self.typed.installEventFilter(self)
        self.list.activated.connect(lambda _index: self.choose())
        self.list.pressed.connect(self._on_walked)
        self._families.buttonPressed.connect(self._on_pressed)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        workspace.opened.connect(self._on_opened)

    def _choices(self, names: list[str], keys: str) -> QButtonGroup:
        group = QButtonGroup(self)
        group.setExclusive(True)
        for number, name in enumerate(names):
            button = QPushButton(name, self)
            button.setCheckable(True)
            button.setToolTip(keys)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            group.addButton(button, number)
        return group

    def wear(self, theme: Theme) -> None:
        """Change colours."""
        self._delegate.theme = theme
        self.list.viewport().update()

    def start(self, letters: str = "") -> None:
        """Take the keyboard, beginning with letters typed elsewhere; else what stands is stale."""
        self.typed.setFocus()
        if letters:
            self.typed.setText(letters)
        else:
            self.typed.selectAll()

    def family(self) -> Family | None:
        """The family that is pressed."""
        number = self._families.checkedId()
        return FAMILIES[number] if number >= 0 else None

    def clarity(self) -> int | None:
        """The clarity that is pressed, 1 to 3."""
        number = self._clarity.checkedId()
        return number + 1 if number >= 0 else None

    def set_family(self, family: Family | None) -> None:
        """Press a family, or none."""
        self._press(self._families, None if family is None else FAMILIES.index(family))

    def set_clarity(self, clarity: int | None) -> None:
        """Press a clarity, or none."""
        self._press(self._clarity, None if clarity is None else clarity - 1)

    def _press(self, group: QButtonGroup, number: int | None) -> None:
        group.setExclusive(False)
        for button in group.buttons():
            button.setChecked(group.id(button) == number)
        group.setExclusive(True)

    def name(self, flag: Mark | None) -> None:
        """Enter would name this flag: its family is meant, until another is pressed."""
        unsure = flag is None or flag.family is Family.UNSURE
        given = None if unsure or flag is None else flag.family
        changed, self._given = given != self._given, given
        marker = self.list.currentIndex().data(MARKER)
        if changed and isinstance(marker, Marker):
            self._offer_family(marker)

    def choose(self, *, apart: bool = False) -> None:
        """Mark with the marker that is selected, and be ready for the next.

        With nothing typed and nothing walked to, Enter is a slip and marks nothing. A flag that
        the marker would name stays as it is when the mark is to stand ``apart``.
        """
        marker = self.list.currentIndex().data(MARKER)
        meant = bool(self.typed.text().strip()) or self._walked
        if marker is None or not meant or not self._workspace.editable:
            return
        family = self.family() if marker.kind == "marker" else None
        clarity = self.clarity() if marker.kind in self._with_clarity() else None
        (self.added if apart else self.chosen).emit(marker, family, clarity)
        self._walked = self._pressed = False
        self.set_clarity(None)
        self.typed.setText("")
        self._on_typed("")

    def _on_walked(self) -> None:
        self._walked = True

    def _on_pressed(self) -> None:
        self._pressed = True

    def changeEvent(self, event: QEvent) -> None:
        """Measure anew when the text changes its size."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange}:
            self._measure()

    def _measure(self) -> None:
        """A rule shows its definition; what room is left over is the list's."""
        line = self.fontMetrics().lineSpacing()
        self.list.setMinimumHeight(_LISTED * line)
        self.rule.setFixedHeight(_RULE * line + 2 * _MARGIN)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows move in the list while typing; Ctrl and a digit choose family and clarity.

        What is typed needs no undo of its own: undo takes back the mark, from here too.
        """
        if not isinstance(event, QKeyEvent):
            return False
        if watched is self.rule:
            # One reads here, and goes back to typing.
            back = event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape
            if back:
                self.start()
            return back
        if event.type() == QEvent.Type.ShortcutOverride:
            if is_erasing(self.typed, event):
                event.accept()
                return True
            keys = QKeySequence.StandardKey
            if event.matches(keys.Undo) or event.matches(keys.Redo):
                event.ignore()
                return True
        if event.type() != QEvent.Type.KeyPress:
            return False
        return self._on_key(event)

    def _on_key(self, event: QKeyEvent) -> bool:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        digit = event.key() - Qt.Key.Key_0
        if control and digit in CLARITY:
            self.set_clarity(digit)
        elif control and digit - 5 in range(len(FAMILIES)):
            self._on_pressed()
            self.set_family(FAMILIES[digit - 5])
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not control:
            self.choose(apart=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down} and not event.modifiers():
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            rows = self.markers.rowCount()
            row = max(0, min(rows - 1, self.list.currentIndex().row() + step))
            self.list.setCurrentIndex(self.markers.index(row))
            self._on_walked()
        elif event.key() == Qt.Key.Key_Space and not self.typed.text():
            self.played.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.typed.clear()
            self._start_over()
            self.left.emit()
        else:
            return False
        return True

    def _start_over(self) -> None:
        """Forget what was pressed for a mark that was not made."""
        self._walked = self._pressed = False
        self.set_clarity(None)
        self._on_current(self.list.currentIndex())

    def _on_opened(self) -> None:
        scheme = self._workspace.scheme
        kinds = set() if scheme is None else {marker.kind for marker in scheme.offered()}
        # A scheme with both keeps the room, so that the list does not jump as one walks it.
        rows = ((self._family_row, {"marker"}), (self._clarity_row, self._with_clarity()))
        for row, asked in rows:
            policy = row.sizePolicy()
            policy.setRetainSizeWhenHidden(bool(kinds & asked))
            row.setSizePolicy(policy)
        self._on_typed(self.typed.text())
        self._start_over()
        if scheme is not None and scheme.note and not self.typed.text():
            # Once it is told; from the first marker on, the rules have the room to themselves.
            self.rule.setPlainText(about(scheme))
        self.setEnabled(self._workspace.editable)

    def _on_typed(self, typed: str) -> None:
        scheme = self._workspace.scheme
        self._walked = False
        found = [] if scheme is None else matching(scheme, typed)
        self.markers.show(found, scheme)
        if found:
            self.list.setCurrentIndex(self.markers.index(0))
        else:
            self.rule.setPlainText("No marker answers to this." if typed else "")

    def _on_current(self, index: QModelIndex) -> None:
        marker = index.data(MARKER)
        if not isinstance(marker, Marker):
            return
        self._offer_family(marker)
        self._family_row.setVisible(marker.kind == "marker")
        self._clarity_row.setVisible(marker.kind in self._with_clarity())
        self.expected.emit(marker)
        self.rule.setPlainText(rule_of(marker, self._workspace.scheme))

    def _offer_family(self, marker: Marker) -> None:
        """Press the family of the flag that is named, else the marker's, unless one was pressed."""
        if not self._pressed:
            # A marker without a default family is unsure until the coder says more.
            self.set_family(self._given or Family(marker.family or Family.UNSURE))

    def _with_clarity(self) -> set[str]:
        """The kinds of marker that are more or less clear: where segments are ticked, all."""
        segments = self._workspace.segment_ms is not None
        return {"marker", "component", "process"} if segments else {"marker"}


def _buttons(group: QButtonGroup) -> list[QPushButton]:
    return [button for button in group.buttons() if isinstance(button, QPushButton)]
