"""The palette: type to filter the scheme's markers, read the rule, press Enter to mark.

The order is the form's and never shifts; a marker's short code, typed whole, selects it.
"""

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from coder.coding import Family
from coder.markers import Marker, Scheme
from coder.ui.quiet import is_erasing
from coder.ui.transcript import Index
from coder.ui.workspace import Workspace

MARKER = Qt.ItemDataRole.UserRole
FAMILIES = (Family.WITHDRAWAL, Family.CONFRONTATION, Family.BOTH, Family.UNSURE)
CLARITY = {1: "weak", 2: "clear", 3: "strong"}
COLUMNS = {
    "manner": "NARRATIVE MANNER OR TONE",
    "content": "NARRATIVE CONTENT",
    "repair": "REPAIR",
    "other": "OTHER",
}


def matching(scheme: Scheme, typed: str) -> list[Marker]:
    """The markers whose label, column or code answers to what was typed, in the form's order."""
    wanted = typed.casefold().split()
    for marker in scheme.markers:
        if marker.key and wanted == [marker.key]:
            return [marker]
    found = []
    for marker in scheme.markers:
        words = marker.label.casefold().replace("/", " ").replace("-", " ").split()
        if all(any(word.strip("“”\"'(").startswith(each) for word in words) for each in wanted):
            found.append(marker)
    return found


class MarkerModel(QAbstractListModel):
    """The markers on offer, with their codes."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._markers: list[Marker] = []

    def show(self, markers: list[Marker]) -> None:
        """Offer these."""
        self.beginResetModel()
        self._markers = markers
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """One row a marker."""
        return 0 if parent.isValid() else len(self._markers)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The label, with its code; the marker itself."""
        if not index.isValid():
            return None
        marker = self._markers[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{marker.key}\t{marker.label}" if marker.key else marker.label
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{marker.label}, {marker.column}"
        return marker if role == MARKER else None


class Palette(QWidget):
    """Choose a marker, its family and clarity, by key."""

    chosen = Signal(object, object, object)
    played = Signal()
    left = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
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
        self.list.setUniformItemSizes(True)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.rule = QPlainTextEdit(self)
        self.rule.setObjectName("rule")
        self.rule.setReadOnly(True)
        self.rule.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.rule.setAccessibleName("The marker’s rule")
        self.where = QLabel(self)
        self.where.setObjectName("muted")
        self.where.setTextFormat(Qt.TextFormat.PlainText)
        self.where.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._walked = self._pressed = False
        self._families = self._choices([f"{f.value}" for f in FAMILIES], "Ctrl+5 to Ctrl+8")
        self._clarity = self._choices([f"{n} {t}" for n, t in CLARITY.items()], "Ctrl+1 to Ctrl+3")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 8)
        layout.setSpacing(6)
        layout.addWidget(self.typed)
        layout.addWidget(self.where)
        layout.addWidget(self.list, 3)
        layout.addWidget(self.rule, 3)
        for widget in (self.list, self.rule):
            widget.setMinimumHeight(4 * self.fontMetrics().height())
        layout.addLayout(self._row("Family", self._families))
        layout.addLayout(self._row("Clarity", self._clarity))
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

    def _row(self, name: str, group: QButtonGroup) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        label = QLabel(name, self)
        label.setObjectName("muted")
        row.addWidget(label)
        for button in group.buttons():
            row.addWidget(button)
        row.addStretch(1)
        return row

    def start(self, letters: str = "") -> None:
        """Take the keyboard, beginning with letters typed elsewhere."""
        self.typed.setFocus()
        if letters:
            self.typed.setText(letters)

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

    def choose(self) -> None:
        """Mark with the marker that is selected, and be ready for the next.

        With nothing typed and nothing walked to, Enter is a slip and marks nothing.
        """
        marker = self.list.currentIndex().data(MARKER)
        meant = bool(self.typed.text().strip()) or self._walked
        if marker is None or not meant or not self._workspace.editable:
            return
        self.chosen.emit(marker, self.family(), self.clarity())
        self._walked = self._pressed = False
        self.set_clarity(None)
        self.typed.setText("")
        self._on_typed("")

    def _on_walked(self) -> None:
        self._walked = True

    def _on_pressed(self) -> None:
        self._pressed = True

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Arrows move in the list while typing; Ctrl and a digit choose family and clarity.

        What is typed needs no undo of its own: undo takes back the mark, from here too.
        """
        if not isinstance(event, QKeyEvent):
            return False
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
            self.choose()
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
        self._start_over()
        self._on_typed(self.typed.text())
        self.setEnabled(self._workspace.editable)

    def _on_typed(self, typed: str) -> None:
        scheme = self._workspace.scheme
        self._walked = False
        found = [] if scheme is None else matching(scheme, typed)
        self.markers.show(found)
        if found:
            self.list.setCurrentIndex(self.markers.index(0))
        else:
            self.rule.setPlainText("No marker answers to this." if typed else "")

    def _on_current(self, index: QModelIndex) -> None:
        marker = index.data(MARKER)
        if not isinstance(marker, Marker):
            return
        if not self._pressed:
            # A marker without a default family is unsure until the coder says more.
            self.set_family(Family(marker.family or Family.UNSURE))
        self.rule.setPlainText(rule_of(marker, self._workspace.scheme))


def rule_of(marker: Marker, scheme: Scheme | None) -> str:
    """The marker's rule, as plain text."""
    family = marker.family or "no default family"
    lines = [f"{marker.label} · {marker.column} · {family} ({marker.certainty})"]
    if marker.risk:
        lines.append(f"⚠ {marker.risk}")
    lines += [marker.definition]
    for name, text in (("Use when", marker.use_when), ("Not when", marker.avoid_when)):
        if text:
            lines.append(f"{name}: {text}")
    if marker.confused_with and scheme is not None:
        others = ", ".join(scheme.marker(each).label for each in marker.confused_with)
        lines.append(f"Confused with: {others}")
    if marker.example:
        lines.append(f"For example: {marker.example}")
    return "\n".join(line for line in lines if line)
